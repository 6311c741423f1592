//! The knobs that make the practice servers misbehave.

use std::time::Duration;

use serde_json::Value;

/// Where the servers misbehave. Everything is off by default, and each knob is plain data, so that a story sets one line.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent knobs: any combination is meant to be possible")]
pub struct Faults {
    // The authorization server.
    /// `/register` answers with this status and RFC 7591 error code.
    pub registration_fails_with: Option<(u16, String)>,
    /// A refresh is answered with this status and RFC 6749 error code; the refresh token stays as it was.
    pub refresh_fails_with: Option<(u16, String)>,
    /// `/revoke` answers with this status and revokes nothing.
    pub revocation_fails_with: Option<u16>,
    /// How long `/revoke` thinks before it does anything.
    pub revocation_delay: Duration,
    /// How long `/token` thinks before it does anything.
    pub token_endpoint_delay: Duration,
    /// What a refresh does with the refresh token.
    pub rotation: Rotation,
    /// What stands in the redirect's `iss` parameter (RFC 9207).
    pub iss: Iss,
    /// A JSON merge patch (RFC 7396) over the authorization server metadata.
    pub server_metadata_patch: Option<Value>,
    /// The authorization server metadata is not found.
    pub without_server_metadata: bool,

    // The MCP server's door.
    /// A JSON merge patch (RFC 7396) over the protected resource metadata.
    pub resource_metadata_patch: Option<Value>,
    /// The `WWW-Authenticate` value of a 401, instead of the right one.
    pub challenge: Option<String>,
    /// Every token is refused, also a good one.
    pub reject_everything_with_401: bool,
    /// Every POST to the MCP endpoint is answered with this status and an empty body.
    pub answer_with_status: Option<u16>,
    /// Every POST to the MCP endpoint is answered 307 to this address.
    pub redirect_to: Option<String>,
    /// Every POST to the MCP endpoint is answered 200 with a web page.
    pub reply_with_html: bool,
    /// How long the MCP server waits before the first byte of any answer.
    pub slow_first_byte: Duration,

    // Tools.
    /// The named tool runs, and then the connection is cut before any answer.
    pub drop_connection_during: Option<String>,
    /// There is a tool `echo_credentials` that sends back the credential it was called with, in several encodings.
    pub echo_credentials: bool,
    /// `echo` pads its text to this many bytes.
    pub huge_result: Option<usize>,
    /// `ask_me` asks this instead of its own question: an MCP method and its parameters.
    pub asks: Option<(String, Value)>,
    /// `ask_me` answers every answer with its question again (2026-07-28).
    pub asks_without_end: bool,
    /// The `requestState` of `ask_me` is so many bytes longer (2026-07-28).
    pub state_size: Option<usize>,
    /// The exact arguments of every call are kept as [`crate::Event::Given`].
    pub keep_arguments: bool,
    /// An event stream ends without the blank line that completes its last event.
    pub sse_without_terminator: bool,
    /// The description of the named tool is this text instead (a definition that changed after consent).
    pub changed_description: Option<(String, String)>,
    /// More tools, as `tools/list` shows them: each answers `done` to every call.
    pub extra_tools: Vec<Value>,
    /// What these tools answer instead: a whole result.
    pub extra_result: Option<Value>,
    /// A JSON merge patch (RFC 7396) over the definition of the named tool.
    pub tool_patch: Option<(String, Value)>,
    /// The description of the prompt `summarize`, instead of the right one.
    pub changed_prompt: Option<String>,
    /// The instructions, instead of the right ones.
    pub instructions: Option<String>,
    /// `tools/list` shows its tools in the opposite order.
    pub reverse_tools: bool,
    /// `tools/list` answers pages of this many tools.
    pub page_size: Option<usize>,
    /// `read_note` asks for its `id` as the header `Mcp-Param-Note-Id` too (2026-07-28, `x-mcp-header`), and checks it.
    pub demand_param_header: bool,
}

/// What a refresh does with the refresh token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rotation {
    /// None is returned and the old one stays good (RFC 6749 §6 permits it).
    Keep,
    /// A new one is returned; a second use of the old one revokes the family (RFC 9700 §4.14.2).
    #[default]
    Rotate,
    /// None is returned, and the old one is dead all the same: a server that loses its client.
    Swallow,
}

/// What stands in the redirect's `iss` parameter (RFC 9207).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Iss {
    /// Nothing, although the metadata promises it.
    Missing,
    /// The issuer.
    #[default]
    Right,
    /// Another issuer.
    Wrong(String),
}

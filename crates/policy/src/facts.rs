//! What a decision is made on. Whatever is not here has no influence: above all what a server claims of its own tools (T-260).

use keyholder_model::digest::Digest;
use keyholder_model::grant::ScopeSet;
use keyholder_model::server::{Account, ServerName};

/// Everything a rule may look at, for one request.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The app that a person recognises: `App::"<app>"`, a hint and no proof.
    pub app: &'a str,
    /// The app's executable, where known: `principal.path`.
    pub app_path: Option<&'a str>,
    /// The person's name of the server: `Server::"<server>"`.
    pub server: &'a ServerName,
    /// The host of its address: `resource.host`.
    pub host: &'a str,
    /// The account at that server: `resource.account`.
    pub account: &'a Account,
    /// What would happen.
    pub action: Action<'a>,
    /// The digest of the exact request. A permit is good for nothing else.
    pub request: Digest,
}

/// What would happen. Each has a twin `…_unattended` in the rules.
#[derive(Clone, Copy, Debug)]
pub enum Action<'a> {
    /// The server asks back (elicitation, sampling, roots): `answer`, on the server.
    Answer {
        /// The MCP method: `context.kind`.
        kind: &'a str,
    },
    /// `tools/call`: `call`, on `Tool::"<server>/<tool>"`.
    Call {
        /// The tool's name: `resource.name`.
        tool: &'a str,
        /// The raw JSON object of the arguments; no bytes at all mean no arguments.
        arguments: &'a [u8],
    },
    /// Keyholder would sign in, or ask for a wider scope: `connect`, on the server.
    Connect {
        /// The authorization server, once it is known: `context.issuer`.
        issuer: Option<&'a str>,
        /// What would be asked for: `context.scopes`.
        scopes: &'a ScopeSet,
    },
    /// A resource or a prompt is read: `read`, on the server.
    Read {
        /// The MCP method: `context.method`.
        method: &'a str,
        /// The resource or the prompt's name: `context.uri`.
        uri: Option<&'a str>,
    },
}

/// A conversation's own upkeep, of which no rule speaks. Closed, so that no call can be smuggled through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Upkeep {
    /// `notifications/cancelled`.
    Cancel,
    /// Ending the session (`DELETE`).
    End,
    /// `initialize`, `notifications/initialized`, `server/discover`.
    Handshake,
    /// `tools/list`, `prompts/list`, `resources/list`, `resources/templates/list` of a connected server.
    List,
    /// Opening the stream on which the server speaks by itself: `GET`, `subscriptions/listen`.
    Listen,
    /// The host's `notifications/progress`, `notifications/roots/list_changed`, and `logging/setLevel`.
    Notify,
    /// `ping`.
    Ping,
    /// The answer to a request of the server: whether there is one was decided as [`Action::Answer`].
    Respond,
}

impl Upkeep {
    /// Which upkeep a method is; none for every method that does something, and for every unknown one.
    pub fn of_method(method: &str) -> Option<Self> {
        Some(match method {
            "notifications/cancelled" => Self::Cancel,
            "initialize" | "notifications/initialized" | "server/discover" => Self::Handshake,
            "tools/list" | "prompts/list" | "resources/list" | "resources/templates/list" => Self::List,
            "subscriptions/listen" => Self::Listen,
            "notifications/progress" | "notifications/roots/list_changed" | "logging/setLevel" => Self::Notify,
            "ping" => Self::Ping,
            _ => return None,
        })
    }
}

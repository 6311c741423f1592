//! What the practice servers saw: for the demo's narration, and for tests to count.

use std::fmt;

/// One thing that happened at a practice server. Holds no token, code or session id, but for those that a caller puts into the
/// arguments of a call while they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The client gave up a streamed answer before it was complete.
    Abandoned {
        /// The tool that was running.
        tool: String,
    },
    /// A page was asked for, or answered by rule, at the authorization endpoint.
    AuthorizeVisited {
        /// The client's id.
        client: String,
        /// The scope it asked for.
        scope: String,
    },
    /// A tool ran. `nonce` is the argument of that name, where the call had one.
    Called {
        /// The tool's name.
        tool: String,
        /// The argument `nonce`, if any.
        nonce: Option<String>,
    },
    /// A request without a good token was answered 401.
    Challenged,
    /// An authorization code was exchanged for tokens.
    CodeRedeemed,
    /// The person allowed the client in.
    Consented,
    /// The person refused the client.
    Denied,
    /// A refresh token (or code) was used twice: all tokens of its family are revoked.
    FamilyRevoked,
    /// A token was shown that was never issued here.
    ForeignToken,
    /// A tool was called while [`crate::Faults::keep_arguments`] was set.
    Given {
        /// The exact JSON text of its arguments.
        arguments: String,
    },
    /// A well-formed message reached the MCP server and its caller was let in.
    Received {
        /// The JSON-RPC method; `response` for an answer to the server's own request.
        method: String,
    },
    /// A refresh token was exchanged.
    Refreshed,
    /// A refresh was refused.
    RefreshRefused,
    /// A client registered itself (RFC 7591).
    Registered {
        /// The name it gave, or an empty text.
        name: String,
    },
    /// A token was given back (RFC 7009).
    Revoked,
    /// A call was answered 403 `insufficient_scope`.
    ScopeMissing {
        /// The tool that needs more.
        tool: String,
    },
    /// A legacy session ended (DELETE).
    SessionClosed,
    /// A legacy session began.
    SessionOpened,
    /// Something was refused at the authorization server, with its RFC 6749 error code.
    TokenRefused {
        /// The error code.
        error: String,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Abandoned { tool } => write!(f, "the client gave up waiting for {tool}"),
            Self::AuthorizeVisited { scope, .. } => write!(f, "a client asked a person for {scope}"),
            Self::Called { tool, .. } => write!(f, "{tool} ran"),
            Self::Challenged => f.write_str("a request without a good token was turned away (401)"),
            Self::CodeRedeemed => f.write_str("an authorization code was exchanged for tokens"),
            Self::Consented => f.write_str("the person allowed the client in"),
            Self::Denied => f.write_str("the person refused the client"),
            Self::FamilyRevoked => f.write_str("a used credential came back: all its tokens were revoked"),
            Self::ForeignToken => f.write_str("a token was shown that was never issued here"),
            Self::Given { arguments } => write!(f, "a call gave {} bytes of arguments", arguments.len()),
            Self::Received { method } => write!(f, "received {method}"),
            Self::Refreshed => f.write_str("a refresh token was exchanged for new tokens"),
            Self::RefreshRefused => f.write_str("a refresh was refused"),
            Self::Registered { name } => write!(f, "a client registered as “{name}”"),
            Self::Revoked => f.write_str("a token was given back and is dead"),
            Self::ScopeMissing { tool } => write!(f, "{tool} was refused: its token's scope is too narrow (403)"),
            Self::SessionClosed => f.write_str("a session ended"),
            Self::SessionOpened => f.write_str("a session began"),
            Self::TokenRefused { error } => write!(f, "the authorization server answered {error}"),
        }
    }
}

/// How often the things happened that stories count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Visits of the authorization endpoint.
    pub authorize_visits: usize,
    /// Tool executions.
    pub calls: usize,
    /// Answers 401.
    pub challenges: usize,
    /// Codes exchanged.
    pub codes_redeemed: usize,
    /// Tokens shown that were never issued here.
    pub foreign_tokens: usize,
    /// Refresh tokens exchanged, successfully.
    pub refreshes: usize,
    /// Refreshes refused.
    pub refreshes_refused: usize,
    /// Clients registered.
    pub registrations: usize,
    /// Tokens given back.
    pub revocations: usize,
}

impl Tally {
    /// Counts one more.
    pub(crate) fn count(&mut self, event: &Event) {
        match event {
            Event::AuthorizeVisited { .. } => self.authorize_visits += 1,
            Event::Called { .. } => self.calls += 1,
            Event::Challenged => self.challenges += 1,
            Event::CodeRedeemed => self.codes_redeemed += 1,
            Event::ForeignToken => self.foreign_tokens += 1,
            Event::Refreshed => self.refreshes += 1,
            Event::RefreshRefused => self.refreshes_refused += 1,
            Event::Registered { .. } => self.registrations += 1,
            Event::Revoked => self.revocations += 1,
            _ => {}
        }
    }
}

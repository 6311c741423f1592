//! What can go wrong between Keyholder and one MCP server.

use keyholder_http::HttpError;
use keyholder_model::permit::Mismatch;
use std::time::Duration;

/// Why there is no answer. An error that the server put into JSON-RPC is none of these: it is the answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UpstreamError {
    /// 403: the bearer is good for something else (`insufficient_scope`), or for nothing here.
    #[error("the server does not allow this with the present sign-in")]
    Forbidden {
        /// The raw `WWW-Authenticate` values.
        challenges: Vec<String>,
    },
    /// The answer is no JSON-RPC message, or is cut off in the middle of one.
    #[error("the server\u{2019}s answer is damaged")]
    Malformed,
    /// Connection, TLS, name, redirect: see the source.
    #[error(transparent)]
    Network(HttpError),
    /// A request was answered with success and nothing else.
    #[error("the server accepted the request (status {status}) but gave no answer")]
    NoAnswer {
        /// The status.
        status: u16,
    },
    /// The server speaks revisions that Keyholder does not.
    #[error("the server speaks {theirs}; Keyholder speaks {ours}", theirs = list(.theirs), ours = list(.ours))]
    NoCommonVersion {
        /// What the server named.
        theirs: Vec<String>,
        /// What Keyholder speaks.
        ours: Vec<String>,
    },
    /// Whatever is there, it does not speak MCP.
    #[error("{url} is not an MCP server (status {status}, content type {content_type})")]
    NotMcp {
        /// The address, without query values.
        url: String,
        /// The status.
        status: u16,
        /// The content type, or `none`.
        content_type: String,
    },
    /// What was to be sent is not what was permitted: nothing left.
    #[error(transparent)]
    Permit(#[from] Mismatch),
    /// The server refused the greeting with a JSON-RPC error.
    #[error("the server refuses to begin: {message} ({code})")]
    Refused {
        /// The JSON-RPC error code.
        code: i64,
        /// At most 200 safe characters.
        message: String,
    },
    /// A legacy session ended (404). Nothing was done; a new link begins a new session.
    #[error("the server has forgotten this session")]
    SessionLost,
    /// A status without a JSON-RPC answer.
    #[error("the server answered with status {status}{}", quoted(.excerpt))]
    Status {
        /// The status.
        status: u16,
        /// `Retry-After` in seconds form, at most a day.
        retry_after: Option<Duration>,
        /// At most 200 safe characters of its body.
        excerpt: String,
    },
    /// Time is up; whether the request was carried out is not known.
    #[error(transparent)]
    Timeout(HttpError),
    /// An answer or an event is larger than allowed.
    #[error("the server\u{2019}s answer is larger than the limit of {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// 401: no bearer, or one that is no longer good.
    #[error("the server asks for a sign-in")]
    Unauthorized {
        /// The raw `WWW-Authenticate` values.
        challenges: Vec<String>,
    },
    /// A result of a kind that nobody declared, or questions without end: it is no answer (T-051, T-204).
    #[error("the server\u{2019}s answer is no answer: {what}")]
    NotAnAnswer {
        /// What it is, at most 200 safe characters.
        what: String,
    },
    /// The stream ended before the answer; the server may have done what was asked (T-048).
    #[error("the connection ended before the answer; the server may have carried the request out")]
    UnknownOutcome,
    /// Something that must stand in a header cannot.
    #[error("the {what} cannot be sent: it holds characters that a header must not hold")]
    Unsendable {
        /// What it is.
        what: &'static str,
    },
}

impl UpstreamError {
    /// Whether the server may have carried the request out. If so, a `tools/call` must not be sent again (invariant 5).
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::Forbidden { .. }
            | Self::NoCommonVersion { .. }
            | Self::Permit(_)
            | Self::Refused { .. }
            | Self::SessionLost
            | Self::Unauthorized { .. }
            | Self::Unsendable { .. } => false,
            Self::Malformed
            | Self::NoAnswer { .. }
            | Self::NotAnAnswer { .. }
            | Self::NotMcp { .. }
            | Self::TooLarge { .. }
            | Self::UnknownOutcome => true,
            Self::Network(why) | Self::Timeout(why) => why.may_have_been_sent(),
            // A 4xx says that the request itself was not acceptable; a 5xx may come from half-way.
            Self::Status { status, .. } => !(400..500).contains(status),
        }
    }
}

impl UpstreamError {
    /// Whether the way to the server is at fault, not the server.
    pub fn is_network(&self) -> bool {
        matches!(self, Self::Network(_) | Self::Timeout(_))
    }
}

impl From<HttpError> for UpstreamError {
    fn from(why: HttpError) -> Self {
        match why {
            HttpError::TooLarge { limit, .. } => Self::TooLarge { limit },
            HttpError::Timeout { .. } => Self::Timeout(why),
            other => Self::Network(other),
        }
    }
}

/// At most 200 characters of a server's text, fit for a line that a person reads: no control and no direction-changing
/// characters, white space folded (catalogue case 122).
pub(crate) fn excerpt(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text.get(..2048).unwrap_or(text));
    let mut safe = String::new();
    let words = text.split_whitespace().flat_map(|word| std::iter::once(' ').chain(word.chars())).skip(1);
    safe.extend(words.filter(|c| !keyholder_model::untrusted::is_deceptive(*c)).take(200));
    safe
}

fn quoted(excerpt: &str) -> String {
    if excerpt.is_empty() { String::new() } else { format!(": \u{201c}{excerpt}\u{201d}") }
}

fn list(versions: &[String]) -> String {
    if versions.is_empty() { "no known revision".to_owned() } else { versions.join(", ") }
}

//! What the audit log remembers, in the words of all rooms.

/// How a request ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The host or the person stopped it.
    Cancel,
    /// An answer arrived.
    Complete {
        /// Size of the answer in bytes.
        bytes: u64,
        /// Time from sending to the last byte, in milliseconds.
        millis: u64,
    },
    /// No answer, or none of use.
    Fault {
        /// Whose fault.
        whose: Whose,
        /// One sentence, free of secrets.
        what: String,
    },
    /// It was sent and nobody can tell whether the server acted on it.
    Unknown,
}

/// Whose fault it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whose {
    /// The authorization server.
    AuthorizationServer,
    /// The host app.
    Caller,
    /// Keyholder itself.
    Keyholder,
    /// The network in between.
    Network,
    /// The person said no, or nothing.
    Person,
    /// A rule forbade it.
    Policy,
    /// The MCP server.
    Server,
}

impl Whose {
    /// The word in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationServer => "authorization_server",
            Self::Caller => "caller",
            Self::Keyholder => "keyholder",
            Self::Network => "network",
            Self::Person => "person",
            Self::Policy => "policy",
            Self::Server => "server",
        }
    }
}

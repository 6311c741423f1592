//! Why an order was not carried out.

use serde::{Deserialize, Serialize};

/// The closed list of reasons. The door that shows them has a sentence for each, and the command line an exit code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// A name is taken already, or a file changed meanwhile.
    Conflict,
    /// The configuration or a rule file does not parse.
    ConfigInvalid,
    /// The person, or a rule, said no.
    Denied,
    /// A fault of Keyholder's own.
    Internal,
    /// What was given is not what this order takes.
    Invalid,
    /// The keychain cannot be used, or is locked.
    Keychain,
    /// Keyholder is locked.
    Locked,
    /// The server or the authorization server could not be reached.
    Network,
    /// Nothing has that name.
    NotFound,
    /// This needs the person, and the broker has no face to ask at.
    NoFace,
    /// The server wants a sign-in first.
    SignInNeeded,
    /// Nobody answered in time.
    TimedOut,
    /// An answer came before the question can have been read.
    TooSoon,
    /// The server, or the authorization server, answered with an error.
    Upstream,
    /// Command and broker speak different versions.
    Version,
}

/// Why an order was not carried out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ConsoleError {
    /// Which of the reasons.
    pub code: Code,
    /// What it is about: a server's name, a file's path.
    pub subject: Option<String>,
    /// One sentence more, free of secrets. It may quote a server: escape it before showing it.
    pub detail: Option<String>,
}

impl ConsoleError {
    /// An error with nothing more to say.
    pub fn new(code: Code) -> Self {
        Self { code, subject: None, detail: None }
    }

    /// An order that no door with a name takes, whoever gives it: see [`crate::order::Handling::Refuse`].
    pub fn face_only() -> Self {
        Self::new(Code::Denied).because("a question is answered at Keyholder\u{2019}s own face and nowhere else")
    }

    /// Names what it is about.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Adds one sentence, without secrets.
    #[must_use]
    pub fn because(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

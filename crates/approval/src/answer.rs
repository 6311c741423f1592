//! What a person may answer.

use std::fmt;

/// The person's answer to one question. A finer one (for some minutes, until the app quits) is one more variant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Yes, and do not ask again: whoever takes the answer writes a rule.
    AllowAlways,
    /// Yes, to this one request.
    AllowOnce,
    /// No, to this one request.
    Deny,
    /// No, and do not ask again: whoever takes the answer writes a rule.
    DenyAndBlock,
}

/// How many of several identical calls that wait for the same question an answer serves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// All of them.
    Every,
    /// One; the others are asked about anew.
    One,
}

impl Answer {
    /// How many of the identical calls that wait it serves. A no is meant for all of them; a single yes for one.
    pub fn reach(self) -> Reach {
        match self {
            Self::AllowOnce => Reach::One,
            Self::AllowAlways | Self::Deny | Self::DenyAndBlock => Reach::Every,
        }
    }

    /// What remains of it for the next identical call, where the host had given up waiting (T-242): once, never for good. What
    /// lasts is a rule, and rules are written from the [`crate::Receipt`].
    #[must_use]
    pub fn if_late(self) -> Self {
        match self {
            Self::AllowAlways | Self::AllowOnce => Self::AllowOnce,
            Self::Deny | Self::DenyAndBlock => Self::Deny,
        }
    }

    /// The request may run.
    pub fn allows(self) -> bool {
        match self {
            Self::AllowAlways | Self::AllowOnce => true,
            Self::Deny | Self::DenyAndBlock => false,
        }
    }

    /// The word in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AllowAlways => "allow always",
            Self::AllowOnce => "allow once",
            Self::Deny => "deny",
            Self::DenyAndBlock => "deny and block",
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

//! The two scopes of the practice server.

use std::fmt;

/// What a token may do. Reading is in every scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scopes {
    /// `notes:read`
    Read,
    /// `notes:read notes:write`
    ReadWrite,
}

impl Scopes {
    /// From a scope parameter (RFC 6749 §3.3); none where a word is unknown. No words at all mean reading.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut scopes = Self::Read;
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            match word {
                "notes:read" => {}
                "notes:write" => scopes = Self::ReadWrite,
                _ => return None,
            }
        }
        Some(scopes)
    }

    /// Whether everything in `other` is in this too.
    pub(crate) fn covers(self, other: Self) -> bool {
        self == Self::ReadWrite || other == Self::Read
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "notes:read",
            Self::ReadWrite => "notes:read notes:write",
        })
    }
}

//! How much the person wants to be asked.

use std::fmt;
use std::str::FromStr;

/// How much the person wants to be asked, where no rule of theirs says otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum AskMode {
    /// What only looks runs; the rest is asked about.
    #[default]
    Balanced,
    /// Everything is asked about.
    Careful,
    /// For a week: what looks or changes runs and is listed, so that the person can settle it afterwards.
    Learning,
}

impl AskMode {
    /// The word in rules and in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::Careful => "careful",
            Self::Learning => "learning",
        }
    }
}

impl fmt::Display for AskMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no mode.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a mode is one of balanced, careful and learning")]
pub struct UnknownMode;

impl FromStr for AskMode {
    type Err = UnknownMode;

    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        [Self::Balanced, Self::Careful, Self::Learning]
            .into_iter()
            .find(|mode| mode.as_str() == text)
            .ok_or(UnknownMode)
    }
}

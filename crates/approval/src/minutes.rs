//! How long a temporary yes lasts.

use std::fmt;
use std::time::Duration;

/// 1 to [`Minutes::MOST`] minutes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Minutes(u16);

/// A number of minutes that no answer may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an answer lasts 1 to {most} minutes", most = Minutes::MOST)]
pub struct NotMinutes;

impl Minutes {
    /// Twelve hours: a temporary yes ends with the day on which it was given.
    pub const MOST: u16 = 720;

    /// So many minutes; none where they are too few or too many.
    pub const fn new(minutes: u16) -> Option<Self> {
        if minutes >= 1 && minutes <= Self::MOST { Some(Self(minutes)) } else { None }
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The same as a span of time.
    pub const fn duration(self) -> Duration {
        Duration::from_mins(self.0 as u64)
    }
}

impl TryFrom<u16> for Minutes {
    type Error = NotMinutes;

    fn try_from(minutes: u16) -> Result<Self, NotMinutes> {
        Self::new(minutes).ok_or(NotMinutes)
    }
}

impl fmt::Display for Minutes {
    /// `1 minute`, `60 minutes`, `12 hours`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("1 minute"),
            minutes if minutes > 60 && minutes % 60 == 0 => write!(f, "{} hours", minutes / 60),
            minutes => write!(f, "{minutes} minutes"),
        }
    }
}

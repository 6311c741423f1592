//! The input guard: what is typed or clicked before a question can have been read is no answer (cases 195, 196).

use std::time::Duration;

/// How long after a question came into view no answer is taken. Not longer: delays of seconds teach people to click ahead.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Guard(Duration);

impl Guard {
    /// No setting goes below it: typing runs at about five keys a second.
    pub const LEAST: Duration = Duration::from_millis(250);
    /// No setting goes above it.
    pub const MOST: Duration = Duration::from_secs(2);

    /// This long, or as near to it as may be.
    pub fn near(wanted: Duration) -> Self {
        Self(wanted.clamp(Self::LEAST, Self::MOST))
    }

    /// The time itself.
    pub const fn duration(self) -> Duration {
        self.0
    }
}

impl Default for Guard {
    /// 400 ms.
    fn default() -> Self {
        Self(Duration::from_millis(400))
    }
}

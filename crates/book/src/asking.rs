//! How much the person wants to be asked.

use crate::book::Book;
use crate::text;
use keyholder_model::asking::AskMode;
use keyholder_model::clock::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a learning week lasts.
pub const LEARNING: Duration = Duration::from_hours(7 * 24);

/// How much the person wants to be asked.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Asking {
    /// The mode that they chose.
    #[serde(with = "text")]
    mode: AskMode,
    /// Since when they learn.
    #[serde(default, with = "text::moment_or_none")]
    since: Option<Timestamp>,
}

impl Asking {
    /// The mode that counts now: a learning week that is over leaves the balanced one. A clock that was turned back to before the
    /// week began ends it as well.
    pub fn mode(&self, now: Timestamp) -> AskMode {
        match (self.mode, self.since) {
            (AskMode::Learning, Some(since)) if now >= since && now.since(since) < LEARNING => AskMode::Learning,
            (AskMode::Learning, _) => AskMode::Balanced,
            (mode, _) => mode,
        }
    }

    /// When the learning week began, if it was chosen: what was learned since is to be settled.
    pub fn learning_since(&self) -> Option<Timestamp> {
        self.since
    }
}

impl Book {
    /// The person chose a mode.
    pub fn set_mode(&mut self, mode: AskMode, now: Timestamp) {
        self.asking = Asking { mode, since: (mode == AskMode::Learning).then_some(now) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_learning_week_ends_by_itself_whichever_way_the_clock_is_turned() {
        let mut book = Book::default();
        let start = Timestamp::from_millis(1_000_000);
        book.set_mode(AskMode::Learning, start);
        assert_eq!(book.asking.mode(start.plus(LEARNING / 2)), AskMode::Learning);
        assert_eq!(book.asking.mode(start.plus(LEARNING)), AskMode::Balanced);
        assert_eq!(book.asking.mode(Timestamp::from_millis(0)), AskMode::Balanced);
        book.set_mode(AskMode::Careful, start);
        assert_eq!(book.asking.mode(start), AskMode::Careful);
    }
}

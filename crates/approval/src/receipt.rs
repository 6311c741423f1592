//! What an answer did.

use crate::answer::Answer;
use crate::question::Question;
use std::time::Duration;

/// What an answer did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The question, as it was shown. The rule of an answer that lasts is written from it.
    pub question: Question,
    /// The answer, as it was given.
    pub answer: Answer,
    /// Whom it reached.
    pub landing: Landing,
    /// How long the person took: from when the question came into view, or, where no face says so, from when it was asked.
    pub took: Duration,
}

impl Receipt {
    /// How many more calls an [`Answer::AllowTimes`] is good for, beside those that it reached or that it waits for; 0 for every
    /// other answer.
    pub fn times_left(&self) -> u8 {
        let Answer::AllowTimes(times) = self.answer else { return 0 };
        let served = match self.landing {
            Landing::Delivered { calls } => u8::try_from(calls).unwrap_or(u8::MAX),
            Landing::Parked => 1,
        };
        times.saturating_sub(served)
    }
}

/// Whom an answer reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Landing {
    /// So many waiting calls.
    Delivered {
        /// How many; at least one.
        calls: usize,
    },
    /// Nobody waited any more: the answer is parked for the next identical request.
    Parked,
}

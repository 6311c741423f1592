//! How well the person can still pay attention: who is asked too much says yes to everything.

use std::collections::VecDeque;
use std::time::Duration;

/// How the last [`LATELY`] questions ended.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Attention {
    /// So many questions are counted here.
    pub asked: usize,
    /// So many were answered with yes.
    pub allowed: usize,
    /// So many were answered with no.
    pub denied: usize,
    /// So many ended without an answer: nobody came, or the app no longer waited.
    pub unanswered: usize,
    /// Half of the answers took no longer than this. A time runs from when the question came into view, or, where no face says
    /// so, from when it was asked.
    pub median_to_decide: Option<Duration>,
    /// So many of a hundred answers were yes, rounded down; none where there was no answer.
    pub acceptance_percent: Option<u8>,
    /// What a person who waves everything through should be told, one sentence.
    pub nudge: Option<String>,
}

/// So many questions are remembered.
pub const LATELY: usize = 200;

/// How one question ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ended {
    Allowed(Duration),
    Denied(Duration),
    Unanswered,
}

/// How the last questions ended, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Decisions(VecDeque<Ended>);

impl Decisions {
    pub(crate) fn note(&mut self, ended: Ended) {
        if self.0.len() >= LATELY {
            self.0.pop_front();
        }
        self.0.push_back(ended);
    }

    pub(crate) fn attention(&self) -> Attention {
        let mut times = Vec::with_capacity(self.0.len());
        let (mut allowed, mut denied, mut unanswered) = (0_usize, 0_usize, 0);
        for ended in &self.0 {
            match *ended {
                Ended::Allowed(took) => {
                    allowed += 1;
                    times.push(took);
                }
                Ended::Denied(took) => {
                    denied += 1;
                    times.push(took);
                }
                Ended::Unanswered => unanswered += 1,
            }
        }
        times.sort_unstable();
        // Of an even number the lower of the two in the middle: no time is invented.
        let median = times.get(times.len().saturating_sub(1) / 2).copied();
        let percent = (allowed * 100).checked_div(allowed + denied);
        Attention {
            asked: self.0.len(),
            allowed,
            denied,
            unanswered,
            median_to_decide: median,
            acceptance_percent: percent.and_then(|percent| u8::try_from(percent).ok()),
            nudge: nudge(allowed, allowed + denied, median),
        }
    }
}

fn nudge(allowed: usize, answers: usize, median: Option<Duration>) -> Option<String> {
    let is_fast = median.is_some_and(|median| median < TOO_FAST);
    (is_fast && answers >= ENOUGH && allowed * 100 >= answers * TOO_WILLING).then(|| {
        format!(
            "You allowed {allowed} of the last {answers} requests, half of them in less than three seconds: allow what is always \
             the same with a narrow rule, so that you can read the rest."
        )
    })
}

/// Fewer answers say nothing.
const ENOUGH: usize = 20;
/// So many of a hundred are nearly all of them.
const TOO_WILLING: usize = 95;
/// Nobody reads a request in less.
const TOO_FAST: Duration = Duration::from_secs(3);

#[cfg(test)]
mod tests {
    use super::*;

    fn decisions(ended: impl IntoIterator<Item = Ended>) -> Attention {
        let mut decisions = Decisions::default();
        ended.into_iter().for_each(|ended| decisions.note(ended));
        decisions.attention()
    }

    fn yes(millis: u64) -> Ended {
        Ended::Allowed(Duration::from_millis(millis))
    }

    #[test]
    fn without_answers_nothing_is_claimed() {
        assert_eq!(decisions([]), Attention::default());
        let silent = decisions([Ended::Unanswered; 30]);
        assert_eq!((silent.acceptance_percent, silent.median_to_decide, silent.nudge), (None, None, None));
    }

    #[test]
    fn who_waves_everything_through_is_told() {
        let fast = decisions((0..20).map(|_| yes(2_900)));
        assert!(fast.nudge.is_some_and(|nudge| nudge.contains("20 of the last 20") && nudge.contains("three seconds")));
        for other in [
            decisions((0..19).map(|_| yes(900))),
            decisions((0..20).map(|_| yes(3_000))),
            decisions((0..18).map(|_| yes(900)).chain([Ended::Denied(Duration::ZERO); 2])),
        ] {
            assert_eq!(other.nudge, None);
        }
        assert!(decisions((0..19).map(|_| yes(900)).chain([Ended::Denied(Duration::ZERO)])).nudge.is_some());
    }

    #[test]
    fn only_the_last_questions_count() {
        let attention =
            decisions((0..LATELY).map(|_| Ended::Denied(Duration::ZERO)).chain((0..150).map(|_| yes(5_000))));
        assert_eq!((attention.asked, attention.allowed, attention.denied), (LATELY, 150, 50));
        assert_eq!(attention.acceptance_percent, Some(75));
        assert_eq!(attention.median_to_decide, Some(Duration::from_secs(5)));
    }
}

//! Answers that came after the host had given up: each serves the next identical request of the same app, once (T-242).

use crate::answer::Answer;
use crate::question::Question;
use std::collections::VecDeque;
use std::time::Duration;

/// How long a late answer, and a question whose host gave up, stay good.
pub const PARKED_FOR: Duration = Duration::from_mins(10);

/// A late answer that waits for the host to repeat the call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parked {
    /// The question that was answered.
    pub question: Question,
    /// What is left of the answer: [`Answer::AllowOnce`] or [`Answer::Deny`].
    pub answer: Answer,
    /// How long it is still good.
    pub left: Duration,
}

/// The parked answers, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Park {
    answers: VecDeque<(Question, Answer, Duration)>,
}

impl Park {
    /// Parks what is left of an answer. A newer one to the same request takes the place of the older.
    pub(crate) fn put(&mut self, question: Question, answer: Answer, now: Duration) {
        self.answers.retain(|(parked, ..)| !parked.is_same_as(&question));
        if self.answers.len() >= MOST {
            self.answers.pop_front();
        }
        self.answers.push_back((question, answer.if_late(), now + PARKED_FOR));
    }

    /// Takes the answer to this question's request: the second to ask finds none. A yes to what looked less harmful then is no yes
    /// to what is known to be worse now.
    pub(crate) fn take(&mut self, wanted: &Question, now: Duration) -> Option<Answer> {
        let covers = |parked: &Question, answer: Answer| !answer.allows() || wanted.brief.tier <= parked.brief.tier;
        self.take_where(|parked, answer| parked.is_same_as(wanted) && covers(parked, answer), now)
    }

    /// Takes the first answer that fits.
    pub(crate) fn take_where(&mut self, which: impl Fn(&Question, Answer) -> bool, now: Duration) -> Option<Answer> {
        self.expire(now);
        let place = self.answers.iter().position(|(question, answer, _)| which(question, *answer))?;
        self.answers.remove(place).map(|(_, answer, _)| answer)
    }

    pub(crate) fn forget(&mut self, which: impl Fn(&Question) -> bool) {
        self.answers.retain(|(question, ..)| !which(question));
    }

    pub(crate) fn list(&mut self, now: Duration) -> Vec<Parked> {
        self.expire(now);
        let view = |(question, answer, until): &(Question, Answer, Duration)| Parked {
            question: question.clone(),
            answer: *answer,
            left: until.saturating_sub(now),
        };
        self.answers.iter().map(view).collect()
    }

    fn expire(&mut self, now: Duration) {
        self.answers.retain(|(.., until)| *until > now);
    }
}

const MOST: usize = 100;

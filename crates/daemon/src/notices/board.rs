//! What there is to notify of at a moment. Not every question: one that the person answers at once needs no notification.

use super::bus::Text;
use keyholder_approval::Ending;
use keyholder_model::id::QuestionId;
use std::time::Duration;

/// A person who sees the window has begun to do something by then.
const NOTICED_WITHIN: Duration = Duration::from_secs(10);

/// What waits, and what was missed.
#[derive(Default)]
pub(super) struct Board {
    open: Vec<Open>,
    /// How many were missed, and the first of them.
    missed: usize,
    first_missed: Option<String>,
}

struct Open {
    id: QuestionId,
    what: String,
    asked: Duration,
    deadline: Duration,
}

impl Board {
    /// A question was put.
    pub(super) fn ask(&mut self, id: QuestionId, what: String, now: Duration, budget: Duration) {
        self.open.push(Open { id, what, asked: now, deadline: now.saturating_add(budget) });
    }

    /// A question ended. Whoever answers one is there, and has seen the others.
    pub(super) fn end(&mut self, id: QuestionId, ending: Ending, now: Duration) {
        let ended = self.open.iter().position(|open| open.id == id).map(|place| self.open.remove(place));
        match (ending, ended) {
            (Ending::Answered, _) => self.forget(),
            // An app that takes its call back soon has not been kept waiting.
            (Ending::Unanswered, Some(open)) if now.saturating_sub(open.asked) >= NOTICED_WITHIN => {
                self.miss(open.what);
            }
            (Ending::Unanswered, _) => {}
        }
    }

    /// Time went by: nobody waits any more for some of the questions.
    pub(super) fn pass(&mut self, now: Duration) {
        let missed: Vec<_> = self.open.extract_if(.., |open| open.deadline <= now).map(|open| open.what).collect();
        for what in missed {
            self.miss(what);
        }
    }

    /// A person may be away for days: how many there were is all that is kept of the others.
    fn miss(&mut self, what: String) {
        self.missed += 1;
        self.first_missed.get_or_insert(what);
    }

    /// What was missed has been looked at.
    pub(super) fn forget(&mut self) {
        self.missed = 0;
        self.first_missed = None;
    }

    /// What to say of questions that wait; at once while the person is away, and else once they had time to see the window.
    pub(super) fn waiting(&self, now: Duration, is_away: bool) -> Option<Text> {
        let is_due = |open: &&Open| is_away || now.saturating_sub(open.asked) >= NOTICED_WITHIN;
        let due: Vec<_> = self.open.iter().filter(is_due).map(|open| &open.what).collect();
        let (summary, body) = match due[..] {
            [] => return None,
            [one] => (one.clone(), "It waits for your answer in Keyholder."),
            _ => (format!("{} questions wait for you", due.len()), "They wait for your answer in Keyholder."),
        };
        Some(Text { summary, body })
    }

    /// What to say of questions that nobody answered.
    pub(super) fn missed(&self) -> Option<Text> {
        let first = self.first_missed.as_ref()?;
        let (summary, body) = match self.missed {
            1 => (format!("Nobody answered: {first}"), "It was not done."),
            all => (format!("{all} questions were not answered"), "None of it was done."),
        };
        Some(Text { summary, body })
    }

    /// When there will be something else to say, should nothing happen.
    pub(super) fn next(&self, now: Duration) -> Option<Duration> {
        let moments = self.open.iter().flat_map(|open| [open.asked.saturating_add(NOTICED_WITHIN), open.deadline]);
        moments.filter(|at| *at > now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: Duration = Duration::from_secs(50);

    fn id(number: u8) -> QuestionId {
        format!("01ARZ3NDEKTSV4RRFFQ69G5FA{number}").parse().unwrap()
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn board(questions: u8) -> Board {
        let mut board = Board::default();
        (0..questions).for_each(|number| board.ask(id(number), format!("what {number}"), at(0), BUDGET));
        board
    }

    #[test]
    fn a_person_who_is_there_is_left_alone_at_first() {
        let board = board(1);
        assert_eq!(board.waiting(at(9), false), None);
        assert_eq!(board.next(at(0)), Some(at(10)));
        assert_eq!(board.waiting(at(10), false).unwrap().summary, "what 0");
    }

    #[test]
    fn a_person_who_is_away_is_told_at_once() {
        assert_eq!(board(1).waiting(at(0), true).unwrap().summary, "what 0");
        assert_eq!(board(3).waiting(at(0), true).unwrap().summary, "3 questions wait for you");
    }

    #[test]
    fn what_nobody_answered_is_said_until_somebody_is_there() {
        let mut board = board(3);
        board.end(id(0), Ending::Unanswered, at(30));
        assert_eq!(board.missed().unwrap().summary, "Nobody answered: what 0");
        assert_eq!(board.next(at(30)), Some(at(50)));
        board.pass(at(50));
        assert_eq!(board.missed().unwrap().summary, "3 questions were not answered");
        assert_eq!((board.waiting(at(50), true), board.next(at(50))), (None, None), "nobody waits any more");
        board.end(id(1), Ending::Answered, at(60));
        assert_eq!(board.missed(), None);
    }

    #[test]
    fn what_an_app_soon_takes_back_was_not_missed() {
        let mut board = board(2);
        board.end(id(0), Ending::Unanswered, at(2));
        board.end(id(1), Ending::Answered, at(3));
        assert_eq!((board.missed(), board.waiting(at(20), true)), (None, None));
    }

    #[test]
    fn what_was_looked_at_is_not_said_again() {
        let mut board = board(1);
        board.pass(BUDGET);
        board.forget();
        assert_eq!(board.missed(), None);
    }
}

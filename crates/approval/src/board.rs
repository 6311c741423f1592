//! What lies on the desk: open questions, who waits for each, and the transitions between their states.
//!
//! Plain data under the desk's one lock, no waiting and no calls outward: what the face must hear is put into `notices` in the
//! order in which it happened, and the desk tells it afterwards.

use crate::approver::Ending;
use crate::attention::{Decisions, Ended};
use crate::batch::{Batch, batches};
use crate::desk::Settled;
use crate::error::ApprovalError;
use crate::flood::{Brake, Flood, OPEN_PER_SERVER, OPEN_TOTAL, refusal};
use crate::guard::Guard;
use crate::parked::{PARKED_FOR, Park};
use crate::question::Question;
use crate::queue::{Queued, queued};
use keyholder_model::id::QuestionId;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::oneshot;

mod answering;

/// Everything on the desk.
#[derive(Debug, Default)]
pub(crate) struct Board {
    open: Vec<Open>,
    closed: VecDeque<(QuestionId, Closed)>,
    pub(crate) park: Park,
    pub(crate) flood: Flood,
    pub(crate) decisions: Decisions,
    pub(crate) guard: Guard,
    pub(crate) notices: VecDeque<Notice>,
    pub(crate) telling: Telling,
    tickets: u64,
}

/// One question that was shown.
#[derive(Debug)]
struct Open {
    question: Question,
    waiters: Vec<Waiter>,
    /// Some host was told that the question stays open, so it does when nobody waits.
    promised: Promised,
    since: Duration,
    /// When a face first said that it displays it.
    seen: Option<Duration>,
    /// From when answers are not taken for a while.
    guarded_from: Option<Duration>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Promised {
    No,
    Yes,
}

/// One call that waits. It keeps its own question: it may have to be asked by itself.
#[derive(Debug)]
struct Waiter {
    ticket: u64,
    question: Question,
    reply: oneshot::Sender<Settled>,
}

/// How a question ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Closed {
    Answered,
    Edited,
    Expired,
    Withdrawn,
}

/// What the face must hear.
#[derive(Debug)]
pub(crate) enum Notice {
    Paused(Brake, Duration),
    Show(Box<Question>),
    Withdraw(QuestionId, Ending),
}

/// Whether some thread is telling the face just now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Telling {
    #[default]
    Nobody,
    Somebody,
}

/// What became of a new question.
pub(crate) enum Entered {
    Settled(Settled),
    Waits(u64, oneshot::Receiver<Settled>),
}

impl Board {
    /// Lays a question on the desk, or joins the open one about the same thing.
    pub(crate) fn enter(&mut self, question: Question, now: Duration) -> Entered {
        self.expire(now);
        // First of all, in the same step: an answer that came late is there for exactly this repetition.
        if let Some(answer) = self.park.take(&question, now) {
            return Entered::Settled(Settled::Answered(answer));
        }
        if let Some(why) = self.flood.refusal(&question, now) {
            return nobody(why);
        }
        // Invariant: a click on a question that has ended never finds another one under its id.
        if self.knows(question.id) {
            return nobody("the id of the question was used before");
        }
        let (reply, answer) = oneshot::channel();
        self.tickets += 1;
        let waiter = Waiter { ticket: self.tickets, question, reply };
        if let Some(open) = self.open.iter_mut().find(|open| open.question.reads_as(&waiter.question)) {
            if open.waiters.len() >= MOST_WAITERS {
                return nobody(TOO_MANY);
            }
            open.waiters.push(waiter);
            return Entered::Waits(self.tickets, answer);
        }
        let of_server = self.open.iter().filter(|open| open.question.server == waiter.question.server).count();
        if self.open.len() >= OPEN_TOTAL || of_server >= OPEN_PER_SERVER {
            return nobody(TOO_MANY);
        }
        if let Some((brake, until)) = self.flood.asks_too_often(&waiter.question.app, now) {
            let why = refusal(&brake, until.saturating_sub(now));
            self.announce(Some((brake, until)));
            return nobody(why);
        }
        self.show(vec![waiter], now);
        Entered::Waits(self.tickets, answer)
    }

    /// Opens the question of the first of these calls, for all of them.
    fn show(&mut self, waiters: Vec<Waiter>, now: Duration) {
        let Some(first) = waiters.first() else { return };
        let question = first.question.clone();
        self.flood.shown(&question.app, now);
        self.notices.push_back(Notice::Show(Box::new(question.clone())));
        let promised = Promised::No;
        self.open.push(Open { question, waiters, promised, since: now, seen: None, guarded_from: None });
    }

    fn announce(&mut self, pulled: Option<(Brake, Duration)>) {
        self.notices.extend(pulled.map(|(brake, until)| Notice::Paused(brake, until)));
    }

    /// The call's time is up. Says whether it still waited; if not, its answer has been sent.
    pub(crate) fn give_up(&mut self, ticket: u64) -> bool {
        let Some((open, place)) = self.waiting(ticket) else { return false };
        open.waiters.remove(place);
        open.promised = Promised::Yes;
        true
    }

    /// The call is gone. A question that nobody waits for, and that nobody was promised, goes with it.
    pub(crate) fn leave(&mut self, ticket: u64) {
        let Some((open, place)) = self.waiting(ticket) else { return };
        open.waiters.remove(place);
        if open.waiters.is_empty() && open.promised == Promised::No {
            let id = open.question.id;
            self.remove(id, Closed::Withdrawn);
        }
    }

    /// Takes a question back: its calls are told.
    pub(crate) fn withdraw(&mut self, id: QuestionId) {
        // Dropping the senders tells the calls.
        self.remove(id, Closed::Withdrawn);
    }

    /// Takes back every question that fits.
    pub(crate) fn withdraw_where(&mut self, which: impl Fn(&Question) -> bool) {
        for id in self.ids(which) {
            self.withdraw(id);
        }
    }

    /// Whether a face has said that it displays this question.
    pub(crate) fn is_seen(&self, id: QuestionId) -> bool {
        self.open.iter().any(|open| open.question.id == id && open.seen.is_some())
    }

    /// The open question of this id.
    pub(crate) fn question(&self, id: QuestionId) -> Result<Question, ApprovalError> {
        let open = self.open.iter().find(|open| open.question.id == id);
        open.map(|open| open.question.clone()).ok_or_else(|| self.why_not(id))
    }

    /// The open questions, in the order in which they are shown.
    pub(crate) fn queue(&mut self, now: Duration) -> Vec<Queued> {
        self.expire(now);
        queued(&self.open.iter().map(|open| &open.question).collect::<Vec<_>>())
    }

    /// The open questions that can be looked at together.
    pub(crate) fn batches(&mut self, now: Duration) -> Vec<Batch> {
        self.expire(now);
        batches(self.open.iter().map(|open| &open.question))
    }

    /// Ends questions that nobody waits for any more and that have lain open too long.
    pub(crate) fn expire(&mut self, now: Duration) {
        let is_old = |open: &&Open| open.waiters.is_empty() && now.saturating_sub(open.since) >= PARKED_FOR;
        let old: Vec<_> = self.open.iter().filter(is_old).map(|open| open.question.id).collect();
        for id in old {
            self.remove(id, Closed::Expired);
        }
    }

    fn remove(&mut self, id: QuestionId, how: Closed) -> Option<Open> {
        let place = self.open.iter().position(|open| open.question.id == id)?;
        if self.closed.len() >= REMEMBERED {
            self.closed.pop_front();
        }
        self.closed.push_back((id, how));
        let ending = match how {
            Closed::Answered | Closed::Edited => Ending::Answered,
            Closed::Expired | Closed::Withdrawn => Ending::Unanswered,
        };
        if ending == Ending::Unanswered {
            self.decisions.note(Ended::Unanswered);
        }
        self.notices.push_back(Notice::Withdraw(id, ending));
        Some(self.open.remove(place))
    }

    fn find(&mut self, id: QuestionId) -> Option<&mut Open> {
        self.open.iter_mut().find(|open| open.question.id == id)
    }

    fn ids(&self, which: impl Fn(&Question) -> bool) -> Vec<QuestionId> {
        self.open.iter().map(|open| &open.question).filter(|question| which(question)).map(|it| it.id).collect()
    }

    /// Whether the id is, or was lately, the id of a question that is asked here.
    fn knows(&self, id: QuestionId) -> bool {
        let is_open =
            |open: &Open| open.question.id == id || open.waiters.iter().any(|waiter| waiter.question.id == id);
        self.open.iter().any(is_open) || self.closed.iter().any(|(closed, _)| *closed == id)
    }

    fn waiting(&mut self, ticket: u64) -> Option<(&mut Open, usize)> {
        self.open.iter_mut().find_map(|open| {
            let place = open.waiters.iter().position(|waiter| waiter.ticket == ticket)?;
            Some((open, place))
        })
    }

    fn why_not(&self, id: QuestionId) -> ApprovalError {
        match self.closed.iter().rev().find(|(closed, _)| *closed == id) {
            Some((_, Closed::Answered | Closed::Edited)) => ApprovalError::AlreadyAnswered(id),
            Some((_, Closed::Expired)) => ApprovalError::Expired(id),
            Some((_, Closed::Withdrawn)) => ApprovalError::Withdrawn(id),
            None => ApprovalError::Unknown(id),
        }
    }
}

fn nobody(why: impl Into<String>) -> Entered {
    Entered::Settled(Settled::Nobody { why: why.into() })
}

const TOO_MANY: &str = "too many questions are waiting";
/// Identical calls that may wait for one question.
const MOST_WAITERS: usize = 32;
/// Ended questions of which the desk still knows how they ended.
const REMEMBERED: usize = 256;

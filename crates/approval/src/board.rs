//! What lies on the desk: open questions, who waits for each, and the transitions between their states.
//!
//! Plain data under the desk's one lock, no waiting and no calls outward: what the face must hear is put into `notices` in the
//! order in which it happened, and the desk tells it afterwards.

use crate::answer::{Answer, Reach};
use crate::desk::Settled;
use crate::error::ApprovalError;
use crate::flood::{Flood, OPEN_PER_SERVER, OPEN_TOTAL};
use crate::parked::{PARKED_FOR, Park};
use crate::question::Question;
use keyholder_model::id::QuestionId;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::oneshot;

/// What an answer did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The question, as it was shown. Whoever answered for good (`AllowAlways`, `DenyAndBlock`) writes the rule from it.
    pub question: Question,
    /// Whom it reached.
    pub landing: Landing,
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

/// Everything on the desk.
#[derive(Debug, Default)]
pub(crate) struct Board {
    open: Vec<Open>,
    closed: VecDeque<(QuestionId, Closed)>,
    pub(crate) park: Park,
    pub(crate) flood: Flood,
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
    Expired,
    Withdrawn,
}

/// What the face must hear.
#[derive(Debug)]
pub(crate) enum Notice {
    Show(Box<Question>),
    Withdraw(QuestionId),
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
        if let Some(answer) = self.park.take(&question.app, &question.request, now) {
            return Entered::Settled(Settled::Answered(answer));
        }
        if let Some(why) = self.flood.refusal(&question.server, now) {
            return Entered::Settled(Settled::Nobody { why });
        }
        let (reply, answer) = oneshot::channel();
        self.tickets += 1;
        let waiter = Waiter { ticket: self.tickets, question, reply };
        if let Some(open) = self.open.iter_mut().find(|open| open.question.is_same_as(&waiter.question)) {
            if open.waiters.len() >= MOST_WAITERS {
                return too_many();
            }
            open.waiters.push(waiter);
            return Entered::Waits(self.tickets, answer);
        }
        let of_server = self.open.iter().filter(|open| open.question.server == waiter.question.server).count();
        let id_is_used = self.open.iter().any(|open| open.question.id == waiter.question.id);
        if self.open.len() >= OPEN_TOTAL || of_server >= OPEN_PER_SERVER || id_is_used {
            return too_many();
        }
        self.show(vec![waiter], now);
        Entered::Waits(self.tickets, answer)
    }

    /// Opens the question of the first of these calls, for all of them.
    fn show(&mut self, waiters: Vec<Waiter>, now: Duration) {
        let Some(first) = waiters.first() else { return };
        let question = first.question.clone();
        self.notices.push_back(Notice::Show(Box::new(question.clone())));
        self.open.push(Open { question, waiters, promised: Promised::No, since: now });
    }

    /// The person's answer. Takes the question off the desk, so that no second one finds it.
    pub(crate) fn answer(&mut self, id: QuestionId, answer: Answer, now: Duration) -> Result<Receipt, ApprovalError> {
        self.expire(now);
        let open = self.remove(id, Closed::Answered).ok_or_else(|| self.why_not(id))?;
        if !answer.allows() {
            self.flood.denied(&open.question.server, now);
        }
        let mut waiters = open.waiters.into_iter();
        let mut calls = 0;
        for waiter in waiters.by_ref() {
            // A receiver is dropped only after its call left the desk, so that this reaches it.
            if waiter.reply.send(Settled::Answered(answer)).is_ok() {
                calls += 1;
                if answer.reach() == Reach::One {
                    break;
                }
            }
        }
        self.show(waiters.collect(), now);
        let landing = if calls > 0 {
            Landing::Delivered { calls }
        } else {
            self.park.put(open.question.clone(), answer, now);
            Landing::Parked
        };
        Ok(Receipt { question: open.question, landing })
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
        let ids: Vec<_> = self.open.iter().filter(|open| which(&open.question)).map(|open| open.question.id).collect();
        for id in ids {
            self.withdraw(id);
        }
    }

    /// The open questions, oldest first.
    pub(crate) fn questions(&mut self, now: Duration) -> Vec<Question> {
        self.expire(now);
        self.open.iter().map(|open| open.question.clone()).collect()
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
        self.notices.push_back(Notice::Withdraw(id));
        Some(self.open.remove(place))
    }

    fn waiting(&mut self, ticket: u64) -> Option<(&mut Open, usize)> {
        self.open.iter_mut().find_map(|open| {
            let place = open.waiters.iter().position(|waiter| waiter.ticket == ticket)?;
            Some((open, place))
        })
    }

    fn why_not(&self, id: QuestionId) -> ApprovalError {
        match self.closed.iter().rev().find(|(closed, _)| *closed == id) {
            Some((_, Closed::Answered)) => ApprovalError::AlreadyAnswered(id),
            Some((_, Closed::Expired)) => ApprovalError::Expired(id),
            Some((_, Closed::Withdrawn)) => ApprovalError::Withdrawn(id),
            None => ApprovalError::Unknown(id),
        }
    }
}

fn too_many() -> Entered {
    Entered::Settled(Settled::Nobody { why: "too many questions are waiting".to_owned() })
}

/// Identical calls that may wait for one question.
const MOST_WAITERS: usize = 32;
/// Ended questions of which the desk still knows how they ended.
const REMEMBERED: usize = 256;

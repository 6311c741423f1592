//! Answers: what must be true before one counts, and whom it reaches.

use super::{Board, Closed};
use crate::answer::{Answer, Reach};
use crate::attention::Ended;
use crate::batch::BatchAnswer;
use crate::desk::Settled;
use crate::error::ApprovalError;
use crate::offers::Choice;
use crate::question::Question;
use crate::receipt::{Landing, Receipt};
use keyholder_model::digest::Digest;
use keyholder_model::id::QuestionId;
use keyholder_model::server::ServerName;
use std::sync::Arc;
use std::time::Duration;

impl Board {
    /// The face shows this question from now on, or anew: its guard begins.
    pub(crate) fn shown(&mut self, id: QuestionId, now: Duration) {
        self.expire(now);
        if let Some(open) = self.find(id) {
            open.seen.get_or_insert(now);
            open.guarded_from = Some(now);
        }
    }

    /// The question has been in view since then. For the time that an answer takes; no guard begins.
    pub(crate) fn seen_since(&mut self, id: QuestionId, since: Duration, now: Duration) {
        if let Some(open) = self.find(id) {
            open.seen.get_or_insert(since.min(now).max(open.since));
        }
    }

    /// The person's answer to what was shown.
    pub(crate) fn answer(
        &mut self,
        id: QuestionId,
        shown: &Digest,
        answer: Answer,
        now: Duration,
    ) -> Result<Receipt, ApprovalError> {
        self.expire(now);
        self.check(id, shown, answer, now)?;
        let receipt = self.settle(id, answer, now)?;
        self.brake(std::slice::from_ref(&receipt), now);
        Ok(receipt)
    }

    /// One answer to each of the questions listed, and to no other.
    pub(crate) fn answer_batch(
        &mut self,
        listed: &[(QuestionId, Digest)],
        answer: BatchAnswer,
        now: Duration,
    ) -> Vec<Result<Receipt, ApprovalError>> {
        self.expire(now);
        // All are looked at before any is settled: the remainder of one, shown anew, is not what the person saw.
        let checked: Vec<_> =
            listed.iter().map(|(id, shown)| self.check(*id, shown, answer.into(), now).map(|()| *id)).collect();
        let settled: Vec<_> = checked.into_iter().map(|id| self.settle(id?, answer.into(), now)).collect();
        let receipts: Vec<_> = settled.iter().flatten().cloned().collect();
        self.brake(&receipts, now);
        settled
    }

    /// The call that waits longest is to be looked at anew, with other arguments; whoever waits beside it is asked about by itself.
    pub(crate) fn edit(
        &mut self,
        id: QuestionId,
        shown: &Digest,
        arguments: Arc<str>,
        now: Duration,
    ) -> Result<Question, ApprovalError> {
        self.expire(now);
        let why_not = self.why_not(id);
        let open = self.find(id).ok_or(why_not)?;
        if open.question.request != *shown {
            return Err(ApprovalError::Changed(id));
        }
        if open.waiters.is_empty() {
            return Err(ApprovalError::Expired(id));
        }
        let Some(open) = self.remove(id, Closed::Edited) else { return Err(ApprovalError::Unknown(id)) };
        let mut waiters = open.waiters.into_iter();
        if let Some(first) = waiters.next() {
            // A receiver is dropped only after its call left the desk, so that this reaches it.
            let _ = first.reply.send(Settled::Edited(arguments));
        }
        self.show(waiters.collect(), now);
        Ok(open.question)
    }

    /// One more answer is on offer, before the two kinds of no.
    pub(crate) fn offer(&mut self, id: QuestionId, choice: Choice) -> bool {
        let Some(open) = self.find(id) else { return false };
        let choices = &mut open.question.offers.choices;
        let before = choices.iter().position(|choice| !choice.answer.allows()).unwrap_or(choices.len());
        choices.insert(before, choice);
        true
    }

    /// No, whatever is shown: a no needs neither digest nor guard.
    pub(crate) fn deny(&mut self, id: QuestionId, now: Duration) -> Result<Receipt, ApprovalError> {
        self.expire(now);
        let receipt = self.settle(id, Answer::Deny, now)?;
        self.brake(std::slice::from_ref(&receipt), now);
        Ok(receipt)
    }

    /// No to everything that is open about a server.
    pub(crate) fn deny_all_of(&mut self, server: &ServerName, now: Duration) -> Vec<Receipt> {
        self.expire(now);
        let ids = self.ids(|question| question.server == *server);
        let receipts: Vec<_> = ids.into_iter().filter_map(|id| self.settle(id, Answer::Deny, now).ok()).collect();
        self.brake(&receipts, now);
        receipts
    }

    /// Whether the answer counts: to this question, as it was shown, among those on offer, after a time in which it can be read.
    fn check(&mut self, id: QuestionId, shown: &Digest, answer: Answer, now: Duration) -> Result<(), ApprovalError> {
        let guard = self.guard.duration();
        let why_not = self.why_not(id);
        let open = self.find(id).ok_or(why_not)?;
        if open.question.request != *shown {
            return Err(ApprovalError::Changed(id));
        }
        if !open.question.takes(answer) {
            return Err(ApprovalError::NotOffered { id, answer });
        }
        if open.guarded_from.is_some_and(|from| now.saturating_sub(from) < guard) {
            open.guarded_from = Some(now);
            return Err(ApprovalError::TooSoon(id));
        }
        Ok(())
    }

    /// Takes the question off the desk, so that no second answer finds it, and tells as many calls as the answer reaches.
    fn settle(&mut self, id: QuestionId, answer: Answer, now: Duration) -> Result<Receipt, ApprovalError> {
        let open = self.remove(id, Closed::Answered).ok_or_else(|| self.why_not(id))?;
        let took = now.saturating_sub(open.seen.unwrap_or(open.since));
        self.decisions.note(if answer.allows() { Ended::Allowed(took) } else { Ended::Denied(took) });
        let most = match answer.reach() {
            Reach::Every => usize::MAX,
            Reach::UpTo(calls) => calls,
        };
        let (mut calls, mut others) = (0, Vec::new());
        for waiter in open.waiters {
            if calls >= most {
                others.push(waiter);
            } else if waiter.reply.send(Settled::Answered(answer)).is_ok() {
                // A receiver is dropped only after its call left the desk, so that this reaches it.
                calls += 1;
            }
        }
        self.show(others, now);
        let landing = if calls > 0 {
            Landing::Delivered { calls }
        } else {
            self.park.put(open.question.clone(), answer, now);
            Landing::Parked
        };
        Ok(Receipt { question: open.question, answer, landing, took })
    }

    /// Counts what was denied by one deed of the person: a "no" to five questions at once is one no to their server.
    fn brake(&mut self, receipts: &[Receipt], now: Duration) {
        let mut counted: Vec<&Question> = Vec::new();
        for Receipt { question, answer, .. } in receipts {
            if answer.allows() || counted.iter().any(|before| before.server == question.server) {
                continue;
            }
            counted.push(question);
            let pulled = self.flood.denied(question, now);
            self.announce(pulled);
        }
    }
}

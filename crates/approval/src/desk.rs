//! The desk: calls wait here, the person answers here.

use crate::answer::Answer;
use crate::approver::{Approver, Paused, Reachable};
use crate::attention::Attention;
use crate::batch::{Batch, BatchAnswer};
use crate::board::{Board, Entered};
use crate::error::ApprovalError;
use crate::flood::Brake;
use crate::guard::Guard;
use crate::offers::Choice;
use crate::parked::Parked;
use crate::question::Question;
use crate::queue::Queued;
use crate::receipt::Receipt;
use keyholder_model::clock::Clock;
use keyholder_model::digest::Digest;
use keyholder_model::id::QuestionId;
use keyholder_model::server::ServerName;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use waiting::Waiting;

mod telling;
mod waiting;

/// How a question ended for one waiting call. Each call gets exactly one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Settled {
    /// The person answered while the call waited, or had answered its identical predecessor.
    Answered(Answer),
    /// The person changed the arguments: the call is to be looked at anew, with these.
    Edited(Arc<str>),
    /// There is nobody to ask, or too much is asked already.
    Nobody {
        /// One sentence.
        why: String,
    },
    /// The host's deadline is near. The question stays open; the host is told to repeat the call later.
    StillOpen,
    /// The question was taken back.
    Withdrawn,
}

/// Where questions lie until the person answers. Shared by `Arc`.
pub struct Desk {
    approver: Arc<dyn Approver>,
    clock: Arc<dyn Clock>,
    board: Mutex<Board>,
}

impl Desk {
    /// An empty desk before this face.
    pub fn new(approver: Arc<dyn Approver>, clock: Arc<dyn Clock>) -> Self {
        Self { approver, clock, board: Mutex::new(Board::default()) }
    }

    /// The same with another input guard.
    #[must_use]
    pub fn guarded(self, guard: Guard) -> Self {
        self.set_guard(guard);
        self
    }

    /// The input guard.
    pub fn guard(&self) -> Guard {
        self.lock().guard
    }

    /// Another input guard from now on, also for what is open already.
    pub fn set_guard(&self, guard: Guard) {
        self.lock().guard = guard;
    }

    /// Asks the person and waits until the question is answered or withdrawn, or until `deadline` has passed (T-241).
    ///
    /// A late answer to the identical request of the same app, given after an earlier call had been told to come back, is taken
    /// at once. An open question about the same thing is joined instead of shown twice. Dropping the future withdraws.
    pub async fn ask(&self, question: Question, deadline: Duration) -> Settled {
        let mut waiting = match self.enter(question) {
            Ok(waiting) => waiting,
            Err(settled) => return settled,
        };
        match tokio::time::timeout(deadline, &mut waiting.answer).await {
            Ok(answer) => answer.unwrap_or(Settled::Withdrawn),
            Err(_elapsed) => waiting.give_up(),
        }
    }

    fn enter(&self, question: Question) -> Result<Waiting<'_>, Settled> {
        let now = self.clock.monotonic();
        let reachable = self.approver.can_ask();
        let entered = self.change(|board| match reachable {
            Reachable::Yes => board.enter(question, now),
            // What was answered before needs nobody now.
            Reachable::No { why } => {
                Entered::Settled(board.park.take(&question, now).map_or(Settled::Nobody { why }, Settled::Answered))
            }
        });
        match entered {
            Entered::Settled(settled) => Err(settled),
            Entered::Waits(ticket, answer) => Ok(Waiting { desk: self, ticket, answer }),
        }
    }

    /// The face displays this question from now on, or displays it anew: it came into view, its content changed, or the window got
    /// the focus. For a moment no answer is taken ([`Guard`]). A face that never says so is not guarded here. An unknown id is
    /// ignored.
    pub fn shown(&self, id: QuestionId) {
        let now = self.clock.monotonic();
        self.change(|board| board.shown(id, now));
    }

    /// The person wants the call that was displayed with other arguments. It is not allowed by that: whoever waits asks anew.
    ///
    /// # Errors
    /// [`ApprovalError::Changed`] where the question is about another request than the one displayed, [`ApprovalError::Expired`]
    /// where no call waits any more, and one variant for each way in which the question may have ended before.
    pub fn edit(&self, id: QuestionId, shown: &Digest, arguments: Arc<str>) -> Result<Question, ApprovalError> {
        let now = self.clock.monotonic();
        self.change(|board| board.edit(id, shown, arguments, now))
    }

    /// Puts one more answer on offer. Says whether the question is still open.
    pub fn offer(&self, id: QuestionId, choice: Choice) -> bool {
        self.change(|board| board.offer(id, choice))
    }

    /// Whether a face has ever said that it displays this question, which is still open.
    pub fn is_seen(&self, id: QuestionId) -> bool {
        self.lock().is_seen(id)
    }

    /// The open question of this id.
    ///
    /// # Errors
    /// One variant for each way in which it may have ended before.
    pub fn find(&self, id: QuestionId) -> Result<Question, ApprovalError> {
        let now = self.clock.monotonic();
        self.change(|board| {
            board.expire(now);
            board.question(id)
        })
    }

    /// This question has been in view since then, on the monotonic clock. For a face that has a guard of its own: only the time that
    /// an answer takes is measured by it. An unknown id is ignored.
    pub fn seen_since(&self, id: QuestionId, since: Duration) {
        let now = self.clock.monotonic();
        self.change(|board| board.seen_since(id, since, now));
    }

    /// The person's answer, once, to the request whose digest was displayed.
    ///
    /// The receipt says what was answered and whom it reached. For an answer that lasts the rule is written from it, here and not
    /// by the waiting call: there may be none any more.
    ///
    /// # Errors
    /// [`ApprovalError::Changed`] where the question is about another request than the one displayed,
    /// [`ApprovalError::NotOffered`] where this answer may not be given, [`ApprovalError::TooSoon`] within the guard; the question
    /// stays open. One further variant for each way in which it may have ended before. In every case nothing has changed.
    pub fn answer(&self, id: QuestionId, shown: &Digest, answer: Answer) -> Result<Receipt, ApprovalError> {
        let now = self.clock.monotonic();
        self.change(|board| board.answer(id, shown, answer, now))
    }

    /// The person's answer to exactly these questions, each bound to the digest that was displayed, in one step. The results stand
    /// in the same order. To [`BatchAnswer::Deny`] several is one denial in the eyes of the flood brake.
    pub fn answer_batch(
        &self,
        listed: &[(QuestionId, Digest)],
        answer: BatchAnswer,
    ) -> Vec<Result<Receipt, ApprovalError>> {
        let now = self.clock.monotonic();
        self.change(|board| board.answer_batch(listed, answer, now))
    }

    /// No, from whichever door: it needs no digest and knows no guard, because it lowers authority.
    ///
    /// # Errors
    /// One variant for each way in which the question may have ended before.
    pub fn deny(&self, id: QuestionId) -> Result<Receipt, ApprovalError> {
        let now = self.clock.monotonic();
        self.change(|board| board.deny(id, now))
    }

    /// No to everything that is open about this server; one denial in the eyes of the flood brake.
    pub fn deny_all_of(&self, server: &ServerName) -> Vec<Receipt> {
        let now = self.clock.monotonic();
        self.change(|board| board.deny_all_of(server, now))
    }

    /// Takes the late answer to this exact request of this app, if there is one: the second to ask finds none.
    pub fn take_parked(&self, app: &str, request: &Digest) -> Option<Answer> {
        let now = self.clock.monotonic();
        self.change(|board| {
            board.park.take_where(|question, _| question.app == app && question.request == *request, now)
        })
    }

    /// The late answers that wait for their call to be repeated.
    pub fn parked(&self) -> Vec<Parked> {
        let now = self.clock.monotonic();
        self.change(|board| board.park.list(now))
    }

    /// Forgets the late answer to one request.
    pub fn forget(&self, app: &str, request: &Digest) {
        self.change(|board| board.park.forget(|question| question.app == app && question.request == *request));
    }

    /// Takes a question back; the calls that wait for it get [`Settled::Withdrawn`]. An unknown id is ignored.
    pub fn withdraw(&self, id: QuestionId) {
        self.change(|board| board.withdraw(id));
    }

    /// Takes back everything about a server, answered late or open: its grant was revoked, or it was removed.
    pub fn withdraw_server(&self, server: &ServerName) {
        self.change(|board| {
            board.withdraw_where(|question| question.server == *server);
            board.park.forget(|question| question.server == *server);
        });
    }

    /// Takes back everything: Keyholder was locked.
    pub fn clear(&self) {
        self.change(|board| {
            board.withdraw_where(|_| true);
            board.park.forget(|_| true);
        });
    }

    /// What nobody is asked about just now.
    pub fn paused(&self) -> Vec<Paused> {
        let now = self.clock.monotonic();
        let brakes = self.change(|board| board.flood.brakes(now));
        brakes.into_iter().map(|(brake, until)| self.paused_view(brake, until)).collect()
    }

    /// Ends a pause: the person wants to be asked about this again. One that does not run is ignored.
    pub fn resume(&self, brake: &Brake) {
        self.change(|board| board.flood.release(brake));
    }

    /// The app quit, with all of its bridges: denials of its tools are counted anew. A pause that runs goes on.
    pub fn quit(&self, app: &str) {
        self.change(|board| board.flood.quit(app));
    }

    /// The open questions, in the order in which a face shows them: oldest first within an app, the apps in turn. A new one never
    /// comes before the first.
    pub fn open(&self) -> Vec<Queued> {
        let now = self.clock.monotonic();
        self.change(|board| board.queue(now))
    }

    /// The open questions that read alike and can be looked at together.
    pub fn batches(&self) -> Vec<Batch> {
        let now = self.clock.monotonic();
        self.change(|board| board.batches(now))
    }

    /// How well the person can still pay attention.
    pub fn attention(&self) -> Attention {
        self.lock().decisions.attention()
    }

    /// Closes questions that lay open too long. Every other method does so too; to be called now and then, so that none stays on
    /// a screen.
    pub fn sweep(&self) {
        let now = self.clock.monotonic();
        self.change(|board| board.expire(now));
    }
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("board", &*self.lock()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

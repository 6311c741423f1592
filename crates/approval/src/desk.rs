//! The desk: calls wait here, the person answers here.

use crate::answer::Answer;
use crate::approver::{Approver, Reachable};
use crate::board::{Board, Entered, Notice, Receipt, Telling};
use crate::error::ApprovalError;
use crate::parked::Parked;
use crate::question::Question;
use keyholder_model::clock::Clock;
use keyholder_model::digest::Digest;
use keyholder_model::id::QuestionId;
use keyholder_model::server::ServerName;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// How a question ended for one waiting call. Each call gets exactly one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Settled {
    /// The person answered while the call waited, or had answered its identical predecessor.
    Answered(Answer),
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
            Reachable::No { why } => Entered::Settled(
                board
                    .park
                    .take(&question.app, &question.request, now)
                    .map_or(Settled::Nobody { why }, Settled::Answered),
            ),
        });
        match entered {
            Entered::Settled(settled) => Err(settled),
            Entered::Waits(ticket, answer) => Ok(Waiting { desk: self, ticket, answer }),
        }
    }

    /// The person's answer, once.
    ///
    /// The receipt says what was answered and whom it reached. For `AllowAlways` and `DenyAndBlock` the rule is written from it,
    /// here and not by the waiting call: there may be none any more.
    ///
    /// # Errors
    /// One variant for each way in which the question may have ended before; then nothing has changed.
    pub fn answer(&self, id: QuestionId, answer: Answer) -> Result<Receipt, ApprovalError> {
        let now = self.clock.monotonic();
        self.change(|board| board.answer(id, answer, now))
    }

    /// Takes the late answer to this exact request of this app, if there is one: the second to ask finds none.
    pub fn take_parked(&self, app: &str, request: &Digest) -> Option<Answer> {
        let now = self.clock.monotonic();
        self.change(|board| board.park.take(app, request, now))
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

    /// Ends a snooze: the person wants to be asked about this server again.
    pub fn wake(&self, server: &ServerName) {
        self.change(|board| board.flood.wake(server));
    }

    /// The open questions, oldest first.
    pub fn open(&self) -> Vec<Question> {
        let now = self.clock.monotonic();
        self.change(|board| board.questions(now))
    }

    /// Closes questions that lay open too long. Every other method does so too; to be called now and then, so that none stays on
    /// a screen.
    pub fn sweep(&self) {
        let now = self.clock.monotonic();
        self.change(|board| board.expire(now));
    }

    /// One atomic step on the board, then the face is told.
    fn change<T>(&self, step: impl FnOnce(&mut Board) -> T) -> T {
        let done = step(&mut self.lock());
        self.tell();
        done
    }

    /// Tells the face what happened, in order and outside the lock: it may call the desk from within. Whoever comes while
    /// another tells leaves its news to that one.
    fn tell(&self) {
        {
            let mut board = self.lock();
            if board.telling == Telling::Somebody || board.notices.is_empty() {
                return;
            }
            board.telling = Telling::Somebody;
        }
        // Invariant: `telling` is given back, even if a face panics.
        let _turn = Turn(self);
        while let Some(notice) = self.next_notice() {
            match notice {
                Notice::Show(question) => self.approver.show(&question),
                Notice::Withdraw(id) => self.approver.withdraw(id),
            }
        }
    }

    /// The next piece of news; where there is none, the turn ends in the same step, so that none is left lying.
    fn next_notice(&self) -> Option<Notice> {
        let mut board = self.lock();
        let notice = board.notices.pop_front();
        if notice.is_none() {
            board.telling = Telling::Nobody;
        }
        notice
    }

    fn lock(&self) -> MutexGuard<'_, Board> {
        // Every step leaves the board consistent; a panic elsewhere must not stop the person from answering.
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("board", &*self.lock()).finish_non_exhaustive()
    }
}

/// The turn of one thread to tell the face.
struct Turn<'a>(&'a Desk);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.lock().telling = Telling::Nobody;
        }
    }
}

/// A call that waits at the desk; leaving takes its question along.
struct Waiting<'a> {
    desk: &'a Desk,
    ticket: u64,
    answer: oneshot::Receiver<Settled>,
}

impl Waiting<'_> {
    /// The deadline has passed. Whether the answer came before is decided under the lock, once: either the call was still on the
    /// board and goes without one, or the answer has been sent and is taken.
    fn give_up(mut self) -> Settled {
        if self.desk.change(|board| board.give_up(self.ticket)) {
            return Settled::StillOpen;
        }
        self.answer.try_recv().unwrap_or(Settled::Withdrawn)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.desk.change(|board| board.leave(self.ticket));
    }
}

#[cfg(test)]
#[path = "desk/tests.rs"]
mod tests;

//! One step on the board at a time, and the face told of it, in order.

use super::Desk;
use crate::approver::Paused;
use crate::board::{Board, Notice, Telling};
use crate::flood::Brake;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

impl Desk {
    /// One atomic step on the board, then the face is told.
    pub(super) fn change<T>(&self, step: impl FnOnce(&mut Board) -> T) -> T {
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
                Notice::Paused(brake, until) => self.approver.paused(&self.paused_view(brake, until)),
                Notice::Show(question) => self.approver.show(&question),
                Notice::Withdraw(id, ending) => self.approver.withdraw(id, ending),
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

    pub(super) fn lock(&self) -> MutexGuard<'_, Board> {
        // Every step leaves the board consistent; a panic elsewhere must not stop the person from answering.
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A pause, as the person reads it.
    pub(super) fn paused_view(&self, brake: Brake, until: Duration) -> Paused {
        let left = until.saturating_sub(self.clock.monotonic());
        let why = format!("{brake}; nobody is asked about it until the pause ends.");
        Paused { brake, why, until: self.clock.now().plus(left) }
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

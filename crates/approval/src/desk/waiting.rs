//! A call's stay at the desk.

use super::{Desk, Settled};
use tokio::sync::oneshot;

/// A call that waits at the desk; leaving takes its question along.
pub(super) struct Waiting<'a> {
    pub(super) desk: &'a Desk,
    pub(super) ticket: u64,
    pub(super) answer: oneshot::Receiver<Settled>,
}

impl Waiting<'_> {
    /// The deadline has passed. Whether the answer came before is decided under the lock, once: either the call was still on the
    /// board and goes without one, or the answer has been sent and is taken.
    pub(super) fn give_up(mut self) -> Settled {
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

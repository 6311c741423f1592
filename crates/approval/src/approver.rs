//! The face at which the person is reached.

use crate::flood::Brake;
use crate::question::Question;
use keyholder_model::clock::Timestamp;
use keyholder_model::id::QuestionId;

/// Shows questions to the person. Each method returns at once: the answer comes back through [`crate::Desk::answer`], which may
/// even be called from within [`show`](Self::show).
///
/// The desk calls one method at a time and in order: a question is never withdrawn before it was shown.
pub trait Approver: Send + Sync {
    /// A question was opened. It joins the queue, and never takes the place of the one that is being read.
    fn show(&self, question: &Question);

    /// A question ended: take it away. Unknown ids are to be ignored.
    fn withdraw(&self, id: QuestionId, ending: Ending);

    /// Whether a person can be reached at all.
    fn can_ask(&self) -> Reachable;

    /// The flood brake was pulled: once for each pause. Until it ends, or until [`crate::Desk::resume`], requests are refused
    /// without a question.
    fn paused(&self, _paused: &Paused) {}
}

/// How a question ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// The person answered it, or put another in its place.
    Answered,
    /// Nobody answered: its time was over, or whoever asked went away.
    Unanswered,
}

/// Whether there is somebody to ask.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reachable {
    /// There is no face, or nobody at it.
    No {
        /// One sentence, for the host and the log.
        why: String,
    },
    /// A person can see the question.
    Yes,
}

/// A time in which nobody is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Paused {
    /// About what nobody is asked.
    pub brake: Brake,
    /// Why, in one sentence for the person; names in it are made visible.
    pub why: String,
    /// Until when. For the eye only: the desk keeps monotonic time, and turning the wall clock ends no pause.
    pub until: Timestamp,
}

//! The face at which the person is reached.

use crate::question::Question;
use keyholder_model::id::QuestionId;

/// Shows questions to the person. Each method returns at once: the answer comes back through [`crate::Desk::answer`], which may
/// even be called from within [`show`](Self::show).
///
/// The desk calls one method at a time and in order: a question is never withdrawn before it was shown.
pub trait Approver: Send + Sync {
    /// A question was opened.
    fn show(&self, question: &Question);

    /// A question ended without an answer from this face, or was answered: take it away. Unknown ids are to be ignored.
    fn withdraw(&self, id: QuestionId);

    /// Whether a person can be reached at all.
    fn can_ask(&self) -> Reachable;
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

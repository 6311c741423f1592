//! Why an answer was not taken.

use keyholder_model::id::QuestionId;

/// An answer that changed nothing.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ApprovalError {
    /// Somebody answered before.
    #[error("question {0} was already answered; nothing was changed")]
    AlreadyAnswered(QuestionId),
    /// It lay open too long.
    #[error("question {0} is too old and was closed; nothing was allowed")]
    Expired(QuestionId),
    /// There never was such a question, or it ended long ago.
    #[error("there is no question {0}; nothing was allowed")]
    Unknown(QuestionId),
    /// The app no longer waits for it.
    #[error("question {0} was withdrawn because the app no longer waits for it; nothing was allowed")]
    Withdrawn(QuestionId),
}

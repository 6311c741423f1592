//! Why an answer was not taken.

use crate::answer::Answer;
use keyholder_model::id::QuestionId;

/// An answer that changed nothing.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ApprovalError {
    /// Somebody answered before.
    #[error("question {0} was already answered; nothing was changed")]
    AlreadyAnswered(QuestionId),
    /// What the person saw is not what would run (case 189). The question stays open.
    #[error("question {0} is about another request than the one that was shown; nothing was allowed")]
    Changed(QuestionId),
    /// It lay open too long.
    #[error("question {0} is too old and was closed; nothing was allowed")]
    Expired(QuestionId),
    /// This answer may not be given to this question. The question stays open.
    #[error("\u{201c}{answer}\u{201d} is not on offer for question {id}; nothing was allowed")]
    NotOffered {
        /// The question.
        id: QuestionId,
        /// What was answered.
        answer: Answer,
    },
    /// It had only just come into view: nobody can have read it (cases 195, 196). The question stays open, and the guard begins
    /// anew.
    #[error("question {0} had only just come into view; nothing was changed, please answer again")]
    TooSoon(QuestionId),
    /// There never was such a question, or it ended long ago.
    #[error("there is no question {0}; nothing was allowed")]
    Unknown(QuestionId),
    /// The app no longer waits for it.
    #[error("question {0} was withdrawn because the app no longer waits for it; nothing was allowed")]
    Withdrawn(QuestionId),
}

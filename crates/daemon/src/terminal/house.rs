//! What the terminal needs of the house behind it.

use keyholder_approval::{Answer, ApprovalError, Attention, Batch, BatchAnswer, Brake};
use keyholder_broker::Broker;
use keyholder_model::digest::Digest;
use keyholder_model::id::QuestionId;
use std::sync::Arc;
use std::time::Duration;

/// Where answers go. None of it is called while the terminal's queue is locked: the house may show a question from within.
pub(crate) trait House {
    /// One answer.
    fn answer(&self, id: QuestionId, shown: &Digest, answer: Answer) -> Result<(), ApprovalError>;

    /// One answer to each of these.
    fn answer_batch(&self, listed: &[(QuestionId, Digest)], answer: BatchAnswer) -> Vec<Result<(), ApprovalError>>;

    /// This question has been on the screen since then.
    fn seen_since(&self, id: QuestionId, since: Duration);

    /// How the last questions were answered.
    fn attention(&self) -> Attention;

    /// The open questions that read alike.
    fn batches(&self) -> Vec<Batch>;

    /// To be asked again.
    fn resume(&self, brake: &Brake);
}

impl House for Arc<Broker> {
    fn answer(&self, id: QuestionId, shown: &Digest, answer: Answer) -> Result<(), ApprovalError> {
        Broker::answer(self, id, shown, answer)
    }

    fn answer_batch(&self, listed: &[(QuestionId, Digest)], answer: BatchAnswer) -> Vec<Result<(), ApprovalError>> {
        Broker::answer_batch(self, listed, answer)
    }

    fn seen_since(&self, id: QuestionId, since: Duration) {
        Broker::seen_since(self, id, since);
    }

    fn attention(&self) -> Attention {
        Broker::attention(self)
    }

    fn batches(&self) -> Vec<Batch> {
        Broker::batches(self)
    }

    fn resume(&self, brake: &Brake) {
        Broker::resume(self, brake);
    }
}

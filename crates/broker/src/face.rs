//! What the person's face does at the desk beside answering one question.

use crate::broker::Broker;
use keyholder_approval::{ApprovalError, Attention, Batch, BatchAnswer, Brake};
use keyholder_model::digest::Digest;
use keyholder_model::id::QuestionId;
use std::time::Duration;

impl Broker {
    /// This question has been in view since then, on the broker's monotonic clock: what an answer takes is counted from there.
    pub fn seen_since(&self, id: QuestionId, since: Duration) {
        self.desk.seen_since(id, since);
    }

    /// The person answered exactly these questions, each of which they were shown with its digest. The results stand in the same
    /// order. Nothing of it lasts.
    pub fn answer_batch(&self, listed: &[(QuestionId, Digest)], answer: BatchAnswer) -> Vec<Result<(), ApprovalError>> {
        let settled = self.desk.answer_batch(listed, answer);
        let noted = settled.into_iter().map(|receipt| {
            let receipt = receipt?;
            self.note_answer(&receipt);
            self.offered.forget(receipt.question.id);
            Ok(())
        });
        noted.collect()
    }

    /// How the last questions were answered.
    pub fn attention(&self) -> Attention {
        self.desk.attention()
    }

    /// The open questions that read alike and can be looked at together.
    pub fn batches(&self) -> Vec<Batch> {
        self.desk.batches()
    }

    /// The person wants to be asked about this again at once. A pause that does not run is ignored.
    pub fn resume(&self, brake: &Brake) {
        self.desk.resume(brake);
    }
}

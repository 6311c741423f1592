//! Nobody to ask: what needs a person is refused, with the reason.

use keyholder_approval::{Approver, Ending, Question, Reachable};
use keyholder_model::id::QuestionId;

/// An approver that never reaches anybody.
pub(crate) struct Unattended {
    why: String,
}

impl Unattended {
    /// Nobody can be asked, for this reason.
    pub(crate) fn because(why: &str) -> Self {
        Self { why: why.to_owned() }
    }
}

impl Approver for Unattended {
    fn show(&self, _: &Question) {}

    fn withdraw(&self, _: QuestionId, _: Ending) {}

    fn can_ask(&self) -> Reachable {
        Reachable::No { why: self.why.clone() }
    }
}

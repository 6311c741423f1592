//! Several questions that read alike, to be looked at together. Never "all that wait": only what was listed is answered.

use crate::answer::Answer;
use crate::question::Question;
use keyholder_model::id::QuestionId;
use keyholder_model::server::{Account, ServerName};

/// Open questions of one app about one tool at one account, with different arguments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    /// The app.
    pub app: String,
    /// The server.
    pub server: ServerName,
    /// The account at that server.
    pub account: Account,
    /// The tool.
    pub tool: String,
    /// The questions, oldest first; at least [`BATCH_FROM`].
    pub questions: Vec<QuestionId>,
}

/// So many open questions make a batch.
pub const BATCH_FROM: usize = 3;

/// What may be answered to several questions at once: nothing that lasts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BatchAnswer {
    /// Yes, to each of these calls, once.
    AllowOnce,
    /// No, to each of these.
    Deny,
}

impl From<BatchAnswer> for Answer {
    fn from(answer: BatchAnswer) -> Self {
        match answer {
            BatchAnswer::AllowOnce => Self::AllowOnce,
            BatchAnswer::Deny => Self::Deny,
        }
    }
}

/// The batches among these questions, which come oldest first.
pub(crate) fn batches<'a>(questions: impl Iterator<Item = &'a Question>) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    for question in questions {
        let Some(tool) = question.tool() else { continue };
        let fits = |batch: &&mut Batch| {
            batch.app == question.app
                && batch.server == question.server
                && batch.account == question.account
                && batch.tool == tool
        };
        match batches.iter_mut().find(fits) {
            Some(batch) => batch.questions.push(question.id),
            None => batches.push(Batch {
                app: question.app.clone(),
                server: question.server.clone(),
                account: question.account.clone(),
                tool: tool.to_owned(),
                questions: vec![question.id],
            }),
        }
    }
    batches.retain(|batch| batch.questions.len() >= BATCH_FROM);
    batches
}

//! The questions that wait.

use crate::broker::Broker;
use keyholder_approval::{Question, Subject};
use keyholder_console::approvals::{About, Excerpt, QuestionView};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::{Answer, Receipt};
use keyholder_model::id::QuestionId;
use std::sync::Arc;

/// So much of the arguments is shown in a list.
const EXCERPT: usize = 4 << 10;

pub(super) fn list(broker: &Arc<Broker>) -> Vec<QuestionView> {
    broker.desk.open().iter().map(|queued| view(&queued.question)).collect()
}

/// Saying no lowers authority, so every door may. There is no order that says yes.
pub(super) fn deny(broker: &Arc<Broker>, question: &str) -> Result<Answer, ConsoleError> {
    let unknown = || ConsoleError::new(Code::NotFound).about(question);
    let id: QuestionId = question.parse().map_err(|_| unknown())?;
    let receipt = broker.desk.deny(id).map_err(|why| unknown().because(why.to_string()))?;
    broker.note_answer(&receipt);
    Ok(Answer::Done(Receipt::default()))
}

fn view(question: &Question) -> QuestionView {
    let (about, tool, text) = match &question.subject {
        Subject::Add { url, .. } => (About::AddServer, None, Some(url.clone())),
        Subject::Admit { tool, difference, .. } => (About::Admit, Some(tool.clone()), Some(difference.join("\n"))),
        Subject::Answer { kind, content } => (About::Answer, Some(kind.clone()), Some(content.to_string())),
        Subject::Call { tool, arguments, .. } => (About::Call, Some(tool.clone()), Some(arguments.to_string())),
        Subject::Connect { issuer, scopes, .. } => {
            (About::Connect, None, Some(format!("sign in at {issuer}; scopes: {}", scopes.join(" "))))
        }
        Subject::Read { method, content } => (About::Read, Some(method.clone()), Some(content.to_string())),
        Subject::Order { name, content } => (About::Rules, Some(name.clone()), Some(content.to_string())),
    };
    QuestionView {
        id: question.id.to_string(),
        about,
        app: question.app.clone(),
        server: question.server.to_string(),
        account: Some(question.account.to_string()),
        tool,
        arguments: text.map(|text| Excerpt {
            bytes: text.len() as u64,
            text: text[..text.floor_char_boundary(EXCERPT)].to_owned(),
        }),
        why: question.rule.clone(),
        asked: question.asked.to_string(),
        deadline: question.asked.plus(question.budget).to_string(),
    }
}

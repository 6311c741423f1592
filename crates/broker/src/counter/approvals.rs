//! The questions that wait.

use super::{done, parse_name, said};
use crate::broker::Broker;
use keyholder_approval::{Answer as Given, Choice, Question, Subject};
use keyholder_console::approvals::{About, ChoiceView, Excerpt, MatchedView, QuestionDetail, QuestionView, RowView};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::Answer;
use keyholder_model::id::QuestionId;
use std::sync::Arc;

/// So much of the arguments is shown in a list.
const EXCERPT: usize = 4 << 10;

/// So much where one question is looked at.
const WHOLE: usize = 256 << 10;

pub(super) fn list(broker: &Arc<Broker>) -> Vec<QuestionView> {
    broker.desk.open().iter().map(|queued| view(&queued.question, EXCERPT)).collect()
}

/// One question with all that a face shows before it takes an answer.
pub(super) fn show(broker: &Arc<Broker>, question: &str) -> Result<Answer, ConsoleError> {
    let unknown = || ConsoleError::new(Code::NotFound).about(question);
    let id: QuestionId = question.parse().map_err(|_| unknown())?;
    let open = broker.desk.open();
    let found = open.iter().map(|queued| &queued.question).find(|open| open.id == id).ok_or_else(unknown)?;
    Ok(Answer::Question(Box::new(detail(found))))
}

/// Saying no lowers authority, so every door may. There is no order that says yes.
pub(super) fn deny(broker: &Arc<Broker>, question: &str) -> Result<Answer, ConsoleError> {
    let unknown = || ConsoleError::new(Code::NotFound).about(question);
    let id: QuestionId = question.parse().map_err(|_| unknown())?;
    let receipt = broker.desk.deny(id).map_err(|why| unknown().because(why.to_string()))?;
    broker.note_answer(&receipt);
    Ok(done())
}

/// No to everything that is open about a server.
pub(super) fn deny_all(broker: &Arc<Broker>, server: &str) -> Result<Answer, ConsoleError> {
    let receipts = broker.desk.deny_all_of(&parse_name(server)?);
    for receipt in &receipts {
        broker.note_answer(receipt);
    }
    Ok(said(match receipts.len() {
        1 => "1 question was denied".to_owned(),
        many => format!("{many} questions were denied"),
    }))
}

fn detail(question: &Question) -> QuestionDetail {
    let brief = &question.brief;
    let row = |row: &keyholder_approval::QuestionRow| RowView {
        name: row.name.clone(),
        value: row.value.clone(),
        note: row.note.clone(),
    };
    QuestionDetail {
        question: view(question, WHOLE),
        digest: question.request.to_string(),
        headline: if brief.headline.is_empty() { headline(&question.subject) } else { brief.headline.clone() },
        tier: brief.tier.to_string(),
        findings: brief.findings.iter().chain(warnings(&question.subject)).cloned().collect(),
        rows: brief.rows.iter().map(row).collect(),
        changes: brief.changes.clone(),
        history: brief.history.clone(),
        suspended: brief.suspended.clone(),
        choices: question.offers.choices.iter().map(choice).collect(),
    }
}

/// What is odd about the subject itself, beside what the brief says.
fn warnings(subject: &Subject) -> &[String] {
    match subject {
        Subject::Admit { suspicions: warnings, .. } | Subject::Connect { warnings, .. } => warnings,
        Subject::Add { .. }
        | Subject::Answer { .. }
        | Subject::Call { .. }
        | Subject::Order { .. }
        | Subject::Read { .. } => &[],
    }
}

/// For questions of which nobody made a sentence.
fn headline(subject: &Subject) -> String {
    match subject {
        Subject::Add { name, .. } => format!("Use the server {name}, which is not in your configuration"),
        Subject::Admit { tool, .. } => format!("Let in {tool}"),
        Subject::Answer { kind, .. } => format!("Let the server ask your app: {kind}"),
        Subject::Call { tool, .. } => format!("Run the tool {tool}"),
        Subject::Connect { authorization_host, .. } => format!("Sign in at {authorization_host}"),
        Subject::Order { name, .. } => format!("Carry out the order {name}"),
        Subject::Read { method, .. } => format!("Read: {method}"),
    }
}

fn choice(choice: &Choice) -> ChoiceView {
    ChoiceView {
        choice: answer_word(choice.answer),
        words: choice.words.clone(),
        matched: choice.matched.map(|matched| MatchedView { hits: matched.hits, of: matched.of }),
    }
}

/// The word that stands for an answer; a number that belongs to it comes behind a colon.
fn answer_word(answer: Given) -> String {
    match answer {
        Given::AllowAlways => "allow_always".to_owned(),
        Given::AllowAlwaysWith(place) => format!("allow_always_with:{place}"),
        Given::AllowFor(minutes) => format!("allow_for:{}", minutes.duration().as_secs() / 60),
        Given::AllowOnce => "allow_once".to_owned(),
        Given::AllowTimes(times) => format!("allow_times:{times}"),
        Given::AllowUntilQuit => "allow_until_quit".to_owned(),
        Given::Deny => "deny".to_owned(),
        Given::DenyAndBlock => "deny_and_block".to_owned(),
    }
}

fn view(question: &Question, most: usize) -> QuestionView {
    let (about, tool, text) = match &question.subject {
        Subject::Add { url, .. } => (About::AddServer, None, Some(url.clone())),
        Subject::Admit { tool, difference, .. } => (About::Admit, Some(tool.clone()), Some(difference.join("\n"))),
        Subject::Answer { kind, content } => (About::Answer, Some(kind.clone()), Some(content.to_string())),
        Subject::Call { tool, arguments, .. } => (About::Call, Some(tool.clone()), Some(arguments.to_string())),
        Subject::Connect { issuer, scopes, .. } => {
            (About::Connect, None, Some(format!("sign in at {issuer}; scopes: {}", scopes.join(" "))))
        }
        Subject::Read { method, content } => (About::Read, Some(method.clone()), Some(content.to_string())),
        Subject::Order { name, content } => (order(name), Some(name.clone()), Some(content.to_string())),
    };
    QuestionView {
        id: question.id.to_string(),
        about,
        app: question.app.clone(),
        server: question.server.to_string(),
        account: Some(question.account.to_string()),
        tool,
        arguments: text
            .map(|text| Excerpt { bytes: text.len() as u64, text: text[..text.floor_char_boundary(most)].to_owned() }),
        why: question.rule.clone(),
        asked: question.asked.to_string(),
        deadline: question.asked.plus(question.budget).to_string(),
    }
}

/// What an order that asks first is about.
fn order(name: &str) -> About {
    match name {
        "resume" => About::Resume,
        "unlock" => About::Unlock,
        _ => About::Rules,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyholder_approval::{Identified, OfferedPattern, Offers};
    use keyholder_model::risk::Tier;
    use std::collections::HashSet;

    #[test]
    fn every_answer_on_offer_has_a_word_of_its_own() {
        let pattern = OfferedPattern { words: "only with x".to_owned(), matched: None };
        let offers = Offers::for_tier(Tier::Look, &[pattern.clone(), pattern], Identified::Yes);
        let words: HashSet<_> = offers.choices.iter().map(|one| choice(one).choice).collect();
        assert_eq!(words.len(), offers.choices.len());
        for word in ["allow_once", "allow_times:5", "allow_for:15", "allow_always_with:1", "deny", "deny_and_block"] {
            assert!(words.contains(word), "{word}");
        }
    }
}

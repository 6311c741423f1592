//! The questions that wait.

use super::{done, parse_name, said};
use crate::broker::Broker;
use keyholder_approval::{Answer as Given, Choice, Minutes, Question, Queued, Subject, Way};
use keyholder_console::approvals::{
    About, BindableView, BoundToView, ChoiceView, Excerpt, MatchedView, QuestionDetail, QuestionView, RowView,
    SubjectView, WayView,
};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::Answer;
use keyholder_excerpt::pattern::Bindable;
use keyholder_model::bound::BoundTo;
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
    let found = open.iter().find(|open| open.question.id == id).ok_or_else(unknown)?;
    let batch = broker.desk.batches().into_iter().find(|batch| batch.questions.contains(&id));
    let alike = batch.map(|batch| batch.questions.iter().map(ToString::to_string).collect()).unwrap_or_default();
    Ok(Answer::Question(Box::new(detail(found, alike, broker.offered.bindable(id)))))
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

fn detail(queued: &Queued, alike: Vec<String>, bindable: Vec<Bindable>) -> QuestionDetail {
    let question = &queued.question;
    let brief = &question.brief;
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let row = |row: &keyholder_approval::QuestionRow| RowView {
        name: row.name.clone(),
        value: row.value.clone(),
        note: row.note.clone(),
    };
    QuestionDetail {
        question: view(question, WHOLE),
        subject: subject(&question.subject),
        app_path: question.app_path.clone(),
        ancestry: question.ancestry.clone(),
        host: question.host.clone(),
        position: count(queued.position),
        of: count(queued.of),
        alike,
        digest: question.request.to_string(),
        headline: if brief.headline.is_empty() { headline(&question.subject) } else { brief.headline.clone() },
        tier: brief.tier.to_string(),
        findings: brief.findings.iter().chain(warnings(&question.subject)).cloned().collect(),
        rows: brief.rows.iter().map(row).collect(),
        changes: brief.changes.clone(),
        history: brief.history.clone(),
        suspended: brief.suspended.clone(),
        choices: question.offers.choices.iter().map(choice).collect(),
        bindable: bindable.into_iter().map(bindable_view).collect(),
        editable: matches!(question.subject, Subject::Call { .. }),
    }
}

fn bindable_view(one: Bindable) -> BindableView {
    BindableView {
        argument: one.exact.argument,
        exact: bound_view(one.exact.to),
        prefix: one.prefix.map(|prefix| bound_view(prefix.to)),
        is_target: one.is_target,
    }
}

fn bound_view(to: BoundTo) -> BoundToView {
    match to {
        BoundTo::Flag(value) => BoundToView::Flag(value),
        BoundTo::Prefix(text) => BoundToView::Prefix(text),
        BoundTo::Text(text) => BoundToView::Text(text),
        BoundTo::Whole(number) => BoundToView::Whole(number),
    }
}

/// The subject in its parts.
fn subject(subject: &Subject) -> SubjectView {
    match subject.clone() {
        Subject::Add { url, name } => SubjectView::Add { url, name },
        Subject::Admit { kind, tool, difference, .. } => SubjectView::Admit { what: kind, name: tool, difference },
        Subject::Answer { kind, .. } => SubjectView::Answer { method: kind },
        Subject::Call { tool, claims, .. } => SubjectView::Call { tool, claims },
        Subject::Connect { issuer, scopes, new_scopes, way, authorization_host, .. } => {
            let way = match way {
                Way::Browser { redirect } => WayView::Browser { redirect },
                Way::Itself { client, proof } => WayView::Itself { client, proof },
            };
            SubjectView::Connect { issuer, authorization_host, scopes, new_scopes, way }
        }
        Subject::Order { name, .. } => SubjectView::Order { name },
        Subject::Read { method, .. } => SubjectView::Read { method },
    }
}

/// What is asked, in one plain text, for questions that have no exact bytes.
pub(super) fn plain_text(question: &Question) -> String {
    view(question, WHOLE).arguments.map(|excerpt| excerpt.text).unwrap_or_default()
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
        Subject::Connect { authorization_host, way: Way::Browser { .. }, .. } => {
            format!("Sign in at {authorization_host}")
        }
        Subject::Connect { authorization_host, way: Way::Itself { .. }, .. } => {
            format!("Get tokens from {authorization_host} without a person")
        }
        Subject::Order { name, .. } => format!("Carry out the order {name}"),
        Subject::Read { method, .. } => format!("Read: {method}"),
    }
}

pub(super) fn choice(choice: &Choice) -> ChoiceView {
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

/// The answer that a word stands for.
pub(super) fn read_choice(word: &str) -> Option<Given> {
    let (name, number) = match word.split_once(':') {
        Some((name, number)) => (name, Some(number.parse::<u16>().ok()?)),
        None => (word, None),
    };
    let narrow = |number: u16| u8::try_from(number).ok();
    match (name, number) {
        ("allow_always", None) => Some(Given::AllowAlways),
        ("allow_always_with", Some(place)) => narrow(place).map(Given::AllowAlwaysWith),
        ("allow_for", Some(minutes)) => Minutes::new(minutes).map(Given::AllowFor),
        ("allow_once", None) => Some(Given::AllowOnce),
        ("allow_times", Some(times)) => narrow(times).map(Given::AllowTimes),
        ("allow_until_quit", None) => Some(Given::AllowUntilQuit),
        ("deny", None) => Some(Given::Deny),
        ("deny_and_block", None) => Some(Given::DenyAndBlock),
        _ => None,
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
        for word in &words {
            assert_eq!(read_choice(word).map(answer_word).as_ref(), Some(word), "it reads back");
        }
        for odd in ["", "allow", "allow_for", "allow_for:", "allow_for:0", "allow_for:99999", "allow_once:1", "deny:"] {
            assert_eq!(read_choice(odd), None, "{odd}");
        }
        for word in ["allow_once", "allow_times:5", "allow_for:15", "allow_always_with:1", "deny", "deny_and_block"] {
            assert!(words.contains(word), "{word}");
        }
    }
}

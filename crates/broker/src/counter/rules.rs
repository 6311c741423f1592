//! Rules: added, confirmed and taken away. How they are shown stands in `view`, what confirming files means in `confirm`.

mod confirm;
mod view;

pub(super) use confirm::confirm;
pub(super) use view::{list, pending};

use super::wish::Wish;
use super::{Giver, done, refused, said};
use crate::broker::Broker;
use keyholder_audit::{Event, Note};
use keyholder_book::{Answered, Book};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::Answer;
use keyholder_model::id::RuleId;
use keyholder_policy::{Effect, Openness, Policy, Problem, Remembered, Sources};
use std::sync::Arc;

/// How a rule came about that was added at the side door.
const ADDED: &str = "added from the command line";

/// Rules that are kept in all. More would make every decision slow and no list readable.
const MOST_KEPT: usize = 5_000;

/// Bytes of rules that are added here in all: they are kept in the keychain, and any program of this user may add what forbids.
const MOST_BYTES: usize = 1 << 20;

/// All rules.
pub(super) async fn show(broker: &Arc<Broker>) -> Answer {
    // Before the book was read, every answer would be missing. Where it cannot be read, the rest is shown all the same.
    if let Err(why) = broker.book().await {
        tracing::warn!(%why, "the rules are listed without your answers");
    }
    Answer::Rules(view::list(broker))
}

/// Puts rules beside those that there are: at once where they only forbid, after a yes where they permit.
pub(super) async fn add(broker: &Arc<Broker>, giver: Giver<'_>, text: String) -> Result<Answer, ConsoleError> {
    let (effects, text) = check(text).await?;
    if effects.is_empty() {
        return Err(ConsoleError::new(Code::Invalid).because("there is no rule in the text"));
    }
    let book = broker.book().await.map_err(|refusal| refused(&refusal, "rules"))?;
    check_room(&book, text.len())?;
    let only_forbids = !effects.contains(&Effect::Permit);
    if !only_forbids {
        let headline = match effects.len() {
            1 => "Add this rule, which allows something".to_owned(),
            many => format!("Add these {many} rules, which allow something"),
        };
        let open = is_wide_open(&text)
            .then(|| "With it everything that no other rule forbids runs without a question.".to_owned());
        let lines: Vec<_> = open.iter().cloned().chain(std::iter::once(text.clone())).collect();
        let wish = Wish::order("add_rule", &headline, &lines, &[text.as_bytes()]);
        wish.warning(open.into_iter().collect()).agree(broker, giver).await?;
    }
    let id = RuleId::make(&*broker.clock, &*broker.rng);
    let made = book.believe(broker.clock.now());
    // What lowers authority does not wait for a log that cannot be written.
    note(broker, "add", id).or_else(|why| if only_forbids { Ok(()) } else { Err(why) })?;
    let rule = Answered {
        id,
        text,
        origin: ADDED.to_owned(),
        bound_to: Vec::new(),
        tool: None,
        pinned: None,
        usage: None,
        made,
        expires: None,
        idle_days: None,
        last_used: None,
    };
    let added = broker.change_book(|book| book.add_answer(rule)).await;
    added.map_err(|refusal| refused(&refusal, "rules"))?;
    tell_all(broker);
    Ok(said(format!("the rule\u{2019}s id is {id}")))
}

/// Whether one more rule of so many bytes can be kept, that nobody may have been asked about.
pub(super) fn check_room(book: &Book, bytes: usize) -> Result<(), ConsoleError> {
    let unasked = book.answers.iter().filter(|known| known.origin == ADDED || known.usage.is_some());
    if book.answers.len() >= MOST_KEPT || unasked.map(|known| known.text.len()).sum::<usize>() + bytes > MOST_BYTES {
        return Err(ConsoleError::new(Code::Conflict).because("too many rules are kept already; take some away first"));
    }
    Ok(())
}

/// A rule is gone: how often it decided is of no use any more.
pub(super) fn forget(broker: &Broker, id: RuleId) {
    if let Err(why) = broker.settings.forget_uses(&id.to_string()) {
        tracing::warn!(%why, "the uses of a rule that is gone could not be forgotten");
    }
}

/// Takes a remembered rule away: at once where it only permits, after a yes where it forbids. Rules in files are the person's own
/// to edit.
pub(super) async fn remove(broker: &Arc<Broker>, giver: Giver<'_>, rule: &str) -> Result<Answer, ConsoleError> {
    let unknown = || ConsoleError::new(Code::NotFound).about(rule);
    let id: RuleId = rule
        .strip_prefix("remembered ")
        .unwrap_or(rule)
        .parse()
        .map_err(|_| unknown().because("only rules that came from answers can be removed here"))?;
    let book = broker.book().await.map_err(|refusal| refused(&refusal, rule))?;
    let kept = book.answers.iter().find(|known| known.id == id).map(|known| (known.text.clone(), known.origin.clone()));
    let passing = broker.passing().into_iter().find(|known| known.id == id).map(|known| (known.text, known.origin));
    let (text, origin) = kept.or(passing).ok_or_else(unknown)?;
    let (effects, text) = match check(text.clone()).await {
        Ok(checked) => checked,
        // What cannot be read closes everything; whether taking it away opens something cannot be told.
        Err(_) => (vec![Effect::Forbid], text),
    };
    let only_permits = !effects.contains(&Effect::Forbid);
    if !only_permits {
        let wish = Wish::order(
            "remove_rule",
            "Take a rule away that forbids something",
            &[origin, text.clone()],
            &[id.to_string().as_bytes(), text.as_bytes()],
        );
        wish.agree(broker, giver).await?;
    }
    note(broker, "remove", id).or_else(|why| if only_permits { Ok(()) } else { Err(why) })?;
    let was_passing = broker.remove_passing(id);
    let was_kept = broker.change_book(|book| book.remove_answer(id)).await;
    let was_kept = was_kept.map_err(|refusal| refused(&refusal, rule))?;
    if !was_passing && !was_kept {
        return Err(unknown());
    }
    forget(broker, id);
    tell_all(broker);
    Ok(done())
}

/// What a text's rules do. The parser takes its time over a long one, and no host waits for that.
async fn check(text: String) -> Result<(Vec<Effect>, String), ConsoleError> {
    let checked = tokio::task::spawn_blocking(move || keyholder_policy::check(&text).map(|effects| (effects, text)));
    checked.await.map_err(|_| ConsoleError::new(Code::Internal))?.map_err(|problem| unreadable(&problem))
}

/// Why a text is no rules, with the line and without a file.
pub(super) fn unreadable(problem: &Problem) -> ConsoleError {
    let line = problem.line.map(|line| format!("line {line}: ")).unwrap_or_default();
    ConsoleError::new(Code::Invalid).because(format!("{line}{}", problem.message))
}

/// Whether a text alone lets everything run.
fn is_wide_open(text: &str) -> bool {
    let alone = Remembered { id: "new".to_owned(), text: text.to_owned(), life: Arc::default() };
    Policy::load(&Sources { remembered: vec![alone], ..Sources::default() }).is_wide_open() != Openness::Guarded
}

fn note(broker: &Broker, decision: &str, id: RuleId) -> Result<(), ConsoleError> {
    let reason = format!("rule {id}");
    let note = Note { decision: Some(decision), reason: Some(&reason), ..Note::of(Event::ChangeRule) };
    broker.note(&note).map_err(|refusal| refused(&refusal, "log"))
}

/// What a rule forbids altogether is not even listed, so hosts may have to ask again.
fn tell_all(broker: &Arc<Broker>) {
    for site in broker.registry.sites() {
        broker.tools_may_have_changed(&site);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_no_rule_is_refused_with_its_line() {
        let why = check("forbid (principal, action, resource);\nnonsense".to_owned()).await.unwrap_err();
        assert_eq!(why.code, Code::Invalid);
        assert!(why.detail.is_some_and(|detail| detail.starts_with("line 2: ") && !detail.contains("the text")));
    }

    #[test]
    fn a_rule_that_lets_everything_run_is_noticed() {
        assert!(is_wide_open("permit (principal, action, resource);"));
        assert!(!is_wide_open("permit (principal == App::\"claude\", action, resource);"));
    }
}

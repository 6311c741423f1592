//! The rules in force.

use crate::broker::Broker;
use keyholder_audit::{Event, Note};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::{Answer, Receipt};
use keyholder_console::rules::{RuleOrigin, RuleState, RuleView};
use keyholder_console::servers::Verdict;
use keyholder_model::id::RuleId;
use keyholder_policy::{Effect, Origin};
use std::sync::Arc;

pub(super) fn list(broker: &Arc<Broker>) -> Vec<RuleView> {
    let book = broker.known_book();
    let remembered = &book.answers;
    let rules = broker.policy.rules().into_iter().map(|rule| {
        let (origin, file, id) = match rule.origin {
            Origin::Managed(file) => (RuleOrigin::Managed, Some(file), rule.id),
            Origin::Person(file) => (RuleOrigin::File, Some(file), rule.id),
            Origin::Remembered(id) => (RuleOrigin::Answer, None, id),
            Origin::Shipped => (RuleOrigin::Shipped, None, rule.id),
        };
        let summary = remembered
            .iter()
            .find(|known| known.id.to_string() == id)
            .map_or_else(|| rule.text.lines().next().unwrap_or_default().to_owned(), |known| known.origin.clone());
        RuleView {
            id,
            effect: match rule.effect {
                Effect::Forbid => Some(Verdict::Deny),
                Effect::Permit => None,
            },
            summary,
            source: rule.text,
            origin,
            file: file.map(|file| file.display().to_string()),
            state: RuleState::InForce,
            uses: 0,
            last_used: None,
            expires: None,
            idle_days: None,
            uses_left: None,
            bound_to: Vec::new(),
            made: None,
            note: None,
        }
    });
    rules.collect()
}

/// Takes a remembered rule away. Rules in files are the person's own to edit.
pub(super) async fn remove(broker: &Arc<Broker>, rule: &str) -> Result<Answer, ConsoleError> {
    let unknown = || ConsoleError::new(Code::NotFound).about(rule);
    let id: RuleId =
        rule.parse().map_err(|_| unknown().because("only rules that came from answers can be removed here"))?;
    let was_passing = broker.remove_passing(id);
    let was_kept = broker.change_book(|book| book.remove_answer(id)).await;
    let was_kept = was_kept.map_err(|refusal| super::refused(&refusal, rule))?;
    if !was_passing && !was_kept {
        return Err(unknown());
    }
    let _ = broker.note(&Note { decision: Some("remove"), reason: Some(rule), ..Note::of(Event::ChangeRule) });
    Ok(Answer::Done(Receipt::default()))
}

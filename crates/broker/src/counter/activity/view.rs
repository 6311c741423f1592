//! Entries as a person sees them.

use super::super::explain::words;
use super::search::{ALLOW, ANSWERED, DENY, RULE};
use crate::record::ASK;
use keyholder_audit::{Ending, Event, Row};
use keyholder_console::activity::{DeciderView, DecisionView, EntryDetail, EntryView, OutcomeView};
use keyholder_console::rules::RuleView;
use keyholder_model::event::{Outcome, Whose};

/// An entry in a list.
pub(super) fn entry(row: &Row) -> EntryView {
    let (fault, millis, bytes) = match row.ended.as_ref().map(|ended| &ended.outcome) {
        Some(Outcome::Complete { bytes, millis }) => (None, Some(*millis), Some(*bytes)),
        Some(Outcome::Fault { whose, what }) => (Some(format!("{}: {what}", whose.as_str())), None, None),
        Some(Outcome::Unknown) => (Some("nobody can tell whether the server acted".to_owned()), None, None),
        Some(Outcome::Cancel) | None => (None, None, None),
    };
    EntryView {
        number: row.sequence,
        at: row.at.to_string(),
        kind: row.event.clone(),
        app: row.app.clone(),
        server: row.server.clone(),
        account: row.account.clone(),
        tool: row.tool.clone().or_else(|| row.method.clone()),
        decision: decision(row),
        by: decider(row),
        // An answer of the person needs no reason; what it was is what matters.
        reason: row.reason.clone().or_else(|| row.decision.clone()),
        outcome: outcome(row.ending()),
        tier: row.tier.map(|tier| tier.as_str().to_owned()),
        preview: row.preview.clone(),
        detail: fault.clone().or_else(|| row.preview.clone()),
        fault,
        millis,
        decided_ms: row.millis,
        bytes,
    }
}

/// An entry with everything that was written down, and the rule that decided, as far as it is among these.
pub(super) fn detail(row: Row, rules: Vec<RuleView>) -> EntryDetail {
    let entry = entry(&row);
    let rule = rules.into_iter().find(|rule| is_by(&row, &rule.id));
    let rule_id = rule.as_ref().map(|rule| rule.id.clone()).or_else(|| named_rule(&row).map(str::to_owned));
    EntryDetail {
        entry,
        app_path: row.app_path,
        ancestry: row.ancestry,
        session: row.session.map(|session| session.to_string()),
        call: row.call.map(|call| call.to_string()),
        method: row.method,
        issuer: row.issuer,
        preview: row.preview,
        arguments: row.arguments.map(|digest| digest.to_string()),
        request: row.request.map(|digest| digest.to_string()),
        decision: row.decision,
        tier: row.tier.map(|tier| tier.as_str().to_owned()),
        labels: words(row.labels),
        trace: row.trace,
        ended: row.ended.as_ref().map(|ended| ended.at.to_string()),
        ended_as: row.ended.as_ref().map(|ended| ended.sequence),
        rule_id,
        rule,
    }
}

fn decision(row: &Row) -> Option<DecisionView> {
    match row.decision.as_deref()? {
        ASK => Some(DecisionView::Asked),
        word if word.starts_with(ALLOW) => Some(DecisionView::Allowed),
        word if word.starts_with(DENY) => Some(DecisionView::Denied),
        // What was done to a rule, a server or the way of asking.
        _ => None,
    }
}

/// Who decided. The same as [`super::search`] asks for.
pub(super) fn decider(row: &Row) -> Option<DeciderView> {
    let reason = row.reason.as_deref().unwrap_or_default();
    let denied = decision(row) == Some(DecisionView::Denied);
    let ran = row.event == "call" || row.event == Event::ServerRequest.as_str();
    if reason.starts_with(ANSWERED) || row.event == Event::Answer.as_str() {
        return Some(DeciderView::Person);
    }
    match row.whose {
        Some(Whose::Person) if denied => Some(DeciderView::Person),
        Some(Whose::Policy) => Some(DeciderView::Rule),
        _ if ran && reason.starts_with(RULE) => Some(DeciderView::Rule),
        _ => None,
    }
}

/// The name of the deciding rule, as far as it can be told without knowing the rules.
fn named_rule(row: &Row) -> Option<&str> {
    if decider(row) != Some(DeciderView::Rule) {
        return None;
    }
    let reason = row.reason.as_deref()?;
    let name = match reason.strip_prefix(RULE) {
        Some(name) if row.whose.is_none() => name,
        // A refusal says why, and then which rule it was, in brackets.
        _ => reason.strip_suffix(')')?.rsplit_once(" (")?.1,
    };
    Some(name.strip_prefix(REMEMBERED).unwrap_or(name))
}

/// Whether this rule decided.
fn is_by(row: &Row, rule: &str) -> bool {
    // A file's name may have brackets of its own.
    let ends_so = |reason: &str| {
        let before = reason.strip_suffix(')').and_then(|reason| reason.strip_suffix(rule));
        before.is_some_and(|before| before.ends_with(" (") || before.ends_with(" (remembered "))
    };
    let is_policy = row.whose == Some(Whose::Policy);
    named_rule(row) == Some(rule) || is_policy && row.reason.as_deref().is_some_and(ends_so)
}

/// What stands before the id of a rule that came from an answer.
const REMEMBERED: &str = "remembered ";

fn outcome(ending: Ending) -> OutcomeView {
    match ending {
        Ending::Cancelled => OutcomeView::Cancelled,
        Ending::Done => OutcomeView::Done,
        Ending::Failed => OutcomeView::Failed,
        Ending::Open => OutcomeView::Open,
        Ending::Refused => OutcomeView::Refused,
        Ending::Unknown => OutcomeView::Unknown,
    }
}

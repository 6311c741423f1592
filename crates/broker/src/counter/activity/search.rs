//! What a person searches for, as the log is asked for it.

use crate::record::ASK;
use keyholder_audit::{Condition, Ending, Event, Field, Query, Test};
use keyholder_console::activity::words::{Moment, Words};
use keyholder_console::activity::{DeciderView, DecisionView, LogQuery, OutcomeView};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_model::clock::{Clock, Day, Timestamp};
use keyholder_model::event::Whose;
use std::time::Duration;

/// How the reason of a call begins that ran because of an answer ([`keyholder_model::permit::Reason::describe`]).
pub(super) const ANSWERED: &str = "answered: ";

/// How the reason of a call begins that ran because of a rule.
pub(super) const RULE: &str = "rule ";

/// What is decided with a yes or a no begins so in the log.
pub(super) const ALLOW: &str = "allow";
pub(super) const DENY: &str = "deny";

/// Where a text is looked for.
const WHEREVER: [Field; 8] = [
    Field::App,
    Field::Server,
    Field::Account,
    Field::Tool,
    Field::Method,
    Field::Reason,
    Field::Decision,
    Field::Preview,
];

/// What the log is asked; none where nothing can be so.
pub(super) fn query(wanted: &LogQuery, clock: &dyn Clock) -> Result<Option<Query>, ConsoleError> {
    let words: Words = wanted.words.as_deref().unwrap_or_default().parse().map_err(|why| invalid(&why))?;
    let given = |text: &Option<String>| text.as_deref().map(moment).transpose();
    let moments = |named: &[Moment]| named.iter().map(|one| resolve(one, clock)).collect::<Result<Vec<_>, _>>();
    let Some(endings) = endings(wanted.outcome, &words.outcomes) else { return Ok(None) };
    let mut conditions = conditions(&words);
    conditions.extend(wanted.kind.iter().map(|kind| Condition::of(Field::Event, Test::Is(kind.clone()))));
    Ok(Some(Query {
        server: wanted.server.clone(),
        app: wanted.app.clone(),
        tool: wanted.tool.clone(),
        decision: None,
        endings,
        conditions,
        since: given(&wanted.since)?.into_iter().chain(moments(&words.after)?).max(),
        until: given(&wanted.until)?.into_iter().chain(moments(&words.before)?).min(),
        before: wanted.before,
        limit: Some(wanted.limit.map_or(Query::PAGE, |limit| limit as usize).min(Query::MOST)),
    }))
}

fn invalid(why: &dyn std::fmt::Display) -> ConsoleError {
    ConsoleError::new(Code::Invalid).because(why.to_string())
}

fn moment(text: &str) -> Result<Timestamp, ConsoleError> {
    text.parse().map_err(|_| invalid(&format!("\u{201c}{text}\u{201d} is no moment in RFC 3339")))
}

fn resolve(named: &Moment, clock: &dyn Clock) -> Result<Timestamp, ConsoleError> {
    match named {
        Moment::Ago(minutes) => {
            let ago = Duration::from_secs(minutes.saturating_mul(60)).as_millis();
            let ago = i64::try_from(ago).unwrap_or(i64::MAX);
            Ok(Timestamp::from_millis(clock.now().as_millis().saturating_sub(ago)))
        }
        Moment::At(text) => moment(text),
        Moment::Day(text) => {
            let day: Day = text.parse().map_err(|_| invalid(&format!("the calendar has no \u{201c}{text}\u{201d}")))?;
            Ok(clock.beginning(day))
        }
    }
}

/// How it may have ended; empty for all, none where it cannot have ended so.
fn endings(one: Option<OutcomeView>, words: &[OutcomeView]) -> Option<Vec<Ending>> {
    let wanted: Vec<OutcomeView> = match one {
        Some(one) if words.is_empty() || words.contains(&one) => vec![one],
        Some(_) => return None,
        None => words.to_vec(),
    };
    Some(wanted.into_iter().map(ending).collect())
}

fn ending(outcome: OutcomeView) -> Ending {
    match outcome {
        OutcomeView::Cancelled => Ending::Cancelled,
        OutcomeView::Done => Ending::Done,
        OutcomeView::Failed => Ending::Failed,
        OutcomeView::Open => Ending::Open,
        OutcomeView::Refused => Ending::Refused,
        OutcomeView::Unknown => Ending::Unknown,
    }
}

fn conditions(words: &Words) -> Vec<Condition> {
    let any = |field, tests: Vec<Test>| Condition(tests.into_iter().map(|test| (field, test)).collect());
    let like = |names: &[String]| names.iter().map(|name| Test::is_like(name)).collect();
    let is = |names: &[&'static str]| names.iter().map(|name| Test::Is((*name).to_owned())).collect();
    let named = [
        any(Field::Server, like(&words.servers)),
        any(Field::App, like(&words.apps)),
        any(Field::Account, like(&words.accounts)),
        any(Field::Tool, like(&words.tools)),
        any(Field::Event, is(&words.kinds)),
        any(Field::Tier, is(&words.tiers)),
        Condition(words.decisions.iter().flat_map(|decision| decided(*decision)).collect()),
    ];
    let by = words.by.iter().map(|by| decider(*by)).reduce(|one, other| either(&one, &other)).unwrap_or_default();
    let texts = words.texts.iter().map(|text| Condition::any_of(&WHEREVER, &Test::holds(text)));
    named.into_iter().filter(|condition| !condition.0.is_empty()).chain(by).chain(texts).collect()
}

fn begins(field: Field, text: &str) -> (Field, Test) {
    (field, Test::Begins(text.to_owned()))
}

fn is(field: Field, text: &str) -> (Field, Test) {
    (field, Test::Is(text.to_owned()))
}

/// Any of these must hold.
fn decided(decision: DecisionView) -> Vec<(Field, Test)> {
    match decision {
        DecisionView::Allowed => vec![begins(Field::Decision, ALLOW)],
        DecisionView::Asked => vec![
            begins(Field::Reason, ANSWERED),
            is(Field::Event, Event::Answer.as_str()),
            is(Field::Decision, ASK),
            is(Field::Whose, Whose::Person.as_str()),
        ],
        DecisionView::Denied => vec![begins(Field::Decision, DENY)],
    }
}

/// All of these must hold: the same as [`super::view::decider`] says of an entry.
fn decider(by: DeciderView) -> Vec<Condition> {
    match by {
        DeciderView::Person => {
            let said = [begins(Field::Reason, ANSWERED), is(Field::Event, Event::Answer.as_str())];
            let or = |one| Condition(said.iter().cloned().chain([one]).collect());
            vec![or(is(Field::Whose, Whose::Person.as_str())), or(begins(Field::Decision, DENY))]
        }
        DeciderView::Rule => {
            let ran = ["call", Event::ServerRequest.as_str()].map(|event| is(Field::Event, event));
            let policy = is(Field::Whose, Whose::Policy.as_str());
            vec![
                Condition(vec![policy.clone(), begins(Field::Reason, RULE)]),
                Condition([policy].into_iter().chain(ran).collect()),
            ]
        }
    }
}

/// What holds where all of the one or all of the other holds.
fn either(one: &[Condition], other: &[Condition]) -> Vec<Condition> {
    let both = |a: &Condition, b: &Condition| Condition(a.0.iter().chain(&b.0).cloned().collect());
    one.iter().flat_map(|a| other.iter().map(move |b| both(a, b))).collect()
}

//! What a person is shown of a call: put together from what several rooms know, once, when they must be asked.

use crate::answers::{Meant, Pattern};
use crate::broker::Broker;
use crate::catalog::Known;
use crate::decide::{Matter, Shown};
use crate::history::Step;
use crate::risk::CallRisk;
use crate::who::Who;
use keyholder_approval::{Answer, Brief, Identified, Matched, OfferedPattern, Offers, QuestionRow, Subject};
use keyholder_audit::{CallQuery, Fate, PastCall};
use keyholder_excerpt::difference::{Change, difference};
use keyholder_excerpt::rows::{Row, RowNote, Rows, Unread, rows_against};
use keyholder_excerpt::sign::HostWarning;
use keyholder_excerpt::{pattern, rows};
use keyholder_model::id::QuestionId;
use keyholder_model::risk::{Label, Labels, Tier};
use keyholder_model::server::ServerName;
use keyholder_model::untrusted::visible;
use keyholder_policy::Asked;

/// So many arguments stand in their own order.
const ROWS_IN_ORDER: usize = 40;

/// Calls of the tool that a pattern is tried on.
const LATELY: usize = 40;

/// Steps of a session that a question shows.
const MOST_STEPS: usize = 8;

/// A call that a person is to be asked about.
pub(crate) struct Call<'a> {
    pub(crate) tool: &'a str,
    /// The exact JSON text.
    pub(crate) arguments: &'a str,
    pub(crate) known: Option<&'a Known>,
    pub(crate) risk: &'a CallRisk<'a>,
}

/// Everything that is shown of a call, and the answers on offer.
pub(crate) fn of_call(broker: &Broker, matter: &Matter<'_>, call: &Call<'_>, id: QuestionId, asked: &Asked) -> Shown {
    let lately = lately(broker, matter.caller.app(), &matter.site.server, call.tool);
    let schema = call.known.map(|known| known.definition.text.as_str());
    let patterns = patterns(call, schema);
    let offers = if asked.is_firm() {
        Offers::once_or_not()
    } else {
        let offered: Vec<_> = patterns.iter().map(|pattern| offered(pattern, &lately)).collect();
        let identified = if matter.caller.app_path().is_some() { Identified::Yes } else { Identified::No };
        Offers::for_tier(call.risk.assessment.tier, &offered, identified)
    };
    let who = Who::of(matter.caller);
    let may_bind = offers.has(Answer::AllowAlwaysWith(0));
    let meant = Meant {
        instance: who.instance,
        pinned: call.known.map(|known| known.definition.digest),
        patterns,
        bindable: if may_bind { pattern::bindable(call.arguments, schema) } else { Vec::new() },
    };
    broker.offered.put(id, meant);
    let brief = Brief {
        tier: call.risk.assessment.tier,
        headline: call.risk.headline(call.arguments),
        findings: findings(call),
        rows: table(schema.map_or_else(|| rows::rows(call.arguments), |schema| rows_against(call.arguments, schema))),
        changes: changes(&lately, call.arguments),
        history: if asked.rule().starts_with("sequences/") {
            chain(&broker.histories.steps(&who.app, led_here()))
        } else {
            Vec::new()
        },
        suspended: suspended(broker, matter, call),
    };
    let subject = Subject::Call {
        tool: call.tool.to_owned(),
        arguments: call.arguments.into(),
        claims: call.known.and_then(|known| known.claims.clone()).unwrap_or_default(),
    };
    Shown { subject, brief, offers }
}

/// The labels whose steps explain a question about a sequence.
pub(crate) fn led_here() -> Labels {
    Labels::NONE.with(Label::ReadsPrivate).with(Label::SeesUntrusted)
}

/// Steps of a session as a person reads them: the first ones and the latest.
pub(crate) fn chain(steps: &[Step]) -> Vec<String> {
    let words = |step: &Step| {
        let did: Vec<_> = step.labels.iter().filter(|label| led_here().has(*label)).map(label_words).collect();
        format!("{}: {}", visible(&step.tool), did.join(", "))
    };
    if steps.len() <= MOST_STEPS {
        return steps.iter().map(words).collect();
    }
    let (first, last) = (&steps[..MOST_STEPS / 2], &steps[steps.len() - MOST_STEPS / 2..]);
    let mut lines: Vec<_> = first.iter().map(words).collect();
    lines.push(format!("\u{2026} {} more \u{2026}", steps.len() - MOST_STEPS));
    lines.extend(last.iter().map(words));
    lines
}

/// What a label means, after a tool's name.
pub(crate) fn label_words(label: Label) -> &'static str {
    match label {
        Label::Destroys => "destroyed something",
        Label::ReadsPrivate => "read private data",
        Label::SeesUntrusted => "brought text that anybody may have written",
        Label::SendsOutward => "sent something outward",
    }
}

/// The latest calls of this tool by this app, newest first. Without a log there are none, and no call would run either.
pub(crate) fn lately(broker: &Broker, app: &str, server: &ServerName, tool: &str) -> Vec<PastCall> {
    let query = CallQuery {
        app: Some(app.to_owned()),
        server: Some(server.to_string()),
        tool: Some(tool.to_owned()),
        limit: Some(LATELY),
        ..CallQuery::default()
    };
    broker.log().ok().and_then(|log| log.calls(&query).ok()).unwrap_or_default()
}

fn patterns(call: &Call<'_>, schema: Option<&str>) -> Vec<Pattern> {
    let exactly = keyholder_policy::canonical_digest(call.arguments.as_bytes()).map(Pattern::Exactly);
    let bounds = pattern::proposals(call.arguments, schema).into_iter().map(Pattern::Bounds);
    exactly.into_iter().chain(bounds).collect()
}

pub(crate) fn offered(pattern: &Pattern, lately: &[PastCall]) -> OfferedPattern {
    let fits = |call: &&PastCall| match pattern {
        Pattern::Bounds(bounds) => pattern::matches(bounds, call.preview.as_deref().unwrap_or_default()) == Some(true),
        Pattern::Exactly(_) => false,
    };
    let matched = match pattern {
        Pattern::Exactly(_) => None,
        Pattern::Bounds(_) if lately.is_empty() => None,
        Pattern::Bounds(_) => Some(Matched {
            hits: u32::try_from(lately.iter().filter(fits).count()).unwrap_or(u32::MAX),
            of: u32::try_from(lately.len()).unwrap_or(u32::MAX),
        }),
    };
    OfferedPattern { words: pattern.to_string(), matched }
}

fn findings(call: &Call<'_>) -> Vec<String> {
    let found = call.risk.assessment.findings.iter().map(|finding| finding.sentence.clone());
    let odd = call.known.into_iter().flat_map(|known| &known.suspicions).map(|one| one.sentence.clone());
    let unknown = call.known.is_none().then(|| "The server does not list this tool.".to_owned());
    let does = call.risk.labels.iter().map(|label| match label {
        Label::Destroys => "It destroys something.",
        Label::ReadsPrivate => "It reads private data.",
        Label::SeesUntrusted => "It brings text that anybody may have written.",
        Label::SendsOutward => "It leaves your account.",
    });
    let does = does.map(str::to_owned).filter(|_| call.risk.assessment.tier > Tier::Look);
    unknown.into_iter().chain(found).chain(odd).chain(does).collect()
}

fn table(mut rows: Rows) -> Vec<QuestionRow> {
    // A face shows so many and counts the others: what matters is not to be among those (catalogue case 191).
    if rows.rows.len() > ROWS_IN_ORDER {
        rows.rows.sort_by_key(weight);
    }
    let mut shown: Vec<QuestionRow> = rows
        .rows
        .into_iter()
        .map(|row| {
            let mut notes: Vec<String> = row.notes.iter().map(note).collect();
            if row.hidden_characters > 0 {
                notes.push(format!("{} hidden characters, shown as codes", row.hidden_characters));
            }
            if row.clipped > 0 {
                notes.push(format!("{} more characters", row.clipped));
            }
            QuestionRow { name: row.name, value: row.value, note: (!notes.is_empty()).then(|| notes.join("; ")) }
        })
        .collect();
    let mut remark = |value: String| shown.push(QuestionRow { name: "\u{2026}".to_owned(), value, note: None });
    if rows.further > 0 {
        remark(format!("{} more arguments", rows.further));
    }
    match rows.unread {
        None => {}
        Some(Unread::NotAnObject) => remark("the arguments are no JSON object".to_owned()),
        Some(Unread::TooDeep) => remark("the arguments are nested too deeply to be shown".to_owned()),
        Some(Unread::TooLong) => remark("the arguments are too long to be shown".to_owned()),
        Some(Unread::TooMany) => remark("there are too many arguments to be shown".to_owned()),
    }
    shown
}

/// What comes first where there is too much to read; equals stay in their order.
fn weight(row: &Row) -> u8 {
    let of = |note: &RowNote| match note {
        RowNote::Destination => 0,
        RowNote::Command => 1,
        RowNote::Amount | RowNote::Path => 2,
        RowNote::SecretLooking | RowNote::Url { .. } => 3,
        RowNote::NotInSchema => 4,
    };
    row.notes.iter().map(of).min().unwrap_or(5)
}

fn note(note: &RowNote) -> String {
    match note {
        RowNote::Amount => "an amount".to_owned(),
        RowNote::Command => "will be run".to_owned(),
        RowNote::Destination => "who receives it".to_owned(),
        RowNote::NotInSchema => "the tool does not know this argument".to_owned(),
        RowNote::Path => "a file or folder".to_owned(),
        RowNote::SecretLooking => "hidden: looks like a secret".to_owned(),
        RowNote::Url { host, warning: None } => format!("leads to {host}"),
        RowNote::Url { host, warning: Some(HostWarning::MixedScript) } => {
            format!("leads to {host}, whose letters come from several scripts")
        }
        RowNote::Url { host, warning: Some(HostWarning::Punycode) } => {
            format!("leads to {host}, which is not what it looks like")
        }
    }
}

/// What differs from the latest call of this tool that was made.
fn changes(lately: &[PastCall], arguments: &str) -> Vec<String> {
    let before = lately.iter().find(|call| call.fate == Fate::Made).and_then(|call| call.preview.as_deref());
    let Some(changes) = before.and_then(|before| difference(before, arguments)) else { return Vec::new() };
    let line = |change: Change| match change {
        Change::Added { name, now } => format!("{name}: new: {now}"),
        Change::Changed { name, before, now, .. } => format!("{name}: {before} \u{2192} {now}"),
        Change::Removed { name, before } => format!("{name}: no longer there, was {before}"),
        Change::Same { count } => format!("{count} unchanged"),
        Change::Unknown { name } => format!("{name}: hidden, may have changed"),
    };
    changes.into_iter().map(line).collect()
}

/// A standing yes that does not count since the tool is no longer defined as it was then.
fn suspended(broker: &Broker, matter: &Matter<'_>, call: &Call<'_>) -> Option<String> {
    let key = keyholder_book::tool_key(&matter.site.server, call.tool);
    let now = call.known.map(|known| known.definition.digest.to_string());
    let book = broker.known_book();
    let is_other = |pinned: &Option<String>| pinned.is_some() && *pinned != now;
    let rule = book.answers.iter().find(|rule| rule.tool.as_deref() == Some(&key) && is_other(&rule.pinned))?;
    Some(format!("The tool was defined differently when you allowed it (rule {}); that yes does not count.", rule.id))
}

//! The log, read and checked.

use super::refused;
use crate::broker::Broker;
use keyholder_audit::{Anchor, Query, Row};
use keyholder_console::activity::{EntryView, LogQuery, LogReport, OutcomeView, VerifyReport};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_model::clock::Timestamp;
use keyholder_model::event::Outcome;
use keyholder_vault::NoteName;
use std::sync::Arc;

pub(super) fn read(broker: &Arc<Broker>, query: &LogQuery) -> Result<LogReport, ConsoleError> {
    let moment = |text: &Option<String>| {
        let parse = |text: &String| {
            text.parse::<Timestamp>().map_err(|_| {
                ConsoleError::new(Code::Invalid).because(format!("\u{201c}{text}\u{201d} is no moment in RFC 3339"))
            })
        };
        text.as_ref().map(parse).transpose()
    };
    let limit = query.limit.map_or(Query::PAGE, |limit| limit as usize).min(Query::MOST);
    let wanted = Query {
        server: query.server.clone(),
        app: query.app.clone(),
        tool: query.tool.clone(),
        decision: None,
        since: moment(&query.since)?,
        until: moment(&query.until)?,
        before: query.before,
        limit: Some(limit),
    };
    let log = broker.log().map_err(|refusal| refused(&refusal, "log"))?;
    let rows = log.read(&wanted).map_err(|why| ConsoleError::new(Code::Internal).because(why.to_string()))?;
    let next = (rows.len() == limit).then(|| rows.last().map(|row| row.sequence)).flatten();
    let entries = rows
        .into_iter()
        .map(view)
        .filter(|entry| query.kind.as_ref().is_none_or(|kind| entry.kind == *kind))
        .filter(|entry| query.outcome.is_none_or(|outcome| entry.outcome == outcome))
        .collect();
    Ok(LogReport { entries, next })
}

/// Checks the whole chain, against the anchor that the keychain holds.
pub(crate) async fn verify(broker: &Arc<Broker>) -> Result<VerifyReport, ConsoleError> {
    let log = broker.log().map_err(|refusal| refused(&refusal, "log"))?;
    let kept = match broker.vault().await {
        Ok(vault) => vault.note(NoteName::AuditAnchor).await.ok().flatten(),
        Err(_) => None,
    };
    let anchor: Option<Anchor> = kept.and_then(|text| String::from_utf8(text).ok()).and_then(|text| text.parse().ok());
    let report =
        log.verify(anchor.as_ref()).map_err(|why| ConsoleError::new(Code::Internal).because(why.to_string()))?;
    Ok(VerifyReport {
        entries: report.head.count,
        intact: report.is_sound(),
        first_broken: report.fault.as_ref().map(|fault| fault.sequence),
        fault: report.fault.as_ref().map(ToString::to_string),
        // Without an anchor to compare it with, a log that was rewritten as a whole looks sound: then nothing vouches for it.
        anchored: report.anchor.map(|_| report.is_vouched_for()),
    })
}

fn view(row: Row) -> EntryView {
    let denied = row.decision.as_deref() == Some("deny");
    let (outcome, detail, millis, bytes) = match row.ended.map(|ended| ended.outcome) {
        Some(Outcome::Cancel) => (OutcomeView::Cancelled, None, None, None),
        Some(Outcome::Complete { bytes, millis }) => (OutcomeView::Done, None, Some(millis), Some(bytes)),
        Some(Outcome::Fault { whose, what }) => {
            (OutcomeView::Failed, Some(format!("{}: {what}", whose.as_str())), None, None)
        }
        Some(Outcome::Unknown) => {
            (OutcomeView::Unknown, Some("nobody can tell whether the server acted".to_owned()), None, None)
        }
        None if row.event == "call" => (OutcomeView::Open, None, None, None),
        None if denied => (OutcomeView::Refused, None, None, None),
        None => (OutcomeView::Done, None, None, None),
    };
    EntryView {
        number: row.sequence,
        at: row.at.to_string(),
        kind: row.event,
        app: row.app,
        server: row.server,
        account: row.account,
        tool: row.tool.or(row.method),
        // An answer of the person needs no reason; what it was is what matters.
        reason: row.reason.or(row.decision),
        outcome,
        detail: detail.or(row.preview),
        millis,
        bytes,
    }
}

//! `keyholder log`.

mod export;
mod summary;
mod words;

pub(super) use export::export;
pub(super) use summary::summary;

use super::tools::{short_digest, tier};
use crate::arguments::{LogVerb, ReadLog};
use crate::exit::Exit;
use crate::output::{Cell, Output, Tone, cell, maybe, moment, toned};
use crate::plain::escape;
use crate::since;
use keyholder_console::activity::{DeciderView, EntryDetail, LogQuery, LogReport, OutcomeView, VerifyReport};
use keyholder_console::order::Order;

/// The order that a command line stands for.
pub(super) fn order(read: ReadLog) -> Result<Order, String> {
    match read.what {
        None => Ok(Order::Log(query(read)?)),
        Some(LogVerb::Export(_)) => Err("an export is more than one order".to_owned()),
        Some(LogVerb::Show { number }) => Ok(Order::ShowEntry { number }),
        Some(LogVerb::Summary { days }) => Ok(Order::Summary { days }),
        Some(LogVerb::Verify) => Ok(Order::VerifyLog),
    }
}

/// What a command line asks for.
fn query(read: ReadLog) -> Result<LogQuery, String> {
    let ReadLog { what: _, words, server, app, tool, kind, outcome, since, until, before, limit } = read;
    let since = since.as_deref().map(since::moment).transpose()?;
    let until = until.as_deref().map(since::moment).transpose()?;
    let outcome = outcome.map(Into::into);
    let words = words::read(&words)?;
    Ok(LogQuery { server, app, tool, kind, outcome, words, since, until, before, limit: Some(limit) })
}

/// Entries, newest first.
pub(super) fn list(report: &LogReport, output: Output) -> Exit {
    let older = report.next.filter(|_| output.terminal);
    if report.entries.is_empty() {
        match older {
            Some(next) => output.line(&format!("Nothing so far. In older entries: the same with --before {next}")),
            None => output.nothing("No entries."),
        }
        return Exit::Ok;
    }
    let rows: Vec<_> = report
        .entries
        .iter()
        .map(|entry| {
            vec![
                cell(entry.number.to_string()),
                moment(&entry.at, output),
                cell(&entry.kind),
                outcome(entry.outcome),
                maybe(entry.app.as_ref()),
                maybe(entry.server.as_ref()),
                maybe(entry.tool.as_ref()),
                maybe(entry.reason.as_ref()),
                maybe(entry.detail.as_ref()),
            ]
        })
        .collect();
    output.table(&["NO", "TIME", "KIND", "OUTCOME", "APP", "SERVER", "TOOL", "WHY", "DETAIL"], &rows);
    if let Some(next) = older {
        output.line(&format!("Older entries: the same with --before {next}"));
    }
    Exit::Ok
}

/// One entry with everything that was written down.
pub(super) fn show(detail: &EntryDetail, output: Output) -> Exit {
    let entry = &detail.entry;
    let millis = |millis: Option<u64>| maybe(millis.map(|millis| format!("{millis} ms")));
    let mut fields = vec![
        ("Number", cell(entry.number.to_string())),
        ("Time", moment(&entry.at, output)),
        ("Kind", cell(&entry.kind)),
        ("Outcome", outcome(entry.outcome)),
        ("Why", maybe(entry.reason.as_ref())),
        ("Decision", maybe(detail.decision.as_ref())),
        ("Decided by", maybe(entry.by.map(DeciderView::as_str))),
        ("App", maybe(entry.app.as_ref())),
        ("App file", maybe(detail.app_path.as_ref())),
        ("Processes", maybe(detail.ancestry.as_ref())),
        ("Server", maybe(entry.server.as_ref())),
        ("Account", maybe(entry.account.as_ref())),
        ("Issuer", maybe(detail.issuer.as_ref())),
        ("Tool", maybe(entry.tool.as_ref())),
        ("Tier", detail.tier.as_deref().map_or_else(|| cell("-"), tier)),
        ("Labels", maybe((!detail.labels.is_empty()).then(|| detail.labels.join(" ")))),
        ("Arguments", maybe(detail.preview.as_ref())),
        ("Digest", maybe(detail.arguments.as_deref().map(short_digest))),
        ("Fault", maybe(entry.fault.as_ref())),
        ("Ended", detail.ended.as_ref().map_or_else(|| cell("-"), |ended| moment(ended, output))),
        ("Took", millis(entry.millis)),
        ("Answered in", millis(entry.decided_ms)),
        ("Bytes", maybe(entry.bytes.map(|bytes| bytes.to_string()))),
        ("Call", maybe(detail.call.as_ref())),
        ("Session", maybe(detail.session.as_ref())),
        ("Trace", maybe(detail.trace.as_ref())),
    ];
    if let Some(rule) = &detail.rule {
        fields.push(("Rule", cell(&rule.id)));
        fields.push(("Rule says", cell(&rule.summary)));
    } else if let Some(rule) = &detail.rule_id {
        fields.push(("Rule", toned(format!("{rule} (it is gone)"), Tone::Warning)));
    }
    output.fields(&fields);
    Exit::Ok
}

/// What checking found; a broken log is bad news for scripts too.
pub(super) fn verify(report: &VerifyReport, shown: bool, output: Output) -> Exit {
    if !shown && report.intact {
        let anchor = match report.anchored {
            Some(true) => "; its end agrees with the anchor outside the database",
            Some(false) => "; its end disagrees with the anchor outside the database",
            None => "; there is no anchor to compare its end with",
        };
        output.line(&format!("The log is intact: {} entries{anchor}.", report.entries));
    } else if !shown {
        let entry = report.first_broken.map_or_else(String::new, |number| format!(" at entry {number}"));
        let fault = report.fault.as_ref().map_or_else(String::new, |fault| format!(": {}", escape(fault)));
        output.line(&format!("The log was changed{entry}{fault}."));
    }
    if report.intact && report.anchored != Some(false) { Exit::Ok } else { Exit::General }
}

fn outcome(outcome: OutcomeView) -> Cell {
    match outcome {
        OutcomeView::Cancelled | OutcomeView::Open => cell(outcome.as_str()),
        OutcomeView::Done => toned(outcome.as_str(), Tone::Good),
        OutcomeView::Failed | OutcomeView::Unknown => toned(outcome.as_str(), Tone::Bad),
        OutcomeView::Refused => toned(outcome.as_str(), Tone::Warning),
    }
}

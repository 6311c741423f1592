//! `keyholder log`.

use crate::arguments::ReadLog;
use crate::exit::Exit;
use crate::output::{Cell, Output, Tone, cell, maybe, moment, toned};
use crate::plain::escape;
use crate::since;
use keyholder_console::activity::{LogQuery, LogReport, OutcomeView, VerifyReport};

/// What a command line asks for.
pub(super) fn query(read: ReadLog) -> Result<LogQuery, String> {
    let ReadLog { what: _, server, app, tool, kind, outcome, since, until, before, limit } = read;
    let since = since.as_deref().map(since::moment).transpose()?;
    let until = until.as_deref().map(since::moment).transpose()?;
    let outcome = outcome.map(Into::into);
    Ok(LogQuery { server, app, tool, kind, outcome, since, until, before, limit: Some(limit) })
}

/// Entries, newest first.
pub(super) fn list(report: &LogReport, output: Output) -> Exit {
    if report.entries.is_empty() {
        output.nothing("No entries.");
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
    if let (Some(next), true) = (report.next, output.terminal) {
        output.line(&format!("Older entries: keyholder log --before {next}"));
    }
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
        OutcomeView::Cancelled => cell("cancelled"),
        OutcomeView::Done => toned("done", Tone::Good),
        OutcomeView::Failed => toned("failed", Tone::Bad),
        OutcomeView::Open => cell("open"),
        OutcomeView::Refused => toned("refused", Tone::Warning),
        OutcomeView::Unknown => toned("unknown", Tone::Bad),
    }
}

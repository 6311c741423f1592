//! `keyholder approvals attention` and `history`.

use crate::exit::Exit;
use crate::output::{Output, cell, maybe, moment};
use crate::plain::escape;
use keyholder_console::attention::AttentionView;
use keyholder_console::history::HistoryView;

/// How often the person was asked, and how that went.
pub(super) fn show(attention: &AttentionView, output: Output) -> Exit {
    output.fields(&[
        ("Asked", cell(attention.asked.to_string())),
        ("Allowed", cell(attention.allowed.to_string())),
        ("Denied", cell(attention.denied.to_string())),
        ("Unanswered", cell(attention.unanswered.to_string())),
        ("Share of yes", maybe(attention.acceptance_percent.map(|percent| format!("{percent} %")))),
        ("Median time", maybe(attention.median_seconds.as_ref().map(|seconds| format!("{seconds} s")))),
    ]);
    if let Some(nudge) = &attention.nudge {
        output.line("");
        output.line(&escape(nudge));
    }
    if attention.paused.is_empty() {
        return Exit::Ok;
    }
    output.line("");
    let rows: Vec<_> = attention
        .paused
        .iter()
        .map(|one| {
            vec![maybe(one.app.as_ref()), maybe(one.server.as_ref()), moment(&one.until, output), cell(&one.why)]
        })
        .collect();
    output.table(&["NOT ASKED FOR", "SERVER", "UNTIL", "WHY"], &rows);
    if output.terminal {
        output.line("Let an app ask again: keyholder approvals resume APP");
    }
    Exit::Ok
}

/// What sessions have read.
pub(super) fn histories(histories: &[HistoryView], output: Output) -> Exit {
    if histories.is_empty() {
        output.nothing("No app has read anything that counts.");
        return Exit::Ok;
    }
    for (number, history) in histories.iter().enumerate() {
        if number > 0 {
            output.line("");
        }
        let labels = history.labels.join(" ");
        output.fields(&[
            ("App", cell(&history.app)),
            ("Since", moment(&history.since, output)),
            ("Labels", maybe((!labels.is_empty()).then_some(labels))),
        ]);
        output.section("By these calls:", &history.chain);
    }
    Exit::Ok
}

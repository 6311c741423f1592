//! `keyholder rules mode`.

use crate::exit::Exit;
use crate::output::{Output, Tone, cell, moment, toned};
use keyholder_console::mode::{AskMode, ModeView};

/// How much is asked, and what was learned.
pub(super) fn show(view: &ModeView, output: Output) -> Exit {
    let meaning = match view.mode {
        AskMode::Balanced => "what only looks runs, the rest asks",
        AskMode::Careful => "everything asks",
        AskMode::Learning => "what looks and what can be undone runs for a while, the rest asks",
    };
    let tone = if view.mode == AskMode::Learning { Tone::Warning } else { Tone::Plain };
    output.fields(&[("Mode", toned(view.mode.as_str(), tone)), ("Means", cell(meaning))]);
    if let Some(until) = &view.learning_until {
        output.fields(&[("Until", moment(until, output))]);
    }
    if view.learned.is_empty() {
        return Exit::Ok;
    }
    output.line("");
    let rows: Vec<_> = view
        .learned
        .iter()
        .map(|one| vec![cell(&one.app), cell(&one.server), cell(&one.tool), cell(one.times.to_string())])
        .collect();
    output.table(&["APP", "SERVER", "TOOL", "RAN UNASKED"], &rows);
    if output.terminal {
        output.line("Keep what should go on running with a rule: keyholder rules add FILE");
    }
    Exit::Ok
}

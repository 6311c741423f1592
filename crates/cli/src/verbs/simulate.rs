//! `keyholder rules simulate`.

use super::rules::verdict;
use crate::exit::Exit;
use crate::output::{Output, cell, moment};
use keyholder_console::simulation::SimulationView;

/// What other rules would have said.
pub(super) fn show(simulation: &SimulationView, output: Output) -> Exit {
    let SimulationView { calls, unknown, before, after, changed } = simulation;
    output.fields(&[("Calls", cell(calls.to_string())), ("Cannot be told", cell(unknown.to_string()))]);
    if *calls == 0 {
        output.nothing("The log has no call since then.");
        return Exit::Ok;
    }
    output.line("");
    let row = |word: &str, now: u64, then: u64| vec![cell(word), cell(now.to_string()), cell(then.to_string())];
    output.table(
        &["VERDICT", "NOW", "THEN"],
        &[
            row("allow", before.allowed, after.allowed),
            row("ask", before.asked, after.asked),
            row("deny", before.denied, after.denied),
        ],
    );
    if changed.is_empty() {
        output.nothing("No call would go another way.");
        return Exit::Ok;
    }
    output.line("");
    let rows: Vec<_> = changed
        .iter()
        .map(|call| {
            vec![
                cell(call.number.to_string()),
                moment(&call.at, output),
                cell(&call.app),
                cell(&call.server),
                cell(&call.tool),
                verdict(call.was),
                verdict(call.would_be),
                cell(&call.rule),
            ]
        })
        .collect();
    output.table(&["NO", "TIME", "APP", "SERVER", "TOOL", "NOW", "THEN", "BY RULE"], &rows);
    Exit::Ok
}

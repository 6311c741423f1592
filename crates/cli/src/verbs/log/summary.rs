//! `keyholder log summary`.

use crate::exit::Exit;
use crate::output::{Cell, Output, cell, maybe, minute};
use keyholder_console::activity::{OddityKind, OddityView, SummaryView};

/// What happened in some days.
pub(in crate::verbs) fn summary(summary: &SummaryView, output: Output) -> Exit {
    let count = |count: u64| cell(count.to_string());
    let days = summary.days.iter().map(|day| {
        let counts = [day.by_rule, day.by_person, day.refused, day.failed, day.yes, day.no];
        [cell(&day.date)].into_iter().chain(counts.map(count)).collect()
    });
    table(output, &["DAY", "BY RULE", "BY YOU", "REFUSED", "FAILED", "YES", "NO"], &days.collect::<Vec<_>>());
    let tools = summary.tools.iter().map(|tool| vec![cell(&tool.server), cell(&tool.tool), count(tool.calls)]);
    table(output, &["SERVER", "TOOL", "CALLS"], &tools.collect::<Vec<_>>());
    let servers =
        summary.servers.iter().map(|server| vec![cell(&server.server), count(server.calls), count(server.bytes)]);
    table(output, &["SERVER", "CALLS", "BYTES"], &servers.collect::<Vec<_>>());
    let answers = summary.answer_times.iter().filter(|time| time.answers > 0).map(|time| {
        let within = time.at_most_ms.map_or_else(|| "longer".to_owned(), |most| format!("{} s", most / 1_000));
        vec![cell(within), count(time.answers)]
    });
    table(output, &["ANSWERED WITHIN", "ANSWERS"], &answers.collect::<Vec<_>>());
    let odd = summary
        .oddities
        .iter()
        .map(|odd| vec![cell(minute(&odd.at, output)), maybe(odd.number.map(|it| it.to_string())), cell(words(odd))]);
    table(output, &["SINCE", "NO", "OUT OF THE ORDINARY"], &odd.collect::<Vec<_>>());
    Exit::Ok
}

/// A table under an empty line, unless it is the first; nothing where there is nothing in it.
fn table(output: Output, headings: &[&str], rows: &[Vec<Cell>]) {
    if rows.is_empty() {
        return;
    }
    if headings.first() != Some(&"DAY") {
        output.line("");
    }
    output.table(headings, rows);
}

/// One sentence; the cell escapes what the names hold.
fn words(odd: &OddityView) -> String {
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "?".to_owned());
    let (app, server, count) = (name(&odd.app), name(&odd.server), odd.count.unwrap_or(0));
    match odd.kind {
        OddityKind::ManyCalls => {
            let what = odd.tool.as_ref().map_or_else(|| server.clone(), |tool| format!("{tool} of {server}"));
            format!("{app} called {what} {count} times, where {} are usual", odd.usual.unwrap_or(0))
        }
        OddityKind::NewApp => format!("{app} called {server} for the first time"),
        OddityKind::NewTool => format!("{app} called {} of {server}, which was never called before", name(&odd.tool)),
        OddityKind::UnusualHour => format!("{app} made {count} calls at an hour at which it makes none"),
    }
}

//! `keyholder rules`.

use super::explain;
use crate::arguments::RulesVerb;
use crate::exit::Exit;
use crate::output::{Cell, Output, Tone, cell, minute, moment, toned};
use crate::since;
use keyholder_console::order::Order;
use keyholder_console::rules::{RuleOrigin, RuleState, RuleView};
use keyholder_console::servers::Verdict;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// An order has at most 1 MiB, and in JSON a quote, a tab or the end of a line takes two bytes.
const LONGEST: u64 = 500 << 10;

/// The order that a verb stands for.
pub(super) fn order(verb: RulesVerb) -> Result<Order, String> {
    Ok(match verb {
        RulesVerb::Add { file } => Order::AddRule { text: read(&file)? },
        RulesVerb::Confirm => Order::ConfirmRules,
        RulesVerb::Explain { call } => Order::Explain { call: explain::call(&call)? },
        RulesVerb::Ls => Order::Rules,
        RulesVerb::Mode { mode: None } => Order::Mode,
        RulesVerb::Mode { mode: Some(mode) } => Order::SetMode { mode: mode.into() },
        RulesVerb::Rm { rule } => Order::RemoveRule { rule },
        RulesVerb::Simulate { file, since, replaces } => {
            Order::Simulate { since: since::moment(&since)?, text: read(&file)?, replaces }
        }
    })
}

/// Read here and not by the broker: what the person is asked about is then what was read, not a file that may have changed.
fn read(file: &Path) -> Result<String, String> {
    let mut text = Vec::new();
    let size = if file == Path::new("-") {
        io::stdin().lock().take(LONGEST + 1).read_to_end(&mut text)
    } else {
        File::open(file).and_then(|opened| opened.take(LONGEST + 1).read_to_end(&mut text))
    };
    match size {
        Ok(size) if size as u64 > LONGEST => Err(format!("{} is longer than rules can be (500 KiB)", file.display())),
        Ok(_) => String::from_utf8(text).map_err(|_| format!("{} is not UTF-8 text", file.display())),
        Err(why) => Err(format!("{} cannot be read: {why}", file.display())),
    }
}

/// The rules.
pub(super) fn list(rules: &[RuleView], output: Output) -> Exit {
    if rules.is_empty() {
        output.nothing("No rules: everything that needs one is refused.");
        return Exit::Ok;
    }
    let rows: Vec<_> = rules
        .iter()
        .map(|rule| {
            vec![
                cell(&rule.id),
                effect(rule.effect),
                cell(&rule.summary),
                cell(if rule.bound_to.is_empty() { "-".to_owned() } else { rule.bound_to.join("; ") }),
                cell(rule.uses.to_string()),
                rule.last_used.as_ref().map_or_else(|| cell("never"), |at| moment(at, output)),
                cell(ends(rule, output)),
                state(rule.state),
                cell(rule.file.as_deref().unwrap_or(origin(rule.origin))),
            ]
        })
        .collect();
    let headings = ["ID", "EFFECT", "WHAT", "BOUND TO", "USES", "LAST USED", "EXPIRES", "STATE", "FROM"];
    output.table(&headings, &rows);
    if output.terminal && rules.iter().any(|rule| rule.state == RuleState::Pending) {
        output.line("Put what is pending into force: keyholder rules confirm");
    }
    Exit::Ok
}

/// When a rule ends: by the clock, by its calls, by not being used.
fn ends(rule: &RuleView, output: Output) -> String {
    let time = rule.expires.as_ref().map(|at| minute(at, output));
    let calls = rule.uses_left.map(|left| format!("{left} calls left"));
    let idle = rule.idle_days.map(|days| format!("{days} days after its last use"));
    let ways: Vec<String> = time.into_iter().chain(calls).chain(idle).collect();
    if ways.is_empty() { "never".to_owned() } else { ways.join(", ") }
}

fn state(state: RuleState) -> Cell {
    match state {
        RuleState::Expired => cell("expired"),
        RuleState::InForce => cell("in force"),
        RuleState::Pending => toned("pending", Tone::Warning),
        RuleState::Suspended => toned("suspended: the tool changed", Tone::Warning),
    }
}

/// What a rule does, where that is one thing.
pub(super) fn effect(effect: Option<Verdict>) -> Cell {
    effect.map_or_else(|| cell("see text"), verdict)
}

/// What a rule does, or what the rules say about a tool.
pub(super) fn verdict(verdict: Verdict) -> Cell {
    match verdict {
        Verdict::Allow => toned("allow", Tone::Good),
        Verdict::Ask => toned("ask", Tone::Warning),
        Verdict::Deny => toned("deny", Tone::Bad),
    }
}

/// Who made a rule.
pub(super) fn origin(origin: RuleOrigin) -> &'static str {
    match origin {
        RuleOrigin::Answer => "your answer",
        RuleOrigin::File => "your file",
        RuleOrigin::Managed => "organisation",
        RuleOrigin::Shipped => "Keyholder",
    }
}

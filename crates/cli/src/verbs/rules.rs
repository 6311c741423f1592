//! `keyholder rules`.

use crate::exit::Exit;
use crate::output::{Cell, Output, Tone, cell, maybe, toned};
use keyholder_console::rules::{RuleOrigin, RuleState, RuleView};
use keyholder_console::servers::Verdict;

/// The rules.
pub(super) fn list(rules: &[RuleView], output: Output) -> Exit {
    if rules.is_empty() {
        output.nothing("No rules: everything that needs one is refused.");
        return Exit::Ok;
    }
    let rows: Vec<_> = rules
        .iter()
        .map(|rule| {
            let state = match rule.state {
                RuleState::InForce => cell("in force"),
                RuleState::Pending => toned("pending", Tone::Warning),
            };
            let effect = rule.effect.map_or_else(|| cell("see text"), verdict);
            vec![
                cell(&rule.id),
                effect,
                state,
                cell(origin(rule.origin)),
                cell(&rule.summary),
                maybe(rule.file.as_ref()),
            ]
        })
        .collect();
    output.table(&["ID", "EFFECT", "STATE", "FROM", "WHAT", "FILE"], &rows);
    Exit::Ok
}

/// What a rule does, or what the rules say about a tool.
pub(super) fn verdict(verdict: Verdict) -> Cell {
    match verdict {
        Verdict::Allow => toned("allow", Tone::Good),
        Verdict::Ask => toned("ask", Tone::Warning),
        Verdict::Deny => toned("deny", Tone::Bad),
    }
}

fn origin(origin: RuleOrigin) -> &'static str {
    match origin {
        RuleOrigin::Answer => "your answer",
        RuleOrigin::File => "your file",
        RuleOrigin::Managed => "organisation",
        RuleOrigin::Shipped => "Keyholder",
    }
}

//! `keyholder probe`.

use crate::exit::Exit;
use crate::output::{Cell, Output, Tone, cell, maybe, toned};
use keyholder_console::servers::{ProbeStep, ProbeView};
use keyholder_console::status::CheckState;

/// What was found out about an address.
pub(super) fn show(probe: &ProbeView, shown: bool, output: Output) -> Exit {
    let failed = probe.checks.iter().any(|check| check.state == CheckState::Fail);
    let exit = if failed { Exit::General } else { Exit::Ok };
    if shown {
        return exit;
    }
    let rows: Vec<_> = probe
        .checks
        .iter()
        .map(|check| vec![state(check.state), cell(step(check.step)), maybe(check.detail.as_ref())])
        .collect();
    output.table(&["", "CHECK", "FOUND"], &rows);
    output.section("Worth knowing:", &probe.warnings);
    let scope = |wanted: bool| {
        let names = probe.scopes.iter().filter(|scope| scope.wanted == wanted).map(|scope| scope.name.as_str());
        names.collect::<Vec<_>>().join(" ")
    };
    let (wanted, more) = (scope(true), scope(false));
    output.line("");
    output.fields(&[
        ("Sign-in at", maybe(probe.authorization_host.as_ref())),
        ("Asked for", maybe((!wanted.is_empty()).then_some(wanted))),
        ("Also named", maybe((!more.is_empty()).then_some(more))),
        ("Known as", maybe(probe.known_as.as_ref())),
    ]);
    if output.terminal && !failed && probe.known_as.is_none() {
        let older = if probe.older_discovery { " --older-oauth" } else { "" };
        output.line("");
        output.line(&format!("Add it: keyholder add {} URL{older}", crate::plain::escape(&probe.name)));
    }
    exit
}

fn step(step: ProbeStep) -> &'static str {
    match step {
        ProbeStep::Address => "address",
        ProbeStep::Answers => "something answers",
        ProbeStep::Protocol => "speaks MCP",
        ProbeStep::Registration => "Keyholder can make itself known",
        ProbeStep::ResourceMetadata => "says who signs people in",
        ProbeStep::ServerMetadata => "the sign-in is described",
    }
}

fn state(state: CheckState) -> Cell {
    match state {
        CheckState::Fail => toned("fail", Tone::Bad),
        CheckState::Ok => toned("ok", Tone::Good),
        CheckState::Warn => toned("warn", Tone::Warning),
    }
}

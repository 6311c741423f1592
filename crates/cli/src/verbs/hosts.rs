//! `keyholder hosts`.

use crate::exit::Exit;
use crate::output::{Output, Tone, cell, maybe, toned};
use crate::plain::escape;
use crate::side_door::{self, Waking};
use keyholder_console::hosts::HostView;
use keyholder_console::order::{Answer, Order};

/// The apps; with what makes those that are here use a server, where one is named.
pub(super) fn run(server: Option<String>, output: Output) -> Exit {
    let names_server = server.is_some();
    match side_door::give(Order::Hosts { server }, Waking::IfNeeded) {
        Ok(answer) if output.json(&answer) => Exit::Ok,
        Ok(Answer::Hosts(hosts)) if names_server => explain(&hosts, output),
        Ok(Answer::Hosts(hosts)) => list(&hosts, output),
        Ok(_) => Exit::General,
        Err(failure) => super::fail(&failure, output),
    }
}

fn list(hosts: &[HostView], output: Output) -> Exit {
    let row = |host: &HostView| {
        let found = if host.found { toned("here", Tone::Good) } else { cell("-") };
        vec![cell(&host.id), cell(&host.name), found, maybe(host.config_file.as_ref())]
    };
    output.table(&["ID", "APP", "FOUND", "ITS FILE"], &hosts.iter().map(row).collect::<Vec<_>>());
    if output.terminal {
        output.line("What makes them use a server: keyholder hosts SERVER");
    }
    Exit::Ok
}

fn explain(hosts: &[HostView], output: Output) -> Exit {
    let found: Vec<_> = hosts.iter().filter(|host| host.found).collect();
    if found.is_empty() {
        output.line("No app that Keyholder knows was found. With --json all of them are listed.");
    }
    for (place, host) in found.iter().enumerate() {
        if place > 0 {
            output.line("");
        }
        output.line(&format!("{}:", host.name));
        if let Some(command) = &host.command {
            output.line(&format!("  {}", escape(command)));
        } else {
            let file = host.config_file.as_deref().unwrap_or("its configuration");
            output.line(&format!("  put this into {}", escape(file)));
            // Line by line, since a line break is what nothing else may hold.
            for line in host.snippet.lines() {
                output.line(&format!("    {}", escape(line)));
            }
        }
        if host.restart {
            output.line("  then start it anew");
        }
    }
    Exit::Ok
}

//! `keyholder add`, `ls` and `show`.

use super::grants;
use super::rules::verdict;
use super::tools::short_digest;
use crate::arguments::AddServer;
use crate::exit::Exit;
use crate::output::{Cell, Output, Tone, cell, maybe, toned};
use keyholder_console::servers::{NewServer, Origin, ServerState, ServerView};
use std::path::Path;

/// The server that a command line describes.
pub(super) fn new(server: AddServer) -> Result<NewServer, String> {
    Ok(NewServer {
        name: server.name,
        url: server.url,
        client_id: server.client_id,
        client_secret_file: server.client_secret_file.as_deref().map(whole).transpose()?,
        client_key_file: server.client_key_file.as_deref().map(whole).transpose()?,
        client_key_id: server.client_key_id,
        client_credentials: server.client_credentials,
        assertion_file: server.assertion_file.as_deref().map(whole).transpose()?,
        organisation: server.organisation,
        client_metadata_url: server.client_metadata_url,
        resource: server.resource,
        scopes: server.scopes,
        older_discovery: server.older_oauth,
    })
}

/// The whole name of a file: the broker reads it, and stands in another folder than this command.
pub(super) fn whole(path: &Path) -> Result<String, String> {
    match std::path::absolute(path) {
        Ok(path) if path.is_file() => {
            path.into_os_string().into_string().map_err(|_| "the file's name is not UTF-8".to_owned())
        }
        _ => Err(format!("{} is not a file", path.display())),
    }
}

/// The servers.
pub(super) fn list(servers: &[ServerView], output: Output) -> Exit {
    if servers.is_empty() {
        output.nothing("No servers yet. Add one: keyholder add NAME URL");
        return Exit::Ok;
    }
    let rows: Vec<_> = servers
        .iter()
        .map(|server| {
            vec![cell(&server.name), state(server.state), cell(server.bridges.to_string()), cell(&server.url)]
        })
        .collect();
    output.table(&["NAME", "STATE", "BRIDGES", "URL"], &rows);
    Exit::Ok
}

/// One server.
pub(super) fn show(server: &ServerView, output: Output) -> Exit {
    output.fields(&[
        ("Name", cell(&server.name)),
        ("URL", cell(&server.url)),
        ("State", state(server.state)),
        ("Configured by", cell(origin(server.origin))),
        ("Client id", maybe(server.client_id.as_ref())),
        ("Client document", maybe(server.client_metadata_url.as_ref())),
        ("Resource", maybe(server.resource.as_ref())),
        ("Bridges", cell(server.bridges.to_string())),
    ]);
    if !server.grants.is_empty() {
        output.line("");
        grants::list(&server.grants, output);
    }
    if !server.tools.is_empty() {
        output.line("");
        let rows: Vec<_> = server
            .tools
            .iter()
            .map(|tool| {
                let said = tool.verdict.map_or_else(|| cell("-"), verdict);
                vec![cell(&tool.name), said, cell(short_digest(&tool.digest)), maybe(tool.description.as_ref())]
            })
            .collect();
        output.table(&["TOOL", "CALLS", "DIGEST", "DESCRIPTION (the server's words)"], &rows);
    }
    Exit::Ok
}

fn state(state: ServerState) -> Cell {
    match state {
        ServerState::Open => cell("open"),
        ServerState::Paused => toned("paused", Tone::Warning),
        ServerState::SignedIn => toned("signed in", Tone::Good),
        ServerState::SignInNeeded => toned("sign-in needed", Tone::Warning),
    }
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Bridge => "a bridge, with your consent",
        Origin::Managed => "your organisation",
        Origin::Person => "you",
    }
}

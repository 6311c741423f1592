//! Looking around: each app of the catalogue, whether it is here, and what makes it use a server.

use crate::around::{Around, Meant};
use crate::catalogue::{APPS, App, Notices, Places};
use crate::command;
use crate::snippet::Entry;
use keyholder_model::server::ServerName;
use std::path::PathBuf;

/// One host app.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Host {
    /// Its short name, `claude-desktop`.
    pub id: &'static str,
    /// What a person calls it.
    pub name: &'static str,
    /// Whether anything of it is here.
    pub found: bool,
    /// Where its list of servers stands, or would stand; none where that cannot be told.
    pub config_file: Option<PathBuf>,
    /// What is to be pasted there.
    pub snippet: String,
    /// The command that does the same.
    pub command: Option<String>,
    /// Whether it must be started anew to notice.
    pub restart: bool,
}

/// What a host is to start.
#[derive(Clone, Copy, Debug)]
pub struct Bridge<'a> {
    /// The absolute path of `keyholder`: apps with windows know few folders to look for programs in.
    pub program: &'a str,
    /// Which server it is to serve.
    pub server: &'a ServerName,
}

/// All apps that are known, those that are here first.
pub fn look(around: &Around<'_>, bridge: Bridge<'_>) -> Vec<Host> {
    let mut hosts: Vec<_> = APPS.iter().map(|app| host(app, around, bridge)).collect();
    hosts.sort_by_key(|host| !host.found);
    hosts
}

fn host(app: &App, around: &Around<'_>, bridge: Bridge<'_>) -> Host {
    let config_file = file(&app.files, around);
    let is_here = |meant: &Meant| around.files.exists(&meant.path);
    let marks = app.marks.on(around.platform).iter().flat_map(|template| around.expand(template));
    let found = config_file.as_ref().is_some_and(|file| around.files.exists(file))
        || marks.into_iter().any(|mark| is_here(&mark));
    let key = key(bridge.server);
    let entry = Entry { key: &key, program: bridge.program, arguments: ["bridge", bridge.server.as_str()] };
    Host {
        id: app.id,
        name: app.name,
        found,
        config_file,
        snippet: entry.text(app.shape),
        command: app.program.map(|program| command::line(program, &entry, around.platform)),
        restart: app.notices == Notices::AtStart,
    }
}

/// The first place that is there, or whose app is; else the first.
fn file(places: &Places, around: &Around<'_>) -> Option<PathBuf> {
    let meant: Vec<_> = places.on(around.platform).iter().flat_map(|template| around.expand(template)).collect();
    let there = meant.iter().find(|one| one.is_matched || around.files.exists(&one.path));
    there.or(meant.first()).map(|one| one.path.clone())
}

/// A server's name as every app takes it: small letters, digits and `-`, at most 40. Some read more into a dot or `_`.
fn key(server: &ServerName) -> String {
    let small = server.as_str().to_ascii_lowercase();
    let parts: Vec<&str> = small.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let mut key = parts.join("-");
    key.truncate(40);
    key.trim_end_matches('-').to_owned()
}

#[cfg(test)]
pub(crate) mod tests;

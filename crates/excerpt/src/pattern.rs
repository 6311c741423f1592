//! Bounds on arguments: which ones a person may choose for a rule, and whether a call fits them.

use crate::members::{self, text_of};
use crate::preview;
use crate::rows::declared;
use crate::sign::Plain;
use crate::{MOST_BYTES, MOST_DEPTH};
use keyholder_model::bound::{Bound, BoundTo};
use keyholder_model::untrusted::is_deceptive;

mod fit;

pub use fit::matches;

/// Proposals that are made at most.
pub const MOST_PROPOSALS: usize = 4;

/// Sets of bounds that the call with these arguments fits, the narrowest first; every set binds at least one argument that says
/// what the call is aimed at. Only plain values are bound, never what looks like a secret, cannot be read at a glance or is not
/// declared in `schema` (the JSON of the tool's definition or input schema, where it is known).
///
/// A prefix is proposed for paths (the folder, with its slash) and web addresses (scheme and host, with the slash). It compares
/// letters: a path with `..` in it could leave the folder, so none is proposed there, and a rule alone does not notice one later.
pub fn proposals(arguments: &str, schema: Option<&str>) -> Vec<Vec<Bound>> {
    if arguments.len() > MOST_BYTES || members::depth_of(arguments) > MOST_DEPTH {
        return Vec::new();
    }
    let Some(members) = members::of(arguments) else { return Vec::new() };
    let declared = schema.and_then(declared);
    let mut targets: Vec<Target> = members
        .iter()
        .filter(|(name, _)| declared.as_ref().is_none_or(|declared| declared.contains(name)))
        .filter_map(|(name, json)| Target::of(name, json))
        .collect();
    // Outer things first; within one kind, as the call has them.
    targets.sort_by_key(|target| target.rank);
    targets.truncate(MOST_TARGETS);

    let exact = |chosen: &dyn Fn(&Target) -> bool| -> Vec<Bound> {
        targets.iter().filter(|target| chosen(target)).map(|target| target.exact.clone()).collect()
    };
    let widened: Vec<Bound> =
        targets.iter().map(|target| target.prefix.clone().unwrap_or_else(|| target.exact.clone())).collect();
    let is_place = |target: &Target| target.rank < FIRST_ITEM;
    let repository = exact(&|target| target.rank <= LAST_REPOSITORY);
    let mut sets = vec![exact(&|_| true), widened, exact(&is_place)];
    if repository.len() > 1 {
        sets.push(repository);
    }
    let mut proposed: Vec<Vec<Bound>> = Vec::new();
    for set in sets {
        // An owner alone would cover every repository of his.
        let is_owner_only = set.len() == 1 && Plain::of(&set[0].argument).as_str() == "owner";
        let is_wide = is_owner_only && targets.len() > 1;
        // What does not fit its own call (a name that stands twice, say) is no proposal.
        if !set.is_empty() && !is_wide && !proposed.contains(&set) && matches(&set, arguments) == Some(true) {
            proposed.push(set);
        }
    }
    proposed.truncate(MOST_PROPOSALS);
    proposed
}

/// An argument that a person may bind a rule to by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bindable {
    /// Exactly what it is.
    pub exact: Bound,
    /// A folder or a site that it begins with.
    pub prefix: Option<Bound>,
    /// Whether it says what the call is aimed at.
    pub is_target: bool,
}

/// The arguments that hold a plain value and can be read at a glance, in their order; as for [`proposals`], nothing that looks like
/// a secret or is not declared. At most [`MOST_BINDABLE`].
pub fn bindable(arguments: &str, schema: Option<&str>) -> Vec<Bindable> {
    if arguments.len() > MOST_BYTES || members::depth_of(arguments) > MOST_DEPTH {
        return Vec::new();
    }
    let Some(members) = members::of(arguments) else { return Vec::new() };
    let declared = schema.and_then(declared);
    let of = |name: &str, json: &str| {
        let plain = Plain::of(name);
        let is_target = TARGETS.contains(&plain.as_str());
        let found = Target::of_rank(usize::MAX, name, json)?;
        Some(Bindable { exact: found.exact, prefix: found.prefix, is_target })
    };
    let mut found: Vec<Bindable> = members
        .iter()
        .filter(|(name, _)| declared.as_ref().is_none_or(|declared| declared.contains(name)))
        .filter_map(|(name, json)| of(name, json))
        .collect();
    // The targets are not to be among those that are left out; equals stay in their order.
    if found.len() > MOST_BINDABLE {
        found.sort_by_key(|one| !one.is_target);
        found.truncate(MOST_BINDABLE);
    }
    // What does not fit its own call (a name that stands twice, say) cannot be bound. Each look reads the whole call.
    found.retain(|one| matches(std::slice::from_ref(&one.exact), arguments) == Some(true));
    found
}

/// Arguments that a person may choose among.
pub const MOST_BINDABLE: usize = 24;

/// An argument that says what a call is aimed at.
struct Target {
    rank: usize,
    exact: Bound,
    prefix: Option<Bound>,
}

impl Target {
    fn of(name: &str, json: &str) -> Option<Self> {
        let plain = Plain::of(name);
        Self::of_rank(TARGETS.iter().position(|target| *target == plain.as_str())?, name, json)
    }

    fn of_rank(rank: usize, name: &str, json: &str) -> Option<Self> {
        let plain = Plain::of(name);
        let bound = |to| Bound { argument: name.to_owned(), to };
        if is_unreadable(name) || preview::is_secret_name(name) {
            return None;
        }
        if let Ok(number) = serde_json::from_str::<i64>(json) {
            return Some(Self { rank, exact: bound(BoundTo::Whole(number)), prefix: None });
        }
        if let Ok(flag) = serde_json::from_str::<bool>(json) {
            return Some(Self { rank, exact: bound(BoundTo::Flag(flag)), prefix: None });
        }
        let text = text_of(json)?;
        // What the preview would hide or clip, a person could not read in the rule.
        if text.is_empty() || is_unreadable(&text) || preview::of_string(&text, 8 * MOST_TEXT) != text {
            return None;
        }
        let prefix = if plain.is_url() {
            site(&text)
        } else if plain.is_path() {
            folder(&text)
        } else {
            None
        };
        Some(Self {
            rank,
            prefix: prefix.map(|prefix| bound(BoundTo::Prefix(prefix.to_owned()))),
            exact: bound(BoundTo::Text(text.into_owned())),
        })
    }
}

fn is_unreadable(text: &str) -> bool {
    text.chars().count() > MOST_TEXT || text.chars().any(is_deceptive)
}

/// The folder of a path, with its slash; nothing where that is everything.
fn folder(path: &str) -> Option<&str> {
    let slash = path.rfind(['/', '\\'])?;
    let folder = &path[..=slash];
    let mut parts = folder.split(['/', '\\']).filter(|part| !part.is_empty());
    if parts.clone().any(|part| part == "..") || path.contains('%') {
        return None;
    }
    // A root, a drive, a home or here: no bound worth its name.
    let is_everything = parts.clone().next().is_none()
        || parts.clone().all(|part| part == "." || part == "~" || part.ends_with(':'))
        || (matches!(parts.next(), Some("home" | "Users")) && parts.count() < 2);
    (!is_everything).then_some(folder)
}

/// Scheme and host of a web address, with the slash behind them.
fn site(address: &str) -> Option<&str> {
    let url = url::Url::parse(address).ok()?;
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let site = format!("{}/", url.origin().ascii_serialization());
    address.starts_with(&site).then(|| &address[..site.len()])
}

const MOST_TARGETS: usize = 6;
/// Characters of a bound's text.
const MOST_TEXT: usize = 200;

/// Names of targets without case and separators, from outer to inner.
const TARGETS: [&str; 43] = [
    "owner",
    "repo",
    "repository",
    "reponame",
    "fullname",
    "organization",
    "organizationslug",
    "org",
    "workspace",
    "workspaceid",
    "cloudid",
    "teamid",
    "team",
    "project",
    "projectid",
    "projectkey",
    "projectslug",
    "space",
    "spaceid",
    "channel",
    "channelid",
    "chat",
    "chatid",
    "conversationid",
    "room",
    "database",
    "databaseid",
    "db",
    "bucket",
    "to",
    "recipient",
    "email",
    "table",
    "collection",
    "path",
    "filepath",
    "file",
    "filename",
    "directory",
    "folder",
    "url",
    "uri",
    "endpoint",
];
/// Up to here a place on a forge.
const LAST_REPOSITORY: usize = 3;
/// From here on one thing within a place.
const FIRST_ITEM: usize = 32;

#[cfg(test)]
mod tests;

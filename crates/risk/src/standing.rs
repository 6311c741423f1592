//! What is known of a tool before any call.

use crate::arguments;
use crate::assessment::Assessment;
use crate::catalogue;
use crate::verbs::{self, Deed};
use keyholder_excerpt::preview;
use keyholder_excerpt::sign::Plain;
use keyholder_mcp::members;
use keyholder_model::risk::{Label, Labels, Tier};
use keyholder_model::untrusted::visible;

/// A tool of a server.
#[derive(Clone, Copy, Debug)]
pub struct Tool<'a> {
    /// Its name.
    pub name: &'a str,
    /// The exact JSON of its entry in `tools/list`.
    pub definition: &'a str,
    /// The host of the server's address, in its ASCII form, without a port.
    pub host: &'a str,
    /// What the person thinks of the server.
    pub trust: Trust,
}

/// Whether the person has marked a server as trusted. Its claims then count, by one tier at most.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Trust {
    /// Its claims count.
    Trusted,
    /// Its claims count where they raise the danger.
    Untrusted,
}

/// How a tool is known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Known {
    /// It stands in Keyholder's catalogue.
    Catalogued,
    /// Its name has a word that says what it does.
    Guessed,
    /// By nothing.
    Unknown,
}

/// What is known of a tool before any call. Made once for a definition and kept; calls are judged on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// How dangerous it is at least.
    pub tier: Tier,
    /// What it does to a session, as far as can be proposed. A tool of which nothing is recognised is proposed as
    /// [`Label::SeesUntrusted`] only: every result comes from outside, and the rest would be invented.
    pub labels: Labels,
    /// How this is known.
    pub known: Known,
    name: String,
    phrase: Option<&'static str>,
    host: String,
    deed: Option<Deed>,
}

impl Standing {
    /// Judges a tool. Takes time in proportion to its definition.
    ///
    /// - Catalogued: the catalogue's tier, whoever the server says it is: the entry is bound to the host.
    /// - Otherwise the verb of its name; for an untrusted server never below [`Tier::Send`].
    /// - A trusted server's explicit `readOnlyHint` takes one tier off a guess, but never off [`Tier::Destroy`].
    /// - An explicit `destructiveHint` raises to [`Tier::Destroy`], an explicit `openWorldHint` to [`Tier::Send`]. Absent ones
    ///   count for nothing: their defaults would make every tool destructive.
    pub fn of(tool: &Tool<'_>) -> Self {
        let entry = catalogue::find(tool.host, tool.name);
        let guess = verbs::guess(tool.name);
        let hints = Hints::of(tool.definition);
        let (mut tier, mut labels, known) = match (entry, guess.deed) {
            (Some(entry), _) => (entry.tier, entry.labels, Known::Catalogued),
            (None, Some(deed)) => (guessed_tier(deed, tool.trust, hints), guess.labels, Known::Guessed),
            (None, None) => {
                let lowers = tool.trust == Trust::Trusted && hints.read_only;
                (if lowers { Tier::Send.lowered() } else { Tier::Send }, guess.labels, Known::Unknown)
            }
        };
        if hints.destructive {
            tier = Tier::Destroy;
            labels = labels.with(Label::Destroys);
        }
        if hints.open_world {
            tier = tier.max(Tier::Send);
        }
        Self {
            tier,
            labels,
            known,
            name: tool.name.to_owned(),
            phrase: entry.map(|entry| entry.phrase),
            host: tool.host.to_ascii_lowercase(),
            deed: guess.deed,
        }
    }

    /// Judges one call with these raw JSON arguments. Never less than the tool's own tier.
    pub fn assess(&self, arguments: &str) -> Assessment {
        arguments::assess(self, arguments)
    }

    /// One line that says what the call does: our own phrase for a catalogued tool, `Run “name”` for every other; then where,
    /// and to how many. Nothing in it comes from the server's descriptions; what comes from names and arguments is redacted,
    /// escaped and clipped.
    pub fn headline(&self, arguments: &str) -> String {
        let mut line = match self.phrase {
            Some(phrase) => phrase.to_owned(),
            None => format!("Run \u{201c}{}\u{201d}", named(&self.name)),
        };
        if let Some(reach) = reach(arguments) {
            line.push(' ');
            line.push_str(&reach);
        }
        line
    }

    /// Whether the tool only looks, as far as we know by ourselves.
    pub(crate) fn only_looks(&self) -> bool {
        match self.known {
            Known::Catalogued => self.tier == Tier::Look,
            Known::Guessed | Known::Unknown => self.deed == Some(Deed::Look),
        }
    }

    pub(crate) fn destroys(&self) -> bool {
        self.tier == Tier::Destroy || self.deed == Some(Deed::Destroy)
    }

    pub(crate) fn is_catalogued(&self) -> bool {
        self.known == Known::Catalogued
    }

    /// Whether a host belongs to the server's own site.
    pub(crate) fn is_own_host(&self, host: &str) -> bool {
        host == self.host
    }
}

fn guessed_tier(deed: Deed, trust: Trust, hints: Hints) -> Tier {
    let verb = match deed {
        // Without the server's word for it, a verb that looks may still change something.
        Deed::Look | Deed::Change => Tier::Change,
        Deed::Send => Tier::Send,
        Deed::Destroy => Tier::Destroy,
    };
    match trust {
        Trust::Untrusted => verb.max(Tier::Send),
        Trust::Trusted if hints.read_only && deed == Deed::Look => Tier::Look,
        Trust::Trusted if hints.read_only && deed == Deed::Send => verb.lowered(),
        // A tool that changes by its name does not look by its hint.
        Trust::Trusted => verb,
    }
}

/// What the server says explicitly.
#[derive(Clone, Copy, Default)]
struct Hints {
    destructive: bool,
    open_world: bool,
    read_only: bool,
}

impl Hints {
    /// A hint that stands twice counts where it raises.
    fn of(definition: &str) -> Self {
        let mut hints = Self::default();
        let Ok(definition) = members::of(definition) else { return hints };
        let mut read_only = Vec::new();
        for (_, annotations) in definition.iter().filter(|(name, _)| name == "annotations") {
            let Ok(annotations) = members::of(annotations.get()) else { continue };
            for (name, value) in annotations {
                let is_true = value.get() == "true";
                match name.as_ref() {
                    "destructiveHint" => hints.destructive |= is_true,
                    "openWorldHint" => hints.open_world |= is_true,
                    "readOnlyHint" => read_only.push(is_true),
                    _ => {}
                }
            }
        }
        hints.read_only = read_only == [true];
        hints
    }
}

/// Where a call goes: `in acme/site`, `in #ops`, `for 3 recipients`.
fn reach(arguments: &str) -> Option<String> {
    if arguments.len() > MOST_READ {
        return None;
    }
    let members = members::of(arguments).ok()?;
    let text = |wanted: &[&str]| {
        members.iter().find(|(name, _)| wanted.contains(&Plain::of(name).as_str())).and_then(|(_, value)| {
            serde_json::from_str::<String>(value.get()).ok().filter(|text| !text.is_empty()).map(|text| clip(&text, 60))
        })
    };
    let recipients =
        members.iter().find(|(name, value)| Plain::of(name).is_recipient() && value.get().starts_with('['));
    if let Some((_, list)) = recipients {
        let list: Vec<serde::de::IgnoredAny> = serde_json::from_str(list.get()).ok()?;
        return match list.len() {
            0 => None,
            1 => Some("for 1 recipient".to_owned()),
            count => Some(format!("for {count} recipients")),
        };
    }
    if let Some(to) = text(&["to", "recipient"]) {
        return Some(format!("for \u{201c}{to}\u{201d}"));
    }
    match (text(&["owner"]), text(&["repo", "repository"])) {
        (Some(owner), Some(repository)) => return Some(format!("in \u{201c}{owner}/{repository}\u{201d}")),
        (None, Some(repository)) => return Some(format!("in \u{201c}{repository}\u{201d}")),
        _ => {}
    }
    text(&["channel", "channelid", "channelname", "project", "database"])
        .map(|place| format!("in \u{201c}{place}\u{201d}"))
}

/// Outside text for a sentence of ours. Quotation marks like ours are taken out, so that it cannot pretend to end.
pub(crate) fn clip(text: &str, most: usize) -> String {
    let beginning = &text[..text.floor_char_boundary(4 * most)];
    let shown = preview::of_text(beginning).replace(['\u{201c}', '\u{201d}'], "\"");
    match shown.char_indices().nth(most) {
        Some((end, _)) => format!("{}\u{2026}", &shown[..end]),
        None if beginning.len() < text.len() => format!("{shown}\u{2026}"),
        None => shown,
    }
}

/// A tool's name in a sentence of ours: names are no secrets, and must be told apart.
pub(crate) fn named(name: &str) -> String {
    let shown: String = visible(&name.chars().take(128).collect::<String>()).replace(['\u{201c}', '\u{201d}'], "\"");
    if name.chars().nth(128).is_some() { format!("{shown}\u{2026}") } else { shown }
}

const MOST_READ: usize = 256 << 10;

#[cfg(test)]
mod tests;

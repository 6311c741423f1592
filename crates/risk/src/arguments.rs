//! One walk over a call's arguments, which finds what raises the danger. Nothing here lowers it.

use crate::assessment::{Assessment, Finding, FindingKind};
use crate::standing::{Standing, clip};
use crate::{commands, paths, sql};
use keyholder_excerpt::preview::{self, Shape};
use keyholder_excerpt::sign::{self, Plain};
use keyholder_model::risk::Tier;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Judges a call.
pub(crate) fn assess(standing: &Standing, arguments: &str) -> Assessment {
    let mut look = Look { standing, top: String::new(), tier: standing.tier, findings: Vec::new() };
    if !arguments.is_empty() {
        let part = &arguments[..arguments.floor_char_boundary(MOST_READ)];
        let mut reader = serde_json::Deserializer::from_str(part);
        let whole = Node { look: &mut look, name: "", depth: 0 }.deserialize(&mut reader).and_then(|()| reader.end());
        if whole.is_err() || part.len() < arguments.len() {
            look.find(FindingKind::Unread, Tier::Send);
        }
    }
    Assessment { tier: look.tier, findings: look.findings }
}

/// What was found so far.
struct Look<'s> {
    standing: &'s Standing,
    /// The argument at the top in which the walk stands.
    top: String,
    tier: Tier,
    findings: Vec<Finding>,
}

impl Look<'_> {
    // Invariant: the tier only rises.
    fn find(&mut self, kind: FindingKind, tier: Tier) {
        self.tier = self.tier.max(tier);
        let argument = (kind != FindingKind::Unread && !self.top.is_empty()).then(|| clip(&self.top, MOST_NAME));
        let is_known = self.findings.iter().any(|known| known.kind == kind && known.argument == argument);
        if !is_known && self.findings.len() < Assessment::MOST {
            let sentence = sentence(kind, tier, argument.as_deref().unwrap_or("the arguments"));
            self.findings.push(Finding { kind, argument, sentence });
        }
    }

    fn flag(&mut self, name: &str) {
        let plain = Plain::of(name);
        match plain.as_str() {
            "force" | "hard" | "noverify" | "permanent" | "permanently" | "purge" | "skipconfirmation"
                if !self.standing.only_looks() =>
            {
                let tier = if self.standing.destroys() { Tier::Destroy } else { Tier::Send };
                self.find(FindingKind::Force, tier);
            }
            "cascade" | "recursive" if self.standing.destroys() => self.find(FindingKind::Force, Tier::Destroy),
            "public" if !self.standing.only_looks() => self.find(FindingKind::Permission, Tier::Send),
            _ => {}
        }
    }

    fn number(&mut self, name: &str) {
        let plain = Plain::of(name);
        if plain.is_amount() {
            self.find(FindingKind::Amount, Tier::Send);
        }
        if plain.is_recipient() {
            self.find(FindingKind::Destination, Tier::Send);
        }
    }

    fn text(&mut self, name: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        let plain = Plain::of(name);
        let only_looks = self.standing.only_looks();
        if plain.is_amount() {
            self.find(FindingKind::Amount, Tier::Send);
        }
        let is_destination =
            if only_looks { plain.is_recipient() } else { plain.is_destination() || sign::is_email(text) };
        if is_destination {
            self.find(FindingKind::Destination, Tier::Send);
        }
        if let Some(tier) = commands::tier(text, plain.is_command() && !matches!(plain.as_str(), "sql")) {
            self.find(FindingKind::Command, tier);
        }
        if let Some(tier) = sql::tier(text) {
            self.find(FindingKind::Statement, tier);
        }
        if let Some(tier) = paths::tier(text, plain.is_path()) {
            self.find(FindingKind::Path, tier);
        }
        if let Some(tier) = secret(name, plain, text) {
            self.find(FindingKind::Secret, tier);
        }
        if let Some(tier) = permission(plain, text, only_looks) {
            self.find(FindingKind::Permission, tier);
        }
        if text.contains("://") {
            let leads_away = |address: &sign::Address| {
                address.warning.is_some()
                    || (plain.is_url() && !self.standing.is_catalogued() && !self.standing.is_own_host(&address.host))
            };
            if sign::addresses(text, MOST_HOSTS).iter().any(leads_away) {
                self.find(FindingKind::Link, Tier::Send);
            }
        }
    }
}

/// A name alone makes a text a likely secret; its shape, a sure one. Marks that the server itself gave out to page through a list
/// look random and are none. In long texts random words are digests more often than keys.
fn secret(name: &str, plain: Plain, text: &str) -> Option<Tier> {
    let is_cursor = [
        "after",
        "before",
        "continuationtoken",
        "cursor",
        "etag",
        "nextpagetoken",
        "nexttoken",
        "pagetoken",
        "synctoken",
    ]
    .contains(&plain.as_str());
    match preview::strongest(text) {
        Some(Shape::Known) => Some(Tier::Destroy),
        Some(Shape::Random) if !is_cursor => Some(if text.len() <= MOST_KEY { Tier::Destroy } else { Tier::Send }),
        _ if !is_cursor && preview::is_secret_name(name) => Some(Tier::Send),
        _ => None,
    }
}

/// Rights are named where they are given; a tool that only looks filters by them.
fn permission(plain: Plain, text: &str, only_looks: bool) -> Option<Tier> {
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if only_looks {
        return None;
    }
    match plain.as_str() {
        "access" | "accesslevel" | "permission" | "permissions" | "role" | "roles" | "scope" | "scopes"
            if is(&["*", "admin", "administrator", "all", "owner", "root", "superuser"]) =>
        {
            Some(Tier::Destroy)
        }
        "access" | "accesslevel" | "privacy" | "visibility" if is(&["anyone", "everyone", "public", "world"]) => {
            Some(Tier::Send)
        }
        _ => None,
    }
}

fn sentence(kind: FindingKind, tier: Tier, argument: &str) -> String {
    let says = match (kind, tier) {
        (FindingKind::Amount, _) => "names money",
        (FindingKind::Command, Tier::Destroy) => "holds a command that can destroy or take over",
        (FindingKind::Command, _) => "holds a command",
        (FindingKind::Destination, _) => "says who receives it",
        (FindingKind::Force, _) => "passes over safeguards",
        (FindingKind::Link, _) => "leads to another site, or to one whose name deceives",
        (FindingKind::Path, Tier::Destroy) => "names a file that usually holds keys",
        (FindingKind::Path, _) => "names a file outside of your own",
        (FindingKind::Permission, Tier::Destroy) => "gives far-reaching rights",
        (FindingKind::Permission, _) => "makes something public",
        (FindingKind::Secret, Tier::Destroy) => "holds something that looks like a secret",
        (FindingKind::Secret, _) => "may hold a secret",
        (FindingKind::Statement, Tier::Destroy) => "holds a database statement that destroys or gives rights",
        (FindingKind::Statement, _) => "holds a database statement that changes something",
        (FindingKind::Unread, _) => return "Not all of the arguments could be looked through.".to_owned(),
    };
    format!("\u{201c}{argument}\u{201d} {says}.")
}

struct Node<'l, 's, 'n> {
    look: &'l mut Look<'s>,
    name: &'n str,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Node<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        if self.depth > MOST_DEPTH {
            return Err(D::Error::custom("nested too deeply"));
        }
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        if value {
            self.look.flag(self.name);
        } else if Plain::of(self.name).as_str() == "private" && !self.look.standing.only_looks() {
            self.look.find(FindingKind::Permission, Tier::Send);
        }
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.look.number(self.name);
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.look.number(self.name);
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.look.number(self.name);
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.look.text(self.name, text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let depth = self.depth + 1;
        while items.next_element_seed(Node { look: &mut *self.look, name: self.name, depth })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let depth = self.depth + 1;
        while let Some(Name(name)) = entries.next_key::<Name<'de>>()? {
            if self.depth == 0 {
                self.look.top.clear();
                self.look.top.push_str(&name);
            }
            // A key or a token can be smuggled out as a name, too.
            if preview::strongest(&name) >= Some(Shape::Random) {
                self.look.find(FindingKind::Secret, Tier::Destroy);
            }
            entries.next_value_seed(Node { look: &mut *self.look, name: &name, depth })?;
        }
        Ok(())
    }
}

/// A name, borrowed where it has no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        reader.deserialize_str(Text)
    }
}

/// Bytes of arguments that are looked through.
const MOST_READ: usize = 256 << 10;
const MOST_DEPTH: usize = 64;
const MOST_HOSTS: usize = 8;
/// Bytes of a text in which a random word is more likely a key than a digest.
const MOST_KEY: usize = 2048;
const MOST_NAME: usize = 79;

#[cfg(test)]
mod tests;

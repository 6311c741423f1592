//! The words with which the log is searched: `server:slack decision:denied after:2d some text`.
//!
//! Read here, without a clock: how long ago something was, and when a day begins, only whoever knows the time and the place can say.
//! What is read is written down again in the same language ([`Words`] is displayed so).
//!
//! To add a key: its name in [`KEYS`], a field of [`Words`], a line in [`Words::add`] and in the display.

mod moment;

pub use moment::Moment;

use super::{DeciderView, DecisionView, OutcomeView};
use std::fmt;
use std::str::FromStr;

/// What is searched for. Of several things in one list any will do; all lists that are not empty must be met.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Words {
    /// `server:`, whatever its case.
    pub servers: Vec<String>,
    /// `app:`, whatever its case.
    pub apps: Vec<String>,
    /// `account:`, whatever its case.
    pub accounts: Vec<String>,
    /// `tool:`, whatever its case.
    pub tools: Vec<String>,
    /// `kind:`, as in [`KINDS`].
    pub kinds: Vec<&'static str>,
    /// `decision:`.
    pub decisions: Vec<DecisionView>,
    /// `by:`.
    pub by: Vec<DeciderView>,
    /// `outcome:`.
    pub outcomes: Vec<OutcomeView>,
    /// `tier:`, as in [`TIERS`].
    pub tiers: Vec<&'static str>,
    /// `after:`; here all must be met.
    pub after: Vec<Moment>,
    /// `before:`; here all must be met.
    pub before: Vec<Moment>,
    /// Texts that must all occur, whatever their case.
    pub texts: Vec<String>,
}

/// The keys.
pub const KEYS: [&str; 11] =
    ["account", "after", "app", "before", "by", "decision", "kind", "outcome", "server", "tier", "tool"];

/// What happened: everything that [`super::EntryView::kind`] may be.
pub const KINDS: [&str; 27] = [
    "admit",
    "answer",
    "call",
    "change_rule",
    "change_server",
    "change_setting",
    "confirm_rules",
    "connect",
    "disconnect",
    "export",
    "label",
    "lapse",
    "lock",
    "mode",
    "pause",
    "refresh",
    "refuse",
    "reset_history",
    "resume",
    "review",
    "revoke",
    "server_request",
    "sign_in",
    "start",
    "stop",
    "tamper",
    "unlock",
];

/// How much harm a call could do, least first.
pub const TIERS: [&str; 4] = ["look", "change", "send", "destroy"];

/// Why words cannot be read: one sentence that names the word. It quotes what was typed: escape it before showing it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WordsError {
    word: String,
    why: Why,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Why {
    Empty,
    NoKey,
    NoMoment,
    NoValue(&'static str),
    TooLong,
    TooMany,
}

/// Bytes of all words.
pub const LONGEST: usize = 2_000;

/// Words at most.
pub const MOST: usize = 50;

impl FromStr for Words {
    type Err = WordsError;

    /// Reads words.
    ///
    /// # Errors
    /// [`WordsError`].
    fn from_str(text: &str) -> Result<Self, WordsError> {
        if text.len() > LONGEST {
            return Err(WordsError::of(text, Why::TooLong));
        }
        let mut words = Self::default();
        let mut rest = text.trim_start();
        let mut count = 0;
        while !rest.is_empty() {
            count += 1;
            let (term, after) = Term::take(rest);
            if count > MOST {
                return Err(WordsError::of(term.written, Why::TooMany));
            }
            words.add(&term)?;
            rest = after.trim_start();
        }
        Ok(words)
    }
}

impl Words {
    fn add(&mut self, term: &Term<'_>) -> Result<(), WordsError> {
        let Some(key) = term.key else {
            self.texts.extend((!term.value.is_empty()).then(|| term.value.clone()));
            return Ok(());
        };
        let refuse = |why| WordsError::of(term.written, why);
        let Some(key) = KEYS.into_iter().find(|known| known.eq_ignore_ascii_case(key)) else {
            return Err(refuse(Why::NoKey));
        };
        if term.value.is_empty() {
            return Err(refuse(Why::Empty));
        }
        let one = || term.value.clone();
        let moment = || Moment::read(&term.value).ok_or_else(|| refuse(Why::NoMoment));
        // Of what there are few, several can be named at once.
        let each = || term.value.split('|');
        let unknown = || refuse(Why::NoValue(key));
        match key {
            "account" => self.accounts.push(one()),
            "after" => self.after.push(moment()?),
            "app" => self.apps.push(one()),
            "before" => self.before.push(moment()?),
            "by" => self.by.extend(all_of(each(), |name| one_of(&DECIDERS, name)).ok_or_else(unknown)?),
            "decision" => self.decisions.extend(all_of(each(), |name| one_of(&DECISIONS, name)).ok_or_else(unknown)?),
            "kind" => self.kinds.extend(all_of(each(), |name| word_of(&KINDS, name)).ok_or_else(unknown)?),
            "outcome" => self.outcomes.extend(all_of(each(), |name| one_of(&OUTCOMES, name)).ok_or_else(unknown)?),
            "server" => self.servers.push(one()),
            "tier" => self.tiers.extend(all_of(each(), |name| word_of(&TIERS, name)).ok_or_else(unknown)?),
            _ => self.tools.push(one()),
        }
        Ok(())
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |key: &'static str, values: &[String]| -> Vec<String> {
            values.iter().map(|value| format!("{key}:{}", quoted(value, false))).collect()
        };
        let closed = |key: &'static str, values: &mut dyn Iterator<Item = &'static str>| -> Vec<String> {
            values.map(|value| format!("{key}:{value}")).collect()
        };
        let moments = |key: &'static str, values: &[Moment]| -> Vec<String> {
            values.iter().map(|value| format!("{key}:{value}")).collect()
        };
        let all = [
            named("server", &self.servers),
            named("app", &self.apps),
            named("account", &self.accounts),
            named("tool", &self.tools),
            closed("kind", &mut self.kinds.iter().copied()),
            closed("decision", &mut self.decisions.iter().map(|value| name_of(&DECISIONS, *value))),
            closed("by", &mut self.by.iter().map(|value| name_of(&DECIDERS, *value))),
            closed("outcome", &mut self.outcomes.iter().map(|value| name_of(&OUTCOMES, *value))),
            closed("tier", &mut self.tiers.iter().copied()),
            moments("after", &self.after),
            moments("before", &self.before),
            self.texts.iter().map(|text| quoted(text, true)).collect(),
        ];
        f.write_str(&all.concat().join(" "))
    }
}

impl WordsError {
    fn of(word: &str, why: Why) -> Self {
        let short: String = word.chars().take(60).collect();
        Self { word: if short.len() < word.len() { short + "\u{2026}" } else { short }, why }
    }
}

impl fmt::Display for WordsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\u{201c}{}\u{201d} ", self.word)?;
        match self.why {
            Why::Empty => f.write_str("says nothing after the colon"),
            Why::NoKey => write!(
                f,
                "is no condition: one begins with {}; a text with a colon stands in quotes",
                listed(KEYS.into_iter().map(|key| format!("{key}:")))
            ),
            Why::NoMoment => f.write_str(
                "names no moment: say how long ago, as 90m, 12h, 2d or 4w, or a day as 2026-11-20, or 2026-11-21T08:00:00Z",
            ),
            Why::NoValue(key) => {
                let values: Vec<&str> = match key {
                    "by" => DECIDERS.iter().map(|(name, _)| *name).collect(),
                    "decision" => DECISIONS.iter().map(|(name, _)| *name).collect(),
                    "kind" => KINDS.to_vec(),
                    "outcome" => OUTCOMES.iter().map(|(name, _)| *name).collect(),
                    _ => TIERS.to_vec(),
                };
                write!(f, "is unknown: after {key}: comes {}", listed(values.into_iter().map(str::to_owned)))
            }
            Why::TooLong => write!(f, "is too long to search for: at most {LONGEST} bytes"),
            Why::TooMany => write!(f, "is one word too many: at most {MOST} count"),
        }
    }
}

impl std::error::Error for WordsError {}

/// One word as it was written, taken apart.
struct Term<'a> {
    written: &'a str,
    key: Option<&'a str>,
    /// Without quotes.
    value: String,
}

impl<'a> Term<'a> {
    /// The first word of a text that does not begin with white space, and what follows it. A quote that is not closed reaches to the
    /// end: somebody is still typing.
    fn take(text: &'a str) -> (Self, &'a str) {
        let (mut key, mut value) = (None, String::new());
        let (mut is_quoted, mut was_quoted) = (false, false);
        let mut end = text.len();
        let mut places = text.char_indices();
        while let Some((place, c)) = places.next() {
            match c {
                '"' => (is_quoted, was_quoted) = (!is_quoted, true),
                '\\' if is_quoted => value.extend(places.next().map(|(_, escaped)| escaped)),
                _ if !is_quoted && c.is_whitespace() => {
                    end = place;
                    break;
                }
                ':' if key.is_none() && !was_quoted && is_key(&text[..place]) => {
                    key = Some(&text[..place]);
                    value.clear();
                }
                _ => value.push(c),
            }
        }
        (Self { written: &text[..end], key, value }, &text[end..])
    }
}

/// Whether it could be a key, known or not; a single letter is a drive's.
fn is_key(text: &str) -> bool {
    text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

/// As it can be read again.
fn quoted(text: &str, is_free: bool) -> String {
    let is_plain = |c: char| !(c.is_whitespace() || matches!(c, '"' | '\\') || is_free && c == ':');
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

const DECIDERS: [(&str, DeciderView); 2] = [("me", DeciderView::Person), ("rule", DeciderView::Rule)];

const DECISIONS: [(&str, DecisionView); 3] =
    [("allowed", DecisionView::Allowed), ("asked", DecisionView::Asked), ("denied", DecisionView::Denied)];

const OUTCOMES: [(&str, OutcomeView); 6] = [
    ("cancelled", OutcomeView::Cancelled),
    ("done", OutcomeView::Done),
    ("failed", OutcomeView::Failed),
    ("open", OutcomeView::Open),
    ("refused", OutcomeView::Refused),
    ("unknown", OutcomeView::Unknown),
];

fn one_of<T: Copy>(all: &[(&str, T)], name: &str) -> Option<T> {
    all.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
}

fn name_of<T: Copy + PartialEq>(all: &[(&'static str, T)], value: T) -> &'static str {
    all.iter().find(|(_, known)| *known == value).map_or("", |(name, _)| name)
}

/// All of them, if each is known.
fn all_of<'a, T>(names: impl Iterator<Item = &'a str>, known: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    names.map(known).collect()
}

fn word_of(all: &[&'static str], name: &str) -> Option<&'static str> {
    all.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
}

/// `a, b or c`.
fn listed(all: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = all.collect();
    let last = all.pop().unwrap_or_default();
    if all.is_empty() { last } else { format!("{} or {last}", all.join(", ")) }
}

#[cfg(test)]
mod tests;

//! What is odd about a tool's name and texts: signs of deception, without any claim to find all of it.

use crate::standing::{Tool, named};
use aho_corasick::AhoCorasick;
use keyholder_model::untrusted::is_deceptive;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use unicode_security::MixedScript as _;
use unicode_security::confusable_detection::skeleton;

/// A tool of another server, as it was pinned.
#[derive(Clone, Copy, Debug)]
pub struct Elsewhere<'a> {
    /// The server's name as the person gave it.
    pub server: &'a str,
    /// The tool's name.
    pub tool: &'a str,
}

/// Something odd.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suspicion {
    /// What it is.
    pub kind: SuspicionKind,
    /// One sentence for a person. Names in it are escaped.
    pub sentence: String,
    /// What follows from it.
    pub severity: Severity,
}

/// What is odd.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SuspicionKind {
    /// A tool of another server has the same name.
    Collision,
    /// A tool of another server has a name that looks the same (UTS 39 §4).
    Confusable,
    /// Invisible characters, or such that reorder text.
    Invisible,
    /// Text that speaks to the model, not about the tool (catalogue case 159).
    Instruction,
    /// Letters of several scripts in the name (UTS 39 §5.1).
    MixedScript,
    /// A name outside of `[A-Za-z0-9_.-]{1,128}`, or one that programs take for something else.
    Name,
    /// A text that speaks of another server's tool (catalogue case 164).
    Shadowing,
    /// A definition too long or too deep to be looked through, or no JSON object.
    Unread,
}

/// What follows from a suspicion.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// The person is told.
    Flag,
    /// The tool is not offered unless the person says so.
    Refuse,
}

/// What is odd about a tool, the gravest first, at most [`MOST_SUSPICIONS`]. Names, titles, descriptions and every other text of
/// the definition are looked at, those within schemas too.
pub fn suspicions(tool: &Tool<'_>, elsewhere: &[Elsewhere<'_>]) -> Vec<Suspicion> {
    let mut found = Found(Vec::new());
    look_at_name(tool.name, &mut found);
    look_at_neighbours(tool.name, elsewhere, &mut found);
    let texts = texts_of(tool.definition);
    if texts.is_none() {
        found.add(SuspicionKind::Unread, Severity::Refuse, "Its definition could not be looked through.".to_owned());
    }
    let others: BTreeSet<&str> =
        elsewhere.iter().map(|other| other.tool).filter(|other| is_distinctive(other) && *other != tool.name).collect();
    let mentions =
        (!others.is_empty()).then(|| AhoCorasick::builder().ascii_case_insensitive(true).build(&others).ok()).flatten();
    for text in texts.unwrap_or_default() {
        if text.chars().any(is_deceptive_in_prose) {
            found.add(
                SuspicionKind::Invisible,
                Severity::Flag,
                "Its definition holds characters that are invisible or reorder text.".to_owned(),
            );
        }
        if let Some(signs) = PHRASES.as_ref()
            && let Some(sign) = signs.find(&text)
        {
            let phrase = named(&text[sign.range()]);
            found.add(
                SuspicionKind::Instruction,
                Severity::Flag,
                format!("Its definition speaks to the model: \u{201c}{phrase}\u{201d}."),
            );
        }
        if let Some(mentions) = &mentions {
            for mention in
                mentions.find_iter(&text).filter(|mention| stands_alone(&text, mention.range())).take(MOST_MENTIONS)
            {
                let other = elsewhere.iter().find(|other| other.tool.eq_ignore_ascii_case(&text[mention.range()]));
                if let Some(other) = other {
                    let sentence = format!(
                        "Its definition speaks of \u{201c}{}\u{201d}, a tool of {}.",
                        named(other.tool),
                        named(other.server)
                    );
                    found.add(SuspicionKind::Shadowing, Severity::Flag, sentence);
                }
            }
        }
    }
    found.0.sort_by_key(|suspicion| std::cmp::Reverse(suspicion.severity));
    found.0.truncate(MOST_SUSPICIONS);
    found.0
}

/// Suspicions that are reported of one tool.
pub const MOST_SUSPICIONS: usize = 16;

struct Found(Vec<Suspicion>);

impl Found {
    fn add(&mut self, kind: SuspicionKind, severity: Severity, sentence: String) {
        let is_new = self.0.iter().all(|known| known.sentence != sentence);
        // What refuses is kept whatever was found before it.
        if is_new && (self.0.len() < MOST_SUSPICIONS || severity == Severity::Refuse) {
            self.0.push(Suspicion { kind, sentence, severity });
        }
    }
}

fn look_at_name(name: &str, found: &mut Found) {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    if name.is_empty() {
        found.add(SuspicionKind::Name, Severity::Refuse, "It has no name.".to_owned());
    } else if name.len() > 128 || !name.bytes().all(is_plain) {
        let sentence = format!("\u{201c}{}\u{201d} is no name that a tool may have.", named(name));
        found.add(SuspicionKind::Name, Severity::Refuse, sentence);
    } else if RESERVED.contains(&name) || name.bytes().all(|byte| !byte.is_ascii_alphanumeric()) {
        let sentence = format!("Programs take the name \u{201c}{}\u{201d} for something else.", named(name));
        found.add(SuspicionKind::Name, Severity::Refuse, sentence);
    }
    if name.chars().any(is_deceptive) {
        let sentence = "Its name holds characters that are invisible or reorder text.".to_owned();
        found.add(SuspicionKind::Invisible, Severity::Flag, sentence);
    }
    let beginning: String = name.chars().take(256).collect();
    if !beginning.as_str().is_single_script() {
        let sentence = format!("The name \u{201c}{}\u{201d} mixes letters of several scripts.", named(name));
        found.add(SuspicionKind::MixedScript, Severity::Flag, sentence);
    }
}

fn look_at_neighbours(name: &str, elsewhere: &[Elsewhere<'_>], found: &mut Found) {
    let own = looks_of(name);
    for other in elsewhere {
        let server = named(other.server);
        if other.tool == name {
            let sentence = format!("{server} has a tool of the same name.");
            found.add(SuspicionKind::Collision, Severity::Flag, sentence);
        } else if looks_of(other.tool) == own {
            let sentence = format!("Its name looks like \u{201c}{}\u{201d}, a tool of {server}.", named(other.tool));
            found.add(SuspicionKind::Confusable, Severity::Flag, sentence);
        }
    }
}

/// What a name looks like: without case, invisible characters and ends that the eye passes over (UTS 39 §4).
fn looks_of(name: &str) -> String {
    let beginning: String = name.chars().take(256).filter(|c| !is_deceptive(*c)).flat_map(char::to_lowercase).collect();
    let beginning = beginning.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '_' | '-'));
    // The table knows no full-width letters: they are compatibility forms, one block above ASCII.
    let narrow: String = beginning
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            c => c,
        })
        .collect();
    skeleton(&narrow).map(|c| if c == '-' { '_' } else { c }).collect()
}

/// Every text of a definition but its name, names of properties included; nothing where it is too long, too deep or no object.
fn texts_of(definition: &str) -> Option<Vec<String>> {
    if definition.len() > MOST_READ {
        return None;
    }
    // serde_json refuses what nests deeper than 128.
    let Value::Object(mut definition) = serde_json::from_str(definition).ok()? else { return None };
    definition.remove("name");
    let mut texts = Vec::new();
    collect(Value::Object(definition), &mut texts);
    Some(texts)
}

fn collect(value: Value, texts: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.into_iter().for_each(|item| collect(item, texts)),
        Value::Object(members) => {
            for (name, value) in members {
                // An icon's bytes say nothing to a model.
                if name == "icons" {
                    continue;
                }
                texts.push(name);
                collect(value, texts);
            }
        }
        Value::String(text) => texts.push(text),
        _ => {}
    }
}

/// Descriptions have lines and emoji: those characters are ordinary there.
fn is_deceptive_in_prose(character: char) -> bool {
    is_deceptive(character) && !matches!(character, '\n' | '\r' | '\t' | '\u{200d}' | '\u{fe0f}' | '\u{ad}')
}

/// A name that is no ordinary word of a sentence.
fn is_distinctive(name: &str) -> bool {
    let is_joined = name.contains(['_', '-', '.', '/']) || name.chars().skip(1).any(char::is_uppercase);
    name.len() >= 5 && name.len() <= 128 && is_joined
}

fn stands_alone(text: &str, place: std::ops::Range<usize>) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    !text[..place.start].ends_with(is_part) && !text[place.end..].starts_with(is_part)
}

static PHRASES: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(INSTRUCTIONS).ok());

const INSTRUCTIONS: [&str; 44] = [
    "<important",
    "<system",
    "<secret",
    "<instruction",
    "<|im_start",
    "[inst]",
    "before using this",
    "before using any",
    "before calling any",
    "before you use",
    "always call this tool first",
    "call this tool first",
    "do not tell the user",
    "don't tell the user",
    "don\u{2019}t tell the user",
    "do not mention",
    "don't mention",
    "do not inform",
    "not notify the user",
    "without telling",
    "without informing",
    "without asking the user",
    "never tell the user",
    "hide this from",
    "keep this secret",
    "ignore previous",
    "ignore all previous",
    "ignore the previous",
    "ignore any previous",
    "disregard previous",
    "disregard all",
    "override previous",
    "system prompt",
    "you are now",
    "developer mode",
    "~/.ssh",
    "id_rsa",
    ".aws/credentials",
    "/etc/passwd",
    "mcp.json",
    "sidenote",
    "instead of using",
    "instead of the tool",
    "exfiltrat",
];

const RESERVED: [&str; 8] =
    ["__proto__", "constructor", "hasOwnProperty", "null", "prototype", "toString", "undefined", "valueOf"];

const MOST_MENTIONS: usize = 16;
const MOST_READ: usize = 256 << 10;

#[cfg(test)]
mod tests;

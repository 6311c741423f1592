//! A call's arguments as a table for a question: one row for each argument at the top, in their order.

use crate::members::{self, Found};
use crate::preview::{self, Shape};
use crate::sign::{self, HostWarning, Plain};
use crate::{MOST_BYTES, MOST_DEPTH};
use keyholder_model::untrusted::{is_deceptive, visible};
use std::collections::BTreeSet;

/// Characters of a value that a row shows.
pub const MOST_SHOWN: usize = 240;

/// Characters of a name that a row shows.
pub const MOST_NAME: usize = 80;

/// Rows that are listed. Those with notes are listed beyond it, up to [`MOST_FLAGGED`].
pub const MOST_ROWS: usize = 200;

/// Rows with notes that are listed; more make the table [`Unread::TooMany`].
pub const MOST_FLAGGED: usize = 2000;

/// The table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rows {
    /// One for each argument, in their order.
    pub rows: Vec<Row>,
    /// How many more arguments there are; none of them has a note, unless `unread` says [`Unread::TooMany`].
    pub further: usize,
    /// Why the rows do not tell all. A person who sees such a table has not seen the call.
    pub unread: Option<Unread>,
}

/// Why a table does not tell all of the arguments.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unread {
    /// They are no JSON object.
    NotAnObject,
    /// They nest deeper than [`MOST_DEPTH`].
    TooDeep,
    /// They have more bytes than [`MOST_BYTES`].
    TooLong,
    /// More than [`MOST_FLAGGED`] of them have notes.
    TooMany,
}

/// One argument.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its name: redacted, escaped, at most [`MOST_NAME`] characters and an ellipsis.
    pub name: String,
    /// Its value: redacted, escaped, at most [`MOST_SHOWN`] characters and an ellipsis. A text stands without quotation marks,
    /// everything else as JSON.
    pub value: String,
    /// Bytes of the value's JSON.
    pub bytes: usize,
    /// How many characters of the redacted value are not shown; for arrays and objects, of which only the beginning is written
    /// out, the bytes of JSON that are left in proportion.
    pub clipped: usize,
    /// What it is.
    pub kind: ValueKind,
    /// How many characters in it, names included, move, hide or reorder text. They are shown escaped.
    pub hidden_characters: usize,
    /// What a reader should look at, each once, in alphabetical order.
    pub notes: Vec<RowNote>,
}

/// What a JSON value is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ValueKind {
    /// A list.
    Array,
    /// True or false.
    Flag,
    /// `null`.
    Null,
    /// A number.
    Number,
    /// An object.
    Object,
    /// A text.
    Text,
}

/// What a reader should look at.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RowNote {
    /// Money.
    Amount,
    /// Something that will be run.
    Command,
    /// Who or what receives it.
    Destination,
    /// The tool's schema does not know the argument (catalogue case 261).
    NotInSchema,
    /// A file or folder.
    Path,
    /// It is hidden because it looks like a secret, or is named so.
    SecretLooking,
    /// A web address; at most 8 hosts a row are named.
    Url {
        /// Where a browser would go, escaped.
        host: String,
        /// What is odd about the host's name.
        warning: Option<HostWarning>,
    },
}

/// The table of raw JSON arguments. Takes time in proportion to their length, up to [`MOST_BYTES`]. Nothing at all counts as
/// `{}`.
pub fn rows(arguments: &str) -> Rows {
    table(arguments, None)
}

/// As [`rows`], with a note on each argument that the tool does not declare. `schema` is the exact JSON of its definition or of
/// its input schema; one that leaves open which arguments there are gives no such note.
pub fn rows_against(arguments: &str, schema: &str) -> Rows {
    table(arguments, declared(schema).as_ref())
}

/// The names of the arguments that a tool declares; nothing where its schema leaves that open.
pub(crate) fn declared(schema: &str) -> Option<BTreeSet<String>> {
    if schema.len() > MOST_BYTES {
        return None;
    }
    let members = members::of(schema)?;
    let of = |key: &str| members.iter().find(|(name, _)| name == key).map(|(_, value)| *value);
    if let Some(schema) = of("inputSchema") {
        // A definition holds a schema, and a schema holds none.
        return declared_by(&members::of(schema)?);
    }
    declared_by(&members)
}

fn declared_by(schema: &[(String, &str)]) -> Option<BTreeSet<String>> {
    const OPEN: [&str; 9] =
        ["$dynamicRef", "$ref", "allOf", "anyOf", "dependentSchemas", "else", "oneOf", "patternProperties", "then"];
    if schema.iter().any(|(name, _)| OPEN.contains(&name.as_str())) {
        return None;
    }
    let (_, properties) = schema.iter().find(|(name, _)| name == "properties")?;
    Some(members::of(properties)?.into_iter().map(|(name, _)| name).collect())
}

fn table(arguments: &str, declared: Option<&BTreeSet<String>>) -> Rows {
    let unread = |unread| Rows { unread: Some(unread), ..Rows::default() };
    if arguments.is_empty() {
        return Rows::default();
    }
    if arguments.len() > MOST_BYTES {
        return unread(Unread::TooLong);
    }
    let Some(members) = members::of(arguments) else { return unread(Unread::NotAnObject) };
    let mut table = Rows::default();
    if members::depth_of(arguments) > MOST_DEPTH {
        table.unread = Some(Unread::TooDeep);
    }
    let mut flagged = 0;
    // Invariant: a row with a note is never dropped silently. Plain rows are dropped from the end to make room.
    for (name, json) in &members {
        let notes = notes_on(name, json, declared);
        if notes.is_empty() && table.rows.len() >= MOST_ROWS {
            table.further += 1;
            continue;
        }
        if !notes.is_empty() {
            if flagged == MOST_FLAGGED {
                table.further += 1;
                table.unread = table.unread.or(Some(Unread::TooMany));
                continue;
            }
            flagged += 1;
        }
        table.rows.push(row(name, json, notes));
    }
    let mut surplus = table.rows.len().saturating_sub(MOST_ROWS);
    for at in (0..table.rows.len()).rev() {
        if surplus > 0 && table.rows[at].notes.is_empty() {
            table.rows.remove(at);
            table.further += 1;
            surplus -= 1;
        }
    }
    table
}

fn row(name: &str, json: &str, notes: Vec<RowNote>) -> Row {
    let kind = kind_of(json);
    let mut hidden_characters = deceptive(name);
    members::each_text("", json, &mut |found| {
        hidden_characters += match found {
            Found::Name(text) | Found::Text { text, .. } => deceptive(text),
            Found::Number { .. } => 0,
        };
    });
    let (value, clipped) = shown(name, json);
    let name = clip(&preview::of_string(name, 8 * MOST_NAME), MOST_NAME).0;
    Row { name, value, bytes: json.len(), clipped, kind, hidden_characters, notes }
}

fn deceptive(text: &str) -> usize {
    text.chars().filter(|character| is_deceptive(*character)).count()
}

/// A value as a person may see it, and how much of it is not shown.
pub(crate) fn shown(name: &str, json: &str) -> (String, usize) {
    const BYTES: usize = 16 * MOST_SHOWN;
    if kind_of(json) == ValueKind::Text {
        let Some(text) = members::text_of(json) else { return ("[no Unicode text]".to_owned(), json.len()) };
        if preview::is_secret_name(name) && !text.is_empty() {
            return (preview::redacted(&text), 0);
        }
        let (beginning, rest) = text.split_at(text.floor_char_boundary(BYTES));
        // Escaping makes at most twelve bytes of one character, a mark at most thirty of one: the limit is never reached.
        let (shown, clipped) = clip(&preview::of_string(beginning, 30 * BYTES), MOST_SHOWN);
        return (shown, clipped + rest.chars().count());
    }
    // Under a secret name everything is secret: the name has to be there for the preview to see it.
    let redacted = if preview::is_secret_name(name) && json.starts_with(['{', '[']) {
        let whole = preview::of_json(format!("{{\"secret\":{json}}}").as_bytes(), BYTES);
        whole
            .strip_prefix("{\"secret\":")
            .map(|rest| rest.strip_suffix('}').unwrap_or(rest).to_owned())
            .unwrap_or_default()
    } else if kind_of(json) == ValueKind::Number {
        // As it was written: a preview would round it.
        visible(json)
    } else {
        preview::of_json(json.as_bytes(), BYTES)
    };
    let (shown, clipped) = clip(&redacted, MOST_SHOWN);
    let unread = if redacted.ends_with('\u{2026}') { json.len().saturating_sub(redacted.len()) } else { 0 };
    (shown, clipped + unread)
}

/// The first characters, with an ellipsis where there are more, and how many more there are.
pub(crate) fn clip(text: &str, most: usize) -> (String, usize) {
    match text.char_indices().nth(most) {
        Some((end, _)) => (format!("{}\u{2026}", &text[..end]), text[end..].chars().count()),
        None => (text.to_owned(), 0),
    }
}

fn kind_of(json: &str) -> ValueKind {
    match json.as_bytes().first() {
        Some(b'[') => ValueKind::Array,
        Some(b't' | b'f') => ValueKind::Flag,
        Some(b'n') => ValueKind::Null,
        Some(b'"') => ValueKind::Text,
        Some(b'{') => ValueKind::Object,
        _ => ValueKind::Number,
    }
}

/// What stands anywhere in the value counts for its row.
fn notes_on(name: &str, json: &str, declared: Option<&BTreeSet<String>>) -> Vec<RowNote> {
    const MOST_HOSTS: usize = 8;
    let mut notes = BTreeSet::new();
    let mut hosts = 0;
    if declared.is_some_and(|declared| !declared.contains(name)) {
        notes.insert(RowNote::NotInSchema);
    }
    let mut is_secret = preview::is_secret_name(name) && json.starts_with(['{', '[']) && json.len() > 2;
    members::each_text(name, json, &mut |found| match found {
        Found::Name(name) => is_secret |= preview::strongest(name) >= Some(Shape::Random),
        Found::Number { name } => {
            let plain = Plain::of(name);
            if plain.is_amount() {
                notes.insert(RowNote::Amount);
            }
            if plain.is_destination() {
                notes.insert(RowNote::Destination);
            }
        }
        Found::Text { text: "", .. } => {}
        Found::Text { name, text } => {
            let plain = Plain::of(name);
            if plain.is_amount() {
                notes.insert(RowNote::Amount);
            }
            if plain.is_command() {
                notes.insert(RowNote::Command);
            }
            if plain.is_destination() || sign::is_email(text) {
                notes.insert(RowNote::Destination);
            }
            if plain.is_path() || sign::is_path(text) {
                notes.insert(RowNote::Path);
            }
            is_secret |= preview::is_secret(name, text);
            if hosts < MOST_HOSTS {
                let addresses = sign::addresses(text, MOST_HOSTS - hosts);
                hosts += addresses.len();
                notes.extend(
                    addresses.into_iter().map(|found| RowNote::Url { host: found.host, warning: found.warning }),
                );
            }
        }
    });
    if is_secret {
        notes.insert(RowNote::SecretLooking);
    }
    notes.into_iter().collect()
}

#[cfg(test)]
mod tests;

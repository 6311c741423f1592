//! What a person may see of a call's arguments: redacted, on one line, at most [`LIMIT`] bytes.
//!
//! Arguments come from a model, tool names and schemas from a server: both may hold a secret that somebody pasted, and both may
//! try to deceive the reader. So values under secret-looking names and values that look like a secret are replaced, and
//! characters that move, hide or reorder text are written out. Redaction is a courtesy, not a proof: a secret that looks like
//! an ordinary word stays. What was hidden is always marked, with its length, so that nothing disappears unnoticed.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

mod shape;

pub use keyholder_model::untrusted::visible;
pub use shape::{Shape, is_secret_name, strongest};

use keyholder_model::untrusted::push_visible;

/// Bytes of a preview.
pub const LIMIT: usize = 2048;

/// The redacted preview of raw JSON arguments. Takes time in proportion to the preview, not to the arguments, but for a long
/// string at their beginning. What is no JSON gives a remark instead of its content.
pub fn of_arguments(arguments: &[u8]) -> String {
    of_json(arguments, LIMIT)
}

/// A text with everything secret-looking replaced and everything deceptive written out; at most [`LIMIT`] bytes.
pub fn of_text(text: &str) -> String {
    of_string(text, LIMIT)
}

/// Whether a value of this name holds a secret, as far as its name or its shape can tell.
pub fn is_secret(name: &str, text: &str) -> bool {
    (is_secret_name(name) && !text.is_empty()) || shape::strongest(text).is_some()
}

/// As [`of_arguments`], with another limit in bytes.
pub(crate) fn of_json(arguments: &[u8], limit: usize) -> String {
    let mut page = Page::new(limit);
    let mut reader = serde_json::Deserializer::from_slice(arguments);
    let result = Part { page: &mut page, secret: false }.deserialize(&mut reader);
    if page.is_full {
        page.text.push('\u{2026}');
    } else if result.is_err() || reader.end().is_err() {
        return if arguments.is_empty() {
            String::new()
        } else {
            format!("[{} bytes that are no JSON]", arguments.len())
        };
    }
    page.text
}

/// As [`of_text`], with another limit in bytes.
pub(crate) fn of_string(text: &str, limit: usize) -> String {
    let mut page = Page::new(limit);
    let readable = &text[..text.floor_char_boundary(4 * limit)];
    page.secretless(readable);
    page.is_full |= readable.len() < text.len();
    if page.is_full {
        page.text.push('\u{2026}');
    }
    page.text
}

/// What stands for a hidden text, without the number of its characters. The text before the first such mark is as it was.
pub(crate) const MARK: &str = "[redacted, ";

pub(crate) fn redacted(text: &str) -> String {
    format!("{MARK}{} characters]", text.chars().count())
}

/// The preview while it is written.
struct Page {
    text: String,
    limit: usize,
    is_full: bool,
}

impl Page {
    fn new(limit: usize) -> Self {
        Self { text: String::new(), limit, is_full: false }
    }

    fn push(&mut self, character: char) {
        if self.is_full {
            return;
        }
        let before = self.text.len();
        push_visible(&mut self.text, character);
        if self.text.len() > self.limit - '\u{2026}'.len_utf8() {
            self.text.truncate(before);
            self.is_full = true;
        }
    }

    fn push_str(&mut self, text: &str) {
        for character in text.chars() {
            if self.is_full {
                return;
            }
            self.push(character);
        }
    }

    fn secretless(&mut self, text: &str) {
        shape::split(text, |piece| match piece {
            shape::Piece::Plain(text) => self.push_str(text),
            shape::Piece::Secret(text) => self.redacted(text),
        });
    }

    /// A JSON string. The quotation marks and backslashes within are escaped, so that a value cannot pretend to end.
    fn string(&mut self, text: &str) {
        self.push('"');
        // No more than the beginning can be shown, and a long secret there must not hide that something follows it.
        let readable = &text[..text.floor_char_boundary(4 * self.limit)];
        self.string_content(readable);
        self.is_full |= readable.len() < text.len();
        self.push('"');
    }

    fn string_content(&mut self, text: &str) {
        shape::split(text, |piece| match piece {
            shape::Piece::Plain(text) => {
                for character in text.chars() {
                    if matches!(character, '"' | '\\') {
                        self.push('\\');
                    }
                    self.push(character);
                }
            }
            shape::Piece::Secret(text) => self.redacted(text),
        });
    }

    fn redacted(&mut self, text: &str) {
        self.push_str(&redacted(text));
    }
}

/// One JSON value on its way to the page.
struct Part<'a> {
    page: &'a mut Page,
    secret: bool,
}

impl Part<'_> {
    /// Ends the reading as soon as the page is full.
    fn go_on<E: Error>(&self) -> Result<(), E> {
        if self.page.is_full { Err(E::custom("the page is full")) } else { Ok(()) }
    }

    fn write<E: Error>(self, text: &str) -> Result<(), E> {
        self.page.push_str(text);
        self.go_on()
    }
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.write("null")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.write(if value { "true" } else { "false" })
    }

    // Numbers stay: a limit named `max_tokens` is common, a secret that is a JSON number is not.
    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.write(&value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.write(&value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.write(&value.to_string())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        if self.secret && !value.is_empty() {
            self.page.push('"');
            self.page.redacted(value);
            self.page.push('"');
        } else {
            self.page.string(value);
        }
        self.go_on()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.page.push('[');
        let mut is_first = true;
        while items.next_element_seed(Separated { page: self.page, secret: self.secret, is_first })?.is_some() {
            is_first = false;
        }
        self.page.push(']');
        self.go_on()
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        self.page.push('{');
        let mut is_first = true;
        while let Some(name) = entries.next_key::<String>()? {
            if !is_first {
                self.page.push(',');
            }
            is_first = false;
            self.page.string(&name);
            self.page.push(':');
            self.go_on()?;
            let secret = self.secret || is_secret_name(&name);
            entries.next_value_seed(Part { page: self.page, secret })?;
        }
        self.page.push('}');
        self.go_on()
    }
}

/// An element of an array, with the comma before it.
struct Separated<'a> {
    page: &'a mut Page,
    secret: bool,
    is_first: bool,
}

impl<'de> DeserializeSeed<'de> for Separated<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        if !self.is_first {
            self.page.push(',');
        }
        Part { page: self.page, secret: self.secret }.deserialize(reader)
    }
}

#[cfg(test)]
mod tests;

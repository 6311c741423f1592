//! One form for all spellings of a JSON value, so that a definition's digest tells a change from a reordering.
//!
//! Members are sorted by name, white space is gone, texts are spelt from their decoded content. Numbers stand exactly as they were
//! written: RFC 8785 would read them into doubles, and `9007199254740993` would then be the same as `9007199254740992`.

use crate::fault::{Code, Fault};
use crate::members;
use crate::strict::{self, MAX_DEPTH};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The canonical form of a JSON text.
///
/// # Errors
/// [`Code::Parse`] if it is no JSON, or if a text in it is not Unicode; [`Code::InvalidRequest`] if it nests deeper than
/// [`MAX_DEPTH`] or repeats a name within one object.
pub fn canonical(json: &str) -> Result<String, Fault> {
    let mut out = String::with_capacity(json.len());
    Node::parse(json)?.write(&mut out);
    Ok(out)
}

/// A JSON value whose numbers are still the text that was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Node<'a> {
    /// `true`, `false`, `null` or a number.
    Bare(&'a str),
    List(Vec<Node<'a>>),
    Object(BTreeMap<Cow<'a, str>, Node<'a>>),
    Text(Cow<'a, str>),
}

impl<'a> Node<'a> {
    /// Reads a whole text.
    pub(crate) fn parse(json: &'a str) -> Result<Self, Fault> {
        // The grammar is checked by the one parser that everything else here uses; below, only its outline is followed.
        let checked: &RawValue =
            serde_json::from_str(json).map_err(|_| Fault::new(Code::Parse, "the definition is not valid JSON"))?;
        let mut reader = Reader { text: checked.get(), at: 0 };
        reader.value(0)
    }

    pub(crate) fn write(&self, out: &mut String) {
        match self {
            Self::Bare(text) => out.push_str(text),
            Self::Text(text) => members::push_string(out, text),
            Self::List(list) => {
                out.push('[');
                for (place, value) in list.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    value.write(out);
                }
                out.push(']');
            }
            Self::Object(object) => {
                out.push('{');
                for (place, (name, value)) in object.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    members::push_string(out, name);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    /// The member of this name, where it is an object that has one.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(object) => object.get(name),
            _ => None,
        }
    }
}

/// Follows a text that is known to be JSON.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Node<'a>, Fault> {
        match self.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => Err(Fault::new(
                Code::InvalidRequest,
                format!("the definition is nested deeper than {MAX_DEPTH} levels"),
            )),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.string().map(Node::Text),
            _ => Ok(Node::Bare(self.bare())),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Node<'a>, Fault> {
        let mut object = BTreeMap::new();
        self.at += 1;
        while self.peek().is_some_and(|byte| byte != b'}') {
            let name = self.string()?;
            self.skip(b':');
            let value = self.value(depth + 1)?;
            if object.contains_key(&name) {
                let shown: String = name.chars().take(40).flat_map(char::escape_debug).collect();
                let what = format!("the name \u{201c}{shown}\u{201d} stands twice in the same object");
                return Err(Fault::new(Code::InvalidRequest, what));
            }
            object.insert(name, value);
            self.skip(b',');
        }
        self.at += 1;
        Ok(Node::Object(object))
    }

    fn list(&mut self, depth: usize) -> Result<Node<'a>, Fault> {
        let mut list = Vec::new();
        self.at += 1;
        while self.peek().is_some_and(|byte| byte != b']') {
            list.push(self.value(depth + 1)?);
            self.skip(b',');
        }
        self.at += 1;
        Ok(Node::List(list))
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        self.peek();
        let end = strict::string_end(self.text.as_bytes(), self.at);
        let token = &self.text[self.at..end];
        self.at = end;
        if token.contains('\\') {
            // Half a surrogate pair is JSON by its grammar, and no text.
            let text: String = serde_json::from_str(token)
                .map_err(|_| Fault::new(Code::Parse, "a text of the definition is not Unicode"))?;
            return Ok(Cow::Owned(text));
        }
        Ok(Cow::Borrowed(&token[1..token.len() - 1]))
    }

    fn bare(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| matches!(c, ',' | ']' | '}') || c.is_ascii_whitespace()).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn skip(&mut self, byte: u8) {
        if self.peek() == Some(byte) {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests;

//! A JSON object cut at its top level, and joined again without touching what stands inside.

use crate::fault::{Code, Fault};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The members of an object in their order: key, and the value's exact text.
pub type Members<'a> = Vec<(Cow<'a, str>, &'a RawValue)>;

/// Cuts an object into its members.
///
/// # Errors
/// [`Fault`] (`InvalidParams`) if the text is no object.
pub fn of(object: &str) -> Result<Members<'_>, Fault> {
    let mut reader = serde_json::Deserializer::from_str(object);
    reader.deserialize_map(Cut).map_err(|_| Fault::new(Code::InvalidParams, "a JSON object was expected"))
}

/// The exact text of one member.
pub fn find<'a>(members: &Members<'a>, key: &str) -> Option<&'a RawValue> {
    members.iter().find(|(name, _)| name == key).map(|(_, value)| *value)
}

struct Cut;

impl<'de> Visitor<'de> for Cut {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(8);
        while let Some(Key(key)) = map.next_key()? {
            members.push((key, map.next_value()?));
        }
        Ok(members)
    }
}

/// A key, borrowed where it has no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// Writes one JSON object member by member.
#[derive(Debug)]
pub struct Writer {
    text: String,
}

impl Writer {
    /// An object without members yet, with room for about `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        let mut text = String::with_capacity(capacity + 2);
        text.push('{');
        Self { text }
    }

    /// Adds a member whose value is JSON text already.
    pub fn raw(&mut self, key: &str, json: &str) -> &mut Self {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        push_string(&mut self.text, key);
        self.text.push(':');
        self.text.push_str(json);
        self
    }

    /// Adds a text.
    pub fn string(&mut self, key: &str, value: &str) -> &mut Self {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        push_string(&mut self.text, key);
        self.text.push(':');
        push_string(&mut self.text, value);
        self
    }

    /// The finished object.
    pub fn finish(mut self) -> String {
        self.text.push('}');
        self.text
    }
}

/// A text as a JSON string.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    push_string(&mut quoted, text);
    quoted
}

pub(crate) fn push_string(out: &mut String, text: &str) {
    if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::to_string(text).expect("a text can always be written as JSON"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_and_joining_changes_no_byte_inside() {
        let text = r#"{"a":12345678901234567890123,"b":1.10,"\u0063":{"x" : [1 ,2]},"d":"\ud83d\ude00"}"#;
        let mut writer = Writer::with_capacity(text.len());
        for (key, value) in of(text).unwrap() {
            writer.raw(&key, value.get());
        }
        assert_eq!(writer.finish(), text.replace("\\u0063", "c"));
    }

    #[test]
    fn only_objects_have_members() {
        for other in ["[]", "1", "null", "\"x\"", ""] {
            assert!(of(other).is_err(), "{other}");
        }
        assert!(of("{}").unwrap().is_empty());
    }

    #[test]
    fn strings_are_quoted() {
        assert_eq!(quote("a\"b\\\n"), r#""a\"b\\\n""#);
        assert_eq!(quote("\u{e9}"), "\"\u{e9}\"");
    }
}

//! JSON objects in which every name occurs once.
//!
//! RFC 8259 §4 leaves open what a repeated name means, and parsers differ: the one that checks may see another value than the
//! one that acts (catalogue case 46). Such a document is refused, at every depth.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// A JSON object with unique names.
pub(crate) type Object = Map<String, Value>;

/// Parses a document whose top is an object.
///
/// # Errors
/// One clause that says what is wrong; it never quotes the document.
pub(crate) fn parse_object(bytes: &[u8]) -> Result<Object, String> {
    match serde_json::from_slice::<Strict>(bytes) {
        Ok(Strict(Value::Object(object))) => Ok(object),
        Ok(_) => Err("it is JSON, but no object".to_owned()),
        // The parser's own sentence may quote a value: only its place and kind are passed on.
        Err(why) if why.is_data() => Err("a name occurs twice in it, or it is nested too deeply".to_owned()),
        Err(why) => Err(format!("it is not JSON (line {}, column {})", why.line(), why.column())),
    }
}

/// The text at `name`; `None` where it is absent, null or of another type.
pub(crate) fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str)
}

/// The list of texts at `name`.
///
/// # Errors
/// If there is something that is not a list of texts.
pub(crate) fn texts(object: &Object, name: &str) -> Result<Option<Vec<String>>, String> {
    let wrong = || format!("\u{201c}{name}\u{201d} is not a list of texts");
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong))
            .collect::<Result<_, _>>()
            .map(Some),
        Some(_) => Err(wrong()),
    }
}

/// Whether `name` is there and `true`. Anything else, also the text "true", is no.
pub(crate) fn is_true(object: &Object, name: &str) -> bool {
    object.get(name) == Some(&Value::Bool(true))
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON with unique names")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Object::new();
        while let Some((name, Strict(value))) = entries.next_entry::<String, Strict>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("repeated name"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::parse_object;

    #[test]
    fn a_repeated_name_is_refused_at_every_depth() {
        assert!(parse_object(br#"{"issuer":"https://a","issuer":"https://b"}"#).is_err());
        assert!(parse_object(br#"{"a":[{"b":1,"b":1}]}"#).is_err());
        assert!(parse_object(br#"{"a":{"b":1},"b":{"b":1}}"#).is_ok());
    }

    #[test]
    fn only_one_whole_object_is_a_document() {
        let deep = "[".repeat(100_000);
        for bad in ["", "[]", "1", "null", "{} x", "{", "\u{feff}{}", "<html>", "{\"a\":1e999}", deep.as_str()] {
            assert!(parse_object(bad.as_bytes()).is_err(), "{:?}", &bad[..bad.len().min(20)]);
        }
        assert!(parse_object(b"{\"a\":\"\xff\"}").is_err(), "not UTF-8");
        assert!(parse_object(b" {\"a\":1e308} \r\n").is_ok());
    }

    #[test]
    fn an_error_never_quotes_the_document() {
        let why = parse_object(br#"{"access_token":"KHCANARY""#).unwrap_err();
        assert!(!why.contains("KHCANARY"));
    }
}

//! As much of a host's line as a bridge must know to answer it when the broker cannot: is an answer owed, and under which id.
//!
//! The broker asks the same function, so that both agree on the lines that are owed one [`crate::frame::Kind::Answer`]:
//! [`LineKind::Request`] and [`LineKind::Unreadable`], and no other.

use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What a line is, in JSON-RPC 2.0 terms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LineKind<'a> {
    /// A method without an id: no answer is owed.
    Notification {
        /// Its method.
        method: Cow<'a, str>,
    },
    /// A method with an id: one answer is owed.
    Request(RequestHead<'a>),
    /// A result or an error: the host answers the server.
    Response,
    /// Not JSON, not UTF-8, a batch, or an id that no request may have: one error is owed, with the id null.
    Unreadable,
}

/// The head of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestHead<'a> {
    /// The id as it stands in the line: `"1"` is not `1` (spec T-006).
    pub id: &'a str,
    /// The method.
    pub method: Cow<'a, str>,
}

/// Tells what a line is. It reads the top level's names only.
pub fn classify(line: &[u8]) -> LineKind<'_> {
    // No lossy repair: a line that is not UTF-8 is no JSON (RFC 8259 §8.1, catalogue case 92).
    let Ok(text) = std::str::from_utf8(line) else { return LineKind::Unreadable };
    let Ok(head) = serde_json::from_str::<Head<'_>>(text) else { return LineKind::Unreadable };
    match head {
        Head { method: Some(method), id: None, .. } => LineKind::Notification { method },
        Head { method: Some(method), id: Some(id), .. } if is_request_id(id.get()) => {
            LineKind::Request(RequestHead { id: id.get(), method })
        }
        Head { method: None, id: Some(_), result, error } if result.is_some() != error.is_some() => LineKind::Response,
        _ => LineKind::Unreadable,
    }
}

/// The head of a line that is a request; none for every other line.
pub fn request_id(line: &[u8]) -> Option<RequestHead<'_>> {
    match classify(line) {
        LineKind::Request(head) => Some(head),
        _ => None,
    }
}

#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    error: Option<&'a RawValue>,
}

/// Keeps `null` apart from "not there": an id that is null is a fault, an id that is missing is a notification.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// A string or a number (JSON-RPC 2.0 §4; MCP forbids null), of bounded size: it is kept while the request is under way.
fn is_request_id(raw: &str) -> bool {
    raw.len() <= MAX_ID && raw.starts_with(|c: char| c == '"' || c == '-' || c.is_ascii_digit())
}

const MAX_ID: usize = 16 << 10;

#[cfg(test)]
mod tests;

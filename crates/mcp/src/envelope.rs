//! One JSON-RPC message, read just far enough to know where it goes.

use crate::fault::{Code, Fault};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A message, borrowed from its bytes.
#[derive(Debug)]
pub enum Message<'a> {
    /// Something happened; no answer is wanted.
    Notification {
        /// Its method.
        method: Cow<'a, str>,
        /// Its parameters, exact text.
        params: Option<&'a RawValue>,
    },
    /// Somebody asks.
    Request {
        /// The id, exact text: a string and a number are never the same id (T-006).
        id: &'a RawValue,
        /// Its method.
        method: Cow<'a, str>,
        /// Its parameters, exact text.
        params: Option<&'a RawValue>,
    },
    /// Somebody answers.
    Response {
        /// Which request.
        id: &'a RawValue,
        /// What came of it.
        answer: Answer<'a>,
    },
}

/// The content of a response.
#[derive(Debug, Clone, Copy)]
pub enum Answer<'a> {
    /// `error`, exact text.
    Error(&'a RawValue),
    /// `result`, exact text.
    Result(&'a RawValue),
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    jsonrpc: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "present")]
    params: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    error: Option<&'a RawValue>,
}

/// Tells `"id": null` apart from no `id`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// Reads a line that a host wrote: strictly, since a person may be asked about it.
///
/// # Errors
/// [`Code::Parse`] if it is no JSON in UTF-8; [`Code::InvalidRequest`] if it is no JSON-RPC message, is a batch (removed in
/// 2025-06-18), nests too deep or repeats a key.
pub fn from_host(line: &[u8]) -> Result<Message<'_>, Fault> {
    let text = std::str::from_utf8(line).map_err(|_| Fault::new(Code::Parse, "the message is not UTF-8 text"))?;
    let message = read(text)?;
    crate::strict::check(text)?;
    Ok(message)
}

/// Reads a message that a server sent: what it says is relayed, not decided on, so only its outline is checked.
///
/// # Errors
/// As [`from_host`], without the check for repeated keys inside.
pub fn from_server(body: &[u8]) -> Result<Message<'_>, Fault> {
    let text = std::str::from_utf8(body).map_err(|_| Fault::new(Code::Parse, "the message is not UTF-8 text"))?;
    read(text)
}

fn read(text: &str) -> Result<Message<'_>, Fault> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('[') {
        return Err(Fault::new(
            Code::InvalidRequest,
            "batches are not part of this protocol revision: send one message a line",
        ));
    }
    let envelope: Envelope<'_> = serde_json::from_str(text).map_err(|why| {
        if why.is_data() {
            Fault::new(Code::InvalidRequest, "the message is not a JSON-RPC object")
        } else {
            Fault::new(Code::Parse, "the message is not valid JSON")
        }
    })?;
    if envelope.jsonrpc.as_deref() != Some("2.0") {
        return Err(Fault::new(Code::InvalidRequest, "\u{201c}jsonrpc\u{201d} must be \u{201c}2.0\u{201d}"));
    }
    if envelope.params.is_some_and(|params| !params.get().starts_with(['{', '['])) {
        return Err(Fault::new(Code::InvalidRequest, "\u{201c}params\u{201d} must be an object"));
    }
    match envelope {
        Envelope { method: Some(method), id: Some(id), params, result: None, error: None, .. } => {
            check_id(id)?;
            Ok(Message::Request { id, method, params })
        }
        Envelope { method: Some(method), id: None, params, result: None, error: None, .. } => {
            Ok(Message::Notification { method, params })
        }
        Envelope { method: None, id: Some(id), result: Some(result), error: None, .. } => {
            Ok(Message::Response { id, answer: Answer::Result(result) })
        }
        Envelope { method: None, id: Some(id), result: None, error: Some(error), .. } => {
            Ok(Message::Response { id, answer: Answer::Error(error) })
        }
        _ => Err(Fault::new(Code::InvalidRequest, "the message is neither a request, a notification nor a response")),
    }
}

/// An id is a string of at most 4 KiB or a number, never null (MCP "Requests").
fn check_id(id: &RawValue) -> Result<(), Fault> {
    let text = id.get();
    let fits = text.len() <= 4 << 10 && text.starts_with(|c: char| c == '"' || c == '-' || c.is_ascii_digit());
    if fits { Ok(()) } else { Err(Fault::new(Code::InvalidRequest, "a request id must be a string or a number")) }
}

/// The `code` of an error object, where it has one.
pub fn error_code(error: &RawValue) -> Option<i64> {
    #[derive(Deserialize)]
    struct Code {
        code: i64,
    }
    serde_json::from_str::<Code>(error.get()).ok().map(|error| error.code)
}

/// The text of a JSON string value.
pub fn text_of(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_their_type() {
        let Ok(Message::Request { id, .. }) = from_host(br#"{"jsonrpc":"2.0","id":"1","method":"ping"}"#) else {
            panic!()
        };
        assert_eq!(id.get(), "\"1\"");
        let Ok(Message::Request { id, .. }) = from_host(br#"{"jsonrpc":"2.0","id":1.0,"method":"ping"}"#) else {
            panic!()
        };
        assert_eq!(id.get(), "1.0");
    }

    #[test]
    fn what_is_no_request_is_refused_with_the_right_code() {
        let cases: &[(&[u8], Code)] = &[
            (b"{", Code::Parse),
            (b"\xff", Code::Parse),
            (b"nul\0", Code::Parse),
            (b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\xc0\xaf\"}", Code::Parse),
            (b"[]", Code::InvalidRequest),
            (br#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, Code::InvalidRequest),
            (b"1", Code::InvalidRequest),
            (br#"{"jsonrpc":"2.0"}"#, Code::InvalidRequest),
            (br#"{"id":1,"method":"ping"}"#, Code::InvalidRequest),
            (br#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, Code::InvalidRequest),
            (br#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, Code::InvalidRequest),
            (br#"{"jsonrpc":"2.0","id":1,"method":"ping","params":3}"#, Code::InvalidRequest),
            (br#"{"jsonrpc":"2.0","id":1,"method":"a","method":"b"}"#, Code::InvalidRequest),
            (br#"{"jsonrpc":"2.0","id":1,"result":{},"error":{}}"#, Code::InvalidRequest),
            (
                br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{"p":1,"p":2}}}"#,
                Code::InvalidRequest,
            ),
        ];
        for (line, code) in cases {
            let fault = from_host(line).unwrap_err();
            assert_eq!(fault.code, *code, "{}", String::from_utf8_lossy(line));
        }
    }

    #[test]
    fn numbers_that_no_float_holds_pass() {
        let line = br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{"n":1e400,"m":-0,"k":9007199254740993}}}"#;
        assert!(from_host(line).is_ok());
    }
}

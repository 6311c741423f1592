//! The request headers of 2026-07-28, checked against the body (T-041 to T-043).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::MODERN;
use super::message::{Fault, Message};
use crate::world::World;

/// Protocol version in a modern request's `_meta`.
const VERSION_KEY: &str = "io.modelcontextprotocol/protocolVersion";
/// Client capabilities in a modern request's `_meta`.
pub(super) const CAPABILITIES_KEY: &str = "io.modelcontextprotocol/clientCapabilities";

/// Whether this is meant as a modern message.
pub(super) fn is_modern(headers: &HeaderMap, message: &Message) -> bool {
    let declared = text(headers, "mcp-protocol-version").as_deref() == Some(MODERN);
    // A legacy client names its method only in the body.
    let titled = headers.contains_key("mcp-method");
    declared || titled || message.params()["_meta"].get(VERSION_KEY).is_some() || message.method() == "server/discover"
}

/// Refuses a modern message whose headers and body do not agree.
pub(super) fn check(world: &World, headers: &HeaderMap, message: &Message) -> Result<(), Fault> {
    let params = message.params();
    let declared = text(headers, "mcp-protocol-version").ok_or_else(|| mismatch("MCP-Protocol-Version", "missing"))?;
    if text(headers, "mcp-method").as_deref() != Some(message.method()) {
        return Err(mismatch("Mcp-Method", "not the body's method"));
    }
    if let Message::Notification { .. } = message {
        return supported(&declared);
    }
    let meta = &params["_meta"];
    let Some(version) = meta[VERSION_KEY].as_str() else {
        return Err(Fault::new(-32602, "Invalid params: _meta names no protocol version"));
    };
    if version != declared {
        return Err(mismatch("MCP-Protocol-Version", "not the version in the body"));
    }
    supported(version)?;
    if !meta[CAPABILITIES_KEY].is_object() {
        return Err(Fault::new(-32602, "Invalid params: _meta names no client capabilities"));
    }
    check_name(headers, message)?;
    if world.faults().demand_param_header {
        check_param(headers, message)?;
    }
    Ok(())
}

fn supported(version: &str) -> Result<(), Fault> {
    if version == MODERN {
        return Ok(());
    }
    let data = json!({ "supported": [MODERN], "requested": version });
    Err(Fault::new(-32022, "Unsupported protocol version").with(data))
}

/// `Mcp-Name` repeats what the request is about, and stands nowhere else (T-042).
fn check_name(headers: &HeaderMap, message: &Message) -> Result<(), Fault> {
    let params = message.params();
    let expected = match message.method() {
        "tools/call" | "prompts/get" => params["name"].as_str(),
        "resources/read" => params["uri"].as_str(),
        _ => None,
    };
    match (expected, value(headers, "mcp-name")) {
        (None, None) => Ok(()),
        (Some(expected), Some(given)) if given == expected => Ok(()),
        (Some(_), None) => Err(mismatch("Mcp-Name", "missing")),
        _ => Err(mismatch("Mcp-Name", "not what the body names")),
    }
}

/// `Mcp-Param-Note-Id` repeats `read_note`'s `id` (T-060 to T-064).
fn check_param(headers: &HeaderMap, message: &Message) -> Result<(), Fault> {
    let params = message.params();
    if message.method() != "tools/call" || params["name"] != "read_note" {
        return Ok(());
    }
    let expected = match &params["arguments"]["id"] {
        Value::Null => None,
        id => Some(id.to_string()),
    };
    if value(headers, "mcp-param-note-id") == expected {
        return Ok(());
    }
    Err(mismatch("Mcp-Param-Note-Id", "not the argument"))
}

/// `HeaderMismatch`. Answered with 400, as [`status`] says.
fn mismatch(header: &str, how: &str) -> Fault {
    Fault::new(-32020, &format!("Header mismatch: {header} is {how}")).with(json!({ "header": header }))
}

/// The HTTP status of a modern JSON-RPC error.
pub(super) fn status(fault: &Fault) -> StatusCode {
    match fault.code {
        -32601 => StatusCode::NOT_FOUND,
        -32603 => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// A header's value, decoded where it is wrapped as `=?base64?…?=`. A wrapping that cannot be opened is no value.
fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    let raw = text(headers, name)?;
    match raw.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?=")) {
        None => Some(raw),
        Some(wrapped) => STANDARD.decode(wrapped).ok().and_then(|bytes| String::from_utf8(bytes).ok()),
    }
}

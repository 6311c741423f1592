//! What both eras answer alike: lists, resources, prompts.

use serde_json::{Value, json};

use super::message::Fault;
use super::tools;
use crate::world::World;

/// What the server tells every model.
pub(super) fn instructions(world: &World) -> String {
    let usual = || "Practice notes. Nothing here is real and nothing is kept.".to_owned();
    world.faults().instructions.unwrap_or_else(usual)
}

pub(super) fn capabilities() -> Value {
    json!({ "tools": {}, "resources": {}, "prompts": {} })
}

pub(super) fn server_info() -> Value {
    json!({ "name": "keyholder-practice", "title": "Keyholder practice notes", "version": env!("CARGO_PKG_VERSION") })
}

/// Answers a request that is no `tools/call`. `not_found` is the era's error code for a missing resource.
pub(super) fn answer(world: &World, method: &str, params: &Value, not_found: i64) -> Result<Value, Fault> {
    match method {
        "tools/list" => list_tools(world, params),
        "resources/list" => Ok(json!({ "resources": world.tables().notes.resources() })),
        "resources/templates/list" => Ok(json!({
            "resourceTemplates": [{ "uriTemplate": "note:///{id}", "name": "note", "mimeType": "text/plain" }],
        })),
        "resources/read" => read(world, params, not_found),
        "prompts/list" => Ok(json!({ "prompts": [{
            "name": "summarize",
            "description": world.faults().changed_prompt.unwrap_or_else(|| "Asks for a summary of one note".to_owned()),
            "arguments": [{ "name": "id", "description": "The note's number", "required": true }],
        }] })),
        "prompts/get" => prompt(world, params),
        _ => Err(Fault::new(-32601, "Method not found")),
    }
}

fn list_tools(world: &World, params: &Value) -> Result<Value, Fault> {
    let mut tools = tools::definitions(&world.faults());
    let Some(size) = world.faults().page_size.filter(|size| *size > 0) else { return Ok(json!({ "tools": tools })) };
    let start = match &params["cursor"] {
        Value::Null => Some(0),
        cursor => cursor.as_str().and_then(|cursor| cursor.strip_prefix("from-")).and_then(|at| at.parse().ok()),
    };
    let start: usize =
        start.filter(|start| *start <= tools.len()).ok_or_else(|| Fault::new(-32602, "Invalid params: cursor"))?;
    let mut rest = tools.split_off(start);
    let more = rest.len() > size;
    rest.truncate(size);
    let mut page = json!({ "tools": rest });
    if more {
        page["nextCursor"] = format!("from-{}", start + size).into();
    }
    Ok(page)
}

fn read(world: &World, params: &Value, not_found: i64) -> Result<Value, Fault> {
    let uri = params["uri"].as_str().unwrap_or_default();
    let tables = world.tables();
    let note = uri.strip_prefix("note:///").and_then(|id| id.parse().ok()).and_then(|id| tables.notes.read(id));
    let Some((_, text)) = note else {
        return Err(Fault::new(not_found, "Resource not found").with(json!({ "uri": uri })));
    };
    Ok(json!({ "contents": [{ "uri": uri, "mimeType": "text/plain", "text": text }] }))
}

fn prompt(world: &World, params: &Value) -> Result<Value, Fault> {
    if params["name"] != "summarize" {
        return Err(Fault::new(-32602, "Invalid params: unknown prompt"));
    }
    let tables = world.tables();
    let id = params["arguments"]["id"].as_str().and_then(|id| id.parse().ok());
    let Some((title, text)) = id.and_then(|id| tables.notes.read(id)) else {
        return Err(Fault::new(-32602, "Invalid params: no such note"));
    };
    let text = format!("Summarize this note in one sentence.\n\n{title}\n\n{text}");
    Ok(json!({ "messages": [{ "role": "user", "content": { "type": "text", "text": text } }] }))
}

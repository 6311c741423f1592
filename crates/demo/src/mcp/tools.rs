//! The tools: what they say about themselves, and what the quick ones do.

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::message::Fault;
use crate::authorization::Scopes;
use crate::faults::Faults;
use crate::world::{World, merge};

/// Every tool that this server has now, as `tools/list` shows it.
pub(super) fn definitions(faults: &Faults) -> Vec<Value> {
    let id = json!({ "id": { "type": "integer", "minimum": 1, "description": "The note's number" } });
    let mut read_id = id.clone();
    if faults.demand_param_header {
        read_id["id"]["x-mcp-header"] = "Note-Id".into();
    }
    let text = |what: &str| json!({ "type": "string", "description": what });
    let note = json!({ "title": text("One line"), "text": text("The note itself") });
    let pace = json!({
        "millis": { "type": "integer", "minimum": 0, "maximum": 600_000, "description": "How long, in all" },
        "steps": { "type": "integer", "minimum": 1, "maximum": 100, "description": "How many progress messages" },
    });
    let mut tools = vec![
        tool("list_notes", "Lists the practice notes", &json!({}), &[], READS),
        tool("read_note", "Reads one practice note", &read_id, &["id"], READS),
        tool("add_note", "Adds a practice note", &note, &["title", "text"], WRITES),
        tool("delete_note", "Deletes a practice note for good", &id, &["id"], DESTROYS),
        tool("echo", "Says the same text again", &json!({ "text": text("What to say") }), &["text"], READS),
        tool("slow", "Takes its time and reports progress", &pace, &[], READS),
        tool("ask_me", "Asks the person a question before it answers", &json!({}), &[], READS),
    ];
    if faults.echo_credentials {
        let over = json!({ "over": { "enum": ["json", "stream"], "description": "How the answer travels" } });
        tools.push(tool("echo_credentials", "Gives away what it was called with", &over, &[], READS));
    }
    tools.extend(faults.extra_tools.iter().cloned());
    if let Some((name, patch)) = &faults.tool_patch {
        for tool in tools.iter_mut().filter(|tool| tool["name"] == name.as_str()) {
            merge(tool, patch);
        }
    }
    if faults.reverse_tools {
        tools.reverse();
    }
    if let Some((name, description)) = &faults.changed_description {
        for tool in tools.iter_mut().filter(|tool| tool["name"] == name.as_str()) {
            tool["description"] = description.as_str().into();
        }
    }
    tools
}

/// What a tool claims about its effects (`ToolAnnotations`).
#[derive(Clone, Copy)]
struct Hints {
    read_only: bool,
    destructive: bool,
}

const READS: Hints = Hints { read_only: true, destructive: false };
const WRITES: Hints = Hints { read_only: false, destructive: false };
const DESTROYS: Hints = Hints { read_only: false, destructive: true };

fn tool(name: &str, description: &str, properties: &Value, required: &[&str], hints: Hints) -> Value {
    json!({
        "name": name,
        "description": description,
        "inputSchema": { "type": "object", "properties": properties, "required": required },
        "annotations": { "readOnlyHint": hints.read_only, "destructiveHint": hints.destructive, "openWorldHint": false },
    })
}

/// The scope that a tool needs.
pub(super) fn scope_of(tool: &str) -> Scopes {
    match tool {
        "add_note" | "delete_note" => Scopes::ReadWrite,
        _ => Scopes::Read,
    }
}

/// Runs a tool that answers at once.
pub(super) fn run(world: &World, tool: &str, arguments: &Value, credential: Option<&str>) -> Result<Value, Fault> {
    let word = |name: &str| arguments[name].as_str().ok_or_else(|| missing(name));
    let number = |name: &str| arguments[name].as_u64().ok_or_else(|| missing(name));
    match tool {
        "list_notes" => Ok(said(&world.tables().notes.list().to_string())),
        "read_note" => {
            let id = number("id")?;
            let note = world.tables().notes.read(id).map(|(title, text)| said(&format!("{title}\n\n{text}")));
            Ok(note.unwrap_or_else(|| failed("There is no such note.")))
        }
        "add_note" => {
            let added = world.tables().notes.add(word("title")?, word("text")?);
            Ok(added.map_or_else(|| failed("There are too many notes."), |id| said(&format!("Added note {id}."))))
        }
        "delete_note" => {
            let id = number("id")?;
            let deleted = world.tables().notes.delete(id);
            Ok(if deleted { said(&format!("Deleted note {id}.")) } else { failed("There is no such note.") })
        }
        "echo" => {
            let mut text = word("text")?.to_owned();
            if let Some(size) = world.faults().huge_result {
                text.push_str(&"x".repeat(size.saturating_sub(text.len())));
            }
            Ok(said(&text))
        }
        "echo_credentials" => Ok(said(&give_away(credential.unwrap_or_default()))),
        // One of the extra tools: others were refused before.
        _ => Ok(world.faults().extra_result.unwrap_or_else(|| said("done"))),
    }
}

/// A tool result of one text.
pub(super) fn said(text: &str) -> Value {
    json!({ "content": [{ "type": "text", "text": text }], "isError": false })
}

/// A tool result that says what went wrong.
pub(super) fn failed(text: &str) -> Value {
    json!({ "content": [{ "type": "text", "text": text }], "isError": true })
}

fn missing(name: &str) -> Fault {
    Fault::new(-32602, &format!("Invalid params: {name} is missing"))
}

/// The credential in every disguise that a scrubber should see through.
fn give_away(credential: &str) -> String {
    let token = credential.strip_prefix("Bearer ").unwrap_or(credential);
    let mut hex = String::new();
    let mut percent = String::new();
    for byte in token.bytes() {
        // Writing into a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        let _ = write!(percent, "%{byte:02X}");
    }
    format!(
        "header {credential}\nraw {token}\nbase64 {}\nshifted {}\nbase64url {}\nhex {hex}\nHEX {}\npercent {percent}\n",
        STANDARD.encode(token),
        STANDARD.encode(format!("k{token}")),
        URL_SAFE_NO_PAD.encode(token),
        hex.to_uppercase(),
    )
}

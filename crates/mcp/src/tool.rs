//! What a tool's definition says, as far as the broker must know it.

use crate::fault::{Code, Fault};
use crate::header;
use crate::members;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeSet;

/// One entry of a `tools/list` result.
#[derive(Debug, Clone)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// The exact text of the whole definition.
    pub definition: String,
    /// The exact text of its annotations: claims of the server, never trusted (T-260).
    pub annotations: Option<String>,
    /// Which arguments are mirrored into headers (MCP 2026-07-28, "Custom Headers").
    pub headers: Vec<ParameterHeader>,
}

/// A tool that cannot be offered, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// Its name, where it has one.
    pub name: String,
    /// One sentence.
    pub why: String,
}

/// One page of tools.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// What can be offered.
    pub tools: Vec<Tool>,
    /// What was left out.
    pub dropped: Vec<Dropped>,
    /// The exact text of the next page's cursor.
    pub next: Option<String>,
}

/// Reads a `tools/list` result.
///
/// # Errors
/// [`Code::Internal`] if it holds no list of tools.
pub fn read_page(result: &str) -> Result<Page, Fault> {
    let not_a_list = || Fault::new(Code::Internal, "the server\u{2019}s list of tools is not a list");
    let members = members::of(result).map_err(|_| not_a_list())?;
    let tools = members::find(&members, "tools").ok_or_else(not_a_list)?;
    let tools: Vec<&RawValue> = serde_json::from_str(tools.get()).map_err(|_| not_a_list())?;
    let mut page = Page::default();
    for tool in tools {
        match Tool::read(tool.get()) {
            Ok(tool) => page.tools.push(tool),
            Err(dropped) => page.dropped.push(dropped),
        }
    }
    page.next =
        members::find(&members, "nextCursor").map(RawValue::get).filter(|cursor| *cursor != "null").map(str::to_owned);
    Ok(page)
}

/// A `tools/list` result in which only these tools stand; all other members stay as they were.
pub fn rewrite_page(result: &str, tools: &[Tool]) -> String {
    let definitions: Vec<&str> = tools.iter().map(|tool| tool.definition.as_str()).collect();
    crate::definition::rewrite_page(result, "tools", &definitions).unwrap_or_else(|_| result.to_owned())
}

impl Tool {
    /// What the server says it does.
    pub fn description(&self) -> Option<String> {
        let members = members::of(&self.definition).ok()?;
        members::find(&members, "description").and_then(crate::envelope::text_of)
    }

    /// Reads one entry.
    ///
    /// # Errors
    /// [`Dropped`] if it has no name, or says what no header can carry.
    pub fn read(definition: &str) -> Result<Self, Dropped> {
        let unnamed = || Dropped { name: String::new(), why: "it has no name".to_owned() };
        let members = members::of(definition).map_err(|_| unnamed())?;
        let name = members::find(&members, "name").and_then(crate::envelope::text_of).ok_or_else(unnamed)?;
        let headers = match members::find(&members, "inputSchema") {
            Some(schema) if schema.get().contains("x-mcp-header") => {
                parameter_headers(schema.get()).map_err(|why| Dropped { name: name.clone(), why })?
            }
            _ => Vec::new(),
        };
        Ok(Self {
            name,
            definition: definition.to_owned(),
            annotations: members::find(&members, "annotations").map(|value| value.get().to_owned()),
            headers,
        })
    }
}

/// An argument that is mirrored into an `Mcp-Param-*` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterHeader {
    /// What stands behind `Mcp-Param-`.
    pub name: String,
    /// The path of property names that leads to the argument.
    path: Vec<String>,
}

impl ParameterHeader {
    /// The argument's value as header text before encoding; `None` where it is absent or `null` (T-064).
    ///
    /// # Errors
    /// [`Code::InvalidParams`] if the value is of a kind that no header can carry.
    pub fn value_in(&self, arguments: &str) -> Result<Option<String>, Fault> {
        let mut text = arguments;
        for step in &self.path {
            let Ok(members) = members::of(text) else { return Ok(None) };
            let Some(value) = members::find(&members, step) else { return Ok(None) };
            text = value.get();
        }
        match text.as_bytes().first() {
            Some(b'"') => serde_json::from_str(text).map(Some).map_err(|_| {
                Fault::new(Code::InvalidParams, format!("the argument for {} is not Unicode text", self.name))
            }),
            Some(b'n') => Ok(None),
            Some(b't' | b'f') => Ok(Some(text.to_owned())),
            Some(b'-' | b'0'..=b'9') => Ok(Some(decimal(text))),
            _ => Err(Fault::new(
                Code::InvalidParams,
                format!("the argument for the header {} must be a plain value", self.name),
            )),
        }
    }
}

/// A whole number in decimal digits; anything else as it was written.
fn decimal(number: &str) -> String {
    let whole = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    match serde_json::from_str::<f64>(number) {
        Ok(value) if !whole && value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 => format!("{value:.0}"),
        _ => number.to_owned(),
    }
}

/// Finds every `x-mcp-header` of an input schema and checks it (T-061).
fn parameter_headers(schema: &str) -> Result<Vec<ParameterHeader>, String> {
    let schema: Value = serde_json::from_str(schema).map_err(|_| "its input schema is not valid JSON".to_owned())?;
    let mut found = Vec::new();
    walk_properties(&schema, &mut Vec::new(), &mut found)?;
    let annotations = count_annotations(&schema);
    if annotations != found.len() {
        return Err("an x-mcp-header stands where no plain property is".to_owned());
    }
    let mut seen = BTreeSet::new();
    for header in &found {
        if !seen.insert(header.name.to_ascii_lowercase()) {
            return Err(format!("two parameters share the header {}", header.name));
        }
    }
    Ok(found)
}

fn walk_properties(schema: &Value, path: &mut Vec<String>, found: &mut Vec<ParameterHeader>) -> Result<(), String> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Ok(()) };
    for (property, definition) in properties {
        path.push(property.clone());
        if let Some(name) = definition.get("x-mcp-header") {
            let name = name.as_str().ok_or("an x-mcp-header is not a text")?;
            if !header::is_token(name) {
                return Err(format!("\u{201c}{}\u{201d} is no header name", name.escape_debug()));
            }
            if !matches!(definition.get("type").and_then(Value::as_str), Some("integer" | "string" | "boolean")) {
                return Err(format!("the parameter of the header {name} is neither integer, string nor boolean"));
            }
            found.push(ParameterHeader { name: name.to_owned(), path: path.clone() });
        }
        walk_properties(definition, path, found)?;
        path.pop();
    }
    Ok(())
}

/// How many annotations there are anywhere, also where they must not be.
fn count_annotations(value: &Value) -> usize {
    match value {
        // Below `properties` the keys are names that the tool's author chose, not schema words.
        Value::Object(object) => object
            .iter()
            .map(|(key, value)| match (key.as_str(), value) {
                ("x-mcp-header", _) => 1,
                ("properties", Value::Object(properties)) => properties.values().map(count_annotations).sum(),
                ("default" | "const" | "enum" | "examples", _) => 0,
                _ => count_annotations(value),
            })
            .sum(),
        Value::Array(list) => list.iter().map(count_annotations).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(schema: &str) -> String {
        format!(r#"{{"name":"t","inputSchema":{schema},"x-vendor":1.10}}"#)
    }

    #[test]
    fn a_badly_annotated_tool_is_left_out_and_the_others_stay() {
        let bad = [
            r#"{"properties":{"a":{"type":"string","x-mcp-header":""}}}"#,
            r#"{"properties":{"a":{"type":"string","x-mcp-header":"a b"}}}"#,
            r#"{"properties":{"a":{"type":"string","x-mcp-header":"a\n"}}}"#,
            r#"{"properties":{"a":{"type":"number","x-mcp-header":"A"}}}"#,
            r#"{"properties":{"a":{"type":"object","x-mcp-header":"A"}}}"#,
            r#"{"properties":{"a":{"x-mcp-header":"A"}}}"#,
            r#"{"properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"a"}}}"#,
            r#"{"properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}}"#,
            r#"{"oneOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]}"#,
            r#"{"properties":{"a":{"type":"string","x-mcp-header":7}}}"#,
            r##"{"$defs":{"x":{"type":"string","x-mcp-header":"A"}},"properties":{"a":{"$ref":"#/$defs/x"}}}"##,
        ];
        for schema in bad {
            let result =
                format!(r#"{{"tools":[{},{{"name":"good","inputSchema":{{"type":"object"}}}}],"z":1}}"#, tool(schema));
            let page = read_page(&result).unwrap();
            assert_eq!(page.tools.len(), 1, "{schema}");
            assert_eq!(page.dropped.len(), 1, "{schema}");
            assert_eq!(
                rewrite_page(&result, &page.tools),
                r#"{"tools":[{"name":"good","inputSchema":{"type":"object"}}],"z":1}"#
            );
        }
    }

    #[test]
    fn annotated_arguments_become_header_values() {
        let schema = r#"{"properties":{"region":{"type":"string","x-mcp-header":"Region"},"n":{"type":"integer","x-mcp-header":"N"},"deep":{"type":"object","properties":{"flag":{"type":"boolean","x-mcp-header":"Flag"}}}}}"#;
        let page = read_page(&format!(r#"{{"tools":[{}],"nextCursor":"2"}}"#, tool(schema))).unwrap();
        assert_eq!(page.next.as_deref(), Some("\"2\""));
        let value = |name: &str, arguments: &str| {
            let header = page.tools[0].headers.iter().find(|header| header.name == name).unwrap();
            header.value_in(arguments).unwrap()
        };
        assert_eq!(value("Region", r#"{"region":"eu\u002d1"}"#).as_deref(), Some("eu-1"));
        assert_eq!(value("Region", r#"{"region":null}"#), None);
        assert_eq!(value("Region", "{}"), None);
        assert_eq!(value("Region", r#"{"region":""}"#).as_deref(), Some(""));
        assert_eq!(value("N", r#"{"n":42}"#).as_deref(), Some("42"));
        assert_eq!(value("N", r#"{"n":4.2e1}"#).as_deref(), Some("42"));
        assert_eq!(value("Flag", r#"{"deep":{"flag":true}}"#).as_deref(), Some("true"));
    }

    #[test]
    fn a_definition_is_kept_byte_for_byte() {
        let definition = r#"{"name":"t","x-vendor":1.10,"inputSchema":{"$defs":{"a":{"$anchor":"x"}}}}"#;
        let page = read_page(&format!(r#"{{"tools":[{definition}]}}"#)).unwrap();
        assert_eq!(page.tools[0].definition, definition);
    }
}

//! What a server says about itself, as far as a person pins it: the whole definition of each tool, prompt, resource and template,
//! and the server's instructions.
//!
//! Every member counts, also those that nobody here knows: a changed `_meta`, icon or nested description is a changed definition
//! (catalogue case 160). What has no canonical form has no digest, so it is left out with a reason.

use crate::canonical::{Node, canonical};
use crate::envelope::text_of;
use crate::fault::{Code, Fault};
use crate::members;
use crate::tool::{self, Dropped};
use keyholder_model::digest::Digest;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// The longest definition that is read, in bytes: a person must be able to look at it, and the settings keep it.
pub const LONGEST: usize = 256 << 10;

/// What is defined.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DefinitionKind {
    /// The server's instructions to the model (`instructions` of the initialize or discover result).
    Instructions,
    /// An entry of `prompts/list`.
    Prompt,
    /// An entry of `resources/list`.
    Resource,
    /// An entry of `resources/templates/list`.
    ResourceTemplate,
    /// An entry of `tools/list`.
    Tool,
}

impl DefinitionKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Instructions, Self::Prompt, Self::Resource, Self::ResourceTemplate, Self::Tool];

    /// The word in which it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Instructions => "instructions",
            Self::Prompt => "prompt",
            Self::Resource => "resource",
            Self::ResourceTemplate => "resource_template",
            Self::Tool => "tool",
        }
    }

    /// The member of a list's result that holds the definitions; `None` for instructions, which are no list.
    pub const fn list_key(self) -> Option<&'static str> {
        match self {
            Self::Instructions => None,
            Self::Prompt => Some("prompts"),
            Self::Resource => Some("resources"),
            Self::ResourceTemplate => Some("resourceTemplates"),
            Self::Tool => Some("tools"),
        }
    }

    /// The member by which a host asks for it.
    const fn name_key(self) -> &'static str {
        match self {
            Self::Instructions | Self::Prompt | Self::Tool => "name",
            Self::Resource => "uri",
            Self::ResourceTemplate => "uriTemplate",
        }
    }
}

impl fmt::Display for DefinitionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no kind of definition.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("there is no such kind of definition")]
pub struct UnknownKind;

impl FromStr for DefinitionKind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or(UnknownKind)
    }
}

/// One definition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Definition {
    /// What is defined.
    pub kind: DefinitionKind,
    /// Its name; of a resource the `uri`, of a template the `uriTemplate`, of instructions nothing.
    pub name: String,
    /// The exact JSON as it was given; of instructions a JSON string.
    pub text: String,
    /// SHA-256 of the kind and the canonical form: the same for every spelling of the same definition, and for no other.
    pub digest: Digest,
}

impl Definition {
    /// A definition of this name.
    ///
    /// # Errors
    /// [`Dropped`] if it is longer than [`LONGEST`] or has no canonical form.
    pub fn new(kind: DefinitionKind, name: String, text: String) -> Result<Self, Dropped> {
        if text.len() > LONGEST {
            return Err(Dropped { name, why: format!("its definition is longer than {} KiB", LONGEST >> 10) });
        }
        match canonical(&text) {
            Ok(form) => {
                let digest = Digest::of_parts(&[b"definition 1", kind.as_str().as_bytes(), form.as_bytes()]);
                Ok(Self { kind, name, text, digest })
            }
            Err(fault) => Err(Dropped { name, why: fault.message }),
        }
    }
}

/// One page of definitions.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Definitions {
    /// What can be pinned, in the server's order.
    pub kept: Vec<Definition>,
    /// What was left out.
    pub dropped: Vec<Dropped>,
    /// The exact text of the next page's cursor.
    pub next: Option<String>,
}

/// Reads a `tools/list` result. Left out are also the tools that [`tool::read_page`] leaves out, and all tools that share a name
/// (catalogue case 165).
///
/// # Errors
/// [`Code::Internal`] if it holds no list of tools.
pub fn read_tools(result: &str) -> Result<Definitions, Fault> {
    let page = tool::read_page(result)?;
    let named = page.tools.into_iter().map(|tool| {
        if tool.name.is_empty() { Err(unnamed(DefinitionKind::Tool)) } else { Ok((tool.name, tool.definition)) }
    });
    Ok(sift(DefinitionKind::Tool, named.collect(), page.dropped, page.next))
}

/// Reads a `prompts/list` result.
///
/// # Errors
/// [`Code::Internal`] if it holds no list of prompts.
pub fn read_prompts(result: &str) -> Result<Definitions, Fault> {
    read_list(result, DefinitionKind::Prompt, "prompts")
}

/// Reads a `resources/list` result.
///
/// # Errors
/// [`Code::Internal`] if it holds no list of resources.
pub fn read_resources(result: &str) -> Result<Definitions, Fault> {
    read_list(result, DefinitionKind::Resource, "resources")
}

/// Reads a `resources/templates/list` result.
///
/// # Errors
/// [`Code::Internal`] if it holds no list of templates.
pub fn read_templates(result: &str) -> Result<Definitions, Fault> {
    read_list(result, DefinitionKind::ResourceTemplate, "resourceTemplates")
}

/// The instructions of an `initialize` or `server/discover` result; `None` where there are none.
///
/// # Errors
/// [`Dropped`] if what stands there is no text, is too long, or stands there twice: it must not reach the model then.
pub fn read_instructions(result: &str) -> Result<Option<Definition>, Dropped> {
    let dropped = |why: &str| Dropped { name: String::new(), why: why.to_owned() };
    let members = members::of(result).map_err(|_| dropped("the result is no object"))?;
    let mut given = members.iter().filter(|(key, _)| key == "instructions").map(|(_, value)| value.get());
    let Some(text) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err(dropped("the instructions stand twice in the result"));
    }
    match text {
        "null" => Ok(None),
        text if text.starts_with('"') => {
            Definition::new(DefinitionKind::Instructions, String::new(), text.to_owned()).map(Some)
        }
        _ => Err(dropped("the instructions are no text")),
    }
}

/// Takes all definitions out that share kind and name with another: nobody could tell which of them a call would reach. For a list
/// that was collected from several pages.
pub fn refuse_doubles(definitions: Vec<Definition>) -> (Vec<Definition>, Vec<Dropped>) {
    let mut times: BTreeMap<(DefinitionKind, &str), usize> = BTreeMap::new();
    for definition in &definitions {
        *times.entry((definition.kind, &definition.name)).or_default() += 1;
    }
    let is_double: Vec<bool> =
        definitions.iter().map(|definition| times[&(definition.kind, definition.name.as_str())] > 1).collect();
    let (mut kept, mut dropped) = (Vec::with_capacity(definitions.len()), Vec::new());
    for (definition, is_double) in definitions.into_iter().zip(is_double) {
        if is_double {
            dropped.push(Dropped { name: definition.name, why: DOUBLE.to_owned() });
        } else {
            kept.push(definition);
        }
    }
    (kept, dropped)
}

/// The same result with only these texts in the list, in this order; every other member stays as it was.
///
/// # Errors
/// [`Code::Internal`] if the result is no object: then nothing of it may be handed on.
pub fn rewrite_page(result: &str, list_key: &str, kept: &[&str]) -> Result<String, Fault> {
    let members =
        members::of(result).map_err(|_| Fault::new(Code::Internal, "the server\u{2019}s list is no object"))?;
    let mut writer = members::Writer::with_capacity(result.len());
    for (key, value) in members {
        if key == list_key {
            writer.raw(list_key, &format!("[{}]", kept.join(",")));
        } else {
            writer.raw(&key, value.get());
        }
    }
    Ok(writer.finish())
}

/// The names of a tool's arguments, as its `inputSchema` lists them at the top; `None` where they cannot be told: no schema, or one
/// that composes others (`allOf`, `$ref` and the like) or allows names by pattern.
pub fn schema_properties(definition: &str) -> Option<BTreeSet<String>> {
    let definition = Node::parse(definition).ok()?;
    let Node::Object(schema) = definition.member("inputSchema")? else { return None };
    if COMPOSING.iter().any(|word| schema.contains_key(*word)) {
        return None;
    }
    match schema.get("properties") {
        None => Some(BTreeSet::new()),
        Some(Node::Object(properties)) => Some(properties.keys().map(ToString::to_string).collect()),
        Some(_) => None,
    }
}

fn read_list(result: &str, kind: DefinitionKind, list_key: &str) -> Result<Definitions, Fault> {
    let not_a_list = || Fault::new(Code::Internal, format!("the server\u{2019}s list of {list_key} is not a list"));
    let members = members::of(result).map_err(|_| not_a_list())?;
    let list = members::find(&members, list_key).ok_or_else(not_a_list)?;
    let list: Vec<&RawValue> = serde_json::from_str(list.get()).map_err(|_| not_a_list())?;
    let named = list.into_iter().map(|entry| {
        let name = members::of(entry.get()).ok().and_then(|members| {
            members::find(&members, kind.name_key()).and_then(text_of).filter(|name| !name.is_empty())
        });
        match name {
            Some(name) => Ok((name, entry.get().to_owned())),
            None => Err(unnamed(kind)),
        }
    });
    let named = named.collect();
    let next =
        members::find(&members, "nextCursor").map(RawValue::get).filter(|next| *next != "null").map(str::to_owned);
    Ok(sift(kind, named, Vec::new(), next))
}

fn unnamed(kind: DefinitionKind) -> Dropped {
    Dropped { name: String::new(), why: format!("it has no {}", kind.name_key()) }
}

/// Drops what has no canonical form, and what shares its name with anything else on the page, dropped or not.
fn sift(
    kind: DefinitionKind,
    named: Vec<Result<(String, String), Dropped>>,
    dropped: Vec<Dropped>,
    next: Option<String>,
) -> Definitions {
    let mut page = Definitions { kept: Vec::with_capacity(named.len()), dropped, next };
    for entry in named {
        match entry.and_then(|(name, text)| Definition::new(kind, name, text)) {
            Ok(definition) => page.kept.push(definition),
            Err(dropped) => page.dropped.push(dropped),
        }
    }
    let taken: BTreeSet<&str> = page.dropped.iter().map(|dropped| dropped.name.as_str()).collect();
    let (twins, alone): (Vec<Definition>, Vec<Definition>) =
        std::mem::take(&mut page.kept).into_iter().partition(|definition| taken.contains(definition.name.as_str()));
    let twins: Vec<Dropped> =
        twins.into_iter().map(|twin| Dropped { name: twin.name, why: DOUBLE.to_owned() }).collect();
    let (kept, doubles) = refuse_doubles(alone);
    page.kept = kept;
    page.dropped.extend(twins.into_iter().chain(doubles));
    page
}

/// Why a definition that is not alone with its name is left out.
const DOUBLE: &str = "the server lists this name more than once";

/// Schema words with which the arguments' names stand somewhere else, or are not listed at all.
const COMPOSING: [&str; 11] = [
    "$dynamicRef",
    "$ref",
    "allOf",
    "anyOf",
    "dependentSchemas",
    "else",
    "if",
    "not",
    "oneOf",
    "patternProperties",
    "then",
];

#[cfg(test)]
mod tests;

//! The words that rules may use, taken from `schema.cedarschema`, and a check for all others.
//!
//! Cedar itself lets a rule name what does not exist; such a rule never matches. For a mistyped `forbid` that would be a hole,
//! so it is an error here. Arguments of calls are free: no schema can know them.

use cedar_policy::{EntityUid, SchemaFragment};
use keyholder_model::server::ServerName;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The schema, as shipped.
pub(crate) const TEXT: &str = include_str!("schema.cedarschema");

/// The words that rules may use.
pub(crate) fn vocabulary() -> &'static Vocabulary {
    static WORDS: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::from_schema);
    &WORDS
}

/// Names of entity types, actions and attributes. Empty where the schema is unreadable: then no rule is acceptable.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    types: BTreeSet<String>,
    /// The entity type that each is on.
    actions: BTreeMap<String, String>,
    principal: BTreeMap<String, Kind>,
    resource: BTreeMap<String, Kind>,
    context: BTreeMap<String, Kind>,
    server: BTreeMap<String, Kind>,
    rates: BTreeMap<String, Kind>,
}

/// What kind of value a fact has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Bool,
    /// Of one of these types.
    Entity(&'static [&'static str]),
    Long,
    Other,
    Text,
    Texts,
}

impl Vocabulary {
    fn from_schema() -> Self {
        let Ok((fragment, _)) = SchemaFragment::from_cedarschema_str(TEXT) else { return Self::default() };
        let Ok(json) = fragment.to_json_value() else { return Self::default() };
        let mut words = Self { types: BTreeSet::from(["Action".to_owned()]), ..Self::default() };
        let Some(namespace) = json.get("") else { return words };
        for (name, entity) in namespace.get("entityTypes").and_then(Value::as_object).into_iter().flatten() {
            words.types.insert(name.clone());
            let attributes = || kinds(entity.pointer("/shape/attributes"));
            match name.as_str() {
                "App" => words.principal.extend(attributes()),
                "Server" | "Tool" => words.resource.extend(attributes()),
                _ => {}
            }
            if name == "Server" {
                words.server.extend(attributes());
            }
        }
        words.rates.extend(kinds(namespace.pointer("/commonTypes/Rates/attributes")));
        for (name, action) in namespace.get("actions").and_then(Value::as_object).into_iter().flatten() {
            let on = action.pointer("/appliesTo/resourceTypes/0").and_then(Value::as_str).unwrap_or_default();
            words.actions.insert(name.clone(), on.to_owned());
            words.context.extend(kinds(action.pointer("/appliesTo/context/attributes")));
        }
        words
    }

    /// Whether the action is one on things of this type.
    pub(crate) fn is_on(&self, action: &str, kind: &str) -> bool {
        self.actions.get(action).is_some_and(|on| on == kind)
    }

    /// What kind of value an attribute of a variable has.
    pub(crate) fn kind(&self, variable: &str, attribute: &str) -> Option<Kind> {
        self.attributes(&[variable])?.get(attribute).copied()
    }

    /// The attributes of a variable, or of what a path of attributes leads to; none where they are free.
    fn attributes(&self, path: &[&str]) -> Option<&BTreeMap<String, Kind>> {
        Some(match path {
            ["principal"] => &self.principal,
            ["resource"] => &self.resource,
            ["context"] => &self.context,
            ["context", "calls" | "unasked"] => &self.rates,
            ["resource", "server"] => &self.server,
            _ => return None,
        })
    }

    /// What in a rule names nothing that exists, in one sentence.
    pub(crate) fn fault_of(&self, policy: &cedar_policy::Policy, json: &Value) -> Option<String> {
        policy
            .entity_literals()
            .iter()
            .find_map(|literal| self.fault_of_literal(literal))
            .or_else(|| self.fault_of_json(json))
    }

    fn fault_of_literal(&self, literal: &EntityUid) -> Option<String> {
        let (kind, id) = (literal.type_name().to_string(), literal.id().unescaped());
        let good = match kind.as_str() {
            "Action" => self.actions.contains_key(id),
            "App" | "Group" | "Person" => true,
            "Server" => id.parse::<ServerName>().is_ok(),
            "Tool" => id.split_once('/').is_some_and(|(server, _)| server.parse::<ServerName>().is_ok()),
            "Json" => id == "null",
            _ => return Some(format!("there is no entity type {kind}")),
        };
        let hint = match kind.as_str() {
            "Tool" => "; a tool is written as Tool::\"server/tool\"",
            _ => "",
        };
        (!good).then(|| format!("{kind}::\"{}\" names nothing{hint}", id.escape_debug()))
    }

    /// `is` with an unknown type, and unknown attributes of the three variables.
    fn fault_of_json(&self, json: &Value) -> Option<String> {
        match json {
            Value::Array(items) => items.iter().find_map(|item| self.fault_of_json(item)),
            Value::Object(fields) => fields
                .iter()
                .find_map(|(key, value)| match key.as_str() {
                    "entity_type" => value
                        .as_str()
                        .filter(|kind| !self.types.contains(*kind))
                        .map(|kind| format!("there is no entity type {kind}")),
                    "." | "has" => self.fault_of_attribute(value),
                    _ => None,
                })
                .or_else(|| fields.values().find_map(|value| self.fault_of_json(value))),
            _ => None,
        }
    }

    fn fault_of_attribute(&self, access: &Value) -> Option<String> {
        let mut path = path_of(access.get("left")?)?;
        // `has a.b.c` has a list.
        let attributes = match access.get("attr")? {
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
            one => vec![one.as_str()?],
        };
        for attribute in attributes {
            if !self.attributes(&path)?.contains_key(attribute) {
                return Some(format!("{} has no attribute {}", path.join("."), attribute.escape_debug()));
            }
            path.push(attribute);
        }
        None
    }
}

/// `context.calls` as the path of its names, from a variable on.
fn path_of(expression: &Value) -> Option<Vec<&str>> {
    if let Some(variable) = expression.get("Var") {
        return Some(vec![variable.as_str()?]);
    }
    let access = expression.get(".")?;
    let mut path = path_of(access.get("left")?)?;
    path.push(access.get("attr")?.as_str()?);
    Some(path)
}

fn kinds(attributes: Option<&Value>) -> impl Iterator<Item = (String, Kind)> {
    let fields = attributes.and_then(Value::as_object).into_iter().flatten();
    fields.map(|(name, shape)| {
        let kind = match (shape.get("type").and_then(Value::as_str), shape.get("name").and_then(Value::as_str)) {
            (Some("Set"), _) => Kind::Texts,
            (_, Some("Bool")) => Kind::Bool,
            (_, Some("Long")) => Kind::Long,
            (_, Some("Server")) => Kind::Entity(&["Server", "Group"]),
            (_, Some("String")) => Kind::Text,
            _ => Kind::Other,
        };
        (name.clone(), kind)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cedar_policy::Schema;

    #[test]
    fn the_schema_is_read_completely() {
        assert!(Schema::from_cedarschema_str(TEXT).is_ok());
        let words = vocabulary();
        for action in ["connect", "call", "admit", "read", "answer"] {
            assert!(
                words.actions.contains_key(action) && words.actions.contains_key(&format!("{action}_unattended")),
                "{action}"
            );
        }
        assert_eq!(words.principal.keys().collect::<Vec<_>>(), ["instance", "name", "path", "processes", "signer"]);
        assert_eq!(
            words.resource.keys().collect::<Vec<_>>(),
            ["account", "group", "host", "labels", "name", "pinned", "server"]
        );
        assert_eq!(words.rates.keys().collect::<Vec<_>>(), ["day", "hour", "minute"]);
        assert_eq!(words.server.keys().collect::<Vec<_>>(), ["account", "group", "host", "name"]);
        assert!(words.is_on("call_unattended", "Tool") && words.is_on("answer", "Server"));
        assert_eq!(words.kind("context", "tier"), Some(Kind::Long));
        assert_eq!(words.kind("context", "seen"), Some(Kind::Texts));
        for name in ["arguments", "arguments_digest", "change", "now", "open", "seen", "tier", "unasked", "uri"] {
            assert!(words.context.contains_key(name), "{name}");
        }
    }
}

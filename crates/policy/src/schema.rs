//! The words that rules may use, taken from `schema.cedarschema`, and a check for all others.
//!
//! Cedar itself lets a rule name what does not exist; such a rule never matches. For a mistyped `forbid` that would be a hole,
//! so it is an error here. Arguments of calls are free: no schema can know them.

use cedar_policy::{EntityUid, SchemaFragment};
use keyholder_model::server::ServerName;
use serde_json::Value;
use std::collections::BTreeSet;
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
    actions: BTreeSet<String>,
    principal: BTreeSet<String>,
    resource: BTreeSet<String>,
    context: BTreeSet<String>,
}

impl Vocabulary {
    fn from_schema() -> Self {
        let Ok((fragment, _)) = SchemaFragment::from_cedarschema_str(TEXT) else { return Self::default() };
        let Ok(json) = fragment.to_json_value() else { return Self::default() };
        let mut words = Self { types: BTreeSet::from(["Action".to_owned()]), ..Self::default() };
        let Some(namespace) = json.get("") else { return words };
        for (name, entity) in namespace.get("entityTypes").and_then(Value::as_object).into_iter().flatten() {
            words.types.insert(name.clone());
            let attributes = keys(entity.get("shape").and_then(|shape| shape.get("attributes")));
            match name.as_str() {
                "App" => words.principal.extend(attributes),
                "Server" | "Tool" => words.resource.extend(attributes),
                _ => {}
            }
        }
        for (name, action) in namespace.get("actions").and_then(Value::as_object).into_iter().flatten() {
            words.actions.insert(name.clone());
            words.context.extend(keys(action.pointer("/appliesTo/context/attributes")));
        }
        words
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
            "Action" => self.actions.contains(id),
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
        let (variable, attribute) = (access.pointer("/left/Var")?.as_str()?, access.get("attr")?.as_str()?);
        let known = match variable {
            "principal" => &self.principal,
            "resource" => &self.resource,
            "context" => &self.context,
            _ => return None,
        };
        (!known.contains(attribute)).then(|| format!("{variable} has no attribute {}", attribute.escape_debug()))
    }
}

fn keys(attributes: Option<&Value>) -> impl Iterator<Item = String> {
    attributes.and_then(Value::as_object).into_iter().flat_map(|fields| fields.keys().cloned())
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
                words.actions.contains(action) && words.actions.contains(&format!("{action}_unattended")),
                "{action}"
            );
        }
        assert_eq!(words.principal.iter().collect::<Vec<_>>(), ["instance", "name", "path", "processes", "signer"]);
        assert_eq!(
            words.resource.iter().collect::<Vec<_>>(),
            ["account", "group", "host", "labels", "name", "pinned", "server"]
        );
        for name in ["arguments", "arguments_digest", "change", "now", "open", "seen", "tier", "unasked", "uri"] {
            assert!(words.context.contains(name), "{name}");
        }
    }
}

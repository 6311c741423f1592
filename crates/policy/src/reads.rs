//! Which facts of the moment a rule reads: only those are put together for a decision.

use serde_json::Value;
use std::collections::BTreeSet;

/// The attributes of `context` that some rules read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Reads {
    names: BTreeSet<String>,
    /// The context as a whole, or in a way that this does not understand: then everything is read.
    all: bool,
}

impl Reads {
    /// Every attribute there is.
    pub(crate) fn everything() -> Self {
        Self { all: true, ..Self::default() }
    }

    /// Of one rule, in Cedar's JSON form.
    pub(crate) fn of(json: &Value) -> Self {
        let mut reads = Self::default();
        reads.look(json);
        reads
    }

    /// Those of another rule as well.
    pub(crate) fn join(&mut self, other: &Self) {
        self.all |= other.all;
        self.names.extend(other.names.iter().cloned());
    }

    /// Whether any rule reads this attribute.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.all || self.names.contains(name)
    }

    /// Whether no rule reads any.
    pub(crate) fn is_empty(&self) -> bool {
        !self.all && self.names.is_empty()
    }

    /// `context.x` and `context has x` name what they read; every other use of the variable may read everything. A text that
    /// happens to be "context" makes this say too much, never too little.
    fn look(&mut self, json: &Value) {
        match json {
            Value::String(text) => self.all |= text == "context",
            Value::Array(items) => items.iter().for_each(|item| self.look(item)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    match (key.as_str(), attribute(value)) {
                        ("." | "has", Some(name)) => drop(self.names.insert(name.to_owned())),
                        _ => self.look(value),
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// The name in `{"left": {"Var": "context"}, "attr": name}`.
fn attribute(access: &Value) -> Option<&str> {
    (access.pointer("/left/Var")?.as_str()? == "context").then(|| access.get("attr")?.as_str())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(condition: &str) -> Reads {
        let text = format!("permit(principal, action, resource) when {{ {condition} }};");
        Reads::of(&text.parse::<cedar_policy::Policy>().unwrap().to_json().unwrap())
    }

    #[test]
    fn what_a_rule_reads_is_known() {
        let reads = of("context.tier == 0 && context has uri && context.arguments.n > 1");
        assert!(
            reads.has("tier") && reads.has("uri") && reads.has("arguments") && !reads.has("n") && !reads.has("now")
        );
        assert!(of("resource.name == \"x\"").is_empty());
        for whole in ["context == {tier: 1}", "[context].contains({})", "resource.name == \"context\""] {
            assert!(of(whole).has("anything"), "{whole}");
        }
    }
}

//! Which facts of the moment a rule reads, and which of a call's arguments: only those are put together for a decision.

use crate::rule::OnArguments;
use serde_json::Value;
use std::collections::BTreeSet;

/// The attributes of `context` that some rules read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Reads {
    names: BTreeSet<String>,
    arguments: Wanted,
    /// The context as a whole, or in a way that this does not understand: then everything is read.
    all: bool,
}

/// Members of `context.arguments`, at its first level.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Wanted {
    All,
    Named(BTreeSet<String>),
}

impl Wanted {
    pub(crate) fn has(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.contains(name),
        }
    }

    fn join(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::All, _) => {}
            (_, Self::All) => *self = Self::All,
            (Self::Named(names), Self::Named(more)) => names.extend(more.iter().cloned()),
        }
    }

    fn add(&mut self, name: &str) {
        if let Self::Named(names) = self {
            names.insert(name.to_owned());
        }
    }
}

impl Default for Wanted {
    fn default() -> Self {
        Self::Named(BTreeSet::new())
    }
}

impl Reads {
    /// Every attribute there is.
    pub(crate) fn everything() -> Self {
        Self { all: true, arguments: Wanted::All, ..Self::default() }
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
        self.arguments.join(&other.arguments);
    }

    /// Whether any rule reads this attribute.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.all || self.names.contains(name)
    }

    /// Which arguments the rules read, where they read [`ARGUMENTS`] at all.
    pub(crate) fn arguments(&self) -> &Wanted {
        if self.all { &Wanted::All } else { &self.arguments }
    }

    /// Whether any rule looks at a call's arguments.
    pub(crate) fn on_arguments(&self) -> OnArguments {
        if ON_ARGUMENTS.iter().any(|name| self.has(name)) { OnArguments::Bound } else { OnArguments::Free }
    }

    /// Whether no rule reads any.
    pub(crate) fn is_empty(&self) -> bool {
        !self.all && self.names.is_empty()
    }

    /// `context.x` and `context has x` name what they read, and so do `context.arguments.x` and `context.arguments has x`; every
    /// other use of the variable or of the arguments may read everything. A text that happens to be "context" makes this say too
    /// much, never too little.
    fn look(&mut self, json: &Value) {
        match json {
            Value::String(text) => self.all |= text == "context",
            Value::Array(items) => items.iter().for_each(|item| self.look(item)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    match (key.as_str(), access(value)) {
                        ("." | "has", Some(Access::Argument(name))) => {
                            self.names.insert(ARGUMENTS.to_owned());
                            self.arguments.add(name);
                        }
                        ("." | "has", Some(Access::Attribute(name))) => {
                            self.names.insert(name.to_owned());
                            if name == ARGUMENTS {
                                self.arguments = Wanted::All;
                            }
                        }
                        _ => self.look(value),
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// What one `.` or `has` reads.
enum Access<'a> {
    /// A member of `context.arguments`.
    Argument(&'a str),
    /// An attribute of `context`.
    Attribute(&'a str),
}

/// What `{"left": {"Var": "context"}, "attr": name}` reads, and the same with `context.arguments` at its left.
fn access(access: &Value) -> Option<Access<'_>> {
    let name = access.get("attr")?.as_str()?;
    let left = access.get("left")?;
    if is_context(left) {
        return Some(Access::Attribute(name));
    }
    let inner = left.get(".")?;
    let of_arguments = inner.get("attr")?.as_str()? == ARGUMENTS && is_context(inner.get("left")?);
    of_arguments.then_some(Access::Argument(name))
}

fn is_context(json: &Value) -> bool {
    json.get("Var").and_then(Value::as_str) == Some("context")
}

/// The attribute that holds a call's arguments.
pub(crate) const ARGUMENTS: &str = "arguments";

/// The attributes that say something about a call's arguments.
pub(crate) const ON_ARGUMENTS: [&str; 3] = [ARGUMENTS, "arguments_digest", "uninspectable"];

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
        for (some, others) in [
            ("context.arguments.n > 1", false),
            ("context.arguments has n && context.arguments.n.m == 1", false),
            ("context.arguments has n.m && context.tier == 1", true),
            ("context.arguments has n && context.arguments == {}", true),
            ("context has arguments && context.arguments has n", true),
            ("[context.arguments].contains({}) && context.arguments has n", true),
            ("(if true then context.arguments else {}) has n", true),
            ("context == {}", true),
        ] {
            let reads = of(some);
            assert!(reads.has("arguments") && (reads.arguments().has("n") || others), "{some}");
            assert_eq!(reads.arguments().has("other"), others, "{some}");
        }
        for whole in ["context == {tier: 1}", "[context].contains({})", "resource.name == \"context\""] {
            assert!(of(whole).has("anything"), "{whole}");
        }
    }
}

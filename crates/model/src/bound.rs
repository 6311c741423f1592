//! What a rule binds a call's arguments to: `channel is "#ops"`, `path begins with "/srv/"`.

use std::fmt;

/// One bound on one argument at the top of a call's arguments object.
#[derive(Clone, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct Bound {
    /// The argument's name, as it stands in the JSON object.
    pub argument: String,
    /// What it must be.
    pub to: BoundTo,
}

/// What an argument must be. Only what a person can read at a glance: no nested values, no expressions.
#[derive(Clone, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoundTo {
    /// This truth value.
    Flag(bool),
    /// A text that begins so; where it is a path or an address, one that does not lead elsewhere by `..`.
    Prefix(String),
    /// Exactly this text.
    Text(String),
    /// Exactly this whole number.
    Whole(i64),
}

impl fmt::Display for Bound {
    /// As a person reads it. The texts come from a model: escape them before showing them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.argument;
        match &self.to {
            BoundTo::Flag(value) => write!(f, "{name} is {value}"),
            BoundTo::Prefix(text) => write!(f, "{name} begins with \u{201c}{text}\u{201d}"),
            BoundTo::Text(text) => write!(f, "{name} is \u{201c}{text}\u{201d}"),
            BoundTo::Whole(number) => write!(f, "{name} is {number}"),
        }
    }
}

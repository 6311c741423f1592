//! Why the rules say what they say to one call.

use crate::rules::RuleOrigin;
use crate::servers::Verdict;
use serde::{Deserialize, Serialize};

/// A call that somebody might make.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CallView {
    /// The app; where there is none, one that no rule names.
    pub app: Option<String>,
    /// The server's name.
    pub server: String,
    /// The account's label; where there is none, the one that a bridge without an account would get.
    pub account: Option<String>,
    /// The tool.
    pub tool: String,
    /// The arguments, as the exact text of a JSON object.
    pub arguments: String,
}

/// What the rules say to a call, and how they came to it. Texts come from the call: escape them before showing them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ExplanationView {
    /// What they say.
    pub verdict: Verdict,
    /// The id of the rule that decided.
    pub rule: String,
    /// Why, in one sentence.
    pub why: String,
    /// How much harm the call can do: `look`, `change`, `send` or `destroy`.
    pub tier: String,
    /// What the tool does to a session.
    pub labels: Vec<String>,
    /// Every rule that was looked at, in the order of their weight.
    pub considered: Vec<ConsideredView>,
    /// What the rules were told about the call.
    pub facts: Vec<FactView>,
    /// What the session had read before, oldest first.
    pub history: Vec<String>,
}

/// One rule that was looked at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ConsideredView {
    /// Its id.
    pub rule: String,
    /// Where it comes from.
    pub origin: RuleOrigin,
    /// What it does, where it does one thing.
    pub effect: Option<Verdict>,
    /// What came of looking at it.
    pub outcome: RuleOutcome,
    /// One sentence more: what did not fit, or what went wrong.
    pub note: Option<String>,
}

/// What came of looking at a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RuleOutcome {
    /// It could not be told whether it fits, which counts against the call.
    Error,
    /// It fits the call.
    Matched,
    /// It does not.
    NotMatched,
}

/// One thing that the rules were told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct FactView {
    /// Its name in rules, such as `context.tier`.
    pub name: String,
    /// Its value, cut to a bounded length, secrets hidden.
    pub value: String,
}

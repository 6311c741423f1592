//! What other rules would have said to the calls of the past.

use crate::servers::Verdict;
use serde::{Deserialize, Serialize};

/// What a simulation found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SimulationView {
    /// How many calls were looked at.
    pub calls: u64,
    /// Of these, how many could not be judged: the log does not hold enough of their arguments.
    pub unknown: u64,
    /// What the rules of this moment say to those that could be judged.
    pub before: TallyView,
    /// What the other rules would say to the same.
    pub after: TallyView,
    /// The calls to which they would say something else, oldest first; the broker has its own ceiling.
    pub changed: Vec<ChangedView>,
}

/// How many calls got which verdict.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct TallyView {
    /// Run.
    pub allowed: u64,
    /// Asked about.
    pub asked: u64,
    /// Refused.
    pub denied: u64,
}

/// One call that would go another way. Texts come from hosts and servers: escape them before showing them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ChangedView {
    /// Its number in the log.
    pub number: u64,
    /// When it was made.
    pub at: String,
    /// The app.
    pub app: String,
    /// The server's name.
    pub server: String,
    /// The tool.
    pub tool: String,
    /// What the rules of this moment say.
    pub was: Verdict,
    /// What the other rules would say.
    pub would_be: Verdict,
    /// The id of the rule that would decide.
    pub rule: String,
}

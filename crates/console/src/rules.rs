//! Written rules: what runs, what asks, what is refused.

use crate::servers::Verdict;
use serde::{Deserialize, Serialize};

/// One rule. What it is bound to may quote hosts and models: escape it before showing it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RuleView {
    /// Its id.
    pub id: String,
    /// What it does, where it does one thing; none where Cedar text says more than a word can.
    pub effect: Option<Verdict>,
    /// In words: which app, server and tool.
    pub summary: String,
    /// The Cedar text.
    pub source: String,
    /// Where it stands.
    pub origin: RuleOrigin,
    /// The file it stands in, with its line.
    pub file: Option<String>,
    /// Whether it is in force.
    pub state: RuleState,
    /// How often it decided.
    pub uses: u64,
    /// When it last decided.
    pub last_used: Option<String>,
    /// When it ends.
    pub expires: Option<String>,
    /// After how many days without a use it ends.
    pub idle_days: Option<u32>,
    /// How many more calls it is good for.
    pub uses_left: Option<u32>,
    /// What it is bound to, one text each: host, server, account, the tool's definition, arguments.
    pub bound_to: Vec<String>,
    /// Whether it says anything about the arguments; none for rules in files, which may.
    pub binds_arguments: Option<bool>,
    /// When it was made.
    pub made: Option<String>,
    /// The person's own words about it.
    pub note: Option<String>,
}

/// Where a rule comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RuleOrigin {
    /// An answer that the person gave for good.
    Answer,
    /// A file of the person's.
    File,
    /// The organisation.
    Managed,
    /// Shipped with Keyholder.
    Shipped,
}

/// Whether a rule counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RuleState {
    /// Its time, or its number of calls, is over.
    Expired,
    /// It counts.
    InForce,
    /// It allows more than the person last confirmed: it waits for them at the broker's face.
    Pending,
    /// The tool that it was made for is no longer defined as it was: it waits until the person has looked at the change.
    Suspended,
}

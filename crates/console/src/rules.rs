//! Written rules: what runs, what asks, what is refused.

use crate::servers::Verdict;
use serde::{Deserialize, Serialize};

/// One rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
}

/// Where a rule comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
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
#[serde(rename_all = "snake_case")]
pub enum RuleState {
    /// It counts.
    InForce,
    /// It allows more than the person last confirmed: it waits for them at the broker's face.
    Pending,
}

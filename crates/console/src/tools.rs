//! Tools: how much harm a call of each can do, what it does to a session, and what the rules say to it.

use crate::servers::Verdict;
use serde::{Deserialize, Serialize};

/// One tool of a server, as pinned. Names and descriptions are the server's own: escape them before showing them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ToolView {
    /// The name of its server.
    pub server: String,
    /// The account that it was listed to; another account's tools are listed by themselves.
    pub account: String,
    /// Its name.
    pub name: String,
    /// What the server says it does; cut to a bounded length.
    pub description: Option<String>,
    /// SHA-256 of its definition, 64 hexadecimal digits; the screen shows the first twelve.
    pub digest: String,
    /// How much harm a call can do: `look`, `change`, `send` or `destroy`.
    pub tier: String,
    /// What it does to a session, as words such as `reads_private`.
    pub labels: Vec<String>,
    /// Who says so.
    pub labels_from: LabelSource,
    /// Whether calls of it run, ask or are refused by the rules of this moment; none where that depends on the call.
    pub verdict: Option<Verdict>,
    /// What the person said about it for every app; none where nothing was said.
    pub usage: Option<ToolUse>,
    /// Whether hosts see it.
    pub state: ToolState,
    /// When it was last called.
    pub last_used: Option<String>,
    /// How often it was called, as far back as the log reaches.
    pub uses: u64,
}

/// Who said what a tool does to a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LabelSource {
    /// The person.
    Person,
    /// Keyholder, by what it knows of the tool.
    Proposed,
}

/// What the person says about a tool, for every app.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ToolUse {
    /// Each call asks.
    Ask,
    /// It cannot be called, and hosts do not see it.
    Off,
    /// It runs without a question.
    Silent,
}

/// Whether a tool may be seen and called.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ToolState {
    /// Its definition is the one that the person knows.
    Admitted,
    /// Its definition is new or changed: it is held back until the person has looked at it.
    Pending,
}

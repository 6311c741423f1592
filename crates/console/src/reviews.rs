//! Definitions that are held back: what a server says about itself that is new, or no longer what the person admitted.

use serde::{Deserialize, Serialize};

/// One definition that waits for the person. Texts come from the server: escape them before showing them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ReviewView {
    /// By what it is admitted or refused: kind, server and name in one text such as `tool notes/send`.
    pub id: String,
    /// The server's name.
    pub server: String,
    /// The account's label.
    pub account: String,
    /// What it defines.
    pub kind: ReviewKind,
    /// The name of what it defines; for a resource its address.
    pub name: String,
    /// Whether the person has known it before.
    pub state: ReviewState,
    /// How it differs from what was admitted, one line a place; for a new one its text.
    pub difference: Vec<String>,
    /// What is odd about it, one sentence each.
    pub suspicions: Vec<String>,
    /// When it was first seen so.
    pub since: String,
}

/// What a definition defines.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ReviewKind {
    /// How the server wants to be used, in its own words to the model.
    Instructions,
    /// A prompt.
    Prompt,
    /// A resource, or a template of resources.
    Resource,
    /// A tool.
    Tool,
}

/// Whether a definition was known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// The person admitted another text under this name.
    Changed,
    /// Nothing was ever admitted under this name.
    New,
}

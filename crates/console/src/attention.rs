//! How the person's attention is used: a question that comes too often is no longer read.

use serde::{Deserialize, Serialize};

/// How often the person was asked of late, and how that went.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct AttentionView {
    /// How many questions were put.
    pub asked: u64,
    /// How many got a yes.
    pub allowed: u64,
    /// How many got a no.
    pub denied: u64,
    /// How many nobody answered.
    pub unanswered: u64,
    /// The share of yes among the answers, 0 to 100; none before the first answer.
    pub acceptance_percent: Option<u8>,
    /// How long half of the answers took at most, in seconds with one decimal, as text; none before the first answer.
    pub median_seconds: Option<String>,
    /// Who is not asked for at the moment.
    pub paused: Vec<PausedView>,
    /// One sentence, where the numbers suggest that questions are no longer read.
    pub nudge: Option<String>,
}

/// Questions that are refused unread for a while, since there were too many.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PausedView {
    /// The app that asks; none where the questions about a server are refused, whoever asks.
    pub app: Option<String>,
    /// The server, where only the questions about it are refused.
    pub server: Option<String>,
    /// Until when.
    pub until: String,
    /// Why, in one sentence.
    pub why: String,
}

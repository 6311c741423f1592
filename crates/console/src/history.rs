//! What sessions have read: a session that has seen both private and untrusted things is asked about before it sends.

use serde::{Deserialize, Serialize};

/// What an app's sessions have behind them. Texts come from hosts and servers: escape them before showing them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HistoryView {
    /// The app.
    pub app: String,
    /// Since when it is kept: the first call, or the last reset.
    pub since: String,
    /// The labels that it has gathered.
    pub labels: Vec<String>,
    /// The calls that brought them, oldest first, one line each.
    pub chain: Vec<String>,
}

//! The host apps on this machine, and what a person writes into their configuration.

use serde::{Deserialize, Serialize};

/// One host app.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HostView {
    /// Its short name, `claude-desktop`.
    pub id: String,
    /// What a person calls it.
    pub name: String,
    /// Whether anything of it was found here.
    pub found: bool,
    /// Its configuration file, where one is known for this system; it may not exist yet.
    pub config_file: Option<String>,
    /// What is to be pasted there for a server, exactly.
    pub snippet: String,
    /// The command that does the same, for hosts that have one.
    pub command: Option<String>,
    /// Whether the app must be started anew to notice.
    pub restart: bool,
}

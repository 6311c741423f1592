//! Settings that a person can see.

use serde::{Deserialize, Serialize};

/// Where Keyholder's files are, and what its settings say.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SettingsView {
    /// The configuration file.
    pub config_file: String,
    /// The folder of the person's rules.
    pub policies: String,
    /// The log's database.
    pub audit_file: String,
    /// How long a host's call waits for the person, in seconds.
    pub answer_deadline_s: u32,
    /// After how long without a bridge the broker leaves, in seconds; none where it stays.
    pub idle_exit_s: Option<u32>,
    /// Whether an organisation's layer is in force.
    pub managed: bool,
}

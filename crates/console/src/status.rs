//! How the broker is.

use crate::mode::AskMode;
use crate::settings::SettingsView;
use serde::{Deserialize, Serialize};

/// The broker at a glance.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct StatusView {
    /// Its version.
    pub version: String,
    /// Its process id.
    pub pid: u32,
    /// How long it has been up, in seconds.
    pub uptime_s: u64,
    /// Where credentials are kept.
    pub vault: VaultView,
    /// Whether the person locked Keyholder.
    pub locked: bool,
    /// Where the person is asked.
    pub face: FaceView,
    /// What is wrong with the rules: files that do not parse, rules that wait.
    pub policy_problems: Vec<String>,
    /// The rule that lets everything run without a question, where there is one.
    pub wide_open: Option<String>,
    /// How much is asked.
    pub mode: AskMode,
    /// How many definitions are held back until the person has looked at them.
    pub reviews: u32,
    /// How many rules in files wait to be confirmed.
    pub pending_rules: u32,
    /// The bridges.
    pub sessions: Vec<SessionView>,
    /// The log.
    pub audit: AuditView,
    /// How many questions wait.
    pub questions: u32,
    /// Places and settings.
    pub settings: SettingsView,
}

/// Where credentials are kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct VaultView {
    /// `keychain`, `file` or `memory`.
    pub kind: String,
    /// Whether it can be used.
    pub usable: bool,
    /// The system's name for it, or what is wrong.
    pub detail: Option<String>,
}

/// Where the person is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FaceView {
    /// In Keyholder's own windows.
    Desktop,
    /// Nowhere: what needs a person is refused.
    None,
    /// In the broker's terminal.
    Terminal,
}

/// One bridge.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SessionView {
    /// Its id.
    pub id: String,
    /// The app behind it; a hint, not a proof.
    pub app: String,
    /// The chain of processes, bridge first.
    pub ancestry: String,
    /// The server it serves.
    pub server: String,
    /// The account's label.
    pub account: String,
    /// Since when.
    pub since: String,
    /// Requests under way.
    pub pending: u32,
}

/// The log at a glance.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AuditView {
    /// How many entries there are.
    pub count: u64,
    /// Whether the last check of the chain found it intact; none where it was not checked since the start.
    pub verified: Option<bool>,
}

/// What `keyholder doctor` found.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DoctorReport {
    /// The checks, in the order they were made.
    pub checks: Vec<Check>,
}

/// One check.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Check {
    /// What was checked, in a few words.
    pub name: String,
    /// What came of it.
    pub state: CheckState,
    /// One sentence.
    pub detail: String,
    /// What to do about it: a command, or one sentence.
    pub fix: Option<String>,
}

/// What came of a check, worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// As it should be.
    Ok,
    /// Works, but not as it should.
    Warn,
    /// Does not work.
    Fail,
}

//! Settings that a person can see.

use serde::{Deserialize, Serialize};

/// Where Keyholder's files are, and what its settings say.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
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
    /// For how long a question in a window takes no answer, in milliseconds.
    pub guard_ms: u32,
    /// Files with further certificate authorities.
    pub extra_ca: Vec<String>,
    /// The Client ID Metadata Document that Keyholder shows to authorization servers.
    pub metadata_document: Option<String>,
    /// The windows' language, as in BCP 47; none follows the system.
    pub language: Option<String>,
    /// The windows' look.
    pub look: Look,
    /// Whether single letters are shortcuts in a question.
    pub letter_keys: bool,
}

/// How the windows look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// Dark.
    Dark,
    /// As the system has it.
    #[default]
    FollowSystem,
    /// Light.
    Light,
}

/// One setting with its new value. Each stands in `config.toml` under the name that it has here in words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "setting", content = "value", rename_all = "snake_case")]
pub enum Setting {
    /// `[approval] deadline_seconds`, 1 to 3600.
    AnswerDeadline(u32),
    /// `[network] extra_ca`, absolute paths.
    ExtraCa(Vec<String>),
    /// `[approval] guard_ms`, 250 to 2000.
    Guard(u32),
    /// `[broker] idle_exit_seconds`; none: it stays.
    IdleExit(Option<u32>),
    /// `[window] language`; none: as the system has it.
    Language(Option<String>),
    /// `[window] letter_keys`.
    LetterKeys(bool),
    /// `[window] look`.
    Look(Look),
    /// `[client] metadata_document`.
    MetadataDocument(Option<String>),
}

//! `keyholder config …`

use clap::{Subcommand, ValueEnum};

pub(super) const EXAMPLES: &str = "\
Examples:
  keyholder config
  keyholder config get approval.deadline_seconds
  keyholder config set approval.deadline_seconds 90
  keyholder config set window.language
  keyholder config path";

/// `keyholder config …`
#[derive(Subcommand, Clone, Debug)]
pub(crate) enum ConfigVerb {
    /// Show the settings, or one of them
    #[command(after_help = "Example:\n  keyholder config get approval.deadline_seconds")]
    Get {
        /// Only this one
        #[arg(value_enum)]
        key: Option<ConfigKey>,
    },
    /// Change a setting (you are asked at the broker's own face)
    #[command(
        after_help = "Without a value the setting is taken out of the file.\n\nExamples:\n  keyholder config set approval.deadline_seconds 90\n  keyholder config set network.extra_ca /etc/ssl/corporate.pem\n  keyholder config set broker.idle_exit_seconds"
    )]
    Set {
        /// Which
        #[arg(value_enum)]
        key: ConfigKey,
        /// Its value; several for `network.extra_ca`
        values: Vec<String>,
    },
    /// Say where the file is
    Path,
}

/// A setting, by its name in the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum ConfigKey {
    /// How long a host's call waits for you, 1 to 3600 seconds
    #[value(name = "approval.deadline_seconds")]
    Deadline,
    /// For how long a question in a window takes no answer, 250 to 2000 milliseconds
    #[value(name = "approval.guard_ms")]
    Guard,
    /// After how long without a bridge the broker leaves, in seconds
    #[value(name = "broker.idle_exit_seconds")]
    IdleExit,
    /// Keyholder's client id metadata document, an https address
    #[value(name = "client.metadata_document")]
    MetadataDocument,
    /// Files with further certificate authorities, by their whole paths
    #[value(name = "network.extra_ca")]
    ExtraCa,
    /// The windows' language, such as en or pt-BR
    #[value(name = "window.language")]
    Language,
    /// Whether single letters are shortcuts in a question: true or false
    #[value(name = "window.letter_keys")]
    LetterKeys,
    /// How the windows look: dark, light or `follow_system`
    #[value(name = "window.look")]
    Look,
}

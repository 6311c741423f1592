//! `keyholder rules …`

use clap::{Subcommand, ValueEnum};
use keyholder_console::mode::AskMode;
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Examples:
  keyholder rules
  keyholder rules add ./work.cedar
  keyholder rules simulate --since 30d ./work.cedar
  keyholder rules explain '{\"app\":\"claude\",\"server\":\"slack\",\"tool\":\"send_message\",\"arguments\":{\"channel\":\"#ops\"}}'
  keyholder rules mode careful
  keyholder rules rm 01JD3...";

/// `keyholder rules …`
#[derive(Subcommand, Clone, Debug, Default)]
pub(crate) enum RulesVerb {
    /// List them
    #[default]
    Ls,
    /// Add rules (you are asked at the broker's own face if they allow anything)
    #[command(after_help = "Examples:\n  keyholder rules add ./work.cedar\n  keyholder rules add - < work.cedar")]
    Add {
        /// File with the rules in Cedar; "-" for standard input
        file: PathBuf,
    },
    /// Remove one
    #[command(after_help = "Example:\n  keyholder rules rm 01JD3...")]
    Rm {
        /// The rule's id
        rule: String,
    },
    /// Put into force what waits in rules files (you are asked at the broker's own face)
    #[command(after_help = "Example:\n  keyholder rules confirm")]
    Confirm,
    /// Say what the rules would say to a call, and why; nothing is sent
    #[command(
        after_help = "Example:\n  keyholder rules explain '{\"server\":\"slack\",\"tool\":\"send_message\",\"arguments\":{\"channel\":\"#ops\"}}'"
    )]
    Explain {
        /// The call: a JSON object with server, tool and arguments, and if you like app and account
        call: String,
    },
    /// Say what other rules would have said to the calls of the past; nothing is changed
    #[command(
        after_help = "Examples:\n  keyholder rules simulate --since 30d ./work.cedar\n  keyholder rules simulate --replaces work.cedar ./new.cedar"
    )]
    Simulate {
        /// File with the rules in Cedar; "-" for standard input
        file: PathBuf,
        /// From which moment: 30d, 12h or 90m ago, or as in 2026-11-21T08:00:00Z
        #[arg(long, value_name = "TIME", default_value = "30d")]
        since: String,
        /// Name of the rules file of yours whose place they would take; without it they are added
        #[arg(long, value_name = "NAME")]
        replaces: Option<String>,
    },
    /// Show how much is asked, or change it (you are asked at the broker's own face, except for careful)
    #[command(after_help = "Examples:\n  keyholder rules mode\n  keyholder rules mode careful")]
    Mode {
        /// From now on
        #[arg(value_enum)]
        mode: Option<ModeWord>,
    },
}

/// A mode on the command line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum ModeWord {
    /// What only looks runs, the rest asks
    Balanced,
    /// Everything asks
    Careful,
    /// For a few days, what looks and what can be undone runs and is listed for you to settle
    Learning,
}

impl From<ModeWord> for AskMode {
    fn from(word: ModeWord) -> Self {
        match word {
            ModeWord::Balanced => Self::Balanced,
            ModeWord::Careful => Self::Careful,
            ModeWord::Learning => Self::Learning,
        }
    }
}

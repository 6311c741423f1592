//! `keyholder tools …`

use super::Named;
use clap::{Args, Subcommand, ValueEnum};

pub(super) const EXAMPLES: &str = "\
Examples:
  keyholder tools
  keyholder tools slack
  keyholder tools label slack read_channel reads_private sees_untrusted
  keyholder tools use slack send_message off
  keyholder tools review
  keyholder tools admit tool slack/send_message
  keyholder tools trust slack";

/// `keyholder tools …`
#[derive(Args, Clone, Debug)]
pub(crate) struct ReadTools {
    #[command(subcommand)]
    pub(crate) what: Option<ToolsVerb>,
    /// Only this server's
    pub(crate) server: Option<String>,
}

/// `keyholder tools VERB …`
#[derive(Subcommand, Clone, Debug)]
pub(crate) enum ToolsVerb {
    /// List them
    Ls {
        /// Only this server's
        server: Option<String>,
    },
    /// Say what a tool does to a session (you are asked at the broker's own face if that takes a label away)
    #[command(
        after_help = "Labels: destroys, reads_private, sees_untrusted, sends_outward. What you name replaces what is there.\n\nExamples:\n  keyholder tools label slack read_channel reads_private sees_untrusted\n  keyholder tools label clock now --none"
    )]
    Label {
        /// The server's name
        server: String,
        /// The tool's name
        tool: String,
        /// All of its labels
        #[arg(value_name = "LABEL", required_unless_present = "none", conflicts_with = "none")]
        labels: Vec<String>,
        /// It has no label
        #[arg(long)]
        none: bool,
    },
    /// Say for every app whether a tool runs, asks, or is off (you are asked at the broker's own face if that may allow more)
    #[command(
        after_help = "Examples:\n  keyholder tools use slack list_channels silent\n  keyholder tools use slack@work send_message off\n  keyholder tools use slack send_message rules"
    )]
    Use {
        /// NAME or NAME@ACCOUNT
        server: Named,
        /// The tool's name
        tool: String,
        /// From now on
        #[arg(value_enum)]
        usage: UseWord,
    },
    /// Believe what a server says about its tools (you are asked at the broker's own face)
    #[command(after_help = "Example:\n  keyholder tools trust slack")]
    Trust {
        /// The server's name
        server: String,
    },
    /// Believe nothing of what a server says about its tools
    #[command(after_help = "Example:\n  keyholder tools distrust slack")]
    Distrust {
        /// The server's name
        server: String,
    },
    /// List the definitions that are held back since they are new or changed
    #[command(after_help = "Example:\n  keyholder tools review")]
    Review,
    /// Let a definition in that is held back (you are asked at the broker's own face)
    #[command(after_help = "Example:\n  keyholder tools admit tool slack/send_message")]
    Admit {
        /// Its id, as `keyholder tools review` shows it
        #[arg(required = true)]
        review: Vec<String>,
    },
    /// Go on holding a definition back, and do not ask about it again
    #[command(after_help = "Example:\n  keyholder tools refuse tool slack/send_message")]
    Refuse {
        /// Its id, as `keyholder tools review` shows it
        #[arg(required = true)]
        review: Vec<String>,
    },
}

/// What is said about a tool.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum UseWord {
    /// Each call asks
    Ask,
    /// It cannot be called, and hosts do not see it
    Off,
    /// Nothing: it goes by your other rules
    Rules,
    /// It runs without a question, as it is defined now
    Silent,
}

//! `keyholder approvals …`

use clap::{Args, Subcommand};

pub(super) const EXAMPLES: &str = "\
Examples:
  keyholder approvals
  keyholder approvals show 01JD3...
  keyholder approvals deny 01JD3...
  keyholder approvals deny --all linear
  keyholder approvals history claude
  keyholder approvals attention

Allowing happens at the broker's own face only.";

/// `keyholder approvals …`
#[derive(Subcommand, Clone, Debug, Default)]
pub(crate) enum ApprovalsVerb {
    /// List them
    #[default]
    Ls,
    /// Show one with all that is known of it
    #[command(after_help = "Example:\n  keyholder approvals show 01JD3...")]
    Show {
        /// The question's id
        question: String,
    },
    /// Say no to one, or to all about a server
    #[command(after_help = "Examples:\n  keyholder approvals deny 01JD3...\n  keyholder approvals deny --all linear")]
    Deny {
        /// The question's id
        #[arg(conflicts_with = "all")]
        question: Option<String>,
        /// Every question about this server
        #[arg(long, value_name = "SERVER")]
        all: Option<String>,
    },
    /// Say how often you were asked, how that went, and who is not asked for at the moment
    #[command(after_help = "Example:\n  keyholder approvals attention --json")]
    Attention,
    /// Let an app ask again that asked too much (you are asked at the broker's own face)
    #[command(after_help = "Example:\n  keyholder approvals resume claude")]
    Resume {
        /// The app
        app: String,
    },
    /// Show what the apps' sessions have read, which decides what they may still send
    #[command(
        after_help = "Examples:\n  keyholder approvals history\n  keyholder approvals history claude\n  keyholder approvals history reset claude"
    )]
    History(ReadHistory),
}

/// `keyholder approvals history …`
#[derive(Args, Clone, Debug)]
pub(crate) struct ReadHistory {
    #[command(subcommand)]
    pub(crate) what: Option<HistoryVerb>,
    /// Only this app's
    pub(crate) app: Option<String>,
}

/// `keyholder approvals history reset`
#[derive(Subcommand, Clone, Debug)]
pub(crate) enum HistoryVerb {
    /// Forget what an app has read (you are asked at the broker's own face)
    Reset {
        /// The app
        app: String,
    },
}

//! `keyholder log …`

use clap::{Args, Subcommand, ValueEnum};
use keyholder_console::activity::OutcomeView;

/// `keyholder log …`
#[derive(Args, Debug)]
pub(crate) struct ReadLog {
    #[command(subcommand)]
    pub(crate) what: Option<LogVerb>,
    /// Only this server's entries
    #[arg(long)]
    pub(crate) server: Option<String>,
    /// Only this app's
    #[arg(long)]
    pub(crate) app: Option<String>,
    /// Only this tool's
    #[arg(long)]
    pub(crate) tool: Option<String>,
    /// Only entries of this kind
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// Only entries that ended so
    #[arg(long, value_enum)]
    pub(crate) outcome: Option<Ended>,
    /// Not before this moment: 30d, 12h or 90m ago, or as in 2026-11-21T08:00:00Z
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Before this moment, given likewise
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// Only entries below this number: the next page
    #[arg(long, value_name = "NUMBER")]
    pub(crate) before: Option<u64>,
    /// How many at most
    #[arg(long, short = 'n', default_value_t = 50)]
    pub(crate) limit: u32,
}

/// `keyholder log verify`
#[derive(Subcommand, Clone, Copy, Debug)]
pub(crate) enum LogVerb {
    /// Check that no entry was changed, removed or added
    Verify,
}

/// `--outcome`
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Ended {
    Cancelled,
    Done,
    Failed,
    Open,
    Refused,
    Unknown,
}

impl From<Ended> for OutcomeView {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Cancelled => Self::Cancelled,
            Ended::Done => Self::Done,
            Ended::Failed => Self::Failed,
            Ended::Open => Self::Open,
            Ended::Refused => Self::Refused,
            Ended::Unknown => Self::Unknown,
        }
    }
}

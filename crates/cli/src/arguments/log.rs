//! `keyholder log …`

use clap::{Args, Subcommand, ValueEnum};
use keyholder_console::activity::OutcomeView;
use keyholder_console::activity::export::ExportFormat;
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Words, all of which must hold:
  server:NAME app:NAME account:LABEL tool:NAME        whose it was, in whatever case
  kind:call|answer|sign_in|...                        what happened
  decision:allowed|asked|denied  by:me|rule           what was decided, and who decided
  outcome:done|failed|refused|open|unknown|cancelled  how it ended
  tier:look|change|send|destroy                       how much harm it could do
  after:2d before:2026-11-20                          when: so long ago (m, h, d, w), a day of your calendar,
                                                      or as in 2026-11-21T08:00:00Z
  anything else                                       occurs in a name, a reason, a decision or the arguments
The same key twice means either of them. What has spaces stands in quotes.

Examples:
  keyholder log server:slack decision:denied after:2d
  keyholder log app:\"Claude Desktop\" kind:call \"quarterly report\"
  keyholder log show 4711
  keyholder log summary --days 30
  keyholder log export --format csv --output week.csv after:1w
  keyholder log verify";

/// `keyholder log …`
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct ReadLog {
    #[command(subcommand)]
    pub(crate) what: Option<LogVerb>,
    /// What to look for; see below
    pub(crate) words: Vec<String>,
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

/// `keyholder log …`
#[derive(Subcommand, Clone, Debug)]
pub(crate) enum LogVerb {
    /// Write entries out for other programs, newest first
    #[command(
        after_help = "The words are those of `keyholder log`. Secrets in arguments are left out, as everywhere in the log.\n\nExamples:\n  keyholder log export after:1w > week.jsonl\n  keyholder log export --format csv --output slack.csv server:slack"
    )]
    Export(ExportLog),
    /// Show one entry with everything that was written down
    #[command(after_help = "Example:\n  keyholder log show 4711")]
    Show {
        /// Its number
        number: u64,
    },
    /// Sum up the last days
    #[command(after_help = "Example:\n  keyholder log summary --days 30")]
    Summary {
        /// How many days, today among them: 1 to 90
        #[arg(long, short, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=90))]
        days: u32,
    },
    /// Check that no entry was changed, removed or added
    Verify,
}

/// `keyholder log export`
#[derive(Args, Clone, Debug)]
pub(crate) struct ExportLog {
    /// Which entries; all where nothing is said
    pub(crate) words: Vec<String>,
    /// How they are written
    #[arg(long, short, value_enum, default_value_t)]
    pub(crate) format: Written,
    /// The file to write, yours alone to read; standard output where none is given
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Put it in the place of a file that is there already
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
}

/// `--format`
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub(crate) enum Written {
    /// Comma-separated values
    Csv,
    /// One JSON object a line
    #[default]
    Jsonl,
}

impl From<Written> for ExportFormat {
    fn from(written: Written) -> Self {
        match written {
            Written::Csv => Self::Csv,
            Written::Jsonl => Self::Jsonl,
        }
    }
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

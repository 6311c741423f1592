//! The command line of the verbs.

use crate::exit;
use crate::output::Colour;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use keyholder_console::activity::OutcomeView;
use std::path::PathBuf;

/// Lets AI agents use keys that they never hold.
#[derive(Parser, Debug)]
#[command(name = "keyholder", version, about, after_help = exit::TABLE, propagate_version = true)]
pub(crate) struct Arguments {
    /// Show JSON instead of text (each object names its schema)
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(crate) color: Colour,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What a person can ask for.
#[derive(Subcommand, Debug)]
pub(crate) enum Verb {
    /// Serve one MCP server to the host app that starts this
    #[command(
        after_help = "Example, in a host's configuration:\n  \"command\": \"/usr/bin/keyholder\", \"args\": [\"bridge\", \"github\"]"
    )]
    Bridge {
        /// NAME, NAME@ACCOUNT or URL, then flags; see `keyholder bridge --help`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Add a server (you are asked at the broker's own face)
    #[command(
        after_help = "Examples:\n  keyholder add linear https://mcp.linear.app/mcp\n  keyholder add work https://mcp.example.com --client-id abc --client-secret-file ./secret"
    )]
    Add(AddServer),
    /// List the servers
    #[command(visible_alias = "list", after_help = "Example:\n  keyholder ls --json | jq '.servers[].name'")]
    Ls,
    /// Show a server, its sign-ins and its tools
    #[command(after_help = "Example:\n  keyholder show linear")]
    Show {
        /// The server's name
        name: String,
    },
    /// Remove a server and revoke its sign-ins
    #[command(after_help = "Example:\n  keyholder rm linear --yes")]
    Rm {
        /// The server's name
        name: String,
        /// Do not ask whether you mean it
        #[arg(long, short)]
        yes: bool,
    },
    /// Sign in at a server
    #[command(after_help = "Examples:\n  keyholder login linear\n  keyholder login github@work")]
    Login {
        /// NAME or NAME@ACCOUNT
        target: Named,
    },
    /// Delete a sign-in here, without telling the server
    #[command(after_help = "Example:\n  keyholder logout linear")]
    Logout {
        /// NAME or NAME@ACCOUNT
        target: Named,
    },
    /// Give sign-ins back to the server, delete them, and cut their bridges
    #[command(after_help = "Examples:\n  keyholder revoke github@work\n  keyholder revoke --all")]
    Revoke {
        /// NAME or NAME@ACCOUNT
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        target: Option<Named>,
        /// Every sign-in of every server
        #[arg(long)]
        all: bool,
    },
    /// Questions that wait for you
    #[command(
        after_help = "Examples:\n  keyholder approvals\n  keyholder approvals deny 01JD3...\n\nAllowing happens at the broker's own face only."
    )]
    Approvals {
        #[command(subcommand)]
        what: Option<ApprovalsVerb>,
    },
    /// The rules: what runs, what asks, what is refused
    #[command(after_help = "Examples:\n  keyholder rules\n  keyholder rules rm 01JD3...")]
    Rules {
        #[command(subcommand)]
        what: Option<RulesVerb>,
    },
    /// List the sign-ins
    #[command(after_help = "Example:\n  keyholder grants")]
    Grants,
    /// Read the log of what was done, by whom and why
    #[command(
        after_help = "Examples:\n  keyholder log --server linear --since 2026-11-01T00:00:00Z\n  keyholder log verify"
    )]
    Log(ReadLog),
    /// Use no credential until unlocked
    Lock,
    /// Use credentials again (you are asked at the broker's own face)
    Unlock,
    /// Refuse every call of a server until resumed
    #[command(after_help = "Example:\n  keyholder pause linear")]
    Pause {
        /// The server's name
        server: String,
    },
    /// Let a paused server go on (you are asked at the broker's own face)
    #[command(after_help = "Example:\n  keyholder resume linear")]
    Resume {
        /// The server's name
        server: String,
    },
    /// Say how the broker is; exits 7 if none runs
    #[command(after_help = "Example:\n  keyholder status --json")]
    Status,
    /// Check what Keyholder stands on
    #[command(after_help = "Example:\n  keyholder doctor")]
    Doctor,
    /// Show sign-in, a question, an answer, the log and a revocation, with servers of its own
    #[command(after_help = "Example:\n  keyholder demo")]
    Demo,
    /// End the broker; the next bridge starts it again
    Stop,
    /// Print completions for a shell
    #[command(
        after_help = "Example:\n  keyholder completions bash > ~/.local/share/bash-completion/completions/keyholder"
    )]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// `keyholder approvals …`
#[derive(Subcommand, Clone, Debug, Default)]
pub(crate) enum ApprovalsVerb {
    /// List them
    #[default]
    Ls,
    /// Say no to one
    Deny {
        /// The question's id
        question: String,
    },
}

/// `keyholder rules …`
#[derive(Subcommand, Clone, Debug, Default)]
pub(crate) enum RulesVerb {
    /// List them
    #[default]
    Ls,
    /// Remove one
    Rm {
        /// The rule's id
        rule: String,
    },
}

/// `keyholder add …`
#[derive(Args, Debug)]
pub(crate) struct AddServer {
    /// Your short name for it: letters, digits, ".", "_", "-"
    pub(crate) name: String,
    /// Its MCP endpoint
    pub(crate) url: String,
    /// A client id that was registered beforehand
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// File with that client's secret
    #[arg(long, value_name = "FILE", requires = "client_id")]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// Client id metadata document
    #[arg(long, value_name = "URL", conflicts_with = "client_id")]
    pub(crate) client_metadata_url: Option<String>,
    /// Resource to ask for (RFC 8707); empty for none
    #[arg(long, value_name = "URI")]
    pub(crate) resource: Option<String>,
    /// Scope to ask for instead of those that the server names; may be repeated
    #[arg(long = "scope", value_name = "SCOPE")]
    pub(crate) scopes: Vec<String>,
    /// The server publishes no metadata (MCP 2025-03-26)
    #[arg(long)]
    pub(crate) older_oauth: bool,
}

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
    /// Not before this moment, as in 2026-11-21T08:00:00Z
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Before this moment
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

/// `NAME` or `NAME@ACCOUNT`. An account may contain an `@`, a server's name may not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) account: Option<String>,
}

impl std::str::FromStr for Named {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.split_once('@') {
            Some((name, account)) => Self { name: name.to_owned(), account: Some(account.to_owned()) },
            None => Self { name: text.to_owned(), account: None },
        })
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        <super::Arguments as clap::CommandFactory>::command().debug_assert();
    }
}

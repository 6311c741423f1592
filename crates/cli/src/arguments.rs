//! The command line of the verbs.

mod approvals;
mod config;
mod log;
mod organisations;
mod rules;
mod servers;
mod tools;

pub(crate) use approvals::{ApprovalsVerb, HistoryVerb, ReadHistory};
pub(crate) use config::{ConfigKey, ConfigVerb};
pub(crate) use log::{ExportLog, LogVerb, ReadLog};
pub(crate) use organisations::{AddOrganisation, OrganisationsVerb};
pub(crate) use rules::RulesVerb;
pub(crate) use servers::AddServer;
pub(crate) use tools::{ReadTools, ToolsVerb, UseWord};

use crate::exit;
use crate::output::Colour;
use clap::{Parser, Subcommand};
use clap_complete::Shell;

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
        after_help = "Examples:\n  keyholder add linear https://mcp.linear.app/mcp\n  keyholder add work https://mcp.example.com --client-id abc --client-secret-file ./secret\n  keyholder add build https://mcp.example.com --client-id build-7 --client-key-file ./key.pem --client-credentials"
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
    /// Look at an address before it is added: what answers there, and how one signs in (you are asked at the broker's own face)
    #[command(after_help = "Example:\n  keyholder probe https://mcp.linear.app/mcp")]
    Probe {
        /// The address
        url: String,
    },
    /// The apps on this machine, and what makes each use a server
    #[command(after_help = "Examples:\n  keyholder hosts\n  keyholder hosts linear")]
    Hosts {
        /// The server's name
        server: Option<String>,
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
    #[command(
        after_help = "Examples:\n  keyholder revoke github@work\n  keyholder revoke --issuer https://id.example.com\n  keyholder revoke --all"
    )]
    Revoke {
        /// NAME or NAME@ACCOUNT
        #[arg(required_unless_present_any = ["all", "issuer"], conflicts_with_all = ["all", "issuer"])]
        target: Option<Named>,
        /// Every sign-in that this authorization server issued
        #[arg(long, value_name = "ISSUER", conflicts_with = "all")]
        issuer: Option<String>,
        /// Every sign-in of every server
        #[arg(long)]
        all: bool,
    },
    /// Questions that wait for you
    #[command(after_help = approvals::EXAMPLES)]
    Approvals {
        #[command(subcommand)]
        what: Option<ApprovalsVerb>,
    },
    /// The rules: what runs, what asks, what is refused
    #[command(after_help = rules::EXAMPLES)]
    Rules {
        #[command(subcommand)]
        what: Option<RulesVerb>,
    },
    /// The tools: what harm a call can do, what it does to a session, and what is held back
    #[command(after_help = tools::EXAMPLES)]
    Tools(ReadTools),
    /// List the sign-ins
    #[command(after_help = "Example:\n  keyholder grants")]
    Grants,
    /// Read the log of what was done, by whom and why
    #[command(after_help = log::EXAMPLES)]
    Log(ReadLog),
    /// Use no credential until unlocked
    Lock,
    /// Use credentials again (you are asked at the broker's own face)
    Unlock,
    /// Organisations that sign you in once, for all servers that take their word
    #[command(after_help = organisations::EXAMPLES)]
    Organisations {
        #[command(subcommand)]
        what: Option<OrganisationsVerb>,
    },
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
    /// Bring Keyholder's window to the front
    #[command(after_help = "Examples:\n  keyholder open\n  keyholder open activity\n  keyholder open grants linear")]
    Open {
        /// Where in it
        #[arg(value_enum, default_value_t)]
        place: OpenPlace,
        /// The server to open there, with "connect" and "grants"
        server: Option<String>,
    },
    /// The settings in config.toml
    #[command(after_help = config::EXAMPLES)]
    Config {
        #[command(subcommand)]
        what: Option<ConfigVerb>,
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

/// A place in Keyholder's window.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub(crate) enum OpenPlace {
    /// What happened
    Activity,
    /// The wizard that connects a server
    Connect,
    /// The servers and their sign-ins
    Grants,
    /// Wherever it was left
    #[default]
    Home,
    /// The questions that wait
    Questions,
    /// The rules
    Rules,
    /// The settings
    Settings,
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

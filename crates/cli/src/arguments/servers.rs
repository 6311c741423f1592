//! `keyholder add …`

use clap::Args;
use std::path::PathBuf;

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
    /// File with that client's private key (a PEM), for a client that signs
    #[arg(long, value_name = "FILE", requires = "client_id", conflicts_with = "client_secret_file")]
    pub(crate) client_key_file: Option<PathBuf>,
    /// The name of that key at the authorization server ("kid")
    #[arg(long, value_name = "ID", requires = "client_key_file")]
    pub(crate) client_key_id: Option<String>,
    /// Ask for tokens as that client itself; nobody signs in
    #[arg(long, requires = "client_id", conflicts_with = "assertion_file")]
    pub(crate) client_credentials: bool,
    /// File with an assertion of this machine's platform, to ask for tokens with; nobody signs in
    #[arg(long, value_name = "FILE", requires = "client_id")]
    pub(crate) assertion_file: Option<PathBuf>,
    /// Organisation whose word to bring for tokens (`keyholder organisations`)
    #[arg(long, value_name = "NAME", requires = "client_id", conflicts_with_all = ["assertion_file", "client_credentials"])]
    pub(crate) organisation: Option<String>,
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

//! `keyholder organisations …`

use clap::{Args, Subcommand};
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Examples:
  keyholder organisations
  keyholder organisations add corp https://id.corp.example --client-id keyholder --client-secret-file ./secret --id-token-file /run/sso/id-token
  keyholder add wiki https://wiki.corp.example/mcp --client-id abc --organisation corp
  keyholder organisations rm corp";

/// `keyholder organisations …`
#[derive(Subcommand, Debug)]
pub(crate) enum OrganisationsVerb {
    /// Let an organisation vouch for you (you are asked at the broker's own face)
    Add(AddOrganisation),
    /// Remove an organisation; its servers go first
    Rm {
        /// Its name
        name: String,
    },
}

/// `keyholder organisations add …`
#[derive(Args, Debug)]
pub(crate) struct AddOrganisation {
    /// Your short name for it: letters, digits, ".", "_", "-"
    pub(crate) name: String,
    /// Its identity provider's issuer
    pub(crate) issuer: String,
    /// The client id that was registered there
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: String,
    /// File with that client's secret
    #[arg(long, value_name = "FILE")]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// File with that client's private key (a PEM), for a client that signs
    #[arg(long, value_name = "FILE", conflicts_with = "client_secret_file")]
    pub(crate) client_key_file: Option<PathBuf>,
    /// The name of that key there ("kid")
    #[arg(long, value_name = "ID", requires = "client_key_file")]
    pub(crate) client_key_id: Option<String>,
    /// File in which the program that signs you in keeps your ID token
    #[arg(long, value_name = "FILE")]
    pub(crate) id_token_file: PathBuf,
}

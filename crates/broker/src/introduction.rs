//! How Keyholder introduces itself at a server's authorization server: what the configuration or a bridge's flags say of it.

use crate::broker::Broker;
use crate::refusal::Refusal;
use keyholder_model::grant::{Issuer, ScopeSet};
use keyholder_model::server::ServerName;
use keyholder_oauth::{ClientSettings, OlderDiscovery, Preregistered, ResourceSetting};
use keyholder_secret::token::ClientSecret;
use std::path::{Path, PathBuf};

/// A file with a client id and secret is small.
const MAX_FILE: u64 = 64 << 10;

/// What is known beforehand. Holds no secret: that is fetched when it is needed, from where the person put it.
#[derive(Clone, Debug)]
pub(crate) struct Introduction {
    pub(crate) client: KnownClient,
    pub(crate) metadata_document: Option<String>,
    pub(crate) scopes: Option<ScopeSet>,
    pub(crate) resource: ResourceSetting,
    pub(crate) older_discovery: OlderDiscovery,
}

/// A client that was registered by hand.
#[derive(Clone, Debug)]
pub(crate) enum KnownClient {
    /// Id and secret stand in a file that the person named.
    InFile(PathBuf),
    /// The id is configured; its secret, if it has one, is in the keychain.
    Configured { id: String, issuer: Option<Issuer>, secret: Secret },
    /// None.
    Nobody,
}

/// Where a client's secret is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Secret {
    /// In the keychain.
    Keychain,
    /// There is none: a public client.
    None,
}

impl Introduction {
    /// Everything that the authorization server's room needs, with the secret.
    ///
    /// # Errors
    /// [`Refusal::Vault`] if the keychain does not give the secret; [`Refusal::SignedOut`] if it or the file is gone.
    pub(crate) async fn settings(&self, server: &ServerName, broker: &Broker) -> Result<ClientSettings, Refusal> {
        let preregistered = match &self.client {
            KnownClient::Nobody => None,
            KnownClient::InFile(path) => Some(read_client(path).map_err(Refusal::SignedOut)?),
            KnownClient::Configured { id, issuer, secret } => {
                let secret = match secret {
                    Secret::None => None,
                    Secret::Keychain => Some(broker.vault().await?.client_secret(server).await?.ok_or_else(|| {
                        Refusal::SignedOut(
                            "Its client secret is gone from the keychain; add the server again.".to_owned(),
                        )
                    })?),
                };
                Some(Preregistered { issuer: issuer.clone(), id: id.clone(), secret })
            }
        };
        Ok(ClientSettings {
            preregistered,
            metadata_document: self.metadata_document.clone(),
            scopes: self.scopes.clone(),
            resource: self.resource.clone(),
            older_discovery: self.older_discovery,
        })
    }
}

/// Reads `{"client_id": …, "client_secret": …, "issuer": …}`. The broker reads it, so that the bridge never holds the secret.
///
/// # Errors
/// One sentence that does not quote the file.
pub(crate) fn read_client(path: &Path) -> Result<Preregistered, String> {
    #[derive(serde::Deserialize)]
    struct File {
        client_id: String,
        client_secret: Option<String>,
        issuer: Option<String>,
    }
    let unusable = |why: &dyn std::fmt::Display| format!("the client file {} cannot be used: {why}", path.display());
    let text = read_small(path).map_err(|why| unusable(&why))?;
    // What is wrong is said without quoting the file: it may hold a secret.
    let file: File = serde_json::from_str(&text).map_err(|_| unusable(&"it is no JSON object with a client_id"))?;
    let issuer: Option<Issuer> = file
        .issuer
        .map(|issuer| issuer.parse().map_err(|why: keyholder_model::server::Refused| unusable(&why)))
        .transpose()?;
    let secret = file.client_secret.map(ClientSecret::new).transpose().map_err(|why| unusable(&why))?;
    Ok(Preregistered { issuer, id: file.client_id, secret })
}

/// Reads a file that holds a client secret and nothing else.
///
/// # Errors
/// One sentence that does not quote the file.
pub(crate) fn read_secret(path: &Path) -> Result<ClientSecret, String> {
    let unusable =
        |why: &dyn std::fmt::Display| format!("the client secret file {} cannot be used: {why}", path.display());
    let text = read_small(path).map_err(|why| unusable(&why))?;
    ClientSecret::new(text.trim_end_matches(['\r', '\n']).to_owned()).map_err(|why| unusable(&why))
}

fn read_small(path: &Path) -> std::io::Result<zeroize::Zeroizing<String>> {
    let found = std::fs::metadata(path)?;
    if !found.is_file() || found.len() > MAX_FILE {
        return Err(std::io::Error::other("it is no small file"));
    }
    std::fs::read_to_string(path).map(zeroize::Zeroizing::new)
}

//! How Keyholder introduces itself at a server's authorization server: what the configuration or a bridge's flags say of it.

use crate::broker::Broker;
use crate::refusal::Refusal;
use keyholder_jose::SigningKey;
use keyholder_model::grant::{Issuer, ScopeSet};
use keyholder_model::server::ServerName;
use keyholder_oauth::{ClientSettings, GrantKind, OlderDiscovery, Preregistered, ResourceSetting};
use keyholder_secret::credential::ClientKey;
use keyholder_secret::token::{ClientSecret, PrivateKey};
use keyholder_settings::{Grant, SecretRef};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A file with a client id and secret is small.
const MAX_FILE: u64 = 64 << 10;

/// What is known beforehand. Holds no secret: that is fetched when it is needed, from where the person put it.
#[derive(Clone, Debug)]
pub(crate) struct Introduction {
    pub(crate) client: KnownClient,
    pub(crate) grant: Grant,
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
    /// The id is configured; what proves it, if anything does, is in the keychain.
    Configured { id: String, issuer: Option<Issuer>, proof: Proof },
    /// None.
    Nobody,
}

/// What of a client lies in the keychain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Proof {
    /// A key, and the name under which the authorization server knows it.
    Key(Option<String>),
    /// Nothing: a public client.
    None,
    /// A secret.
    Secret,
}

impl Proof {
    /// What the settings say of it.
    pub(crate) fn of(secret: Option<SecretRef>, key: Option<SecretRef>, key_id: Option<&String>) -> Self {
        match (secret, key) {
            (_, Some(SecretRef::Keychain)) => Self::Key(key_id.cloned()),
            (Some(SecretRef::Keychain), None) => Self::Secret,
            (None, None) => Self::None,
        }
    }
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
            KnownClient::Configured { id, issuer, proof } => {
                Some(preregistered(server, id, issuer.clone(), proof, broker).await?)
            }
        };
        Ok(ClientSettings {
            grant: kind(&self.grant),
            preregistered,
            metadata_document: self.metadata_document.clone(),
            scopes: self.scopes.clone(),
            resource: self.resource.clone(),
            older_discovery: self.older_discovery,
        })
    }
}

/// A client that was registered by hand, with what proves it from the keychain. `owner` is the server or organisation.
///
/// # Errors
/// As [`Introduction::settings`].
pub(crate) async fn preregistered(
    owner: &ServerName,
    id: &str,
    issuer: Option<Issuer>,
    proof: &Proof,
    broker: &Broker,
) -> Result<Preregistered, Refusal> {
    let (mut secret, mut key) = (None, None);
    match proof {
        Proof::None => {}
        Proof::Secret => {
            let kept = broker.vault().await?.client_secret(owner).await?;
            secret = Some(kept.ok_or_else(|| gone("client secret"))?);
        }
        Proof::Key(id) => {
            let kept = broker.vault().await?.client_key(owner).await?;
            key = Some(ClientKey { pem: kept.ok_or_else(|| gone("private key"))?, id: id.clone() });
        }
    }
    Ok(Preregistered { issuer, id: id.to_owned(), secret, key })
}

/// How the authorization server's room calls it.
pub(crate) fn kind(grant: &Grant) -> GrantKind {
    match grant {
        Grant::AuthorizationCode => GrantKind::AuthorizationCode,
        Grant::ClientCredentials => GrantKind::ClientCredentials,
        Grant::JwtBearer(_) => GrantKind::JwtBearer,
        Grant::Organisation(_) => GrantKind::IdentityAssertion,
    }
}

fn gone(what: &str) -> Refusal {
    Refusal::SignedOut(format!("Its {what} is gone from the keychain; add the server again."))
}

/// Reads `{"client_id": …, "client_secret": … or "private_key_pem": … and "key_id": …, "issuer": …}`. The broker reads it, so that
/// the bridge never holds the secret.
///
/// # Errors
/// One sentence that does not quote the file.
pub(crate) fn read_client(path: &Path) -> Result<Preregistered, String> {
    #[derive(serde::Deserialize)]
    struct File {
        client_id: String,
        client_secret: Option<String>,
        private_key_pem: Option<String>,
        key_id: Option<String>,
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
    let pem = file.private_key_pem.map(PrivateKey::new).transpose().map_err(|why| unusable(&why))?;
    let key = pem.map(|pem| ClientKey { pem, id: file.key_id });
    Ok(Preregistered { issuer, id: file.client_id, secret, key })
}

/// Reads a file that holds a client secret and nothing else.
///
/// # Errors
/// One sentence that does not quote the file.
pub(crate) fn read_secret(path: &Path) -> Result<ClientSecret, String> {
    read_alone(path, "client secret file", ClientSecret::new)
}

/// Reads a file that holds a private key as a PEM and nothing else.
///
/// # Errors
/// One sentence that does not quote the file.
pub(crate) fn read_key(path: &Path) -> Result<PrivateKey, String> {
    let key = read_alone(path, "private key file", PrivateKey::new)?;
    let checked = SigningKey::from_pem(&key);
    checked.map_err(|why| format!("the private key file {} cannot be used: {why}", path.display()))?;
    Ok(key)
}

fn read_alone<T>(
    path: &Path,
    what: &str,
    read: fn(Zeroizing<String>) -> Result<T, keyholder_secret::token::Unusable>,
) -> Result<T, String> {
    let unusable = |why: &dyn std::fmt::Display| format!("the {what} {} cannot be used: {why}", path.display());
    let text = read_small(path).map_err(|why| unusable(&why))?;
    read(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned())).map_err(|why| unusable(&why))
}

/// Reads a file that may be secret, and is small.
pub(crate) fn read_small(path: &Path) -> std::io::Result<Zeroizing<String>> {
    let found = std::fs::metadata(path)?;
    if !found.is_file() || found.len() > MAX_FILE {
        return Err(std::io::Error::other("it is no small file"));
    }
    std::fs::read_to_string(path).map(Zeroizing::new)
}

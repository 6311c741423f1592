//! Organisations whose people sign in once: their identity providers, as they stand in `config.toml`.

use crate::servers::{AssertionSource, SecretRef};
use keyholder_model::grant::Issuer;
use keyholder_model::server::ServerName;

/// One `[organisations.NAME]` section. Servers name it as theirs ([`crate::Grant::Organisation`]).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Organisation {
    /// The person's own name for it. No server has the same.
    pub name: ServerName,
    /// Its identity provider.
    pub issuer: Issuer,
    /// Keyholder's client id there.
    pub client_id: String,
    /// Where the client secret is, for a confidential client. Never the secret.
    pub client_secret: Option<SecretRef>,
    /// Where the client's key is, for one that signs. Never the key.
    pub client_key: Option<SecretRef>,
    /// The name under which the identity provider knows that key (`kid`).
    pub client_key_id: Option<String>,
    /// Where the signed-in person's ID token comes from (OpenID Connect Core §2).
    pub id_token: AssertionSource,
}

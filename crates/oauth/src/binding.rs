//! Tokens that are bound to a key of the grant's own (RFC 9449 §5), so that whoever steals one cannot use it.

use crate::challenge::Challenge;
use crate::error::OauthError;
use crate::resource_metadata::ResourceMetadata;
use crate::server_metadata::ServerMetadata;
use keyholder_jose::{Algorithm, SigningKey, UnusableKey};
use keyholder_secret::token::PrivateKey;

/// Whether tokens are to be bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Binding {
    /// No.
    None,
    /// The resource takes bound tokens, and the authorization server binds them.
    Offered,
    /// The resource takes no others (RFC 9728 §2, `dpop_bound_access_tokens_required`).
    Required,
}

/// The algorithm of the keys that are made here.
pub(crate) const ALGORITHM: Algorithm = Algorithm::Es256;

impl Binding {
    /// What the resource wants, as far as the authorization server goes along.
    ///
    /// # Errors
    /// [`OauthError::ServerMetadata`] where the resource insists and the authorization server does not offer it.
    pub(crate) fn choose(
        published: Option<&ResourceMetadata>,
        challenge: Option<&Challenge>,
        server: &ServerMetadata,
    ) -> Result<Self, OauthError> {
        let required = published.is_some_and(|published| published.requires_dpop);
        let offered = published.is_some_and(|published| published.takes_dpop)
            || challenge.is_some_and(|challenge| challenge.wants_dpop);
        match (required, offered, server.binds_tokens) {
            (true, _, false) => Err(OauthError::ServerMetadata {
                issuer: server.issuer.clone(),
                why: "it does not bind tokens to a key with ES256 (RFC 9449), and the server takes no others"
                    .to_owned(),
            }),
            (true, _, true) => Ok(Self::Required),
            (false, true, true) => Ok(Self::Offered),
            _ => Ok(Self::None),
        }
    }

    /// A new key, where one is needed.
    ///
    /// # Errors
    /// [`OauthError::Setting`] where the system gives no randomness.
    pub(crate) fn key(self) -> Result<Option<GrantKey>, OauthError> {
        if self == Self::None {
            return Ok(None);
        }
        let failed = || OauthError::Setting { why: "no key could be made".to_owned() };
        let pem = SigningKey::generate().ok_or_else(failed)?;
        GrantKey::read(pem).map(Some).map_err(|_| failed())
    }
}

/// A grant's own key.
#[derive(Debug)]
pub(crate) struct GrantKey {
    pub(crate) pem: PrivateKey,
    pub(crate) signer: SigningKey,
}

impl GrantKey {
    pub(crate) fn read(pem: PrivateKey) -> Result<Self, UnusableKey> {
        let signer = SigningKey::from_pem(&pem)?;
        Ok(Self { pem, signer })
    }
}

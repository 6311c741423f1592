//! Everything that the keychain holds for one grant.

use crate::token::{AccessToken, ClientSecret, RefreshToken, RegistrationToken};
use keyholder_model::clock::Timestamp;
use keyholder_model::grant::{Issuer, ScopeSet};
use keyholder_model::server::ResourceUri;

/// How a client proves itself at the token endpoint (RFC 6749 §2.3, RFC 8414 §2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClientAuthentication {
    /// HTTP Basic with the form-encoded id and secret.
    ClientSecretBasic,
    /// Id and secret in the form.
    ClientSecretPost,
    /// A public client: its id in the form, no proof.
    None,
}

impl ClientAuthentication {
    /// The registered name (IANA "OAuth Token Endpoint Authentication Methods").
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::None => "none",
        }
    }
}

/// Keyholder as it is known at one authorization server.
#[derive(Debug)]
pub struct Client {
    /// The client id (RFC 6749 §2.2).
    pub id: String,
    /// Its secret, where there is one.
    pub secret: Option<ClientSecret>,
    /// How it authenticates.
    pub authentication: ClientAuthentication,
    /// How to manage the registration, where the authorization server offers that (RFC 7592).
    pub management: Option<Management>,
}

impl Client {
    /// A second copy, on purpose.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self {
            id: self.id.clone(),
            secret: self.secret.as_ref().map(ClientSecret::duplicate),
            authentication: self.authentication,
            management: self
                .management
                .as_ref()
                .map(|management| Management { uri: management.uri.clone(), token: management.token.duplicate() }),
        }
    }
}

/// The registration's own address and token (RFC 7592 §3).
#[derive(Debug)]
pub struct Management {
    /// `registration_client_uri`.
    pub uri: String,
    /// `registration_access_token`.
    pub token: RegistrationToken,
}

/// What a token endpoint gave (RFC 6749 §5.1).
#[derive(Debug)]
pub struct Tokens {
    /// The access token.
    pub access: AccessToken,
    /// The refresh token, where one came. At a refresh, `None` means: keep the old one (RFC 6749 §6).
    pub refresh: Option<RefreshToken>,
    /// When the access token ends, where that was said.
    pub expires: Option<Timestamp>,
    /// What was granted.
    pub scopes: ScopeSet,
}

/// One grant's credential: tokens, and what is needed to renew and to revoke them at the authorization server that was
/// recorded at sign-in, never at one that a later response names (catalogue cases 74, 75).
#[derive(Debug)]
pub struct Credential {
    /// Who issued it.
    pub issuer: Issuer,
    /// What it is for (RFC 8707).
    pub resource: ResourceUri,
    /// The token endpoint recorded at sign-in.
    pub token_endpoint: String,
    /// The revocation endpoint (RFC 7009), where one was offered.
    pub revocation_endpoint: Option<String>,
    /// Whether `resource` is sent (some authorization servers refuse it).
    pub sends_resource: bool,
    /// Who Keyholder is there.
    pub client: Client,
    /// The tokens.
    pub tokens: Tokens,
}

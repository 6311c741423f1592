//! Everything that the keychain holds for one grant.

use crate::token::{AccessToken, ClientSecret, PrivateKey, RefreshToken, RegistrationToken};
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
    /// A JWT that the client's key signs (RFC 7523 §2.2).
    PrivateKeyJwt,
}

impl ClientAuthentication {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::ClientSecretBasic, Self::ClientSecretPost, Self::None, Self::PrivateKeyJwt];

    /// The registered name (IANA "OAuth Token Endpoint Authentication Methods").
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::None => "none",
            Self::PrivateKeyJwt => "private_key_jwt",
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
    /// The key with which it signs, where it has one.
    pub key: Option<ClientKey>,
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
            key: self.key.as_ref().map(ClientKey::duplicate),
            authentication: self.authentication,
            management: self
                .management
                .as_ref()
                .map(|management| Management { uri: management.uri.clone(), token: management.token.duplicate() }),
        }
    }
}

/// A client's own key (RFC 7523 §2.2).
#[derive(Debug)]
pub struct ClientKey {
    /// The private half.
    pub pem: PrivateKey,
    /// The name under which the authorization server knows the public half (`kid`), where it has one.
    pub id: Option<String>,
}

impl ClientKey {
    /// A second copy, on purpose.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self { pem: self.pem.duplicate(), id: self.id.clone() }
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
    /// How the next ones are got.
    pub renewal: Renewal,
    /// The grant's own key, where its tokens are bound to one (RFC 9449 §5): a PEM. They are good with a proof by it only.
    pub dpop_key: Option<PrivateKey>,
}

impl Credential {
    /// Whether fresh tokens can be had without a person.
    pub fn renews(&self) -> bool {
        match self.renewal {
            Renewal::RefreshToken => self.tokens.refresh.is_some(),
            Renewal::Assertion | Renewal::ClientCredentials => true,
        }
    }
}

/// How the next tokens are got, without a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Renewal {
    /// With an assertion of the platform that Keyholder runs on (RFC 7523 §2.1).
    Assertion,
    /// With the client's own proof (RFC 6749 §4.4).
    ClientCredentials,
    /// With the refresh token, where there is one (RFC 6749 §6).
    RefreshToken,
}

impl Renewal {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Assertion, Self::ClientCredentials, Self::RefreshToken];

    /// As a grant type is called (IANA "OAuth Parameters").
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Assertion => "urn:ietf:params:oauth:grant-type:jwt-bearer",
            Self::ClientCredentials => "client_credentials",
            Self::RefreshToken => "refresh_token",
        }
    }
}

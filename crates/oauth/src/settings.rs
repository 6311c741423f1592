//! What the person set for one connection, and what is wished for now.

use crate::challenge::Challenge;
use keyholder_model::grant::{Issuer, ScopeSet};
use keyholder_model::server::ServerUrl;
use keyholder_secret::credential::ClientKey;
use keyholder_secret::token::ClientSecret;

/// One wish for access, from which [`discover`](crate::discover) finds out how to get it.
#[derive(Debug)]
pub struct Wish<'a> {
    /// The MCP server, as the person named it.
    pub server: &'a ServerUrl,
    /// What the server answered, where it answered with a challenge.
    pub challenge: Option<&'a Challenge>,
    /// What the person set.
    pub settings: &'a ClientSettings,
    /// Scopes that are granted already; a step-up asks for these and the new ones together.
    pub held: &'a ScopeSet,
    /// The issuer of an existing grant: preferred as long as the server still lists it (RFC 9728 §7.6).
    pub recorded: Option<&'a Issuer>,
}

/// How Keyholder presents itself at the authorization server of one connection.
#[derive(Debug, Default)]
pub struct ClientSettings {
    /// How tokens are asked for.
    pub grant: GrantKind,
    /// A client that somebody registered by hand. Goes before every other way.
    pub preregistered: Option<Preregistered>,
    /// The https URL of Keyholder's client id metadata document; it is the client id, verbatim.
    pub metadata_document: Option<String>,
    /// Exactly these scopes are asked for, whatever the server proposes. Empty: no scope parameter at all.
    pub scopes: Option<ScopeSet>,
    /// What is sent as `resource` (RFC 8707).
    pub resource: ResourceSetting,
    /// Whether a server without RFC 9728 metadata may be treated as MCP 2025-03-26 did.
    pub older_discovery: OlderDiscovery,
}

/// A client that was registered by hand.
#[derive(Debug)]
pub struct Preregistered {
    /// At which issuer; `None` binds it to the first one that is found.
    pub issuer: Option<Issuer>,
    /// The client id.
    pub id: String,
    /// Its secret, for a confidential client.
    pub secret: Option<ClientSecret>,
    /// Its key, for one that signs. Goes before the secret.
    pub key: Option<ClientKey>,
}

/// How tokens are asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum GrantKind {
    /// A person signs in with a browser (RFC 6749 §4.1).
    #[default]
    AuthorizationCode,
    /// Keyholder asks for itself (RFC 6749 §4.4).
    ClientCredentials,
    /// Keyholder brings an assertion of the platform on which it runs (RFC 7523 §2.1).
    JwtBearer,
    /// Keyholder brings the word of an organisation for one of its people (ID-JAG), which is a JWT bearer grant of its own kind.
    IdentityAssertion,
    /// Keyholder asks an organisation for that word (RFC 8693).
    TokenExchange,
}

impl GrantKind {
    /// Its registered name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::ClientCredentials => "client_credentials",
            Self::JwtBearer | Self::IdentityAssertion => "urn:ietf:params:oauth:grant-type:jwt-bearer",
            Self::TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
        }
    }
}

/// What is sent as `resource` (RFC 8707 §2).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum ResourceSetting {
    /// What the server published, character by character.
    #[default]
    AsPublished,
    /// This text instead.
    Fixed(String),
    /// Nothing: some authorization servers refuse the parameter.
    Omitted,
}

/// Whether the discovery of MCP 2025-03-26 may be used: the authorization server is the MCP server's own origin, with
/// `/authorize`, `/token` and `/register` where it publishes nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OlderDiscovery {
    /// It may.
    Allowed,
    /// It may not.
    #[default]
    Refused,
}

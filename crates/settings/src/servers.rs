//! A server as it stands in `config.toml`.

use keyholder_model::grant::{Issuer, ScopeSet};
use keyholder_model::server::{ResourceUri, ServerName, ServerUrl};
use std::path::PathBuf;

/// One `[servers.NAME]` section.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Server {
    /// The person's own name for it.
    pub name: ServerName,
    /// The MCP endpoint.
    pub url: ServerUrl,
    /// How its tokens are asked for.
    pub grant: Grant,
    /// A client id that was registered by hand.
    pub client_id: Option<String>,
    /// Where the client secret is, for a confidential client. Never the secret.
    pub client_secret: Option<SecretRef>,
    /// Where the client's key is, for one that signs. Never the key.
    pub client_key: Option<SecretRef>,
    /// The name under which the authorization server knows that key (`kid`).
    pub client_key_id: Option<String>,
    /// The one authorization server to accept.
    pub issuer: Option<Issuer>,
    /// Keyholder's Client ID Metadata Document for this server (an `https` URL with a path), instead of the general one.
    pub metadata_document: Option<String>,
    /// The scopes to ask for, instead of those that the server names.
    pub scopes: Option<ScopeSet>,
    /// What is sent as `resource` (RFC 8707).
    pub resource: ResourceParameter,
    /// Whether discovery as of MCP 2025-03-26 (no protected resource metadata) is tried.
    pub older_discovery: OlderDiscovery,
    /// Whether calls may run.
    pub paused: Operation,
    /// The group that rules may speak of together: 1 to 64 letters, digits, `-` and `_`.
    pub group: Option<String>,
}

impl Server {
    /// A server of which only name and address are known.
    pub fn new(name: ServerName, url: ServerUrl) -> Self {
        Self {
            name,
            url,
            grant: Grant::default(),
            client_id: None,
            client_secret: None,
            client_key: None,
            client_key_id: None,
            issuer: None,
            metadata_document: None,
            scopes: None,
            resource: ResourceParameter::default(),
            older_discovery: OlderDiscovery::default(),
            paused: Operation::default(),
            group: None,
        }
    }
}

/// How the tokens of a server are asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Grant {
    /// A person signs in with a browser (RFC 6749 §4.1).
    #[default]
    AuthorizationCode,
    /// Keyholder asks in its own name, as the configured client (RFC 6749 §4.4).
    ClientCredentials,
    /// Keyholder brings an assertion of the platform that it runs on (RFC 7523 §2.1).
    JwtBearer(AssertionSource),
    /// Keyholder brings the word of this organisation for the person who is signed in there (ID-JAG).
    Organisation(ServerName),
}

impl Grant {
    /// As it stands in the file: the grant type's registered name, the short one where there is one.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::ClientCredentials => "client_credentials",
            Self::JwtBearer(_) => "jwt_bearer",
            Self::Organisation(_) => "organisation",
        }
    }
}

/// Where an assertion comes from; looked at anew each time that one is needed, since assertions live for minutes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AssertionSource {
    /// What this program writes to its standard output: program and arguments, by no shell.
    Command(Vec<String>),
    /// What stands in this file.
    File(PathBuf),
}

/// Where a secret is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecretRef {
    /// In the operating system's keychain.
    Keychain,
}

/// What is sent as the `resource` parameter (RFC 8707 §2).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum ResourceParameter {
    /// What the server's own metadata says (RFC 9728 §2).
    #[default]
    Discover,
    /// Exactly this.
    Fixed(ResourceUri),
    /// Nothing, for an authorization server that refuses the parameter.
    Omit,
}

/// Whether discovery as of MCP 2025-03-26 is tried where the server publishes no RFC 9728 metadata.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OlderDiscovery {
    /// It is tried: the person asked for it.
    Allow,
    /// It is not: without metadata or an [`Server::issuer`] there is no sign-in.
    #[default]
    Refuse,
}

/// Whether a server's calls may run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Operation {
    /// The person stopped them for now.
    Paused,
    /// They may, as the rules say.
    #[default]
    Running,
}

//! MCP servers as the person configured them.

use crate::grants::GrantView;
use crate::status::CheckState;
use crate::tools::ToolView;
use serde::{Deserialize, Serialize};

/// A server to be added.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct NewServer {
    /// The person's short name for it.
    pub name: String,
    /// Its MCP endpoint.
    pub url: String,
    /// The client id that its authorization server knows, where one was registered beforehand.
    pub client_id: Option<String>,
    /// Absolute path of a file with the client secret: the secret itself never passes a door or a command line.
    pub client_secret_file: Option<String>,
    /// Absolute path of a file with that client's private key, a PEM, for a client that signs.
    pub client_key_file: Option<String>,
    /// The name under which the authorization server knows that key (`kid`).
    pub client_key_id: Option<String>,
    /// Whether tokens are asked for in the client's own name, without a person (RFC 6749 §4.4).
    pub client_credentials: bool,
    /// Absolute path of a file with an assertion of the platform, which is brought for tokens (RFC 7523 §2.1).
    pub assertion_file: Option<String>,
    /// The organisation whose word is brought for tokens.
    pub organisation: Option<String>,
    /// The https URL of a client id metadata document.
    pub client_metadata_url: Option<String>,
    /// The RFC 8707 value to ask for; the empty text asks for none.
    pub resource: Option<String>,
    /// Scopes to ask for instead of those that the server names.
    pub scopes: Vec<String>,
    /// Whether the server may publish no metadata, as in the 2025-03-26 revision.
    pub older_discovery: bool,
}

/// A configured server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ServerView {
    /// Its name.
    pub name: String,
    /// Its endpoint, query values hidden.
    pub url: String,
    /// How it stands.
    pub state: ServerState,
    /// Where it is configured.
    pub origin: Origin,
    /// The client id that was registered beforehand.
    pub client_id: Option<String>,
    /// The client id metadata document.
    pub client_metadata_url: Option<String>,
    /// The resource to ask for, where it is not the one that the server publishes.
    pub resource: Option<String>,
    /// The sign-ins at it.
    pub grants: Vec<GrantView>,
    /// How many bridges serve it at the moment.
    pub bridges: u32,
    /// Its tools as pinned; none before the first connection.
    pub tools: Vec<ToolView>,
}

/// What was found out about an address before anything is configured. Texts come from the other end: escape them before showing
/// them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ProbeView {
    /// The address as it would be configured.
    pub url: String,
    /// Its host, as a browser would write it.
    pub host: String,
    /// A name that is free, made from the host.
    pub name: String,
    /// The server that has this address already.
    pub known_as: Option<String>,
    /// What was checked, in the order it was checked; it ends with the first thing that failed.
    pub checks: Vec<ProbeCheck>,
    /// What is odd about it, one sentence each.
    pub warnings: Vec<String>,
    /// The authorization server's issuer; none where no sign-in is wanted or none was found.
    pub issuer: Option<String>,
    /// The host on which the person would sign in.
    pub authorization_host: Option<String>,
    /// The scopes that the server names.
    pub scopes: Vec<ScopeView>,
    /// Whether it describes its sign-in only as of MCP 2025-03-26, or not at all: it must be added with `older_discovery`.
    pub older_discovery: bool,
}

/// One check of an address.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ProbeCheck {
    /// What.
    pub step: ProbeStep,
    /// What came of it.
    pub state: CheckState,
    /// What was found, or what is wrong; one sentence or a name.
    pub detail: Option<String>,
}

/// What is checked of an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ProbeStep {
    /// It is a good address: https, or this machine.
    Address,
    /// Something answers there, over TLS where it must.
    Answers,
    /// It speaks MCP, or wants a sign-in first.
    Protocol,
    /// It says who signs people in (RFC 9728).
    ResourceMetadata,
    /// That authorization server says how (RFC 8414).
    ServerMetadata,
    /// Keyholder can make itself known there.
    Registration,
}

/// One permission that a server names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ScopeView {
    /// Its name (RFC 6749 §3.3).
    pub name: String,
    /// Whether the server asks for it from the start.
    pub wanted: bool,
}

/// How a server stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ServerState {
    /// It needs no sign-in, or none is known to be needed.
    Open,
    /// The person paused it: every call is refused.
    Paused,
    /// A sign-in is valid.
    SignedIn,
    /// It wants a sign-in that does not exist, or no longer.
    SignInNeeded,
}

/// Who put it into the configuration.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A bridge was started with its address, and the person said yes.
    Bridge,
    /// The organisation's layer: it cannot be changed here.
    Managed,
    /// The person.
    Person,
}

/// What the rules say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It runs.
    Allow,
    /// The person is asked.
    Ask,
    /// It is refused.
    Deny,
}

//! The greeting at the front door. A bridge says which server it was started for, once; the broker takes it or says why not.

use serde::{Deserialize, Serialize};

/// The version of this protocol. Bridge and broker of one installation always agree; a bridge that outlived an update does not.
pub const VERSION: u32 = 1;

/// A bridge's first frame.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Hello {
    /// Version of the protocol, [`VERSION`].
    pub version: u32,
    /// Version of the bridge program, for people.
    pub program: String,
    /// Which server it serves.
    pub target: Target,
    /// What its command line said beyond that.
    pub options: BridgeOptions,
    /// Set when the host's conversation is older than this connection: an earlier broker has answered its `initialize`.
    pub resume: Option<Resume>,
}

/// The server that a bridge was started for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A configured server.
    Name {
        /// Its name.
        name: String,
        /// Which of its accounts; the default one where none is named.
        account: Option<String>,
    },
    /// An address that may not be configured yet.
    Url {
        /// As it stood on the command line.
        url: String,
    },
}

/// The flags of `keyholder bridge` that change what the broker does. None of them is or may become a secret.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BridgeOptions {
    /// `--client-credentials`: tokens are asked for in the registered client's own name, without a person.
    pub client_credentials: bool,
    /// `--client-metadata-url`: the https URL of a client id metadata document.
    pub client_metadata_url: Option<String>,
    /// `--static-oauth-client-info @FILE`: absolute path of the file with a registered client, read by the broker.
    pub static_oauth_client_info_file: Option<String>,
    /// `--resource`: the RFC 8707 value to ask for; the empty text asks for none.
    pub resource: Option<String>,
    /// `--older-oauth`: the server may publish no metadata, as in the 2025-03-26 revision.
    pub older_discovery: Option<bool>,
}

/// What a new broker must know to go on where an older one stopped.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Resume {
    /// The host's `initialize` line, as it was sent. The host has had its answer: the broker repeats the handshake upstream
    /// and keeps the new answer to itself.
    pub initialize: String,
}

/// The broker's first frame to a bridge that it serves.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Welcome {
    /// Version of the protocol, [`VERSION`].
    pub version: u32,
    /// Version of the broker program, for people.
    pub broker_version: String,
    /// The longest line that the broker takes from this bridge, in bytes.
    pub line_limit: u32,
}

/// A greeting that cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum HelloError {
    /// It is no greeting.
    #[error("the other side's greeting cannot be read: {0}")]
    Unreadable(serde_json::Error),
    /// It speaks another version.
    #[error(
        "keyholder and keyholderd are of different versions (protocol {theirs} and {VERSION}): restart the app that started this bridge, and run `keyholder stop`"
    )]
    Version {
        /// What the other side speaks.
        theirs: u32,
    },
}

impl Hello {
    /// Reads a greeting. The version is looked at before the rest, since a later version may have another shape.
    ///
    /// # Errors
    /// [`HelloError`]; its sentence is what [`crate::frame::Kind::Refused`] carries.
    pub fn parse(payload: &[u8]) -> Result<Self, HelloError> {
        check_version(payload)?;
        serde_json::from_slice(payload).map_err(HelloError::Unreadable)
    }

    /// As JSON.
    ///
    /// # Errors
    /// None in practice: it consists of texts and numbers.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }
}

impl Welcome {
    /// Reads a greeting, version first.
    ///
    /// # Errors
    /// [`HelloError`].
    pub fn parse(payload: &[u8]) -> Result<Self, HelloError> {
        check_version(payload)?;
        serde_json::from_slice(payload).map_err(HelloError::Unreadable)
    }

    /// As JSON.
    ///
    /// # Errors
    /// None in practice: it consists of texts and numbers.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }
}

fn check_version(payload: &[u8]) -> Result<(), HelloError> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
    }
    let Versioned { version } = serde_json::from_slice(payload).map_err(HelloError::Unreadable)?;
    if version == VERSION { Ok(()) } else { Err(HelloError::Version { theirs: version }) }
}

#[cfg(test)]
mod tests;

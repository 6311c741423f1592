//! Organisations whose people sign in once, for all servers that take their word.

use serde::{Deserialize, Serialize};

/// An organisation to be added.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct NewOrganisation {
    /// The person's short name for it.
    pub name: String,
    /// Its identity provider's issuer.
    pub issuer: String,
    /// The client id that the identity provider knows.
    pub client_id: String,
    /// Absolute path of a file with the client secret: the secret itself never passes a door or a command line.
    pub client_secret_file: Option<String>,
    /// Absolute path of a file with the client's private key, a PEM, for a client that signs.
    pub client_key_file: Option<String>,
    /// The name under which the identity provider knows that key (`kid`).
    pub client_key_id: Option<String>,
    /// Absolute path of the file in which the signed-in person's ID token stands.
    pub id_token_file: String,
}

/// A configured organisation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OrganisationView {
    /// Its name.
    pub name: String,
    /// Its identity provider's issuer.
    pub issuer: String,
    /// Keyholder's client id there.
    pub client_id: String,
    /// Where the person's ID token comes from.
    pub id_token: String,
    /// The servers that take its word.
    pub servers: Vec<String>,
}

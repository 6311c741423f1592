//! Sign-ins: what one account at one server has allowed Keyholder to do. Never the token itself: there is no field for one.

use serde::{Deserialize, Serialize};

/// A stored authorization.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct GrantView {
    /// Its id.
    pub id: String,
    /// The server's name.
    pub server: String,
    /// The account's label.
    pub account: String,
    /// The authorization server (RFC 8414 §2).
    pub issuer: String,
    /// The resource it is for (RFC 8707).
    pub resource: String,
    /// As whom Keyholder is known there.
    pub client_id: String,
    /// What it allows.
    pub scopes: Vec<String>,
    /// How it stands.
    pub state: GrantState,
    /// When the person consented.
    pub obtained: String,
    /// When it was last used.
    pub last_used: Option<String>,
    /// Whether it renews itself.
    pub renews: bool,
    /// Under which name the keychain holds it.
    pub record: String,
    /// When the access token of the moment ends; it is renewed ahead of that where the grant allows it.
    pub expires: Option<String>,
}

/// How a grant stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// It can be used.
    Active,
    /// It ended and could not be renewed.
    Lapsed,
    /// It was given back or deleted.
    Revoked,
}

/// Which grants to revoke.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// Every grant of every server.
    All,
    /// Those that one authorization server issued, whatever they are for.
    Issuer {
        /// Its issuer, character by character.
        issuer: String,
    },
    /// Those of one server: of one account, or of all where none is named.
    Server {
        /// The server's name.
        name: String,
        /// The account's label.
        account: Option<String>,
    },
}

/// What became of a revoked grant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RevocationView {
    /// The server's name.
    pub server: String,
    /// The account's label.
    pub account: String,
    /// What the authorization server said to it. The local copy is out of use in any case, and deleted once nothing is left to
    /// give back.
    pub upstream: Upstream,
    /// How many bridges were cut.
    pub bridges: u32,
}

/// What the authorization server did about a revocation (RFC 7009).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Upstream {
    /// It confirmed.
    Confirmed,
    /// It refused: the token may live on there until it expires.
    Failed,
    /// It was not asked: only the local copy was deleted (signing out).
    NotAsked,
    /// It has no revocation endpoint.
    NotOffered,
    /// It could not be reached, and is told as soon as it can be.
    Pending,
}

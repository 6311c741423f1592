//! What can go wrong between Keyholder and an authorization server, sorted by whose fault it is.

use crate::vetted_url::UnsafeUrl;
use keyholder_http::HttpError;
use keyholder_model::event::Whose;
use keyholder_model::grant::Issuer;
use std::time::Duration;

/// Why there is no credential. Texts of servers inside are clipped to 200 safe characters; no variant holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum OauthError {
    // --- the person
    /// The person (or the authorization server for them) said no. Final: not tried again by itself.
    #[error("access was denied at the sign-in page{}", explained(.detail.as_deref()))]
    Denied {
        /// The authorization server's words.
        detail: Option<String>,
    },
    /// No redirect came in time.
    #[error("the sign-in was not completed in time; start it again when you are ready")]
    Expired,
    /// The person's own setting cannot be used.
    #[error("a setting of this connection cannot be used: {why}")]
    Setting {
        /// What is wrong with it.
        why: String,
    },

    // --- the MCP server
    /// Neither the server nor the settings name an authorization server.
    #[error("{host} does not say where to sign in; enter its authorization server or a key by hand")]
    NoAuthorizationServer {
        /// The MCP server.
        host: String,
    },
    /// The server's metadata (RFC 9728) cannot be used.
    #[error("what {host} publishes about signing in cannot be used: {why}")]
    ResourceMetadata {
        /// The MCP server.
        host: String,
        /// What is wrong with it.
        why: String,
    },
    /// The metadata speaks of another resource: a token for it would be good elsewhere (RFC 9728 §3.3).
    #[error("{host} asks for access to another resource than itself ({resource}); nothing was sent there")]
    ResourceMismatch {
        /// The MCP server.
        host: String,
        /// What it claims to be.
        resource: String,
    },

    // --- the authorization server
    /// A client that was registered at one issuer is not shown to another.
    #[error(
        "the client id in the settings belongs to {configured}, but the server now names {published}; nothing was sent"
    )]
    ForeignIssuer {
        /// Where it is registered.
        configured: Issuer,
        /// What the server names.
        published: Issuer,
    },
    /// The redirect did not come from the authorization server that was asked (RFC 9207). The code was not used.
    #[error("the answer of the sign-in page did not come from {expected}; it was discarded unread")]
    IssuerMismatch {
        /// Which one was asked.
        expected: Issuer,
    },
    /// Keyholder is not known there and cannot register itself.
    #[error(
        "{issuer} does not let Keyholder register itself; ask its operator for a client id and enter it in the settings"
    )]
    CannotRegister {
        /// The authorization server.
        issuer: Issuer,
    },
    /// The authorization server does not know the client (any more). Starting over registers anew.
    #[error("{issuer} does not know Keyholder's registration{}", explained(.detail.as_deref()))]
    ClientUnknown {
        /// The authorization server.
        issuer: Issuer,
        /// Its words.
        detail: Option<String>,
    },
    /// S256 is not offered (RFC 7636): a stolen code would be worth something.
    #[error("{issuer} does not offer PKCE with S256, without which a sign-in is not safe")]
    NoPkce {
        /// The authorization server.
        issuer: Issuer,
    },
    /// It answered with an OAuth error: in the redirect, or at an endpoint.
    #[error("{issuer} refused: {code}{}", explained(.detail.as_deref()))]
    Refused {
        /// The authorization server.
        issuer: Issuer,
        /// The error code (RFC 6749 §4.1.2.1, §5.2; RFC 7591 §3.2.2), clipped.
        code: String,
        /// Its words.
        detail: Option<String>,
    },
    /// What the registration endpoint gave cannot be used.
    #[error("the registration at {issuer} cannot be used: {why}")]
    Registration {
        /// The authorization server.
        issuer: Issuer,
        /// What is wrong with it.
        why: String,
    },
    /// Its metadata (RFC 8414) cannot be used.
    #[error("what {issuer} publishes about itself cannot be used: {why}")]
    ServerMetadata {
        /// The authorization server.
        issuer: Issuer,
        /// What is wrong with it.
        why: String,
    },
    /// What the token endpoint gave cannot be used; it was discarded.
    #[error("the token that {issuer} sent cannot be used: {why}")]
    TokenResponse {
        /// The authorization server.
        issuer: Issuer,
        /// What is wrong with it.
        why: String,
    },
    /// The sign-in page's address is none that may be opened.
    #[error(transparent)]
    UnsafeUrl(#[from] UnsafeUrl),

    // --- the network, for now
    /// It is ill, not absent: trying later may help.
    #[error("{host} is out of order (status {status}); try again later")]
    Outage {
        /// Who answered.
        host: String,
        /// The status.
        status: u16,
    },
    /// A request failed.
    #[error(transparent)]
    Network(#[from] HttpError),

    // --- Keyholder
    /// The loopback listener cannot be had.
    #[error("Keyholder cannot listen for the redirect on this machine: {0}")]
    Listener(#[source] std::io::Error),
}

impl OauthError {
    /// What an OAuth error means for whoever asked for the first tokens (RFC 6749 §4.1.2.1, §5.2).
    pub(crate) fn of_refusal(issuer: &Issuer, code: String, detail: Option<String>) -> Self {
        let issuer = issuer.clone();
        match code.as_str() {
            "access_denied" => Self::Denied { detail },
            "unauthorized_client" | "invalid_client" => Self::ClientUnknown { issuer, detail },
            _ => Self::Refused { issuer, code, detail },
        }
    }

    /// Whose fault it is, for the log.
    pub fn whose(&self) -> Whose {
        match self {
            Self::Denied { .. } | Self::Expired | Self::Setting { .. } => Whose::Person,
            Self::NoAuthorizationServer { .. } | Self::ResourceMetadata { .. } | Self::ResourceMismatch { .. } => {
                Whose::Server
            }
            Self::ForeignIssuer { .. }
            | Self::IssuerMismatch { .. }
            | Self::CannotRegister { .. }
            | Self::ClientUnknown { .. }
            | Self::NoPkce { .. }
            | Self::Refused { .. }
            | Self::Registration { .. }
            | Self::ServerMetadata { .. }
            | Self::TokenResponse { .. }
            | Self::UnsafeUrl(_) => Whose::AuthorizationServer,
            Self::Outage { .. } | Self::Network(_) => Whose::Network,
            Self::Listener(_) => Whose::Keyholder,
        }
    }

    /// Whether the same attempt may succeed later without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Outage { .. } => true,
            Self::Network(why) => {
                !matches!(why, HttpError::Address(_) | HttpError::Forbidden { .. } | HttpError::Redirected { .. })
            }
            _ => false,
        }
    }
}

/// Why there are no fresh tokens.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The registration is gone (`invalid_client`, `unauthorized_client`): register and sign in anew, once.
    #[error("the authorization server does not know Keyholder's registration any more: {why}")]
    ClientUnknown {
        /// Its words, clipped.
        why: String,
    },
    /// The grant is over (`invalid_grant`): revoked, expired, or its refresh token was used elsewhere (catalogue case 76).
    #[error("the authorization server ended this grant; it may have been revoked, or its key used elsewhere: {why}")]
    Ended {
        /// Its words, clipped.
        why: String,
    },
    /// There is no refresh token: the person must sign in again.
    #[error("this grant cannot be renewed; sign in again")]
    NotRenewable,
    /// Another OAuth error: a matter of configuration. The grant is kept.
    #[error("the authorization server refused to renew the grant: {code} ({why})")]
    Refused {
        /// The error code, clipped.
        code: String,
        /// Its words, clipped.
        why: String,
    },
    /// Out of order, too busy or not reachable. The grant is kept (case 72).
    #[error("the grant cannot be renewed just now: {why}")]
    Transient {
        /// When to try again, where the server said so; at most one hour.
        retry_after: Option<Duration>,
        /// What happened.
        why: String,
    },
    /// It answered with tokens that cannot be used; they were discarded.
    #[error("the renewed token cannot be used: {why}")]
    Unusable {
        /// What is wrong.
        why: String,
    },
}

fn explained(detail: Option<&str>) -> String {
    detail.map(|text| format!(" (\u{201c}{text}\u{201d})")).unwrap_or_default()
}

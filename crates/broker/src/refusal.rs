//! Every inner error becomes one JSON-RPC answer here, and nowhere else.
//!
//! Two sentences for each: what the host (and the model in it) hears, which is final, plain and free of policy detail (D12,
//! catalogue case 186), and what the log and the person read, which says why.

use keyholder_mcp::era::Side;
use keyholder_mcp::fault::{Code, Fault};
use keyholder_mcp::reply;
use keyholder_model::event::Whose;
use keyholder_oauth::OauthError;
use keyholder_upstream::UpstreamError;
use keyholder_vault::VaultError;

/// Why a request is not answered with what it asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// The log cannot be written, so nothing may run (invariant 4).
    #[error("the audit log cannot be written: {0}")]
    Audit(String),
    /// What the person decided cannot be read, so nothing may run.
    #[error("what the person decided cannot be read: {0}")]
    Book(String),
    /// A token is over and its authorization server cannot be reached to renew it.
    #[error("the authorization server cannot be reached: {0}")]
    AuthorizationServerDown(String),
    /// The host's message cannot be accepted.
    #[error("{0}")]
    Bad(#[from] Fault),
    /// The person said no.
    #[error("the person declined")]
    Declined,
    /// A rule forbids it.
    #[error("{sentence} ({rule})")]
    Forbidden {
        /// The deciding rule.
        rule: String,
        /// Why.
        sentence: String,
    },
    /// The person has locked Keyholder.
    #[error("Keyholder is locked")]
    Locked,
    /// The definition of what was asked for is new or changed, and the person has not looked at it yet.
    #[error("its definition waits for the person\u{2019}s review")]
    Held,
    /// The authorization server cannot be reached or used.
    #[error("{0}")]
    Oauth(#[from] std::sync::Arc<OauthError>),
    /// The person has paused this server.
    #[error("the server is paused")]
    Paused,
    /// Nobody has answered yet; the question stays open.
    #[error("nobody has answered yet")]
    Pending,
    /// What another request that wanted the same thing was told.
    #[error("{0}")]
    Same(std::sync::Arc<Refusal>),
    /// The grant ended, and signing in again was refused or offered too recently.
    #[error("{0}")]
    SignedOut(String),
    /// Sign-in goes on in the browser.
    #[error("sign-in is not finished")]
    SigningIn,
    /// A person is needed and none can be reached.
    #[error("{0}")]
    Unattended(String),
    /// The server takes longer than a host waits for a list.
    #[error("the server is slow to answer")]
    Slow,
    /// The server or the way to it.
    #[error("{0}")]
    Upstream(#[from] UpstreamError),
    /// The keychain.
    #[error("{0}")]
    Vault(#[from] VaultError),
    /// The question was taken back.
    #[error("the question was withdrawn")]
    Withdrawn,
}

impl Refusal {
    /// Whose fault it is, for the log.
    pub(crate) fn whose(&self) -> Whose {
        match self {
            Self::Audit(_) | Self::Book(_) | Self::Locked | Self::Vault(_) => Whose::Keyholder,
            Self::Bad(_) => Whose::Caller,
            Self::Declined
            | Self::Held
            | Self::Paused
            | Self::Pending
            | Self::SigningIn
            | Self::Unattended(_)
            | Self::Withdrawn => Whose::Person,
            Self::Forbidden { .. } => Whose::Policy,
            Self::AuthorizationServerDown(_) | Self::Oauth(_) | Self::SignedOut(_) => Whose::AuthorizationServer,
            Self::Same(refusal) => refusal.whose(),
            Self::Upstream(error) if error.is_network() => Whose::Network,
            Self::Slow | Self::Upstream(_) => Whose::Server,
        }
    }

    /// Whether asking again later is of no use: then the host is told at once that it has no server here.
    pub(crate) fn is_for_good(&self) -> bool {
        match self {
            Self::Bad(_) | Self::Declined | Self::Forbidden { .. } | Self::Unattended(_) | Self::Vault(_) => true,
            Self::Oauth(error) => !error.is_transient(),
            Self::Upstream(error) => {
                matches!(error, UpstreamError::NoCommonVersion { .. } | UpstreamError::NotMcp { .. })
            }
            Self::Same(refusal) => refusal.is_for_good(),
            _ => false,
        }
    }

    /// Whether signing in is what is missing: then a listing shows the way to it.
    pub(crate) fn is_about_signing_in(&self) -> bool {
        match self {
            Self::Oauth(_) | Self::Pending | Self::SignedOut(_) | Self::SigningIn => true,
            Self::Same(refusal) => refusal.is_about_signing_in(),
            _ => false,
        }
    }

    /// What the host hears: one plain sentence.
    pub(crate) fn sentence(&self, server: &str) -> String {
        match self {
            Self::Audit(_) => {
                "Not run: Keyholder cannot write its audit log, so it lets nothing through until that is mended."
                    .to_owned()
            }
            Self::AuthorizationServerDown(why) => format!(
                "Not run: the authorization server of \u{201c}{server}\u{201d} cannot be reached right now, so its token cannot be \
                 renewed. Repeat the same call later. ({why})"
            ),
            Self::Bad(fault) => fault.message.clone(),
            Self::Declined => {
                "The user declined this call in Keyholder. Do not retry it unless the user asks for it.".to_owned()
            }
            Self::Forbidden { .. } => {
                "Not run: this is not permitted by the user\u{2019}s rules in Keyholder. Do not retry it.".to_owned()
            }
            Self::Book(_) => {
                "Not run: Keyholder cannot read what the user has decided, so it lets nothing through until that is mended."
                    .to_owned()
            }
            Self::Held => {
                "Not run: this tool is new or has changed, and is waiting for the user\u{2019}s review in Keyholder. Use another \
                 tool, or repeat the same call later."
                    .to_owned()
            }
            Self::Locked => {
                "Not run: Keyholder is locked. The user can unlock it; then the same call may be repeated.".to_owned()
            }
            Self::Oauth(error) => format!("Not run: signing in to \u{201c}{server}\u{201d} failed. {error}"),
            Self::Paused => format!("Not run: the user has paused \u{201c}{server}\u{201d} in Keyholder."),
            Self::Pending => {
                "Not run yet: this call is waiting for the user\u{2019}s approval in Keyholder. Ask the user to decide \
                              there, then repeat the same call."
                    .to_owned()
            }
            Self::Same(refusal) => refusal.sentence(server),
            Self::SignedOut(why) => {
                format!(
                    "Not run: \u{201c}{server}\u{201d} needs the user to sign in. {why} The user can run: keyholder login {server}"
                )
            }
            Self::SigningIn => format!(
                "Not run yet: the user has to finish signing in to \u{201c}{server}\u{201d} in the browser. Repeat the same call \
                 afterwards."
            ),
            Self::Slow => format!("\u{201c}{server}\u{201d} is slow to answer. List again later."),
            Self::Unattended(why) => {
                format!("Not run: this needs the user\u{2019}s consent in Keyholder, and nobody can be asked. {why}")
            }
            Self::Upstream(error) if error.outcome_unknown() && !matches!(error, UpstreamError::UnknownOutcome) => {
                format!(
                    "\u{201c}{server}\u{201d}: {error}. The server may have carried the request out; check before you repeat it."
                )
            }
            Self::Upstream(error) => format!("\u{201c}{server}\u{201d}: {error}"),
            Self::Vault(error) => format!("Not run: {error}"),
            Self::Withdrawn => "Not run: the question to the user was taken back.".to_owned(),
        }
    }

    /// The answer to a request that is cut off. One that the server may have carried out is not to be repeated (invariant 5).
    pub(crate) fn cut_line(&self, id: &str, method: &str, side: Side, server: &str, has_been_sent: bool) -> String {
        if method != "tools/call" || !has_been_sent {
            return self.line(id, method, side, server);
        }
        let sentence = format!(
            "Cut off: {self}. \u{201c}{server}\u{201d} may have carried the call out already; do not repeat it before checking."
        );
        reply::tool_refusal(id, &sentence, side)
    }

    /// The answer to a request. A tool call gets a result that the model can read; everything else a JSON-RPC error.
    pub(crate) fn line(&self, id: &str, method: &str, side: Side, server: &str) -> String {
        let sentence = self.sentence(server);
        match self {
            Self::Bad(fault) => reply::fault(id, fault),
            _ if method == "tools/call" => reply::tool_refusal(id, &sentence, side),
            _ => reply::fault(id, &Fault::new(Code::Internal, sentence)),
        }
    }
}

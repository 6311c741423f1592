//! One account at one server: where it is, what opens it, and who is signing in to it right now.

use crate::catalog::Catalog;
use crate::credential::Keeper;
use crate::introduction::Introduction;
use crate::sign_in::SignIn;
use keyholder_http::Client;
use keyholder_mcp::outgoing::Subject;
use keyholder_model::server::{Account, ResourceUri, ServerName, ServerUrl};
use keyholder_oauth::ResourceSetting;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// One account at one server, shared by every bridge that serves it.
pub(crate) struct Site {
    /// The person's name for the server.
    pub(crate) server: ServerName,
    /// Which of its accounts.
    pub(crate) account: Account,
    /// Where it is.
    pub(crate) url: ServerUrl,
    /// A client with a connection pool of its own: no other server or account shares its connections (T-055).
    pub(crate) http: Client,
    /// How Keyholder introduces itself at the authorization server.
    pub(crate) introduction: Introduction,
    /// What opens it, shared with every other site of this account at this address.
    pub(crate) access: Arc<Access>,
    /// What it says about itself.
    pub(crate) catalog: Catalog,
    known: AtomicBool,
    paused: AtomicBool,
}

/// The tokens of one account at one address, and the one sign-in to it that may be under way.
///
/// Bridges that introduce themselves differently have different sites, yet there is one grant, and its refresh token must never
/// be used by two (RFC 9700 §4.14: the authorization server would take that for theft).
#[derive(Default)]
pub(crate) struct Access {
    /// The tokens.
    pub(crate) keeper: Keeper,
    /// The one sign-in that may be under way.
    pub(crate) sign_in: SignIn,
}

impl Site {
    /// The tokens.
    pub(crate) fn keeper(&self) -> &Keeper {
        &self.access.keeper
    }

    /// Whether a token for this resource may be used here: the same origin, and the site's address is the resource or lies below
    /// it. A server whose address changed under the same name is another server (catalogue case 68).
    pub(crate) fn is_covered_by(&self, resource: &ResourceUri) -> bool {
        if let ResourceSetting::Fixed(fixed) = &self.introduction.resource {
            return fixed == resource.as_str();
        }
        lies_below(&self.url, resource.as_str())
    }

    /// A site that nobody has used yet.
    pub(crate) fn new(
        server: ServerName,
        account: Account,
        url: ServerUrl,
        http: Client,
        introduction: Introduction,
        access: Arc<Access>,
        standing: Standing,
    ) -> Self {
        Self {
            server,
            account,
            url,
            http,
            introduction,
            access,
            known: AtomicBool::new(standing == Standing::Configured),
            paused: AtomicBool::new(false),
            catalog: Catalog::default(),
        }
    }

    /// Whose requests these are.
    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject { server: self.server.as_str(), account: self.account.as_str() }
    }

    /// Whether the person knows this address: it stands in the configuration, or they agreed to it.
    pub(crate) fn is_known(&self) -> bool {
        self.known.load(Ordering::Acquire)
    }

    /// The person agreed to this address.
    pub(crate) fn mark_known(&self) {
        self.known.store(true, Ordering::Release);
    }

    /// The person took it out of the configuration: its address is asked about again.
    pub(crate) fn mark_unknown(&self) {
        self.known.store(false, Ordering::Release);
    }

    /// Whether the person has paused it.
    pub(crate) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    /// Pauses it or lets it go on.
    pub(crate) fn set_paused(&self, paused: bool) {
        self.paused.store(paused, Ordering::Release);
    }
}

/// Whether the person has put a server into the configuration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Standing {
    /// Yes.
    Configured,
    /// A host named its address.
    Unknown,
}

/// Whether an address has the resource's origin, and is it or lies below it by whole path segments.
pub(crate) fn lies_below(address: &ServerUrl, resource: &str) -> bool {
    let Ok(resource) = url::Url::parse(resource) else { return false };
    let rest = address.url().path().strip_prefix(resource.path().trim_end_matches('/'));
    resource.origin() == address.url().origin() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_not_used_at_another_address_under_the_same_name() {
        let address: ServerUrl = "https://mcp.example.com/a/b".parse().unwrap();
        for good in [
            "https://mcp.example.com/a/b",
            "https://mcp.example.com/a/",
            "https://mcp.example.com",
            "https://mcp.example.com:443/",
        ] {
            assert!(lies_below(&address, good), "{good}");
        }
        for bad in [
            "https://evil.example.com/a/b",
            "https://mcp.example.com/ab",
            "https://mcp.example.com/a/b/c",
            "http://mcp.example.com/a/b",
            "x",
        ] {
            assert!(!lies_below(&address, bad), "{bad}");
        }
    }
}

//! A stored authorization: what one account at one server has allowed Keyholder to do. Never the token itself.

use crate::clock::Timestamp;
use crate::id::GrantId;
use crate::server::{Account, Refused, ResourceUri, ServerName};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// An authorization server's issuer identifier (RFC 8414 §2), kept and compared byte for byte.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Issuer(String);

impl Issuer {
    /// The text, as published.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host, for showing to a person.
    pub fn host(&self) -> String {
        url::Url::parse(&self.0).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }
}

impl FromStr for Issuer {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let url: crate::server::ServerUrl = text
            .parse()
            .map_err(|why: Refused| Refused::because(format!("the authorization server's name is unusable: {why}")))?;
        if url.url().query().is_some() {
            return Err(Refused::because("an issuer must not contain a query (RFC 8414, section 2)"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Scopes in a stable order, each a token of RFC 6749 §3.3 (`%x21 / %x23-5B / %x5D-7E`).
#[derive(Clone, PartialEq, Eq, Debug, Default, Hash)]
pub struct ScopeSet(BTreeSet<String>);

impl ScopeSet {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scopes, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether every scope of `other` is here.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.is_subset(&self.0)
    }

    /// Both together.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// What is here and not in `other`.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).cloned().collect())
    }
}

impl FromStr for ScopeSet {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let legal = |c: char| matches!(c, '\u{21}' | '\u{23}'..='\u{5b}' | '\u{5d}'..='\u{7e}');
        let mut scopes = BTreeSet::new();
        for scope in text.split(' ').filter(|scope| !scope.is_empty()) {
            if scope.len() > 512 || !scope.chars().all(legal) {
                return Err(Refused::because(format!(
                    "\u{201c}{}\u{201d} is not a scope (RFC 6749, section 3.3)",
                    scope.escape_debug()
                )));
            }
            scopes.insert(scope.to_owned());
        }
        if scopes.len() > 300 {
            return Err(Refused::because("more than 300 scopes"));
        }
        Ok(Self(scopes))
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope)?;
        }
        Ok(())
    }
}

/// Where a grant stands in its life.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GrantState {
    /// Tokens are in the keychain and, as far as known, good.
    Active {
        /// When the access token ends; unknown where the authorization server did not say.
        expires: Option<Timestamp>,
    },
    /// The authorization server ended it; the person must sign in again.
    Lapsed {
        /// When that was noticed.
        at: Timestamp,
    },
    /// The person took it back.
    Revoked {
        /// When.
        at: Timestamp,
        /// What the authorization server knows of it (RFC 7009).
        given_back: GivenBack,
    },
}

/// What an authorization server knows of a grant that the person took back (RFC 7009).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GivenBack {
    /// It confirmed.
    Confirmed,
    /// It was not asked, or did not take it back.
    No,
    /// It could not be reached, and is told as soon as it can be.
    Pending,
}

/// What is known of a grant without opening the keychain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// Its id, which is also the keychain item's name.
    pub id: GrantId,
    /// The server.
    pub server: ServerName,
    /// The account at that server.
    pub account: Account,
    /// The authorization server that issued it.
    pub issuer: Issuer,
    /// What the token is for (RFC 8707).
    pub resource: ResourceUri,
    /// Keyholder's client id there.
    pub client_id: String,
    /// What was granted.
    pub scopes: ScopeSet,
    /// Active, lapsed or revoked.
    pub state: GrantState,
    /// Whether a refresh token came with it, as far as that was written down.
    pub renews: bool,
    /// When the person signed in.
    pub obtained: Timestamp,
    /// When it was last sent with a request.
    pub last_used: Option<Timestamp>,
}

impl Grant {
    /// After the authorization server ended it. A revoked grant stays revoked.
    #[must_use]
    pub fn lapse(mut self, at: Timestamp) -> Self {
        if matches!(self.state, GrantState::Active { .. }) {
            self.state = GrantState::Lapsed { at };
        }
        self
    }

    /// After the person took it back.
    #[must_use]
    pub fn revoke(mut self, at: Timestamp, given_back: GivenBack) -> Self {
        self.state = GrantState::Revoked { at, given_back };
        self
    }

    /// Whether a call may use it.
    pub fn is_active(&self) -> bool {
        matches!(self.state, GrantState::Active { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_a_set_in_stable_order() {
        let scopes: ScopeSet = "write  read read".parse().unwrap();
        assert_eq!(scopes.to_string(), "read write");
        assert!(scopes.covers(&"read".parse().unwrap()));
        assert_eq!(scopes.without(&"read".parse().unwrap()).to_string(), "write");
        assert!("a\"b".parse::<ScopeSet>().is_err());
        assert!("caf\u{e9}".parse::<ScopeSet>().is_err());
        assert!("".parse::<ScopeSet>().unwrap().is_empty());
    }

    #[test]
    fn an_issuer_is_kept_byte_for_byte() {
        assert_eq!("https://as.example/".parse::<Issuer>().unwrap().as_str(), "https://as.example/");
        assert_ne!("https://as.example/".parse::<Issuer>().unwrap(), "https://as.example".parse::<Issuer>().unwrap());
        assert!("https://as.example?x=1".parse::<Issuer>().is_err());
        assert!("http://as.example".parse::<Issuer>().is_err());
    }
}

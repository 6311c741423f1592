//! Codes and tokens. Only their SHA-256 digests are kept, so that lookups do not compare secrets byte by byte.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keyholder_model::clock::Timestamp;
use ring::digest::{SHA256, digest};

use super::consent::Asked;
use super::scope::Scopes;

/// How long a code is good (RFC 6749 §4.1.2 advises ten minutes at most; a redirect on loopback takes none).
const CODE_LIFETIME: Duration = Duration::from_mins(1);
/// Codes, access tokens and refresh tokens that are kept of each kind. Beyond it everything old is forgotten.
const MOST: usize = 20_000;

type Digest = [u8; 32];
/// All tokens that came from one consent.
type Family = u64;

/// Every code and token that was issued and can still matter.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    codes: HashMap<Digest, Code>,
    access: HashMap<Digest, Access>,
    refresh: HashMap<Digest, Refresh>,
    dead: HashSet<Family>,
    /// All that was ever issued here, also what is long over.
    issued: HashSet<Digest>,
    families: Family,
}

#[derive(Debug)]
struct Code {
    asked: Asked,
    since: Timestamp,
    /// The family that its first use made.
    spent: Option<Family>,
}

#[derive(Debug)]
struct Access {
    family: Family,
    client: String,
    scopes: Scopes,
    audience: String,
    until: Timestamp,
}

#[derive(Debug)]
struct Refresh {
    family: Family,
    client: String,
    scopes: Scopes,
    spent: bool,
}

/// What a good access token lets its bearer do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bearer {
    pub(crate) scopes: Scopes,
}

/// Why a code or refresh token was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Unknown, lapsed, of another client, or of a dead family.
    Invalid,
    /// It was used before; its family is dead now.
    Reused,
    /// The scope is wider than what was granted.
    TooWide,
}

/// The right to issue tokens, from a code or a refresh token.
#[derive(Clone, Debug)]
pub(super) struct Issue {
    pub(super) family: Family,
    pub(super) client: String,
    pub(super) granted: Scopes,
    pub(super) scopes: Scopes,
}

impl Tokens {
    pub(super) fn keep_code(&mut self, code: &str, asked: Asked, since: Timestamp) {
        self.make_room();
        self.codes.insert(hash(code), Code { asked, since, spent: None });
    }

    /// Spends a code: right client, right redirect, right verifier, once (RFC 6749 §4.1.3, RFC 7636 §4.6).
    pub(super) fn spend_code(
        &mut self,
        code: &str,
        client: &str,
        redirect: &str,
        verifier: &str,
        now: Timestamp,
    ) -> Result<Issue, Refused> {
        let code = self.codes.get_mut(&hash(code)).ok_or(Refused::Invalid)?;
        if let Some(family) = code.spent {
            // RFC 6749 §4.1.2: what the first use issued is revoked, since one of the two users was a thief.
            self.dead.insert(family);
            return Err(Refused::Reused);
        }
        let fits = code.asked.client == client && code.asked.redirect == redirect;
        let proven = code.asked.challenge == URL_SAFE_NO_PAD.encode(hash(verifier));
        if !fits || !proven || now.since(code.since) >= CODE_LIFETIME {
            return Err(Refused::Invalid);
        }
        self.families += 1;
        code.spent = Some(self.families);
        let scopes = code.asked.scopes;
        Ok(Issue { family: self.families, client: client.to_owned(), granted: scopes, scopes })
    }

    /// Looks a refresh token up, and kills its family where it was spent before (RFC 9700 §4.14.2).
    pub(super) fn check_refresh(&mut self, token: &str, client: &str, asked: Option<Scopes>) -> Result<Issue, Refused> {
        let refresh = self.refresh.get(&hash(token)).ok_or(Refused::Invalid)?;
        if refresh.client != client || self.dead.contains(&refresh.family) {
            return Err(Refused::Invalid);
        }
        if refresh.spent {
            self.dead.insert(refresh.family);
            return Err(Refused::Reused);
        }
        let scopes = asked.unwrap_or(refresh.scopes);
        if !refresh.scopes.covers(scopes) {
            return Err(Refused::TooWide);
        }
        Ok(Issue { family: refresh.family, client: client.to_owned(), granted: refresh.scopes, scopes })
    }

    /// Marks a refresh token as used up.
    pub(super) fn spend_refresh(&mut self, token: &str) {
        if let Some(refresh) = self.refresh.get_mut(&hash(token)) {
            refresh.spent = true;
        }
    }

    pub(super) fn keep_access(&mut self, token: &str, issue: &Issue, audience: &str, until: Timestamp) {
        self.make_room();
        let access = Access {
            family: issue.family,
            client: issue.client.clone(),
            scopes: issue.scopes,
            audience: audience.to_owned(),
            until,
        };
        self.access.insert(hash(token), access);
        self.issued.insert(hash(token));
    }

    pub(super) fn keep_refresh(&mut self, token: &str, issue: &Issue) {
        let refresh =
            Refresh { family: issue.family, client: issue.client.clone(), scopes: issue.granted, spent: false };
        self.refresh.insert(hash(token), refresh);
        self.issued.insert(hash(token));
    }

    /// What this access token allows at this resource now, if anything (RFC 6750 §3.1, RFC 8707 §2).
    pub(crate) fn judge(&self, token: &str, resource: &str, now: Timestamp) -> Option<Bearer> {
        let access = self.access.get(&hash(token))?;
        let good = access.audience == resource && now < access.until && !self.dead.contains(&access.family);
        good.then_some(Bearer { scopes: access.scopes })
    }

    /// Whether this token was never issued here: somebody shows us what is another's.
    pub(crate) fn is_foreign(&self, token: &str) -> bool {
        !self.issued.contains(&hash(token))
    }

    /// Gives a token back (RFC 7009 §2.1): a refresh token takes its family along, an access token goes alone. False where
    /// there was nothing of this client to give back.
    pub(super) fn give_back(&mut self, token: &str, client: &str) -> bool {
        let key = hash(token);
        if let Some(refresh) = self.refresh.get(&key).filter(|refresh| refresh.client == client) {
            return self.dead.insert(refresh.family);
        }
        let own = self.access.get(&key).is_some_and(|access| access.client == client);
        own && self.access.remove(&key).is_some()
    }

    pub(crate) fn expire_access_tokens(&mut self) {
        self.access.clear();
    }

    pub(crate) fn revoke_everything(&mut self) {
        self.codes.clear();
        self.access.clear();
        self.refresh.clear();
    }

    fn make_room(&mut self) {
        if self.codes.len().max(self.access.len()).max(self.refresh.len()) >= MOST {
            self.revoke_everything();
            self.dead.clear();
        }
    }
}

fn hash(text: &str) -> Digest {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    bytes
}

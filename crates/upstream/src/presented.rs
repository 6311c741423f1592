//! What is shown to a server with each request: a token, and where it is bound to a key, a proof that the key is here.

use crate::error::UpstreamError;
use bytes::BytesMut;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use keyholder_jose::{Proven, SigningKey};
use keyholder_model::clock::{Clock, Rng};
use keyholder_secret::token::AccessToken;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// A token that opens one server.
pub struct Presented {
    token: AccessToken,
    holder: Option<Holder>,
}

/// Whoever holds the key that a token is bound to.
struct Holder {
    key: SigningKey,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    /// The server's latest nonce for proofs (RFC 9449 §8.2). A token opens one origin, so there is one.
    nonce: Mutex<Option<String>>,
}

impl Presented {
    /// A token that opens for whoever has it (RFC 6750).
    pub fn bearer(token: AccessToken) -> Self {
        Self { token, holder: None }
    }

    /// A token that opens with a proof by this key only (RFC 9449); it is never shown as a bearer token.
    pub fn bound(token: AccessToken, key: SigningKey, clock: Arc<dyn Clock>, rng: Arc<dyn Rng>) -> Self {
        Self { token, holder: Some(Holder { key, clock, rng, nonce: Mutex::default() }) }
    }

    /// Puts the token, and a new proof for this very request, into its headers.
    pub(crate) fn show(&self, headers: &mut HeaderMap, method: &Method, target: &Url) -> Result<(), UpstreamError> {
        let scheme: &[u8] = if self.holder.is_some() { b"DPoP " } else { b"Bearer " };
        let mut credentials = BytesMut::with_capacity(7 + 4096);
        credentials.extend_from_slice(scheme);
        // EXPOSE: into the Authorization header (RFC 6750 §2.1, RFC 9449 §7.1) of one request to the resource that the token is
        // for; the client follows no redirect with it, and the value is marked so that nothing prints it.
        credentials.extend_from_slice(self.token.expose().as_bytes());
        let mut credentials = HeaderValue::from_maybe_shared(credentials.freeze())
            .map_err(|_| UpstreamError::Unsendable { what: "access token" })?;
        credentials.set_sensitive(true);
        headers.insert(AUTHORIZATION, credentials);
        if let Some(holder) = &self.holder {
            let nonce = holder.nonce();
            let proven = Proven { method: method.as_str(), target, token: Some(&self.token), nonce: nonce.as_deref() };
            let proof = holder.key.prove(proven, &*holder.clock, &*holder.rng);
            let proof = proof.and_then(|proof| HeaderValue::try_from(proof).ok());
            let mut proof = proof.ok_or(UpstreamError::Unsendable { what: "proof for the access token" })?;
            proof.set_sensitive(true);
            headers.insert(DPOP, proof);
        }
        Ok(())
    }

    /// Takes note of a server's nonce, and says whether it refused for want of that very one: then it has done nothing, and the
    /// request can be made once more.
    pub(crate) fn learn(&self, status: u16, headers: &HeaderMap) -> bool {
        let Some(holder) = &self.holder else { return false };
        let given = headers.get(DPOP_NONCE).and_then(|value| value.to_str().ok());
        let Some(given) = given.filter(|nonce| !nonce.is_empty() && nonce.len() <= LONGEST_NONCE) else { return false };
        let is_new = holder.replace_nonce(given);
        let wanted = |value: &HeaderValue| value.to_str().is_ok_and(|text| text.contains("use_dpop_nonce"));
        is_new && status == 401 && headers.get_all(WWW_AUTHENTICATE).iter().any(wanted)
    }
}

impl Holder {
    fn nonce(&self) -> Option<String> {
        self.nonce.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether it is another than the one before.
    fn replace_nonce(&self, given: &str) -> bool {
        let mut nonce = self.nonce.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = nonce.as_deref() != Some(given);
        if is_new {
            *nonce = Some(given.to_owned());
        }
        is_new
    }
}

impl fmt::Debug for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presented").field("token", &self.token).field("is_bound", &self.holder.is_some()).finish()
    }
}

const DPOP: HeaderName = HeaderName::from_static("dpop");
const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");
/// Longest nonce that is repeated, in bytes.
const LONGEST_NONCE: usize = 1 << 10;

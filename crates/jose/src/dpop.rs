//! Proof that whoever shows a token holds the key that it is bound to (RFC 9449).

use crate::key::SigningKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keyholder_model::clock::{Clock, Rng};
use keyholder_secret::token::AccessToken;
use ring::digest::{SHA256, digest};
use serde_json::json;
use url::Url;

/// The one request that a proof is good for.
#[derive(Clone, Copy, Debug)]
pub struct Proven<'a> {
    /// Its HTTP method.
    pub method: &'a str,
    /// Where it goes; query and fragment are not part of a proof.
    pub target: &'a Url,
    /// The token that goes with it, if one does.
    pub token: Option<&'a AccessToken>,
    /// The server's latest nonce, if it gave one.
    pub nonce: Option<&'a str>,
}

impl SigningKey {
    /// A new proof (RFC 9449 §4.2), never the same twice. `None` where the key does not sign.
    pub fn prove(&self, proven: Proven<'_>, clock: &dyn Clock, rng: &dyn Rng) -> Option<String> {
        let mut number = [0; 16];
        rng.fill(&mut number);
        let mut target = proven.target.clone();
        target.set_query(None);
        target.set_fragment(None);
        let mut claims = json!({
            "jti": URL_SAFE_NO_PAD.encode(number),
            "htm": proven.method,
            "htu": target.as_str(),
            "iat": clock.now().as_millis() / 1000,
        });
        if let Some(token) = proven.token {
            // EXPOSE: into SHA-256 only; the proof carries the digest.
            claims["ath"] = json!(URL_SAFE_NO_PAD.encode(digest(&SHA256, token.expose().as_bytes())));
        }
        if let Some(nonce) = proven.nonce {
            claims["nonce"] = json!(nonce);
        }
        self.sign(Some("dpop+jwt"), None, true, &claims)
    }
}

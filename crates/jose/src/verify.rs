//! Checking an ID token (OpenID Connect Core §3.1.3.7).

use crate::provider;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use keyholder_model::clock::Timestamp;
use serde::Deserialize;
use std::time::Duration;

/// What an ID token must say to be this one.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who issued it, character by character.
    pub issuer: &'a str,
    /// Whom it is for: Keyholder's client id there.
    pub audience: &'a str,
    /// What the request for it said (§3.1.2.1); none where none was sent, as at a refresh.
    pub nonce: Option<&'a str>,
    /// The moment.
    pub now: Timestamp,
}

/// What a verified ID token says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IdToken {
    /// The person, under the name that the issuer never gives anybody else (§2).
    pub subject: String,
    /// An address or name that people know them by. Untrusted: the issuer may let them choose it.
    pub known_as: Option<String>,
}

/// Why an ID token is not believed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotVerified(String);

/// Clocks may differ by so much.
const LEEWAY: Duration = Duration::from_mins(2);

/// A token that is issued for this moment is not older than that.
const OLDEST: Duration = Duration::from_hours(24);

/// Bytes of a subject (§2 allows 255) and of a name.
const LONGEST: usize = 255;

/// Checks the signature with one of the issuer's keys, and that the token is what was expected.
///
/// # Errors
/// One sentence that quotes nothing of the token.
pub fn verify(token: &str, keys: &JwkSet, expected: &Expected<'_>) -> Result<IdToken, NotVerified> {
    provider::install();
    let refuse = |why: &str| NotVerified(why.to_owned());
    let header = jsonwebtoken::decode_header(token).map_err(|_| refuse("it is no signed JWT"))?;
    if matches!(header.alg, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512) {
        return Err(refuse("it is signed with a shared secret"));
    }
    let mut fits = keys.keys.iter().filter(|key| may_have_signed(key, header.alg, header.kid.as_deref()));
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(&[expected.audience]);
    validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
    // Against the clock that is handed in, below.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    let decoded = fits.find_map(|key| {
        let key = DecodingKey::from_jwk(key).ok()?;
        jsonwebtoken::decode::<Claims>(token, &key, &validation).ok()
    });
    let claims = decoded.ok_or_else(|| refuse("no key of its issuer has signed it for Keyholder"))?.claims;
    claims.check(expected).map_err(refuse)?;
    let short = |text: String| (!text.is_empty() && text.len() <= LONGEST).then_some(text);
    let subject = short(claims.sub).ok_or_else(|| refuse("it names nobody"))?;
    let known_as = claims.email.or(claims.preferred_username).and_then(short);
    Ok(IdToken { subject, known_as })
}

/// Whether this key is one with which such a token may be signed. A token without a key’s name is tried with each.
fn may_have_signed(key: &Jwk, algorithm: Algorithm, id: Option<&str>) -> bool {
    let is_named = id.is_none_or(|id| key.common.key_id.as_deref() == Some(id));
    let signs = key.common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature);
    let is_public = !matches!(key.algorithm, AlgorithmParameters::OctetKey(_));
    let fits = key.common.key_algorithm.is_none_or(|named| named.to_string() == format!("{algorithm:?}"));
    is_named && signs && is_public && fits
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: u64,
    iat: u64,
    nbf: Option<u64>,
    nonce: Option<String>,
    azp: Option<String>,
    email: Option<String>,
    preferred_username: Option<String>,
}

impl Claims {
    fn check(&self, expected: &Expected<'_>) -> Result<(), &'static str> {
        let at = |seconds: u64| {
            Timestamp::from_millis(i64::try_from(seconds).unwrap_or(i64::MAX / 1000).saturating_mul(1000))
        };
        let now = expected.now;
        if now >= at(self.exp).plus(LEEWAY) {
            return Err("it is over");
        }
        if at(self.iat) > now.plus(LEEWAY) || self.nbf.is_some_and(|from| at(from) > now.plus(LEEWAY)) {
            return Err("it is of the future");
        }
        if at(self.iat).plus(OLDEST) < now {
            return Err("it is too old");
        }
        // §3.1.3.7, 4 and 5: whoever it was issued to.
        if self.azp.as_deref().is_some_and(|to| to != expected.audience) {
            return Err("it was issued to somebody else");
        }
        match (expected.nonce, self.nonce.as_deref()) {
            (None, _) => Ok(()),
            (Some(expected), Some(nonce)) if expected == nonce => Ok(()),
            (Some(_), _) => Err("it does not belong to this sign-in"),
        }
    }
}

//! A private key that signs.

use crate::provider::{self, randomness};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{EncodingKey, Header};
use keyholder_secret::token::PrivateKey;
use ring::rsa::PublicKeyComponents;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair};
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt;

/// How a key signs (RFC 7518 §3.1, RFC 8037 §3.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Algorithm {
    /// Ed25519.
    EdDsa,
    /// P-256 and SHA-256.
    Es256,
    /// RSA (PKCS #1 v1.5) and SHA-256.
    Rs256,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::EdDsa, Self::Es256, Self::Rs256];

    /// Its registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    const fn of_format(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
        }
    }
}

/// A text that is no key that can sign here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "it is no private key that Keyholder can sign with: a PEM of PKCS #8 with a P-256, Ed25519 or RSA key of 2048 to 4096 bits is"
)]
pub struct UnusableKey;

/// A private key.
pub struct SigningKey {
    algorithm: Algorithm,
    key: EncodingKey,
    /// The public half (RFC 7517), with the members that RFC 7638 hashes and no others.
    public: Value,
}

impl SigningKey {
    /// Reads a PEM: PKCS #8 of each kind, PKCS #1 of RSA.
    ///
    /// # Errors
    /// [`UnusableKey`].
    pub fn from_pem(pem: &PrivateKey) -> Result<Self, UnusableKey> {
        // EXPOSE: to the library that takes the key out of its armour; nothing of it is kept but the key itself.
        let pem = pem.expose().as_bytes();
        let read = |key: Result<EncodingKey, _>, algorithm| key.ok().and_then(|key| Self::of(key, algorithm));
        read(EncodingKey::from_ec_pem(pem), Algorithm::Es256)
            .or_else(|| read(EncodingKey::from_ed_pem(pem), Algorithm::EdDsa))
            .or_else(|| read(EncodingKey::from_rsa_pem(pem), Algorithm::Rs256))
            .ok_or(UnusableKey)
    }

    /// A new P-256 key, as the text that [`Self::from_pem`] reads. None where the system gives no randomness.
    pub fn generate() -> Option<PrivateKey> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &randomness()).ok()?;
        let text = zeroize::Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(document.as_ref()));
        PrivateKey::new(zeroize::Zeroizing::new(format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            *text
        )))
        .ok()
    }

    fn of(key: EncodingKey, algorithm: Algorithm) -> Option<Self> {
        let public = public_of(key.as_bytes(), algorithm)?;
        Some(Self { algorithm, key, public })
    }

    /// How it signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The public half as a JWK (RFC 7517).
    pub fn public(&self) -> &Value {
        &self.public
    }

    /// RFC 7638, with SHA-256, in base64url: the name under which the public half is known.
    pub fn thumbprint(&self) -> String {
        // The members stand in the order of their names, as serde_json's map keeps them.
        let text = self.public.to_string();
        URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()))
    }

    /// Signs these claims. `kind` is the header's `typ`; with `shows_key` the public half stands in it.
    ///
    /// The result is as secret as what it is good for.
    pub fn sign(
        &self,
        kind: Option<&str>,
        id: Option<&str>,
        shows_key: bool,
        claims: &impl Serialize,
    ) -> Option<String> {
        provider::install();
        let mut header = Header::new(self.algorithm.of_format());
        header.typ = kind.map(str::to_owned);
        header.kid = id.map(str::to_owned);
        if shows_key {
            header.jwk = Some(serde_json::from_value::<Jwk>(self.public.clone()).ok()?);
        }
        jsonwebtoken::encode(&header, claims, &self.key).ok()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

fn public_of(key: &[u8], algorithm: Algorithm) -> Option<Value> {
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    Some(match algorithm {
        Algorithm::Es256 => {
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key, &randomness()).ok()?;
            // Uncompressed (SEC 1 §2.3.3): a four, then both coordinates.
            let (x, y) = pair.public_key().as_ref().get(1..)?.split_at_checked(32)?;
            json!({ "crv": "P-256", "kty": "EC", "x": text(x), "y": text(y) })
        }
        Algorithm::EdDsa => {
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(key).ok()?;
            json!({ "crv": "Ed25519", "kty": "OKP", "x": text(pair.public_key().as_ref()) })
        }
        Algorithm::Rs256 => {
            let pair = RsaKeyPair::from_der(key).ok()?;
            let public = PublicKeyComponents::<Vec<u8>>::from(pair.public());
            json!({ "e": text(&public.e), "kty": "RSA", "n": text(&public.n) })
        }
    })
}

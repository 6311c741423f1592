//! JSON Web Tokens: signs what Keyholder says of itself, checks what others say of a person.
//!
//! `jsonwebtoken` reads and writes the format (RFC 7515, 7517, 7519), `ring` signs and verifies (`provider`): one cryptography in
//! the house. [`SigningKey`] is a private key that stays in one place and signs; [`JwkSet`](jsonwebtoken::jwk::JwkSet) and
//! [`verify()`] are for tokens of others. Symmetric signatures are not taken: whoever could check one could also make it.
//!
//! This room knows no network, no keychain and no clock of its own: time and keys are handed in.

mod dpop;
mod key;
mod provider;
mod verify;

pub use dpop::Proven;
pub use key::{Algorithm, SigningKey, UnusableKey};
pub use verify::{Expected, IdToken, NotVerified, verify};

#[cfg(test)]
mod tests;

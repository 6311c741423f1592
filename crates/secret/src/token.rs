//! The kinds of secret that Keyholder handles.

use std::fmt;
use zeroize::Zeroizing;

/// A value that is no legal secret of its kind. Says what is wrong, never what the value was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind} {fault}")]
pub struct Unusable {
    kind: &'static str,
    fault: &'static str,
}

macro_rules! secrets {
    ($($(#[$doc:meta])* $name:ident = $kind:literal, at most $limit:literal $(and $more:ident)?;)*) => {$(
        $(#[$doc])*
        ///
        /// Visible ASCII (RFC 6749 appendix A: `VSCHAR`), so that it can stand in a header or a form without escaping it away.
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// Takes a secret into custody.
            ///
            /// # Errors
            /// [`Unusable`] if it is empty, too long, or holds a byte that could break out of a header (CR, LF, NUL, non-ASCII).
            pub fn new(value: impl Into<Zeroizing<String>>) -> Result<Self, Unusable> {
                let value = value.into();
                let fault = if value.is_empty() {
                    "is empty"
                } else if value.len() > $limit {
                    "is too long"
                } else if !value.bytes().all(|byte| (0x20..=0x7e).contains(&byte) $(|| $more(byte))?) {
                    "holds characters that it must not hold"
                } else {
                    return Ok(Self(value));
                };
                Err(Unusable { kind: $kind, fault })
            }

            /// The text itself. Callers begin with a comment `EXPOSE:`.
            pub fn expose(&self) -> &str {
                &self.0
            }

            /// A second copy, on purpose: for a call that outlives the lock under which the first is kept.
            #[must_use]
            pub fn duplicate(&self) -> Self {
                Self(self.0.clone())
            }

            /// Compares in constant time.
            pub fn matches(&self, other: &[u8]) -> bool {
                subtle::ConstantTimeEq::ct_eq(self.0.as_bytes(), other).into()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!("<", $kind, ">"))
            }
        }
    )*};
}

const fn ends_a_line(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

secrets! {
    /// What opens a resource (RFC 6749 §1.4).
    AccessToken = "access token", at most 131_072;
    /// A key that a server issued by other means than OAuth.
    ApiKey = "API key", at most 131_072;
    /// What somebody signed to say who asks (RFC 7521): a client's proof, or a word for whom a token is meant.
    Assertion = "assertion", at most 131_072;
    /// The code that a redirect delivers (RFC 6749 §4.1.2).
    AuthorizationCode = "authorization code", at most 16_384;
    /// A confidential client's password (RFC 6749 §2.3.1).
    ClientSecret = "client secret", at most 16_384;
    /// What opens a sealed file; chosen by the person.
    Passphrase = "passphrase", at most 4096;
    /// What signs in a client's or a grant's name, as a PEM (RFC 7468). It may have lines: it stands in no header.
    PrivateKey = "private key", at most 16_384 and ends_a_line;
    /// The secret half of PKCE (RFC 7636 §4.1).
    PkceVerifier = "PKCE verifier", at most 128;
    /// What gets the next access token (RFC 6749 §1.5). Its only reader is the refresh.
    RefreshToken = "refresh token", at most 131_072;
    /// What manages a dynamic registration (RFC 7592 §3).
    RegistrationToken = "registration access token", at most 131_072;
    /// A session of an older MCP revision; whoever has it can speak in that session.
    SessionToken = "MCP session id", at most 4096;
}

/// A 256-bit key that only the keychain holds: for sealing files, for the audit anchor, for pinning rules.
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// Takes 32 bytes into custody.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes. Callers begin with a comment `EXPOSE:`.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<key>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_says_what_it_is_and_nothing_of_it() {
        let token = AccessToken::new("KHCANARY-access".to_owned()).unwrap();
        assert_eq!(format!("{token:?}"), "<access token>");
    }

    #[test]
    fn a_token_that_could_break_a_header_is_refused() {
        for bad in ["", "a\r\nX-Evil: 1", "a\0b", "caf\u{e9}", "a\tb"] {
            let refused = AccessToken::new(bad.to_owned()).unwrap_err();
            assert!(bad.is_empty() || !refused.to_string().contains(bad));
        }
        assert!(PkceVerifier::new("x".repeat(129)).is_err());
    }

    #[test]
    fn comparison_needs_every_byte() {
        let token = ClientSecret::new("s3cret".to_owned()).unwrap();
        assert!(token.matches(b"s3cret"));
        assert!(!token.matches(b"s3creT"));
        assert!(!token.matches(b"s3cre"));
    }
}

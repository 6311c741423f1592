//! The permission to send one request upstream, once.
//!
//! Invariant 3 of the architecture: nothing is sent without a [`Permit`]; a permit is bound to the digest of the exact bytes
//! that will be sent, and the send consumes it. It stands on the ground floor because two rooms must name it: `policy`, which
//! alone may mint one (a lint forbids [`Permit::mint`] everywhere else), and `upstream`, which consumes it.

use crate::digest::Digest;

/// Permission for exactly one request. Not `Clone`: what was spent is gone.
#[derive(Debug, PartialEq, Eq)]
pub struct Permit {
    request: Digest,
    reason: Reason,
}

/// Why a request may be sent; written into the audit entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The person answered a question.
    Answer(String),
    /// A conversation's own upkeep, which no rule speaks of: handshake, listing, ping, cancelling.
    Routine,
    /// A written rule allows it; its name.
    Rule(String),
}

impl Reason {
    /// One short text for the log: `rule NAME`, `answered NAME` or `routine`.
    pub fn describe(&self) -> String {
        match self {
            Self::Answer(how) => format!("answered: {how}"),
            Self::Routine => "routine".to_owned(),
            Self::Rule(name) => format!("rule {name}"),
        }
    }
}

impl Permit {
    /// Makes a permit. Only `keyholder-policy` may call this; `clippy.toml` forbids it everywhere else.
    pub fn mint(request: Digest, reason: Reason) -> Self {
        Self { request, reason }
    }

    /// Why it was given.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// Spends the permit on the request with this digest.
    ///
    /// # Errors
    /// [`Mismatch`] if the permit was given for other bytes: then nothing may be sent.
    pub fn spend(self, request: &Digest) -> Result<Spent, Mismatch> {
        if self.request == *request { Ok(Spent(self)) } else { Err(Mismatch) }
    }
}

/// A permit that was spent. It comes back to life in one case only: the server refused the request for want of authorization
/// (401, or 403 `insufficient_scope`) before it ran anything.
#[derive(Debug)]
pub struct Spent(Permit);

impl Spent {
    /// Gives the permit back for the same bytes. Only for a request of which the server said that it did not run it.
    pub fn refund(self) -> Permit {
        self.0
    }
}

/// The bytes to be sent are not the bytes that were permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request changed after it was permitted")]
pub struct Mismatch;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::disallowed_methods, reason = "the test stands in for the policy")]
    fn a_permit_is_good_for_its_own_bytes_only() {
        let request = Digest::of_parts(&[b"delete", b"one"]);
        let other = Digest::of_parts(&[b"delete", b"all"]);
        assert!(Permit::mint(request, Reason::Routine).spend(&request).is_ok());
        assert_eq!(Permit::mint(request, Reason::Routine).spend(&other).unwrap_err(), Mismatch);
    }
}

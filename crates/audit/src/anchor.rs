//! The newest point of the log, kept outside of it.

use keyholder_model::digest::Digest;
use std::fmt;
use std::str::FromStr;

/// How many rows the log has, and the hash of the newest. Written as `COUNT:HASH`, which fits into any keychain item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Anchor {
    /// Number of rows, which is also the newest row's sequence number.
    pub count: u64,
    /// The newest row's hash; of an empty log, the hash that the first row builds on.
    pub hash: Digest,
}

impl Anchor {
    /// The anchor of a log without rows.
    pub fn empty() -> Self {
        Self { count: 0, hash: Digest::of_parts(&[b"keyholder audit log, version 1"]) }
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.count, self.hash)
    }
}

/// A text that is no anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the audit anchor is unreadable (expected a count, a colon and 64 hexadecimal digits)")]
pub struct NotAnAnchor;

impl FromStr for Anchor {
    type Err = NotAnAnchor;

    fn from_str(text: &str) -> Result<Self, NotAnAnchor> {
        let (count, hash) = text.split_once(':').ok_or(NotAnAnchor)?;
        // One way of writing a number only: `+1` and `01` are not what we wrote.
        let number: u64 = count.parse().map_err(|_| NotAnAnchor)?;
        if number.to_string() != count {
            return Err(NotAnAnchor);
        }
        Ok(Self { count: number, hash: Digest::parse_hex(hash).ok_or(NotAnAnchor)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_reads_back_and_nothing_else_does() {
        let anchor = Anchor { count: 42, hash: Digest::of_parts(&[b"x"]) };
        assert_eq!(anchor.to_string().parse(), Ok(anchor));
        for bad in ["", "42", "42:", "x:00", &format!("+42:{}", anchor.hash), &format!("042:{}", anchor.hash)] {
            assert_eq!(bad.parse::<Anchor>(), Err(NotAnAnchor), "{bad:?}");
        }
    }
}

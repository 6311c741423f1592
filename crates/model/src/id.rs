//! Identifiers: distinct types, ordered by the time they were made (ULID).

use crate::clock::{Clock, Rng};
use std::fmt;
use std::str::FromStr;

/// A text that is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\u{201c}{0}\u{201d} is not an id (26 letters and digits)")]
pub struct NotAnId(String);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(ulid::Ulid);

        impl $name {
            /// A new id: the time in milliseconds, then 80 random bits.
            pub fn make(clock: &dyn Clock, rng: &dyn Rng) -> Self {
                let mut random = [0; 16];
                rng.fill(&mut random[6..]);
                let millis = u64::try_from(clock.now().as_millis()).unwrap_or(0);
                Self(ulid::Ulid::from_parts(millis, u128::from_be_bytes(random)))
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                ulid::Ulid::from_string(text).map(Self).map_err(|_| NotAnId(text.to_owned()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    )*};
}

ids! {
    /// One stored authorization of one account at one server.
    GrantId;
    /// One request of a host that Keyholder decided on.
    CallId;
    /// One question to the person.
    QuestionId;
    /// One written rule.
    RuleId;
    /// One bridge process's connection to the broker.
    SessionId;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{FakeClock, FakeRng, Timestamp};
    use std::time::Duration;

    #[test]
    fn ids_are_ordered_by_time_and_read_back() {
        let clock = FakeClock::at(Timestamp::from_millis(1_000));
        let rng = FakeRng::default();
        let first = GrantId::make(&clock, &rng);
        clock.advance(Duration::from_millis(1));
        let second = GrantId::make(&clock, &rng);
        assert!(first < second);
        assert_eq!(first.to_string().parse(), Ok(first));
        assert!("not-an-id".parse::<GrantId>().is_err());
    }
}

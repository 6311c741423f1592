//! What a person may answer.

use crate::minutes::Minutes;
use std::fmt;

/// The person's answer to one question. All but the single yes and the single no outlast the call: whoever takes the
/// [`crate::Receipt`] writes the rule.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Answer {
    /// Yes, and do not ask about this tool again.
    AllowAlways,
    /// Yes, and do not ask again where the arguments fit a pattern: the n-th that [`crate::Offers`] offered, from 0. Exactly
    /// these arguments are one of them.
    AllowAlwaysWith(u8),
    /// Yes, and do not ask this app about this tool for so long.
    AllowFor(Minutes),
    /// Yes, to this one call.
    AllowOnce,
    /// Yes, to this call and the next ones of this tool, together so many: [`FEWEST_TIMES`] to [`MOST_TIMES`].
    AllowTimes(u8),
    /// Yes, and do not ask this app about this tool until it quits.
    AllowUntilQuit,
    /// No, to this one request.
    Deny,
    /// No, and do not ask again.
    DenyAndBlock,
}

/// Fewer are [`Answer::AllowOnce`].
pub const FEWEST_TIMES: u8 = 2;
/// More cannot be read as a number of calls that somebody meant.
pub const MOST_TIMES: u8 = 50;

/// How many of several identical calls that wait for the same question an answer serves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// All of them.
    Every,
    /// So many; the others are asked about anew.
    UpTo(usize),
}

impl Answer {
    /// How many of the identical calls that wait it serves. A no is meant for all of them; a single yes for one.
    pub fn reach(self) -> Reach {
        match self {
            Self::AllowOnce => Reach::UpTo(1),
            Self::AllowTimes(times) => Reach::UpTo(usize::from(times)),
            Self::AllowAlways
            | Self::AllowAlwaysWith(_)
            | Self::AllowFor(_)
            | Self::AllowUntilQuit
            | Self::Deny
            | Self::DenyAndBlock => Reach::Every,
        }
    }

    /// What remains of it for the next identical call, where the host had given up waiting (T-242): once, never for good. What
    /// lasts is a rule, and rules are written from the [`crate::Receipt`].
    #[must_use]
    pub fn if_late(self) -> Self {
        if self.allows() { Self::AllowOnce } else { Self::Deny }
    }

    /// The request may run.
    pub fn allows(self) -> bool {
        match self {
            Self::AllowAlways
            | Self::AllowAlwaysWith(_)
            | Self::AllowFor(_)
            | Self::AllowOnce
            | Self::AllowTimes(_)
            | Self::AllowUntilQuit => true,
            Self::Deny | Self::DenyAndBlock => false,
        }
    }

    /// The kind of answer, without its number: what a log is filtered by. With the number it is displayed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AllowAlways => "allow always",
            Self::AllowAlwaysWith(_) => "allow always with these arguments",
            Self::AllowFor(_) => "allow for a time",
            Self::AllowOnce => "allow once",
            Self::AllowTimes(_) => "allow several times",
            Self::AllowUntilQuit => "allow until the app quits",
            Self::Deny => "deny",
            Self::DenyAndBlock => "deny and block",
        }
    }
}

impl fmt::Display for Answer {
    /// The words in the log, with the number: `allow for 15 minutes`, `allow 5 times`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AllowFor(minutes) => write!(f, "allow for {minutes}"),
            Self::AllowTimes(times) => write!(f, "allow {times} times"),
            Self::AllowAlways
            | Self::AllowAlwaysWith(_)
            | Self::AllowOnce
            | Self::AllowUntilQuit
            | Self::Deny
            | Self::DenyAndBlock => f.write_str(self.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_reads_as_a_sentence_in_the_log() {
        let quarter = Minutes::new(15).unwrap();
        assert_eq!(Answer::AllowFor(quarter).to_string(), "allow for 15 minutes");
        assert_eq!(Answer::AllowFor(Minutes::new(1).unwrap()).to_string(), "allow for 1 minute");
        assert_eq!(Answer::AllowTimes(5).to_string(), "allow 5 times");
        assert_eq!(Answer::AllowAlwaysWith(3).to_string(), "allow always with these arguments");
        assert_eq!(Answer::AllowUntilQuit.to_string(), "allow until the app quits");
    }

    #[test]
    fn no_answer_lasts_longer_than_half_a_day_unless_it_is_for_good() {
        assert_eq!(Minutes::new(0), None);
        assert_eq!(Minutes::new(Minutes::MOST + 1), None);
        assert_eq!(Minutes::try_from(720).map(|most| most.to_string()), Ok("12 hours".to_owned()));
        assert_eq!(Minutes::try_from(720).map(Minutes::duration), Ok(std::time::Duration::from_hours(12)));
        assert!(Minutes::try_from(721).unwrap_err().to_string().contains("720"));
    }
}

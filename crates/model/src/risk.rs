//! How much harm a call can do, and what it does to a session: the words in which rules, questions and the log speak of it.

use std::fmt;
use std::str::FromStr;

/// How much harm a call can do. A later variant is worse.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Tier {
    /// It looks, and changes nothing.
    Look,
    /// It changes something inside one account, and that can be undone.
    Change,
    /// It leaves the account (sends, publishes, pays, permits, runs code), or nobody knows what it does.
    #[default]
    Send,
    /// It destroys, or gives rights away.
    Destroy,
}

impl Tier {
    /// All of them, harmless first.
    pub const ALL: [Self; 4] = [Self::Look, Self::Change, Self::Send, Self::Destroy];

    /// 0 to 3, as rules compare it.
    pub const fn as_number(self) -> u8 {
        match self {
            Self::Look => 0,
            Self::Change => 1,
            Self::Send => 2,
            Self::Destroy => 3,
        }
    }

    /// The word in questions and in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Change => "change",
            Self::Send => "send",
            Self::Destroy => "destroy",
        }
    }

    /// One tier less, but never less than [`Tier::Look`].
    #[must_use]
    pub const fn lowered(self) -> Self {
        match self {
            Self::Look | Self::Change => Self::Look,
            Self::Send => Self::Change,
            Self::Destroy => Self::Send,
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a tool does to a session: what has been read decides what may still be sent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Label {
    /// It destroys something.
    Destroys,
    /// What it returns is the person's own and not public.
    ReadsPrivate,
    /// What it returns was written by anybody: it may hold instructions for the model.
    SeesUntrusted,
    /// What it is given reaches others.
    SendsOutward,
}

impl Label {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Destroys, Self::ReadsPrivate, Self::SeesUntrusted, Self::SendsOutward];

    /// The word in rules and in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Destroys => "destroys",
            Self::ReadsPrivate => "reads_private",
            Self::SeesUntrusted => "sees_untrusted",
            Self::SendsOutward => "sends_outward",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Destroys => 1,
            Self::ReadsPrivate => 2,
            Self::SeesUntrusted => 4,
            Self::SendsOutward => 8,
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Label {
    type Err = UnknownLabel;

    fn from_str(text: &str) -> Result<Self, UnknownLabel> {
        Self::ALL.into_iter().find(|label| label.as_str() == text).ok_or(UnknownLabel)
    }
}

/// A word that is no label.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a label is one of destroys, reads_private, sees_untrusted and sends_outward")]
pub struct UnknownLabel;

/// A set of labels.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Labels(u8);

impl Labels {
    /// None at all.
    pub const NONE: Self = Self(0);

    /// The same with one more.
    #[must_use]
    pub const fn with(self, label: Label) -> Self {
        Self(self.0 | label.bit())
    }

    /// The same without one.
    #[must_use]
    pub const fn without(self, label: Label) -> Self {
        Self(self.0 & !label.bit())
    }

    /// Both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it is among them.
    pub const fn has(self, label: Label) -> bool {
        self.0 & label.bit() != 0
    }

    /// Whether all of the other's are among them.
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them, in alphabetical order.
    pub fn iter(self) -> impl Iterator<Item = Label> {
        Label::ALL.into_iter().filter(move |label| self.has(*label))
    }
}

impl FromIterator<Label> for Labels {
    fn from_iter<I: IntoIterator<Item = Label>>(labels: I) -> Self {
        labels.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Display for Labels {
    /// Separated by spaces; nothing where there is none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, label) in self.iter().enumerate() {
            let gap = if number == 0 { "" } else { " " };
            write!(f, "{gap}{label}")?;
        }
        Ok(())
    }
}

impl FromStr for Labels {
    type Err = UnknownLabel;

    fn from_str(text: &str) -> Result<Self, UnknownLabel> {
        text.split_whitespace().map(str::parse).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_labels_reads_back_as_it_was_written() {
        for bits in 0..16 {
            let labels = Labels(bits);
            assert_eq!(labels.to_string().parse(), Ok(labels));
            assert_eq!(labels.iter().collect::<Labels>(), labels);
        }
        assert!("reads_private nothing".parse::<Labels>().is_err());
    }

    #[test]
    fn tiers_stand_in_order_and_fall_by_one() {
        assert!(Tier::ALL.is_sorted());
        for tier in Tier::ALL {
            assert_eq!(tier.lowered().as_number(), tier.as_number().saturating_sub(1));
        }
    }
}

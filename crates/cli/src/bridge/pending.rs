//! Requests under way: each is owed exactly one answer (invariant 12).

use super::fault::{self, Shape};
use keyholder_wire::scan::LineKind;
use std::collections::HashMap;

/// The requests that the broker has and has not answered, by the sequence of their line.
#[derive(Default, Debug)]
pub(super) struct Pending {
    owed: HashMap<u64, Owed>,
}

/// What answering one takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Owed {
    id: Box<str>,
    shape: Shape,
}

impl Owed {
    /// What a line is owed; none if nothing.
    pub(super) fn by(line: &LineKind<'_>) -> Option<Self> {
        match line {
            LineKind::Request(head) => Some(Self { id: head.id.into(), shape: Shape::of(&head.method) }),
            LineKind::Unreadable => Some(Self { id: "null".into(), shape: Shape::Other }),
            LineKind::Notification { .. } | LineKind::Response => None,
        }
    }

    /// The bridge's own answer to it.
    pub(super) fn answer(&self, sentence: &str) -> String {
        fault::answer(&self.id, self.shape, sentence)
    }
}

impl Pending {
    pub(super) fn len(&self) -> usize {
        self.owed.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.owed.is_empty()
    }

    /// The line with this sequence goes to the broker.
    pub(super) fn open(&mut self, sequence: u64, owed: Owed) {
        self.owed.insert(sequence, owed);
    }

    /// An answer for this sequence came. False if none is owed (any more): then it must not reach the host.
    pub(super) fn settle(&mut self, sequence: u64) -> bool {
        self.owed.remove(&sequence).is_some()
    }

    pub(super) fn owes(&self, sequence: u64) -> bool {
        self.owed.contains_key(&sequence)
    }

    /// Takes all that are owed, oldest first, except the one with sequence `kept`.
    pub(super) fn take_all_but(&mut self, kept: Option<u64>) -> Vec<Owed> {
        let kept = kept.and_then(|sequence| self.owed.remove_entry(&sequence));
        let mut taken: Vec<(u64, Owed)> = std::mem::take(&mut self.owed).into_iter().collect();
        self.owed.extend(kept);
        taken.sort_unstable_by_key(|(sequence, _)| *sequence);
        taken.into_iter().map(|(_, owed)| owed).collect()
    }
}

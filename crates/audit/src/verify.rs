//! Walking the chain.

use crate::anchor::Anchor;
use crate::chain::{self, COLUMNS, Kind};
use crate::listed::Item;
use crate::schema;
use crate::store;
use indexes::{Indexes, Keys};
use listed::List;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use std::fmt;

mod indexes;
mod listed;

/// What a walk over the whole log found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Where the chain ends, as far as it holds.
    pub head: Anchor,
    /// The first thing that is wrong, if any.
    pub fault: Option<Fault>,
    /// Rows that are newer than the anchor: written after it was last kept. Not a fault (catalogue case 238).
    pub newer: u64,
    /// What the log was compared with. Without it, a log that was cut off, put back or rewritten as a whole looks sound: whoever
    /// expected an anchor must not call it verified then.
    pub anchor: Option<Anchor>,
}

impl Report {
    /// Whether nothing is wrong in itself; see [`Report::is_vouched_for`].
    pub fn is_sound(&self) -> bool {
        self.fault.is_none()
    }

    /// Whether nothing is wrong, also in comparison with an anchor from outside.
    pub fn is_vouched_for(&self) -> bool {
        self.is_sound() && self.anchor.is_some()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            Some(fault) => fault.fmt(f),
            None if self.newer > 0 => {
                write!(f, "all {} entries are intact; {} are newer than the anchor", self.head.count, self.newer)
            }
            None if self.anchor.is_none() => {
                write!(f, "all {} entries are intact; there was no anchor to compare them with", self.head.count)
            }
            None => write!(f, "all {} entries are intact", self.head.count),
        }
    }
}

/// The first thing that is wrong, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The first sequence number that cannot be relied on.
    pub sequence: u64,
    /// What is wrong there.
    pub breach: Breach,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.sequence;
        match self.breach {
            Breach::Alter => write!(
                f,
                "entry {at} was altered, swapped or inserted: its hash does not follow from the entry before it"
            ),
            Breach::Corrupt => write!(f, "entry {at} cannot be read"),
            Breach::CutOff { anchored } => {
                write!(
                    f,
                    "the log ends before entry {at}, but the keychain remembers {anchored} entries: it was cut off or replaced by an older one"
                )
            }
            Breach::Foreign => write!(f, "something stands in the log\u{2019}s file that is not Keyholder\u{2019}s"),
            Breach::Gap => write!(f, "entry {at} is missing or has another number"),
            Breach::Index => {
                write!(
                    f,
                    "an index of the log does not agree with entry {at}, so that another call or outcome would be shown"
                )
            }
            Breach::Rewrite => {
                write!(f, "entry {at} is not the one that the keychain remembers: the log was rewritten")
            }
        }
    }
}

/// The ways in which a log can be wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Breach {
    /// A row's hash does not follow from the row before it and its own fields.
    Alter,
    /// A row, or the page it stands on, cannot be read.
    Corrupt,
    /// The log ends before the anchor: rows were cut off, or an older file was put back.
    CutOff {
        /// How many rows the anchor knows.
        anchored: u64,
    },
    /// The schema is not the one that Keyholder makes: a trigger, a view, a table or an index of somebody else.
    Foreign,
    /// A row is missing, or numbered otherwise.
    Gap,
    /// An index does not agree with the rows.
    Index,
    /// The row that the anchor names has another hash.
    Rewrite,
}

/// Whether a walk is at its end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Done,
    More,
}

/// A walk in progress. It goes in steps so that calls can be written in between.
pub(crate) struct Walk {
    head: Anchor,
    anchor: Option<Anchor>,
    fault: Option<Fault>,
    indexes: Indexes,
    list: List,
}

impl Walk {
    pub(crate) fn new(anchor: Option<&Anchor>) -> Self {
        let anchor = anchor.copied();
        let mut walk =
            Self { head: Anchor::empty(), anchor, fault: None, indexes: Indexes::default(), list: List::default() };
        walk.compare_with_anchor();
        walk
    }

    /// Walks the next rows.
    pub(crate) fn step(&mut self, db: &Connection) -> rusqlite::Result<Step> {
        if self.head.count == 0 && schema::foreign(db)?.is_some() {
            self.fault = Some(Fault { sequence: 1, breach: Breach::Foreign });
            return Ok(Step::Done);
        }
        let mut walk = db.prepare_cached(&store::WALK)?;
        // The first walk begins before every number, so that a row numbered 0 or -1 is seen too.
        let from = if self.head.count == 0 { i64::MIN } else { i64::try_from(self.head.count + 1).unwrap_or(i64::MAX) };
        let mut rows = walk.query((from, STEP))?;
        let mut seen = 0;
        while let Some(row) = rows.next()? {
            seen += 1;
            match follow(&self.head, row) {
                Ok((next, keys, item)) => {
                    self.head = next;
                    let sequence = i64::try_from(next.count).unwrap_or(i64::MAX);
                    if !(self.indexes.agree(db, sequence, &keys)? && self.list.agrees(db, &item)?) {
                        self.fault = Some(Fault { sequence: next.count, breach: Breach::Index });
                    }
                }
                Err(breach) => self.fault = Some(Fault { sequence: self.head.count + 1, breach }),
            }
            self.compare_with_anchor();
            if self.fault.is_some() {
                return Ok(Step::Done);
            }
        }
        if seen == STEP {
            return Ok(Step::More);
        }
        if !(self.indexes.are_complete(db)? && self.list.is_complete(db)?) {
            self.fault = Some(Fault { sequence: 1, breach: Breach::Index });
        }
        Ok(Step::Done)
    }

    pub(crate) fn finish(mut self) -> Report {
        let anchored = self.anchor.map_or(0, |anchor| anchor.count);
        if self.fault.is_none() && self.head.count < anchored {
            self.fault = Some(Fault { sequence: self.head.count + 1, breach: Breach::CutOff { anchored } });
        }
        let newer = self.anchor.map_or(0, |anchor| self.head.count.saturating_sub(anchor.count));
        Report { head: self.head, fault: self.fault, newer, anchor: self.anchor }
    }

    pub(crate) fn finish_unreadable(mut self) -> Report {
        let sequence = self.head.count + 1;
        self.fault.get_or_insert(Fault { sequence, breach: Breach::Corrupt });
        self.finish()
    }

    fn compare_with_anchor(&mut self) {
        if let Some(anchor) = self.anchor
            && anchor.count == self.head.count
            && anchor.hash != self.head.hash
        {
            self.fault.get_or_insert(Fault { sequence: anchor.count.max(1), breach: Breach::Rewrite });
        }
    }
}

/// The anchor after this row, if the row follows, and what of it stands in indexes and in the list.
fn follow(head: &Anchor, row: &Row<'_>) -> Result<(Anchor, Keys, Item), Breach> {
    let value = |place| row.get_ref(place).map_err(|_| Breach::Corrupt);
    let ValueRef::Integer(sequence) = value(0)? else { return Err(Breach::Corrupt) };
    if u64::try_from(sequence) != Ok(head.count + 1) {
        return Err(Breach::Gap);
    }
    let mut values = [ValueRef::Null; COLUMNS.len()];
    for (place, (slot, (_, kind))) in values.iter_mut().zip(COLUMNS).enumerate() {
        *slot = value(place + 1)?;
        match (kind, &*slot) {
            (_, ValueRef::Null)
            | (Kind::Digest, ValueRef::Blob(_))
            | (Kind::Number, ValueRef::Integer(_))
            | (Kind::Text, ValueRef::Text(_)) => {}
            _ => return Err(Breach::Corrupt),
        }
    }
    let next = chain::link(head, &values);
    match value(COLUMNS.len() + 1)? {
        ValueRef::Blob(hash) if hash == next.hash.as_bytes() => {
            let item = Item::of(sequence, |place| values.get(place).copied().unwrap_or(ValueRef::Null));
            Ok((next, Keys::of(&values), item))
        }
        _ => Err(Breach::Alter),
    }
}

/// Rows walked while the log is held.
const STEP: i64 = 2048;

#[cfg(test)]
mod tests;

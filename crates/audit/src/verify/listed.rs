//! Comparing the list of entries with the rows that the chain vouches for.
//!
//! A search believes the list where it says that an entry is not wanted, and a summary believes all of it: an entry that is missing
//! in it, or stands there otherwise, would be hidden while every hash is right.

use crate::hints;
use crate::listed::{self, FIELDS, Item, Rows, TOO_LONG};
use crate::read::Ending;
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// What the walk has seen of rows that stand in the list.
#[derive(Default)]
pub(super) struct List {
    entries: u64,
    /// Entries that have ended: notes, and calls with an outcome.
    ended: u64,
    names: HashMap<i64, Option<String>>,
    hints: hints::Reader,
}

/// An entry as the list has it.
struct Listed {
    at: i64,
    ending: i64,
    names: [Option<i64>; FIELDS.len()],
    bytes: Option<i64>,
    millis: Option<i64>,
}

impl List {
    /// Whether the list says the same as this row, as far as the list goes.
    pub(super) fn agrees(&mut self, db: &Connection, item: &Item) -> rusqlite::Result<bool> {
        let counts = self.count(db, item)?;
        if item.sequence > listed::done(db)? {
            return Ok(true);
        }
        match item.refers {
            Some(_) if !counts => Ok(true),
            Some(call) => Ok(find(db, call)?.is_some_and(|found| found.ends_as(item))),
            None => {
                let Some(found) = find(db, item.sequence)? else { return Ok(false) };
                // How a call ended is compared where its outcome stands.
                let ends = item.ending == Ending::Open || found.ends_as(item);
                let is_hinted = match &item.arguments {
                    Some(arguments) => self.hints.know(db, item.sequence, arguments)?,
                    None => true,
                };
                Ok(found.at == item.at && ends && is_hinted && self.names_agree(db, item, &found)?)
            }
        }
    }

    /// Whether the list holds nothing else. Only after the last row, with nothing written in between.
    pub(super) fn is_complete(&self, db: &Connection) -> rusqlite::Result<bool> {
        let mut rest = Self::default();
        Rows::prepare(db)?.each(listed::done(db)?, i64::MAX, |item| rest.count(db, &item).map(drop))?;
        let count = "SELECT count(*), count(*) FILTER (WHERE ending <> 0) FROM listed";
        let (entries, ended): (i64, i64) =
            db.prepare_cached(count)?.query_one([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let whole = |listed: i64, rest: u64| u64::try_from(listed).ok().and_then(|listed| listed.checked_add(rest));
        Ok(whole(entries, rest.entries) == Some(self.entries) && whole(ended, rest.ended) == Some(self.ended))
    }

    /// Counts a row. Says whether something ends by it.
    fn count(&mut self, db: &Connection, item: &Item) -> rusqlite::Result<bool> {
        let is_outcome = item.refers.is_some();
        let ends = if is_outcome { is_first(db, item)? } else { item.ending != Ending::Open };
        self.entries += u64::from(!is_outcome);
        self.ended += u64::from(ends);
        Ok(ends)
    }

    fn names_agree(&mut self, db: &Connection, item: &Item, found: &Listed) -> rusqlite::Result<bool> {
        for (text, name) in item.texts.iter().zip(found.names) {
            let agrees = match (text, name) {
                (None, None) => true,
                (Some(text), Some(TOO_LONG)) => listed::is_too_long(text),
                (Some(text), Some(name)) => self.name(db, name)? == Some(text),
                (None, Some(_)) | (Some(_), None) => false,
            };
            if !agrees {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn name(&mut self, db: &Connection, name: i64) -> rusqlite::Result<Option<&str>> {
        if self.names.len() >= MOST_NAMES {
            self.names.clear();
        }
        Ok(match self.names.entry(name) {
            Entry::Occupied(known) => known.into_mut().as_deref(),
            Entry::Vacant(unknown) => unknown.insert(listed::name(db, name)?).as_deref(),
        })
    }
}

impl Listed {
    fn ends_as(&self, item: &Item) -> bool {
        self.ending == listed::code(item.ending) && self.bytes == item.bytes && self.millis == item.millis
    }
}

fn find(db: &Connection, sequence: i64) -> rusqlite::Result<Option<Listed>> {
    let mut find = db.prepare_cached(FIND)?;
    let listed = find.query_one([sequence], |row| {
        let mut names = [None; FIELDS.len()];
        for (place, name) in (4..).zip(&mut names) {
            *name = row.get(place)?;
        }
        Ok(Listed { at: row.get(0)?, ending: row.get(1)?, bytes: row.get(2)?, millis: row.get(3)?, names })
    });
    listed.optional()
}

/// Whether an outcome is the one that counts.
fn is_first(db: &Connection, outcome: &Item) -> rusqlite::Result<bool> {
    let mut first = db.prepare_cached("SELECT min(sequence) FROM entry WHERE refers = ?1")?;
    Ok(first.query_one([outcome.refers], |row| row.get::<_, Option<i64>>(0))? == Some(outcome.sequence))
}

/// The texts as in [`FIELDS`].
const FIND: &str = "SELECT at, ending, bytes, millis, event, app, server, account, method, tool, decision, reason, whose, tier \
     FROM listed WHERE sequence = ?1";

/// Names that are remembered.
const MOST_NAMES: usize = 100_000;

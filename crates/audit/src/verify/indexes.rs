//! Comparing the index, and the directory of calls, with the rows that the chain vouches for.
//!
//! Each is a second copy of some fields, and readers believe it: with an entry moved in `outcome_of`, one call is shown with the
//! outcome of another while every hash is right. Each row is looked up as the readers do, and in the end each index must have as
//! many entries as there were rows: all are there, so none is beside them.

use crate::chain::COLUMNS;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// What the walk has seen of rows that stand in an index.
#[derive(Default)]
pub(super) struct Indexes {
    calls: u64,
    outcomes: u64,
}

/// The fields of a row that indexes hold.
pub(super) struct Keys {
    refers: Option<i64>,
    /// Whether a tool is named.
    calls: bool,
}

impl Keys {
    /// Of a row's values, in the order of [`COLUMNS`].
    pub(super) fn of(values: &[ValueRef<'_>; COLUMNS.len()]) -> Self {
        let mut keys = Self { refers: None, calls: false };
        for ((column, _), value) in COLUMNS.iter().zip(values) {
            match (*column, value) {
                ("refers", ValueRef::Integer(refers)) => keys.refers = Some(*refers),
                ("tool", ValueRef::Text(_)) => keys.calls = true,
                _ => {}
            }
        }
        keys
    }
}

impl Indexes {
    /// Whether the indexes lead to this row, as they should.
    pub(super) fn agree(&mut self, db: &Connection, sequence: i64, keys: &Keys) -> rusqlite::Result<bool> {
        if let Some(refers) = keys.refers {
            self.outcomes += 1;
            if !db.prepare_cached(OUTCOME)?.query_one((sequence, refers), |row| row.get(0))? {
                return Ok(false);
            }
        }
        if keys.calls {
            self.calls += 1;
            if !db.prepare_cached(CALL)?.query_one([sequence], |row| row.get(0))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the indexes hold nothing else. Only after the last row, with nothing written in between.
    pub(super) fn are_complete(&self, db: &Connection) -> rusqlite::Result<bool> {
        let count = |sql| -> rusqlite::Result<Option<u64>> {
            let count: i64 = db.prepare_cached(sql)?.query_one([], |row| row.get(0))?;
            Ok(u64::try_from(count).ok())
        };
        Ok(count(OUTCOMES)? == Some(self.outcomes) && count(CALLS)? == Some(self.calls))
    }
}

/// The reader takes the first outcome that the index names: that must be this one, or an earlier row that is one too.
const OUTCOME: &str = "SELECT EXISTS (SELECT 1 FROM entry INDEXED BY outcome_of WHERE refers = ?2 AND sequence = ?1) \
     AND EXISTS (SELECT 1 FROM entry NOT INDEXED WHERE refers = ?2 AND sequence <= ?1 \
                 AND sequence = (SELECT min(sequence) FROM entry INDEXED BY outcome_of WHERE refers = ?2))";

/// The row's own fields lead to it, as far as the directory goes.
const CALL: &str = "SELECT ?1 > (SELECT called FROM progress) OR EXISTS (SELECT 1 FROM entry AS row NOT INDEXED, called AS found \
     WHERE row.sequence = ?1 AND found.server = coalesce(row.server, '') AND found.tool = row.tool AND found.sequence = ?1)";

const OUTCOMES: &str = "SELECT count(*) FROM entry INDEXED BY outcome_of WHERE refers IS NOT NULL";

/// Those in the directory, and those that it does not have yet.
const CALLS: &str = "SELECT (SELECT count(*) FROM called) + (SELECT count(*) FROM entry NOT INDEXED \
     WHERE sequence > (SELECT called FROM progress) AND tool IS NOT NULL)";

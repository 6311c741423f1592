//! Searching the log, newest first, in bounded stretches: calls are written in between.
//!
//! The rows that the [list](crate::listed) does not have yet are walked through. From there on the list says which entries may be
//! wanted; each is then read whole and asked again, so that nothing is shown because of the list alone.

mod sieve;

use crate::listed;
use crate::query::Query;
use crate::read::{self, Row};
use rusqlite::Connection;
use sieve::{Found, Sieve};

/// What a search found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// The entries, newest first.
    pub rows: Vec<Row>,
    /// What to pass as [`Query::before`] for what follows; none at the end of the log. A page that is not full although something
    /// follows is one whose search took long enough.
    pub next: Option<u64>,
}

/// A search that goes on.
pub(crate) struct Search<'a> {
    query: &'a Query,
    sieve: Sieve,
    /// Whether nothing is asked of an entry.
    takes_all: bool,
    /// Everything from this number on was searched, and what may be wanted of it stands in `rows` or waits in `found`.
    high: i64,
    found: std::vec::IntoIter<Found>,
    rows: Vec<Row>,
    effort: i64,
    /// How long the next stretch is: most searches find what they want in the newest entries.
    stride: i64,
}

impl<'a> Search<'a> {
    /// In a log that ends at `newest`.
    pub(crate) fn of(query: &'a Query, newest: u64) -> Self {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX - 1);
        let end = number(newest).saturating_add(1);
        let sieve = Sieve::of(query);
        let takes_all =
            sieve.conditions.is_empty() && query.endings.is_empty() && query.since.or(query.until).is_none();
        Self {
            query,
            sieve,
            takes_all,
            high: query.before.map_or(end, |before| number(before).min(end)),
            found: Vec::new().into_iter(),
            rows: Vec::new(),
            effort: 0,
            stride: FIRST,
        }
    }

    /// Searches the next stretch. Says whether there is more to do.
    pub(crate) fn step(&mut self, db: &Connection) -> rusqlite::Result<bool> {
        if self.is_over() {
            return Ok(false);
        }
        let listed = listed::done(db)?.saturating_add(1);
        if !self.found.as_slice().is_empty() {
            self.look_up(db)?;
        } else if self.high > listed || self.takes_all {
            self.walk(db, listed)?;
        } else {
            self.sift(db)?;
        }
        Ok(!self.is_over())
    }

    /// One more than wanted tells whether anything follows.
    pub(crate) fn finish(mut self) -> Page {
        let wanted = self.query.rows();
        let is_more = self.rows.len() > wanted;
        self.rows.truncate(wanted);
        let next = match self.rows.last() {
            _ if wanted == 0 => None,
            Some(last) if is_more => Some(last.sequence),
            _ if self.high > 1 => u64::try_from(self.high).ok(),
            _ => None,
        };
        Page { rows: self.rows, next }
    }

    fn is_over(&self) -> bool {
        let is_searched = self.high <= 1 || self.effort >= MOST_EFFORT;
        self.query.rows() == 0 || self.missing() == 0 || is_searched && self.found.as_slice().is_empty()
    }

    fn missing(&self) -> usize {
        (self.query.rows() + 1).saturating_sub(self.rows.len())
    }

    /// Row by row.
    fn walk(&mut self, db: &Connection, listed: i64) -> rusqlite::Result<()> {
        let low = if self.takes_all { 1 } else { listed };
        let span = self.high.saturating_sub(WALK).max(low)..self.high;
        let (query, sieve, rows, missing) = (self.query, &self.sieve, &mut self.rows, self.query.rows() + 1);
        // Without conditions each row counts, and no more are read than are wanted.
        let most = self.takes_all.then(|| missing.saturating_sub(rows.len()));
        read::walk(db, &span, most, |row| {
            if rows.len() < missing && query.fits(&sieve.conditions, &row) {
                rows.push(row);
            }
        })?;
        // Where each row counts, the page fills.
        self.effort += if self.takes_all { 0 } else { WALKING * (span.end - span.start) };
        self.high = span.start;
        Ok(())
    }

    /// By the list.
    fn sift(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let span = self.high.saturating_sub(self.stride).max(1)..self.high;
        self.stride = (2 * self.stride).min(SIFT);
        let mut found = self.sieve.sift(db, self.query, &span)?;
        self.effort += span.end - span.start;
        self.high = span.start;
        self.sieve.drop_unhinted(db, &span, &mut found)?;
        // Where many hang on one word in their arguments, all of the stretch are asked for it at once.
        if let Some((test, word)) = self.sieve.most_wanted(&found) {
            self.effort += READING * (span.end - span.start);
            let held = read::holding(db, &span, word)?;
            found.retain(|found| found.hangs_on != Some(test) || held.binary_search(&found.sequence).is_ok());
        }
        self.found = found.into_iter();
        Ok(())
    }

    /// The rows of the next that may be wanted. What is left when the page is full is the next page's.
    fn look_up(&mut self, db: &Connection) -> rusqlite::Result<()> {
        for _ in 0..LOOK_UP {
            let Some(found) = self.found.next().filter(|_| self.missing() > 0) else { return Ok(()) };
            let row = read::one(db, u64::try_from(found.sequence).unwrap_or(0))?;
            self.rows.extend(row.filter(|row| self.query.fits(&self.sieve.conditions, row)));
        }
        Ok(())
    }
}

/// Numbers that are walked through, or sifted, while the log is held.
const WALK: i64 = if cfg!(test) { 5 } else { 1_000 };
const SIFT: i64 = if cfg!(test) { 11 } else { 20_000 };

/// Rows that are read one by one while the log is held.
const LOOK_UP: usize = if cfg!(test) { 2 } else { 1_000 };

/// Numbers that are sifted first.
const FIRST: i64 = if cfg!(test) { 3 } else { 1_000 };

/// How much longer than sifting an entry it takes to walk over one, and to read its arguments.
const WALKING: i64 = 80;
const READING: i64 = 8;

/// Entries that are sifted for one page: more would keep a person waiting.
const MOST_EFFORT: i64 = if cfg!(test) { 24_000 } else { 20_000_000 };

#[cfg(test)]
mod tests;

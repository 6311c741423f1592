//! Looking over the log: little of each entry, oldest first, for counting.

use crate::listed::{self, TOO_LONG};
use crate::query::Field;
use crate::read::{self, Ending, Row, Span};
use keyholder_model::clock::Timestamp;
use keyholder_model::event::Outcome;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::collections::HashMap;

/// What is counted of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Glance {
    /// Its number in the log.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// `call`, or a note's word.
    pub event: Name,
    /// The host app.
    pub app: Option<Name>,
    /// The server.
    pub server: Option<Name>,
    /// The tool.
    pub tool: Option<Name>,
    /// The decision.
    pub decision: Option<Name>,
    /// Why.
    pub reason: Option<Name>,
    /// Of a note: whose doing it was.
    pub whose: Option<Name>,
    /// How it ended.
    pub ending: Ending,
    /// Of a call that was done: the size of its answer.
    pub bytes: u64,
    /// Of a note: how long the person took, in milliseconds.
    pub millis: Option<u64>,
}

/// A text of a look over the log, as a number: what is counted by it need not hold it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Name(usize);

/// The texts of a look over the log.
#[derive(Debug, Default)]
pub struct Names {
    texts: Vec<Box<str>>,
    by_text: HashMap<Box<str>, Name>,
    /// The list's own numbers.
    by_number: HashMap<i64, Name>,
}

impl Names {
    /// The text.
    pub fn text(&self, name: Name) -> &str {
        self.texts.get(name.0).map_or("", |text| text)
    }

    /// How many there are: each is a number below that.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    fn of_text(&mut self, text: &str) -> Name {
        if let Some(name) = self.by_text.get(text) {
            return *name;
        }
        let name = Name(self.texts.len());
        self.texts.push(text.into());
        self.by_text.insert(text.into(), name);
        name
    }

    fn of_number(&mut self, db: &Connection, number: i64) -> rusqlite::Result<Option<Name>> {
        if let Some(name) = self.by_number.get(&number) {
            return Ok(Some(*name));
        }
        let Some(text) = listed::name(db, number)? else { return Ok(None) };
        let name = self.of_text(&text);
        self.by_number.insert(number, name);
        Ok(Some(name))
    }

    fn of_row(&mut self, row: &Row) -> Glance {
        let mut name = |field| row.text(field).map(|text| self.of_text(text));
        let (bytes, millis) = match row.ended.as_ref().map(|ended| &ended.outcome) {
            Some(Outcome::Complete { bytes, millis }) => (*bytes, Some(*millis)),
            _ => (0, row.millis),
        };
        Glance {
            sequence: row.sequence,
            at: row.at,
            app: name(Field::App),
            server: name(Field::Server),
            tool: name(Field::Tool),
            decision: name(Field::Decision),
            reason: name(Field::Reason),
            whose: name(Field::Whose),
            ending: row.ending(),
            bytes,
            millis,
            event: self.of_text(&row.event),
        }
    }
}

/// A look that goes on.
pub(crate) struct Look {
    since: Timestamp,
    next: i64,
    /// The first number that is not looked at.
    end: i64,
}

impl Look {
    /// Over a log that ends at `newest`.
    pub(crate) fn of(since: Timestamp, newest: u64) -> Self {
        Self { since, next: 1, end: i64::try_from(newest).unwrap_or(i64::MAX - 1) + 1 }
    }

    /// Looks over the next stretch; false at the end.
    pub(crate) fn step(
        &mut self,
        db: &Connection,
        names: &mut Names,
        glances: &mut Vec<Glance>,
    ) -> rusqlite::Result<bool> {
        glances.clear();
        if self.next >= self.end {
            return Ok(false);
        }
        let listed = listed::done(db)?.saturating_add(1).min(self.end);
        if self.next < listed {
            let span = self.next..self.next.saturating_add(LISTED).min(listed);
            self.next = span.end;
            self.by_list(db, &span, names, glances)?;
        } else {
            let span = self.next..self.next.saturating_add(WALK).min(self.end);
            self.next = span.end;
            read::walk(db, &span, None, |row| glances.push(names.of_row(&row)))?;
            glances.retain(|glance| glance.at >= self.since);
            glances.reverse();
        }
        Ok(true)
    }

    fn by_list(
        &self,
        db: &Connection,
        span: &Span,
        names: &mut Names,
        glances: &mut Vec<Glance>,
    ) -> rusqlite::Result<()> {
        let mut select = db.prepare_cached(SELECT)?;
        let mut rows = select.query((span.start, span.end, self.since.as_millis()))?;
        while let Some(row) = rows.next()? {
            let number = |place| match row.get_ref(place) {
                Ok(ValueRef::Integer(number)) => Some(number),
                _ => None,
            };
            let count = |place| number(place).and_then(|number| u64::try_from(number).ok());
            let sequence = count(0).unwrap_or(0);
            let ending = listed::ending(number(2).unwrap_or(0));
            let texts: [Option<i64>; 7] = std::array::from_fn(|place| number(place + 5));
            // What was open may have ended since, and a long text stands in the row alone.
            if ending == Ending::Open || texts.contains(&Some(TOO_LONG)) {
                glances.extend(read::one(db, sequence)?.map(|row| names.of_row(&row)));
                continue;
            }
            let mut name = |place: usize| match texts.get(place).copied().flatten() {
                Some(number) => names.of_number(db, number),
                None => Ok(None),
            };
            let Some(event) = name(0)? else { continue };
            glances.push(Glance {
                sequence,
                at: Timestamp::from_millis(number(1).unwrap_or(0)),
                event,
                app: name(1)?,
                server: name(2)?,
                tool: name(3)?,
                decision: name(4)?,
                reason: name(5)?,
                whose: name(6)?,
                ending,
                bytes: count(3).unwrap_or(0),
                millis: count(4),
            });
        }
        Ok(())
    }
}

/// In the order in which [`Look::by_list`] takes the values.
const SELECT: &str = "SELECT sequence, at, ending, bytes, millis, event, app, server, tool, decision, reason, whose FROM listed \
     WHERE sequence >= ?1 AND sequence < ?2 AND at >= ?3 ORDER BY sequence";

/// Numbers that are looked over, or walked through, while the log is held.
const LISTED: i64 = if cfg!(test) { 11 } else { 20_000 };
const WALK: i64 = if cfg!(test) { 5 } else { 1_000 };

//! The log as the broker uses it.

mod book;

use crate::anchor::Anchor;
use crate::called;
use crate::calls::{self, CallQuery, PastCall};
use crate::chain::Fields;
use crate::entry::{Entry, Intent, Note, Open, Risk, Settled};
use crate::error::AuditError;
use crate::glance::{Glance, Look, Names};
use crate::listed;
use crate::query::Query;
use crate::read::{self, Row};
use crate::search::{Page, Search};
use crate::store;
use crate::verify::{self, Report};
use book::Book;
use keyholder_model::clock::{Clock, Timestamp};
use keyholder_model::event::Outcome;
use rusqlite::OptionalExtension;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How much a written entry survives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Durability {
    /// Also a loss of power: each entry waits for the disk (milliseconds).
    Full,
    /// The end of the process, however sudden. A loss of power may take the newest entries, never one that an anchor named.
    #[default]
    Process,
}

/// The tamper-evident log. Shared by reference; every method may be called from any thread, and none waits for another's
/// network or person.
#[derive(Debug)]
pub struct Log {
    pub(crate) inner: Arc<Inner>,
}

impl Log {
    /// Opens the log at `path`, or makes it with mode 0600. Its folder must exist.
    ///
    /// Calls that an earlier process left without an outcome are recorded as unknown now (catalogue case 239).
    ///
    /// # Errors
    /// [`AuditError::Unsafe`] for a link, a FIFO or a foreign file; [`AuditError::Damaged`], [`AuditError::Newer`],
    /// [`AuditError::InUse`], [`AuditError::Unwritable`], [`AuditError::Full`] as they say.
    pub fn open(path: &Path, clock: Arc<dyn Clock>, durability: Durability) -> Result<Self, AuditError> {
        let db = store::open(path, durability)?;
        let head = store::head(&db, path)?;
        let book = Book::new(db, head, path.to_owned());
        let inner =
            Inner { clock, book: Mutex::new(book), waiting: Mutex::new(Vec::new()), writers: AtomicUsize::new(0) };
        inner.settle_left_open()?;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Writes the intent to call, before the first byte leaves (architecture, invariant 4).
    ///
    /// # Errors
    /// Any: the call must then be refused.
    pub fn begin(&self, intent: &Intent<'_>) -> Result<Entry<Open>, AuditError> {
        self.begin_with_risk(intent, Risk::default())
    }

    /// As [`Log::begin`], with how much harm the call can do.
    ///
    /// # Errors
    /// Any: the call must then be refused.
    pub fn begin_with_risk(&self, intent: &Intent<'_>, risk: Risk) -> Result<Entry<Open>, AuditError> {
        let mut fields = intent.fields(self.inner.clock.now());
        risk.set(&mut fields);
        let sequence = self.inner.append(&[fields])?;
        Ok(Entry::of(sequence, Arc::clone(&self.inner)))
    }

    /// Writes down anything that is not a call. Returns its sequence number.
    ///
    /// # Errors
    /// Any: it is not written then.
    pub fn note(&self, event: &Note<'_>) -> Result<u64, AuditError> {
        self.inner.append(&[event.fields(self.inner.clock.now())])
    }

    /// The newest point, for the keychain. Everything up to it is on the disk when this returns, so that an anchor never runs
    /// ahead of the file, whatever happens to the power.
    ///
    /// # Errors
    /// As [`Log::flush`].
    pub fn head(&self) -> Result<Anchor, AuditError> {
        self.inner.append(&[])?;
        let mut book = self.inner.book();
        book.sync()?;
        Ok(book.head)
    }

    /// Whether the log still has the row that an anchor names. Looks at this one row: that the rows before it are intact, only
    /// [`Log::verify`] can tell.
    ///
    /// # Errors
    /// The log could not be read.
    pub fn holds(&self, anchor: &Anchor) -> Result<bool, AuditError> {
        if anchor.count == 0 {
            return Ok(*anchor == Anchor::empty());
        }
        let book = self.inner.book();
        let number = i64::try_from(anchor.count).unwrap_or(i64::MAX);
        let row = book.db.query_row(
            "SELECT hash = ?2 FROM entry WHERE sequence = ?1",
            (number, anchor.hash.as_bytes()),
            |row| row.get(0),
        );
        row.optional().map(|holds| holds.unwrap_or(false)).map_err(|why| AuditError::of(why, &book.path))
    }

    /// Walks the whole chain, against an anchor where one is given, and compares the schema and the indexes with it. Calls go on
    /// meanwhile.
    ///
    /// # Errors
    /// The log could not be read at all; what is wrong *in* it stands in the report.
    pub fn verify(&self, anchor: Option<&Anchor>) -> Result<Report, AuditError> {
        self.inner.append(&[])?;
        match self.inner.take_up() {
            // What the directory does not have yet cannot be wrong in it; a page that SQLite cannot read is found by the walk.
            Ok(()) | Err(AuditError::Full | AuditError::Damaged { .. }) => {}
            Err(why) => return Err(why),
        }
        let mut walk = verify::Walk::new(anchor);
        loop {
            let book = self.inner.give_way();
            match walk.step(&book.db).map_err(|why| AuditError::of(why, &book.path)) {
                Ok(verify::Step::Done) => return Ok(walk.finish()),
                Ok(verify::Step::More) => {}
                // A page that SQLite cannot read is a finding, not a failure to look.
                Err(AuditError::Damaged { .. }) => return Ok(walk.finish_unreadable()),
                Err(why) => return Err(why),
            }
        }
    }

    /// Calls and notes, newest first; a call with its outcome. However long that takes.
    ///
    /// # Errors
    /// As [`Log::flush`].
    pub fn read(&self, query: &Query) -> Result<Vec<Row>, AuditError> {
        let Page { mut rows, mut next } = self.page(query)?;
        while rows.len() < query.rows()
            && let Some(before) = next
        {
            let left = query.rows().saturating_sub(rows.len());
            let page = self.page(&Query { before: Some(before), limit: Some(left), ..query.clone() })?;
            rows.extend(page.rows);
            next = page.next;
        }
        Ok(rows)
    }

    /// Calls and notes, newest first; a call with its outcome. The page is full, or the log is at its end, or the search went on for
    /// long enough to be asked for again.
    ///
    /// # Errors
    /// As [`Log::flush`].
    pub fn page(&self, query: &Query) -> Result<Page, AuditError> {
        self.write_waiting()?;
        let mut search = Search::of(query, self.inner.book().head.count);
        loop {
            let book = self.inner.give_way();
            if !search.step(&book.db).map_err(|why| AuditError::of(why, &book.path))? {
                return Ok(search.finish());
            }
        }
    }

    /// The call or note with this number; for the number of an outcome, its call.
    ///
    /// # Errors
    /// As [`Log::flush`].
    pub fn entry(&self, number: u64) -> Result<Option<Row>, AuditError> {
        self.write_waiting()?;
        let book = self.inner.book();
        let find = || match read::one(&book.db, number)? {
            Some(row) => Ok(Some(row)),
            None => match read::call_of(&book.db, number)? {
                Some(call) => read::one(&book.db, call),
                None => Ok(None),
            },
        };
        find().map_err(|why| AuditError::of(why, &book.path))
    }

    /// Looks over all entries since a moment, oldest first. Calls are written in between, and what is written meanwhile is not
    /// looked at.
    ///
    /// # Errors
    /// As [`Log::flush`].
    pub fn look(&self, since: Timestamp, mut take: impl FnMut(&Glance, &Names)) -> Result<Names, AuditError> {
        self.write_waiting()?;
        let mut look = Look::of(since, self.inner.book().head.count);
        let (mut names, mut glances) = (Names::default(), Vec::new());
        loop {
            {
                let book = self.inner.give_way();
                let step = look.step(&book.db, &mut names, &mut glances);
                if !step.map_err(|why| AuditError::of(why, &book.path))? {
                    return Ok(names);
                }
            }
            for glance in &glances {
                take(glance, &names);
            }
        }
    }

    /// Calls of tools, made and refused, each with its outcome.
    ///
    /// # Errors
    /// As [`Log::flush`].
    pub fn calls(&self, query: &CallQuery) -> Result<Vec<PastCall>, AuditError> {
        self.write_waiting()?;
        let mut calls = Vec::new();
        // Without room for the directory the calls are found row by row.
        let directory = self.inner.take_up().is_ok();
        let mut search = calls::Search::of(query, self.inner.book().head.count, directory);
        loop {
            let book = self.inner.give_way();
            let step = search.step(&book.db, query, &mut calls);
            if !step.map_err(|why| AuditError::of(why, &book.path))? {
                return Ok(calls);
            }
        }
    }

    /// A full disk must not hide the log (catalogue case 146): what could not be written yet is missing from the view only.
    pub(crate) fn write_waiting(&self) -> Result<(), AuditError> {
        match self.inner.append(&[]) {
            Err(AuditError::Full | AuditError::Failed(_)) | Ok(_) => Ok(()),
            Err(why) => Err(why),
        }
    }

    /// Writes the outcomes that wait, and moves the write-ahead log into the file when it has grown. For a timer, and at exit.
    ///
    /// # Errors
    /// [`AuditError::Full`]: they go on waiting. [`AuditError::Failed`]: open the log again.
    pub fn flush(&self) -> Result<(), AuditError> {
        self.inner.append(&[])?;
        let mut book = self.inner.book();
        if book.head.count.saturating_sub(book.synced) >= GROWN {
            book.sync()?;
        }
        drop(book);
        self.inner.take_up()
    }
}

/// What entries and the log share.
pub(crate) struct Inner {
    clock: Arc<dyn Clock>,
    book: Mutex<Book>,
    /// Outcomes that are not written yet. Bounded: each begin writes them all, so there are never more than calls in flight
    /// since the last one, and [`WAITING`] of them are written without waiting for a begin.
    waiting: Mutex<Vec<Settled>>,
    /// How many wait for the book with something to write: who only reads lets them go first.
    writers: AtomicUsize,
}

impl Inner {
    /// Queues an outcome.
    pub(crate) fn settle(&self, refers: u64, outcome: Outcome) {
        let settled = Settled { refers, at: self.clock.now(), outcome };
        let waiting = {
            let mut waiting = self.waiting();
            waiting.push(settled);
            waiting.len()
        };
        if waiting >= WAITING
            && let Err(why) = self.append(&[])
        {
            tracing::error!("outcomes wait for the audit log: {why}");
        }
    }

    /// Writes what waits, then these rows, in one transaction. Returns the newest sequence number.
    fn append(&self, rows: &[Fields<'_>]) -> Result<u64, AuditError> {
        // The book is locked first, so that outcomes are written in the order in which they were taken.
        self.writers.fetch_add(1, Ordering::Relaxed);
        let mut book = self.book();
        self.writers.fetch_sub(1, Ordering::Relaxed);
        let settled = std::mem::take(&mut *self.waiting());
        if settled.is_empty() && rows.is_empty() {
            return Ok(book.head.count);
        }
        let result = book.append(&settled, rows);
        if result.is_err() {
            self.waiting().splice(..0, settled);
        }
        result.map(|()| book.head.count)
    }

    /// Brings the directory of calls, and the list of entries, up to the newest row.
    fn take_up(&self) -> Result<(), AuditError> {
        while self.give_way().take_up()? {}
        Ok(())
    }

    /// The book, for the next stretch of something long: whoever waits with something to write comes first. A lock alone is not
    /// fair: who gives it up and takes it again at once has it, and a call would wait until the end of it all.
    fn give_way(&self) -> MutexGuard<'_, Book> {
        for _ in 0..MOST_TURNS {
            if self.writers.load(Ordering::Relaxed) == 0 {
                break;
            }
            std::thread::yield_now();
        }
        self.book()
    }

    /// Calls whose outcome an earlier process took with it.
    fn settle_left_open(&self) -> Result<(), AuditError> {
        let mut book = self.book();
        let left_open = {
            let refuse = |why| AuditError::of(why, &book.path);
            let mut find = book.db.prepare(LEFT_OPEN).map_err(refuse)?;
            let rows = find.query_map([], |row| row.get::<_, i64>(0)).map_err(refuse)?;
            rows.collect::<Result<Vec<_>, _>>().map_err(refuse)?
        };
        let at = self.clock.now();
        for chunk in left_open.chunks(1000) {
            let settled = chunk.iter().filter_map(|sequence| u64::try_from(*sequence).ok());
            let settled: Vec<Settled> =
                settled.map(|refers| Settled { refers, at, outcome: Outcome::Unknown }).collect();
            book.append(&settled, &[])?;
        }
        let count = i64::try_from(book.head.count).unwrap_or(i64::MAX);
        let done = book.db.execute("UPDATE progress SET settled = ?1", [count]);
        done.and_then(|_| called::distrust(&book.db, count))
            .and_then(|()| listed::distrust(&book.db, count))
            .map_err(|why| AuditError::of(why, &book.path))
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        // A panic in between leaves at most an open transaction, which the next append rolls back.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Settled>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Err(why) = self.append(&[]) {
            tracing::error!("the last outcomes could not be written to the audit log: {why}");
        }
    }
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Log").field("head", &self.book().head).finish_non_exhaustive()
    }
}

/// Intents without an outcome, since the last time that was looked for.
const LEFT_OPEN: &str = "SELECT intent.sequence FROM entry AS intent \
     WHERE intent.sequence > (SELECT settled FROM progress) AND intent.kind = 'intent' \
     AND NOT EXISTS (SELECT 1 FROM entry AS outcome WHERE outcome.refers = intent.sequence) ORDER BY intent.sequence";

/// Outcomes that wait before they are written on their own.
const WAITING: usize = 64;

/// How often a reader looks whether somebody still waits, before it waits in line itself.
const MOST_TURNS: u32 = 10_000;

/// Rows after which `flush` moves the write-ahead log into the file.
const GROWN: u64 = 256;

#[cfg(test)]
mod tests;

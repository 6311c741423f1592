//! The file as the log holds it: one connection, where the chain stands in it, and whether it can be relied on.

use crate::anchor::Anchor;
use crate::called;
use crate::chain::Fields;
use crate::entry::Settled;
use crate::error::AuditError;
use crate::listed;
use crate::store;
use rusqlite::Connection;
use std::path::PathBuf;

/// The connection and where the chain stands.
pub(crate) struct Book {
    pub(crate) db: Connection,
    pub(crate) head: Anchor,
    pub(super) path: PathBuf,
    /// Rows up to here are on the disk.
    pub(super) synced: u64,
    health: Health,
    pub(crate) names: listed::Names,
}

/// Whether the file can be relied on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Health {
    /// The disk failed once.
    Failed,
    /// As far as known.
    Sound,
}

impl Book {
    pub(super) fn new(db: Connection, head: Anchor, path: PathBuf) -> Self {
        Self { db, head, path, synced: 0, health: Health::Sound, names: listed::Names::default() }
    }

    pub(super) fn append(&mut self, settled: &[Settled], rows: &[Fields<'_>]) -> Result<(), AuditError> {
        if self.health == Health::Failed {
            return Err(AuditError::Failed(None));
        }
        match self.write(settled, rows) {
            Ok(head) => {
                self.head = head;
                Ok(())
            }
            Err(why) => Err(self.recover(why)),
        }
    }

    /// Writes the rows in one transaction; the chain moves on only if that was committed.
    fn write(&self, settled: &[Settled], rows: &[Fields<'_>]) -> rusqlite::Result<Anchor> {
        if !self.db.is_autocommit() {
            self.run("ROLLBACK")?;
        }
        self.run("BEGIN")?;
        let mut head = self.head;
        for outcome in settled {
            head = self.insert(&outcome.fields(), &head)?;
        }
        for row in rows {
            head = self.insert(row, &head)?;
        }
        self.run("COMMIT")?;
        Ok(head)
    }

    /// Takes up the next rows into the directory of calls and the list of entries. Says whether there are more.
    pub(super) fn take_up(&mut self) -> Result<bool, AuditError> {
        if self.health == Health::Failed {
            return Err(AuditError::Failed(None));
        }
        let newest = i64::try_from(self.head.count).unwrap_or(i64::MAX);
        self.take_up_to(newest).map_err(|why| {
            self.names.forget();
            self.recover(why)
        })
    }

    fn take_up_to(&mut self, newest: i64) -> rusqlite::Result<bool> {
        if called::done(&self.db)?.min(listed::done(&self.db)?) >= newest {
            return Ok(false);
        }
        if !self.db.is_autocommit() {
            self.run("ROLLBACK")?;
        }
        self.run("BEGIN")?;
        let called = called::take_up(&self.db, newest)?;
        let listed = listed::take_up(&self.db, &mut self.names, newest)?;
        self.run("COMMIT")?;
        Ok(called || listed)
    }

    fn insert(&self, row: &Fields<'_>, head: &Anchor) -> rusqlite::Result<Anchor> {
        let next = row.link(head);
        let mut insert = self.db.prepare_cached(&store::INSERT)?;
        insert.raw_bind_parameter(1, i64::try_from(next.count).unwrap_or(i64::MAX))?;
        let mut place = 2;
        for cell in row.cells() {
            insert.raw_bind_parameter(place, cell)?;
            place += 1;
        }
        insert.raw_bind_parameter(place, next.hash.as_bytes())?;
        insert.raw_execute()?;
        Ok(next)
    }

    fn run(&self, sql: &str) -> rusqlite::Result<()> {
        self.db.prepare_cached(sql)?.raw_execute().map(drop)
    }

    /// After a failure: nothing of the transaction stays. A disk that failed is not believed again (catalogue case 151).
    pub(super) fn recover(&mut self, why: rusqlite::Error) -> AuditError {
        let is_rolled_back = self.db.is_autocommit() || self.run("ROLLBACK").is_ok();
        let why = AuditError::of(why, &self.path);
        if !is_rolled_back || matches!(why, AuditError::Failed(_)) {
            self.health = Health::Failed;
        }
        why
    }

    /// Puts everything that was committed onto the disk.
    pub(super) fn sync(&mut self) -> Result<(), AuditError> {
        if self.synced == self.head.count {
            return Ok(());
        }
        if self.health == Health::Failed {
            return Err(AuditError::Failed(None));
        }
        // Nobody else reads this file, so the checkpoint always gets to the end; it syncs the write-ahead log, then the file.
        match self.db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            Ok(()) => {
                self.synced = self.head.count;
                Ok(())
            }
            Err(why) => Err(self.recover(why)),
        }
    }
}

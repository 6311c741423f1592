//! The database that only Keyholder writes.

use crate::error::SettingsError;
use crate::file;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// One connection to `keyholder.db`.
#[derive(Debug)]
pub(crate) struct Store {
    db: Mutex<Connection>,
    path: PathBuf,
}

impl Store {
    pub(crate) fn open(path: &Path) -> Result<Self, SettingsError> {
        file::prepare_database(path)?;
        let refuse = |why| SettingsError::of(why, path);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut db = Connection::open_with_flags(path, flags).map_err(refuse)?;
        db.busy_timeout(Duration::from_secs(2)).map_err(refuse)?;
        // The version is looked at first: a newer file must not even get another journal mode.
        check_version(&db, path)?;
        configure(&db).map_err(refuse)?;
        let found: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(refuse)?;
        if found != "ok" {
            return Err(SettingsError::Damaged { path: path.to_owned(), why: found });
        }
        migrate(&mut db, path)?;
        Ok(Self { db: Mutex::new(db), path: path.to_owned() })
    }

    /// Does one thing with the database.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, SettingsError> {
        let db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        act(&db).map_err(|why| SettingsError::of(why, &self.path))
    }
}

fn configure(db: &Connection) -> rusqlite::Result<()> {
    db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))?;
    // Changes here are rare, and a revoked grant must stay revoked after a loss of power.
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "mmap_size", 0)?;
    db.pragma_update(None, "trusted_schema", false)?;
    db.pragma_update(None, "cell_size_check", true)
}

fn check_version(db: &Connection, path: &Path) -> Result<i64, SettingsError> {
    let refuse = |why| SettingsError::of(why, path);
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(refuse)?;
    let application: i64 = db.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(refuse)?;
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(refuse)?;
    let is_new = tables == 0 && version == 0 && application == 0;
    if !is_new && (application != APPLICATION || version < 1) {
        let why = "it is no database of Keyholder's settings".to_owned();
        return Err(SettingsError::Damaged { path: path.to_owned(), why });
    }
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if version > known {
        return Err(SettingsError::Newer { path: path.to_owned(), found: version, known });
    }
    Ok(version)
}

/// Brings the schema up to date, in one transaction.
fn migrate(db: &mut Connection, path: &Path) -> Result<(), SettingsError> {
    let refuse = |why| SettingsError::of(why, path);
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(refuse)?;
    let done = usize::try_from(check_version(&change, path)?).unwrap_or(0);
    if done == MIGRATIONS.len() {
        return Ok(());
    }
    for step in MIGRATIONS.iter().skip(done) {
        change.execute_batch(step).map_err(refuse)?;
    }
    change.pragma_update(None, "user_version", i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)).map_err(refuse)?;
    change.pragma_update(None, "application_id", APPLICATION).map_err(refuse)?;
    change.commit().map_err(refuse)
}

/// A column's text, parsed into what it must be.
pub(crate) fn parsed<T>(row: &rusqlite::Row<'_>, column: &str) -> rusqlite::Result<T>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    let text: String = row.get(column)?;
    text.parse()
        .map_err(|why: T::Err| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(why)))
}

/// A column's moment, where there is one.
pub(crate) fn moment(
    row: &rusqlite::Row<'_>,
    column: &str,
) -> rusqlite::Result<Option<keyholder_model::clock::Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(keyholder_model::clock::Timestamp::from_millis))
}

/// Frozen: a step that was released is never edited; a new one is added.
const MIGRATIONS: [&str; 3] =
    [include_str!("../migrations/1.sql"), include_str!("../migrations/2.sql"), include_str!("../migrations/3.sql")];

/// "KHSE": tells our file from any other SQLite database.
const APPLICATION: i64 = 0x4b48_5345;

#[cfg(test)]
mod tests;

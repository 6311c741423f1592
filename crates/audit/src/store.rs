//! The file: opening, its schema and its versions.

use crate::anchor::Anchor;
use crate::chain::COLUMNS;
use crate::error::AuditError;
use crate::log::Durability;
use crate::place;
use crate::schema::{self, MIGRATIONS};
use keyholder_model::digest::Digest;
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

/// Opens the log, or makes a new one, and locks it for this process.
///
/// The lock is SQLite's exclusive mode: a second broker is refused instead of forking the chain (catalogue case 237), and no
/// shared memory is needed.
pub(crate) fn open(path: &Path, durability: Durability) -> Result<Connection, AuditError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(AuditError::OldSqlite { found: rusqlite::version() });
    }
    place::prepare(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let refuse = |why| AuditError::of(why, path);
    let mut db = Connection::open_with_flags(path, flags).map_err(refuse)?;
    db.busy_timeout(Duration::from_millis(200)).map_err(refuse)?;
    configure(&db, durability).map_err(refuse)?;
    check_integrity(&db, path)?;
    migrate(&mut db, path)?;
    // A trigger would act at the first row that is written.
    match schema::foreign(&db).map_err(refuse)? {
        None => Ok(db),
        Some(why) => Err(AuditError::Damaged { path: path.to_owned(), why }),
    }
}

fn configure(db: &Connection, durability: Durability) -> rusqlite::Result<()> {
    db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))?;
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Process => "NORMAL",
    };
    db.pragma_update(None, "synchronous", synchronous)?;
    // `Log::flush` moves the write-ahead log into the file off the hot path; this is the limit where nobody calls it.
    db.pragma_update(None, "wal_autocheckpoint", 4000)?;
    db.pragma_update(None, "mmap_size", 0)?;
    // A hostile file's schema must not run functions of ours.
    db.pragma_update(None, "trusted_schema", false)?;
    db.pragma_update(None, "cell_size_check", true)?;
    db.set_prepared_statement_cache_capacity(48);
    Ok(())
}

/// A file that was cut or overwritten is found now rather than in the middle of a call. Beyond [`LARGE`] the walk would keep
/// the first call waiting; there `verify` finds it.
fn check_integrity(db: &Connection, path: &Path) -> Result<(), AuditError> {
    let refuse = |why| AuditError::of(why, path);
    let pragma = |name| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let bytes = pragma("page_count").map_err(refuse)?.saturating_mul(pragma("page_size").map_err(refuse)?);
    if bytes > LARGE {
        return Ok(());
    }
    let found: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(refuse)?;
    if found == "ok" { Ok(()) } else { Err(AuditError::Damaged { path: path.to_owned(), why: found }) }
}

/// Brings the schema up to date, in one transaction.
fn migrate(db: &mut Connection, path: &Path) -> Result<(), AuditError> {
    let refuse = |why| AuditError::of(why, path);
    let damaged = |why: &str| AuditError::Damaged { path: path.to_owned(), why: why.to_owned() };
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let change = db.transaction_with_behavior(TransactionBehavior::Exclusive).map_err(refuse)?;
    let version: i64 = change.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(refuse)?;
    let application: i64 = change.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(refuse)?;
    let tables: i64 = change.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(refuse)?;
    let is_new = tables == 0 && version == 0 && application == 0;
    if !is_new && application != APPLICATION {
        return Err(damaged("it is another program's database"));
    }
    if version > known {
        return Err(AuditError::Newer { path: path.to_owned(), found: version, known });
    }
    if !is_new && version < 1 {
        return Err(damaged("it has no version"));
    }
    let done = usize::try_from(version).unwrap_or(0);
    for step in MIGRATIONS.iter().skip(done) {
        change.execute_batch(step).map_err(refuse)?;
    }
    change.pragma_update(None, "user_version", known).map_err(refuse)?;
    change.pragma_update(None, "application_id", APPLICATION).map_err(refuse)?;
    change.commit().map_err(refuse)
}

/// The newest row, as an anchor.
pub(crate) fn head(db: &Connection, path: &Path) -> Result<Anchor, AuditError> {
    let newest = db
        .query_row("SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, [u8; 32]>(1)?))
        })
        .optional();
    match newest {
        Ok(None) => Ok(Anchor::empty()),
        Ok(Some((sequence, hash))) => match u64::try_from(sequence) {
            Ok(count) if count < 1 << 62 => Ok(Anchor { count, hash: Digest::from_bytes(hash) }),
            _ => Err(AuditError::Damaged {
                path: path.to_owned(),
                why: "its newest row has an impossible number".to_owned(),
            }),
        },
        Err(why @ rusqlite::Error::SqliteFailure(..)) => Err(AuditError::of(why, path)),
        Err(why) => Err(AuditError::Damaged { path: path.to_owned(), why: why.to_string() }),
    }
}

/// Adds one row: its number, the fields in the order of [`COLUMNS`], its hash.
pub(crate) static INSERT: LazyLock<String> = LazyLock::new(|| {
    let marks = vec!["?"; COLUMNS.len() + 2].join(",");
    format!("INSERT INTO entry (sequence,{},hash) VALUES ({marks})", names())
});

/// Rows from one number on, oldest first, with all that is hashed.
pub(crate) static WALK: LazyLock<String> = LazyLock::new(|| {
    format!("SELECT sequence,{},hash FROM entry WHERE sequence >= ?1 ORDER BY sequence LIMIT ?2", names())
});

/// The rows after one number, up to another, with all that is hashed.
pub(crate) static BETWEEN: LazyLock<String> = LazyLock::new(|| {
    format!("SELECT sequence,{} FROM entry WHERE sequence > ?1 AND sequence <= ?2 ORDER BY sequence", names())
});

fn names() -> String {
    COLUMNS.map(|(name, _)| format!("\"{name}\"")).join(",")
}

/// "KHAU": tells our file from any other SQLite database.
const APPLICATION: i64 = 0x4b48_4155;

/// 3.51.3 repairs the WAL-reset fault (catalogue case 149).
pub(crate) const OLDEST_SQLITE: i32 = 3_051_003;

/// Bytes up to which the whole file is checked when it is opened.
const LARGE: i64 = 64 << 20;

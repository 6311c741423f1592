//! The directory of calls by tool: where in the log a tool's calls stand.
//!
//! It says nothing that the rows do not say, and is written behind them, many rows at a time: an index that grew with each call
//! would make each call wait for one page more. It is brought up to the newest row before it is used.

use rusqlite::Connection;

/// Takes up the next rows of a log that ends at `newest`. Says whether there are more.
///
/// Bounded stretches, so that the first time over a long log does not keep calls waiting. Inside of a transaction.
pub(crate) fn take_up(db: &Connection, newest: i64) -> rusqlite::Result<bool> {
    let from = done(db)?;
    if from >= newest {
        return Ok(false);
    }
    let to = from.saturating_add(STRETCH).min(newest);
    db.prepare_cached(TAKE_UP)?.execute([from, to])?;
    db.prepare_cached("UPDATE progress SET called = ?1")?.execute([to])?;
    Ok(to < newest)
}

/// Up to which row the directory goes.
pub(crate) fn done(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT called FROM progress")?.query_one([], |row| row.get(0))
}

/// A directory that claims to be ahead of the rows is made anew.
pub(crate) fn distrust(db: &Connection, newest: i64) -> rusqlite::Result<()> {
    if (0..=newest).contains(&done(db)?) {
        return Ok(());
    }
    db.execute_batch("BEGIN; DELETE FROM called; UPDATE progress SET called = 0; COMMIT")
}

const TAKE_UP: &str = "INSERT OR IGNORE INTO called (server, tool, sequence) \
     SELECT coalesce(server, ''), tool, sequence FROM entry WHERE sequence > ?1 AND sequence <= ?2 AND tool IS NOT NULL";

/// Rows taken up while the log is held.
const STRETCH: i64 = if cfg!(test) { 7 } else { 1_000 };

//! Which protocol revision an endpoint spoke when it was last asked (T-084).

use crate::error::SettingsError;
use crate::settings::Settings;
use keyholder_model::clock::Timestamp;
use rusqlite::{OptionalExtension, params};

/// The families of MCP's HTTP transport.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Era {
    /// Streamable HTTP with a session and `initialize` (2025-03-26 to 2025-11-25).
    Legacy,
    /// Streamable HTTP without a session (2026-07-28 and later).
    Modern,
    /// HTTP with a separate event stream (2024-11-05).
    Sse,
}

impl Era {
    fn as_str(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Modern => "modern",
            Self::Sse => "sse",
        }
    }
}

/// What an endpoint was found to speak.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EraVerdict {
    /// The protocol version, as the server said it.
    pub version: String,
    /// The family.
    pub era: Era,
    /// When. A legacy verdict is good for 24 hours, which is for the reader to judge.
    pub found: Timestamp,
}

impl Settings {
    /// What is remembered of an endpoint; nothing where the memory cannot be read, since asking again is always right.
    pub fn era(&self, url: &str) -> Option<EraVerdict> {
        let row = self.store.with(|db| {
            db.prepare_cached("SELECT version, era, found FROM eras WHERE url = ?1")?
                .query_row([url], |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?)))
                .optional()
        });
        let (version, era, found) = row.ok().flatten()?;
        let era = [Era::Legacy, Era::Modern, Era::Sse].into_iter().find(|known| known.as_str() == era)?;
        Some(EraVerdict { version, era, found: Timestamp::from_millis(found) })
    }

    /// Remembers what an endpoint speaks.
    ///
    /// # Errors
    /// The database's faults.
    pub fn put_era(&self, url: &str, verdict: &EraVerdict) -> Result<(), SettingsError> {
        self.store.with(|db| {
            db.prepare_cached("INSERT OR REPLACE INTO eras (url, version, era, found) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![url, verdict.version, verdict.era.as_str(), verdict.found.as_millis()])
                .map(drop)
        })
    }

    /// Forgets it: the next call asks again.
    ///
    /// # Errors
    /// The database's faults.
    pub fn forget_era(&self, url: &str) -> Result<(), SettingsError> {
        self.store.with(|db| db.prepare_cached("DELETE FROM eras WHERE url = ?1")?.execute([url]).map(drop))
    }
}

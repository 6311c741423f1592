//! Remembered approvals: ordinary rules, kept as text. What they mean is for the policy room.

use crate::error::SettingsError;
use crate::settings::Settings;
use crate::store::{moment, parsed};
use keyholder_model::clock::Timestamp;
use keyholder_model::id::RuleId;
use rusqlite::params;

/// One remembered rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remembered {
    /// Its id.
    pub id: RuleId,
    /// The rule in Cedar.
    pub text: String,
    /// How it came about, in one sentence.
    pub origin: String,
    /// When it was made.
    pub made: Timestamp,
    /// How often it decided.
    pub uses: u64,
    /// When it last did.
    pub last_used: Option<Timestamp>,
}

impl Settings {
    /// All remembered rules, oldest first.
    ///
    /// # Errors
    /// The database's faults: the caller must then permit nothing on their account.
    pub fn rules(&self) -> Result<Vec<Remembered>, SettingsError> {
        self.store.with(|db| {
            let mut all = db.prepare_cached("SELECT * FROM rules ORDER BY made, id")?;
            let rules = all.query_map([], |row| {
                Ok(Remembered {
                    id: parsed(row, "id")?,
                    text: row.get("text")?,
                    origin: row.get("origin")?,
                    made: Timestamp::from_millis(row.get("made")?),
                    uses: u64::try_from(row.get::<_, i64>("uses")?).unwrap_or(0),
                    last_used: moment(row, "last_used")?,
                })
            })?;
            rules.collect()
        })
    }

    /// Adds a rule.
    ///
    /// # Errors
    /// The database's faults, and a rule of the same id.
    pub fn add_rule(&self, rule: &Remembered) -> Result<(), SettingsError> {
        self.store.with(|db| {
            db.prepare_cached(
                "INSERT INTO rules (id, text, origin, made, uses, last_used) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                rule.id.to_string(),
                rule.text,
                rule.origin,
                rule.made.as_millis(),
                i64::try_from(rule.uses).unwrap_or(i64::MAX),
                rule.last_used.map(Timestamp::as_millis),
            ])
            .map(drop)
        })
    }

    /// Removes a rule. Returns whether it was there.
    ///
    /// # Errors
    /// The database's faults: the rule may still be in force then.
    pub fn remove_rule(&self, id: RuleId) -> Result<bool, SettingsError> {
        self.store.with(|db| {
            db.prepare_cached("DELETE FROM rules WHERE id = ?1")?.execute([id.to_string()]).map(|removed| removed > 0)
        })
    }

    /// Notes that a rule decided.
    ///
    /// # Errors
    /// The database's faults.
    pub fn used_rule(&self, id: RuleId, at: Timestamp) -> Result<(), SettingsError> {
        self.store.with(|db| {
            db.prepare_cached(
                "UPDATE rules SET uses = uses + 1, last_used = max(coalesce(last_used, ?2), ?2) WHERE id = ?1",
            )?
            .execute(params![id.to_string(), at.as_millis()])
            .map(drop)
        })
    }
}

//! How often each rule decided, by the rule's id: for showing what is not used any more.

use crate::error::SettingsError;
use crate::settings::Settings;
use keyholder_model::clock::Timestamp;
use rusqlite::params;

/// How often a rule decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleUse {
    /// The rule's id, whatever kind of rule it is.
    pub id: String,
    /// How often.
    pub uses: u64,
    /// When it last did.
    pub last_used: Timestamp,
}

impl Settings {
    /// Counts that a rule decided so many times more. The latest moment stays, in whichever order the calls come.
    ///
    /// # Errors
    /// [`SettingsError::TooMuch`] for an id of more than 512 bytes, or a new one where 10 000 are counted; the database's faults.
    pub fn count_uses(&self, rule: &str, uses: u64, at: Timestamp) -> Result<(), SettingsError> {
        if rule.len() > LONGEST_ID {
            return Err(SettingsError::TooMuch("the id of a rule is longer than 512 bytes"));
        }
        let written = self.store.with(|db| {
            db.prepare_cached(
                "INSERT INTO rule_uses (id, uses, last_used) SELECT ?1, ?4, ?2 \
                 WHERE EXISTS (SELECT 1 FROM rule_uses WHERE id = ?1) OR (SELECT count(*) FROM rule_uses) < ?3 \
                 ON CONFLICT DO UPDATE SET uses = uses + excluded.uses, last_used = max(last_used, excluded.last_used)",
            )?
            .execute(params![rule, at.as_millis(), MOST_RULES, i64::try_from(uses).unwrap_or(i64::MAX)])
        })?;
        if written == 0 {
            return Err(SettingsError::TooMuch("the uses of 10 000 rules are counted already"));
        }
        Ok(())
    }

    /// The rules that decided at least once, by id.
    ///
    /// # Errors
    /// The database's faults.
    pub fn uses(&self) -> Result<Vec<RuleUse>, SettingsError> {
        self.store.with(|db| {
            let mut all = db.prepare_cached("SELECT id, uses, last_used FROM rule_uses ORDER BY id")?;
            let uses = all.query_map([], |row| {
                Ok(RuleUse {
                    id: row.get(0)?,
                    uses: u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0),
                    last_used: Timestamp::from_millis(row.get(2)?),
                })
            })?;
            uses.collect()
        })
    }

    /// Forgets a rule's uses, for when the rule is gone.
    ///
    /// # Errors
    /// The database's faults.
    pub fn forget_uses(&self, id: &str) -> Result<(), SettingsError> {
        self.store.with(|db| db.prepare_cached("DELETE FROM rule_uses WHERE id = ?1")?.execute([id]).map(drop))
    }
}

/// Bytes of one id.
const LONGEST_ID: usize = 512;

/// Rules whose uses are counted.
const MOST_RULES: i64 = 10_000;

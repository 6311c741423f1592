//! What servers said about themselves when they were last let in: kept to show a person how that differs from what they say now.
//!
//! Nothing is permitted on account of these rows: whoever may write this database could write them. What was admitted, by digest,
//! stands elsewhere.

use crate::error::SettingsError;
use crate::settings::Settings;
use keyholder_model::clock::Timestamp;
use keyholder_model::digest::Digest;
use keyholder_model::server::Account;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, named_params, params};

/// One definition as it was last let in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeenDefinition {
    /// The server's address.
    pub url: String,
    /// The account there.
    pub account: Account,
    /// What is defined, in one word (`tool`, `prompt` …).
    pub kind: String,
    /// Its name; a server's text, at most [`SeenDefinition::LONGEST_NAME`] bytes.
    pub name: String,
    /// SHA-256 of its canonical form.
    pub digest: Digest,
    /// The exact JSON; a server's text, at most [`SeenDefinition::LONGEST_TEXT`] bytes.
    pub text: String,
    /// When it was let in.
    pub seen: Timestamp,
}

impl SeenDefinition {
    /// The longest text, in bytes.
    pub const LONGEST_TEXT: usize = 256 << 10;
    /// The longest name, kind or address, in bytes.
    pub const LONGEST_NAME: usize = 8 << 10;
    /// The most definitions of one address.
    pub const MOST: usize = 10_000;
}

impl Settings {
    /// Remembers a definition in place of the one before.
    ///
    /// # Errors
    /// As [`Settings::put_definitions`].
    pub fn put_definition(&self, definition: &SeenDefinition) -> Result<(), SettingsError> {
        self.put_definitions(std::slice::from_ref(definition))
    }

    /// Remembers definitions in place of those before, all or none.
    ///
    /// # Errors
    /// [`SettingsError::TooMuch`] if one is too long, or if there are [`SeenDefinition::MOST`] others of its address; the
    /// database's faults. What was remembered stays then.
    pub fn put_definitions(&self, definitions: &[SeenDefinition]) -> Result<(), SettingsError> {
        definitions.iter().try_for_each(check)?;
        let is_room = self.store.with(|db| {
            // One transaction, so that two of them at once cannot both take the last place.
            let change = Transaction::new_unchecked(db, TransactionBehavior::Immediate)?;
            for definition in definitions {
                if put(&change, definition)? == 0 {
                    return Ok(false);
                }
            }
            change.commit().map(|()| true)
        })?;
        if is_room {
            Ok(())
        } else {
            Err(SettingsError::TooMuch("there are 10 000 definitions of this server already"))
        }
    }

    /// One definition as it was last let in.
    ///
    /// # Errors
    /// [`SettingsError::Damaged`] if the row is not what was written; the database's faults.
    pub fn definition(
        &self,
        url: &str,
        account: &Account,
        kind: &str,
        name: &str,
    ) -> Result<Option<SeenDefinition>, SettingsError> {
        self.store.with(|db| {
            db.prepare_cached("SELECT * FROM definitions WHERE url = ?1 AND account = ?2 AND kind = ?3 AND name = ?4")?
                .query_row(params![url, account.as_str(), kind, name], seen)
                .optional()
        })
    }

    /// All definitions of an account at an address, by kind and name.
    ///
    /// # Errors
    /// As [`Settings::definition`].
    pub fn definitions_of(&self, url: &str, account: &Account) -> Result<Vec<SeenDefinition>, SettingsError> {
        self.store.with(|db| {
            let mut all =
                db.prepare_cached("SELECT * FROM definitions WHERE url = ?1 AND account = ?2 ORDER BY kind, name")?;
            all.query_map(params![url, account.as_str()], seen)?.collect()
        })
    }

    /// Forgets all definitions of an address, whatever the account.
    ///
    /// # Errors
    /// The database's faults.
    pub fn forget_definitions(&self, url: &str) -> Result<(), SettingsError> {
        self.store.with(|db| db.prepare_cached("DELETE FROM definitions WHERE url = ?1")?.execute([url]).map(drop))
    }
}

fn check(definition: &SeenDefinition) -> Result<(), SettingsError> {
    if definition.text.len() > SeenDefinition::LONGEST_TEXT {
        return Err(SettingsError::TooMuch("a definition is longer than 256 KiB"));
    }
    let names = [&definition.url, &definition.kind, &definition.name];
    if names.iter().any(|name| name.len() > SeenDefinition::LONGEST_NAME) {
        return Err(SettingsError::TooMuch("the name of a definition is longer than 8 KiB"));
    }
    Ok(())
}

/// Says how many were written: none where there is no room.
fn put(db: &Connection, definition: &SeenDefinition) -> rusqlite::Result<usize> {
    db.prepare_cached(
        "INSERT INTO definitions (url, account, kind, name, digest, text, seen) \
         SELECT :url, :account, :kind, :name, :digest, :text, :seen \
         WHERE EXISTS (SELECT 1 FROM definitions \
                       WHERE url = :url AND account = :account AND kind = :kind AND name = :name) \
         OR (SELECT count(*) FROM definitions WHERE url = :url) < :most \
         ON CONFLICT DO UPDATE SET digest = excluded.digest, text = excluded.text, seen = excluded.seen",
    )?
    .execute(named_params! {
        ":url": definition.url,
        ":account": definition.account.as_str(),
        ":kind": definition.kind,
        ":name": definition.name,
        ":digest": definition.digest.to_string(),
        ":text": definition.text,
        ":seen": definition.seen.as_millis(),
        ":most": i64::try_from(SeenDefinition::MOST).unwrap_or(i64::MAX),
    })
}

fn seen(row: &Row<'_>) -> rusqlite::Result<SeenDefinition> {
    let digest: String = row.get("digest")?;
    let digest = Digest::parse_hex(&digest)
        .ok_or_else(|| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, "no digest".into()))?;
    Ok(SeenDefinition {
        url: row.get("url")?,
        account: crate::store::parsed(row, "account")?,
        kind: row.get("kind")?,
        name: row.get("name")?,
        digest,
        text: row.get("text")?,
        seen: Timestamp::from_millis(row.get("seen")?),
    })
}

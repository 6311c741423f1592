//! What is known of grants without opening the keychain, and which sign-ins the person refused.

use crate::error::SettingsError;
use crate::settings::Settings;
use crate::store::{moment, parsed};
use keyholder_model::clock::Timestamp;
use keyholder_model::grant::{GivenBack, Grant, GrantState};
use keyholder_model::id::GrantId;
use keyholder_model::server::{Account, ServerName};
use rusqlite::{OptionalExtension, Row, named_params, params};

/// "No" to a sign-in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignInRefusal {
    /// The server.
    pub server: ServerName,
    /// The account there.
    pub account: Account,
    /// The host app that wanted it.
    pub app: String,
    /// When the person said no.
    pub at: Timestamp,
}

impl Settings {
    /// All grants, in the order in which they were obtained.
    ///
    /// # Errors
    /// [`SettingsError::Damaged`] if a row is not what was written; the database's own faults.
    pub fn grants(&self) -> Result<Vec<Grant>, SettingsError> {
        self.store.with(|db| {
            let mut all = db.prepare_cached("SELECT * FROM grants ORDER BY obtained, id")?;
            all.query_map([], grant)?.collect()
        })
    }

    /// One grant.
    ///
    /// # Errors
    /// As [`Settings::grants`].
    pub fn grant(&self, id: GrantId) -> Result<Option<Grant>, SettingsError> {
        self.store.with(|db| {
            db.prepare_cached("SELECT * FROM grants WHERE id = ?1")?.query_row([id.to_string()], grant).optional()
        })
    }

    /// The newest active grant of an account at a server.
    ///
    /// # Errors
    /// As [`Settings::grants`].
    pub fn grant_for(&self, server: &ServerName, account: &Account) -> Result<Option<Grant>, SettingsError> {
        self.store.with(|db| {
            let mut find = db.prepare_cached(
                "SELECT * FROM grants WHERE server = ?1 AND account = ?2 AND state = 'active' ORDER BY obtained DESC, id DESC LIMIT 1",
            )?;
            find.query_row([server.as_str(), account.as_str()], grant).optional()
        })
    }

    /// Writes a grant, new or changed.
    ///
    /// # Errors
    /// The database's faults; the grant is as it was then.
    pub fn put_grant(&self, grant: &Grant) -> Result<(), SettingsError> {
        let (state, at, confirmed) = match grant.state {
            GrantState::Active { expires } => ("active", expires, None),
            GrantState::Lapsed { at } => ("lapsed", Some(at), None),
            GrantState::Revoked { at, given_back } => ("revoked", Some(at), Some(number(given_back))),
        };
        self.store.with(|db| {
            let mut put = db.prepare_cached(
                "INSERT OR REPLACE INTO grants \
                 (id, server, account, issuer, resource, client_id, scopes, state, state_at, confirmed, renews, obtained, last_used) \
                 VALUES (:id, :server, :account, :issuer, :resource, :client, :scopes, :state, :at, :confirmed, :renews, :obtained, :used)",
            )?;
            put.execute(named_params! {
                ":id": grant.id.to_string(),
                ":server": grant.server.as_str(),
                ":account": grant.account.as_str(),
                ":issuer": grant.issuer.as_str(),
                ":resource": grant.resource.as_str(),
                ":client": grant.client_id,
                ":scopes": grant.scopes.to_string(),
                ":state": state,
                ":at": at.map(Timestamp::as_millis),
                ":confirmed": confirmed,
                ":renews": grant.renews,
                ":obtained": grant.obtained.as_millis(),
                ":used": grant.last_used.map(Timestamp::as_millis),
            })?;
            Ok(())
        })
    }

    /// Notes that a grant was used; an earlier moment than the noted one changes nothing.
    ///
    /// # Errors
    /// The database's faults.
    pub fn touch_grant(&self, id: GrantId, at: Timestamp) -> Result<(), SettingsError> {
        self.store.with(|db| {
            db.prepare_cached("UPDATE grants SET last_used = max(coalesce(last_used, ?2), ?2) WHERE id = ?1")?
                .execute(params![id.to_string(), at.as_millis()])
                .map(drop)
        })
    }

    /// When the person last refused this app's sign-in, if they did.
    ///
    /// # Errors
    /// The database's faults.
    pub fn sign_in_refusal(
        &self,
        server: &ServerName,
        account: &Account,
        app: &str,
    ) -> Result<Option<SignInRefusal>, SettingsError> {
        let at = self.store.with(|db| {
            db.prepare_cached("SELECT at FROM sign_in_refusals WHERE server = ?1 AND account = ?2 AND app = ?3")?
                .query_row([server.as_str(), account.as_str(), app], |row| row.get(0))
                .optional()
        })?;
        Ok(at.map(|at| SignInRefusal {
            server: server.clone(),
            account: account.clone(),
            app: app.to_owned(),
            at: Timestamp::from_millis(at),
        }))
    }

    /// Remembers a refused sign-in.
    ///
    /// # Errors
    /// The database's faults.
    pub fn put_sign_in_refusal(&self, refusal: &SignInRefusal) -> Result<(), SettingsError> {
        self.store.with(|db| {
            db.prepare_cached(
                "INSERT OR REPLACE INTO sign_in_refusals (server, account, app, at) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![refusal.server.as_str(), refusal.account.as_str(), refusal.app, refusal.at.as_millis()])
            .map(drop)
        })
    }

    /// Forgets the refused sign-ins of a server, for when the person asks for one.
    ///
    /// # Errors
    /// The database's faults.
    pub fn forget_sign_in_refusals(&self, server: &ServerName) -> Result<(), SettingsError> {
        self.store.with(|db| {
            db.prepare_cached("DELETE FROM sign_in_refusals WHERE server = ?1")?.execute([server.as_str()]).map(drop)
        })
    }
}

/// `confirmed` in the database.
fn number(given_back: GivenBack) -> i64 {
    match given_back {
        GivenBack::No => 0,
        GivenBack::Confirmed => 1,
        GivenBack::Pending => 2,
    }
}

fn given_back(number: Option<i64>) -> GivenBack {
    match number {
        Some(1) => GivenBack::Confirmed,
        Some(2) => GivenBack::Pending,
        _ => GivenBack::No,
    }
}

/// Every field is parsed again: a row that somebody edited must not become a grant that could not have been written.
fn grant(row: &Row<'_>) -> rusqlite::Result<Grant> {
    let at = moment(row, "state_at")?;
    let since = at.unwrap_or(Timestamp::from_millis(0));
    let state = match row.get::<_, String>("state")?.as_str() {
        "active" => GrantState::Active { expires: at },
        "lapsed" => GrantState::Lapsed { at: since },
        // What cannot be told is not usable.
        _ => GrantState::Revoked { at: since, given_back: given_back(row.get("confirmed")?) },
    };
    Ok(Grant {
        id: parsed(row, "id")?,
        server: parsed(row, "server")?,
        account: parsed(row, "account")?,
        issuer: parsed(row, "issuer")?,
        resource: parsed(row, "resource")?,
        client_id: row.get("client_id")?,
        scopes: parsed(row, "scopes")?,
        state,
        renews: row.get("renews")?,
        obtained: Timestamp::from_millis(row.get("obtained")?),
        last_used: moment(row, "last_used")?,
    })
}

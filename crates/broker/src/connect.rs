//! From a challenge to a grant: discovery, the person's consent, the browser, the keychain. In this order, always.

mod consent;
mod obtain;

use crate::broker::Broker;
use crate::credential::{self, Held};
use crate::refusal::Refusal;
use crate::site::Site;
use keyholder_audit::{Event, Note};
use keyholder_model::caller::Caller;
use keyholder_model::grant::{Grant, GrantState, ScopeSet};
use keyholder_model::id::GrantId;
use keyholder_oauth::{Challenge, Wish};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How long a person may take to consent, and again to sign in at the browser.
const PERSONS_TIME: Duration = Duration::from_mins(10);

/// Signs in to a site and keeps what comes of it.
///
/// # Errors
/// What the person, the rules, the authorization server or the keychain said.
pub(crate) async fn connect(
    site: &Arc<Site>,
    broker: &Arc<Broker>,
    caller: &Caller,
    challenge: Option<&Challenge>,
) -> Result<(), Refusal> {
    let outcome = attempt(site, broker, caller, challenge).await;
    let sentence = match &outcome {
        Ok(signed) => signed.to_string(),
        Err(why) => format!("not signed in: {why}"),
    };
    let _ = broker.note(&Note {
        app: Some(caller.app()),
        server: Some(&site.server),
        account: Some(&site.account),
        decision: Some(if outcome.is_ok() { "allow" } else { "deny" }),
        reason: Some(&sentence),
        ..Note::of(Event::SignIn)
    });
    outcome.map(|_| ())
}

/// What came of a sign-in.
struct Signed {
    scopes: ScopeSet,
    /// What was granted although it was not asked for (catalogue case 52).
    more: ScopeSet,
    /// What was odd about it, a sentence each.
    warnings: Vec<String>,
}

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "signed in; scopes: {}", self.scopes)?;
        if !self.more.is_empty() {
            write!(f, "; granted although not asked for: {}", self.more)?;
        }
        self.warnings.iter().try_for_each(|warning| write!(f, "; {warning}"))
    }
}

async fn attempt(
    site: &Arc<Site>,
    broker: &Arc<Broker>,
    caller: &Caller,
    challenge: Option<&Challenge>,
) -> Result<Signed, Refusal> {
    // A keychain that cannot take the tokens is found out before the person is troubled.
    broker.vault().await?;
    let held = site.keeper().held(site, broker).await?;
    let had = held.as_ref().map(|held| held.grant.scopes.clone()).unwrap_or_default();
    // A wider scope is asked for on top of what is there; a grant that ended is asked for anew.
    let steps_up = challenge.is_some_and(Challenge::is_insufficient_scope);
    let keep = if steps_up { had.clone() } else { ScopeSet::default() };
    let recorded = held.as_ref().map(|held| held.grant.issuer.clone());
    let settings = site.introduction.settings(&site.server, broker).await?;
    let wish = Wish { server: &site.url, challenge, settings: &settings, held: &keep, recorded: recorded.as_ref() };
    let found = keyholder_oauth::discover(&site.http, &wish).await.map_err(Arc::new)?;
    let warnings: Vec<String> = found.warnings().iter().map(ToString::to_string).collect();
    let asked = found.scopes().cloned();
    let credential = obtain::obtain(site, broker, caller, found, &had).await?;
    let now = broker.clock.now();
    let issuer = credential.issuer.clone();
    let grant = Grant {
        // The item of the same issuer is updated in place, also after its grant ended; another issuer gets one of its own.
        id: held
            .as_ref()
            .map(|held| held.grant.clone())
            .or_else(|| lapsed(site, broker))
            .filter(|grant| grant.issuer == credential.issuer)
            .map_or_else(|| GrantId::make(&*broker.clock, &*broker.rng), |grant| grant.id),
        server: site.server.clone(),
        account: site.account.clone(),
        issuer: credential.issuer.clone(),
        resource: credential.resource.clone(),
        client_id: credential.client.id.clone(),
        scopes: credential.tokens.scopes.clone(),
        state: GrantState::Active { expires: credential.tokens.expires },
        renews: credential.renews(),
        obtained: now,
        last_used: None,
    };
    let scopes = grant.scopes.clone();
    let (id, client_id) = (grant.id, grant.client_id.clone());
    site.keeper().install(grant, credential, broker).await?;
    // From now on there is something to protect.
    broker.protect_files().await;
    site.mark_known();
    if let Some(old) = held.as_ref().filter(|held| held.grant.id != id) {
        // The server moved to another authorization server: the old grant must not be found again.
        credential::bury(old, broker).await;
    }
    if let Some(old) = held.filter(|held| held.grant.issuer == issuer && held.grant.client_id != client_id) {
        give_back(site, broker, old);
    }
    Ok(Signed { more: asked.map(|asked| scopes.without(&asked)).unwrap_or_default(), scopes, warnings })
}

/// What a registration of our own was given before is of no more use, so it is not left lying about at the authorization server.
/// Only then: tokens of one and the same client may share a grant there, and revoking one would end the other.
fn give_back(site: &Arc<Site>, broker: &Arc<Broker>, old: Arc<Held>) {
    let (site, broker) = (Arc::clone(site), Arc::clone(broker));
    tokio::spawn(async move {
        for receipt in keyholder_oauth::revoke(&site.http, &*broker.clock, &*broker.rng, &old.credential).await {
            tracing::debug!(server = %site.server, ?receipt, "what an earlier sign-in left was given back");
        }
    });
}

/// The newest grant of this site that ended by itself: its item still holds the tokens that are of no use any more.
fn lapsed(site: &Site, broker: &Broker) -> Option<Grant> {
    let grants = broker.settings.grants().unwrap_or_default().into_iter();
    grants
        .filter(|grant| grant.server == site.server && grant.account == site.account)
        .filter(|grant| matches!(grant.state, GrantState::Lapsed { .. }))
        .max_by_key(|grant| grant.obtained)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_granted_unasked_and_what_was_odd_is_written_down() {
        let plain = Signed { scopes: "read".parse().unwrap(), more: ScopeSet::default(), warnings: Vec::new() };
        assert_eq!(plain.to_string(), "signed in; scopes: read");
        let odd = Signed {
            scopes: "admin read".parse().unwrap(),
            more: "admin".parse().unwrap(),
            warnings: vec!["it is elsewhere".to_owned()],
        };
        assert_eq!(
            odd.to_string(),
            "signed in; scopes: admin read; granted although not asked for: admin; it is elsewhere"
        );
    }
}

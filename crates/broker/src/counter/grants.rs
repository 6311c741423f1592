//! The sign-ins: shown without their tokens, and given back.

use super::{Giver, parse_account, parse_name, refused, unsettled};
use crate::broker::Broker;
use crate::giving_back::{self, Outcome};
use crate::refusal::Refusal;
use crate::sign_in::{self, Wanted};
use crate::site::Site;
use crate::upkeep;
use keyholder_audit::{Event, Note};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::grants::{GrantState as Shown, GrantView, RevocationView, Upstream, Whose};
use keyholder_console::order::Answer;
use keyholder_model::grant::{GivenBack, Grant, GrantState};
use keyholder_model::server::{Account, ServerName};
use keyholder_settings::Server;
use keyholder_vault::VaultError;
use std::sync::Arc;
use std::time::Duration;

/// How long `login` waits for the person in all.
const PERSONS_TIME: Duration = Duration::from_mins(20);

pub(super) fn list(broker: &Arc<Broker>) -> Result<Vec<GrantView>, ConsoleError> {
    upkeep::write_down_uses(broker);
    Ok(broker.settings.grants().map_err(|why| unsettled(&why))?.iter().map(|grant| view(broker, grant)).collect())
}

/// Consent and browser, as for a host's first call.
pub(super) async fn login(
    broker: &Arc<Broker>,
    giver: Giver<'_>,
    name: &str,
    account: Option<&str>,
) -> Result<Answer, ConsoleError> {
    let server = find(broker, name)?;
    let account = parse_account(account)?.unwrap_or_default();
    let site =
        broker.site_of(&server, &account).map_err(|why| ConsoleError::new(Code::Invalid).about(name).because(why))?;
    sign_in::sign_in(&site, broker, &giver.caller(), None, Wanted::ByPerson, PERSONS_TIME)
        .await
        .map_err(|refusal| refused(&refusal, name))?;
    let grant = broker.settings.grant_for(&server.name, &account).map_err(|why| unsettled(&why))?;
    Ok(Answer::Grants(grant.iter().map(|grant| view(broker, grant)).collect()))
}

/// Deletes the local copies only.
pub(super) async fn sign_out(broker: &Arc<Broker>, name: &str, account: Option<&str>) -> Result<Answer, ConsoleError> {
    let whose = Whose::Server { name: name.to_owned(), account: account.map(str::to_owned) };
    end_all(broker, &whose, Ending::Here).await
}

/// Gives sign-ins back at the authorization server (RFC 7009) and deletes the local copies in any case.
pub(super) async fn revoke(broker: &Arc<Broker>, whose: &Whose) -> Result<Answer, ConsoleError> {
    end_all(broker, whose, Ending::Everywhere).await
}

/// How far a grant is ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Everywhere,
    Here,
}

async fn end_all(broker: &Arc<Broker>, whose: &Whose, ending: Ending) -> Result<Answer, ConsoleError> {
    let mut grants = broker.settings.grants().map_err(|why| unsettled(&why))?;
    if let Whose::Issuer { issuer } = whose {
        grants.retain(|grant| grant.issuer.as_str() == issuer);
        if grants.is_empty() {
            return Err(ConsoleError::new(Code::NotFound).about(issuer));
        }
    }
    if let Whose::Server { name, account } = whose {
        let name = parse_name(name)?;
        let account = parse_account(account.as_deref())?;
        let known = broker.settings.server(&name).is_some() || grants.iter().any(|grant| grant.server == name);
        if !known {
            return Err(ConsoleError::new(Code::NotFound).about(name.as_str()));
        }
        grants.retain(|grant| grant.server == name && account.as_ref().is_none_or(|account| grant.account == *account));
    }
    let (mut ended, mut failed) = (Vec::new(), None);
    for grant in grants {
        // One that was taken back while the keychain could not be used still lies there.
        let is_over = matches!(grant.state, GrantState::Revoked { .. });
        let outcome = match if is_over { is_stored(broker, &grant).await } else { Ok(true) } {
            Ok(true) => end(broker, grant, ending).await,
            Ok(false) => continue,
            Err(why) => Err(why),
        };
        // What cannot be finished is no reason to leave the others in use.
        match outcome {
            Ok(view) => ended.push(view),
            Err(why) => failed = Some(why),
        }
    }
    match failed {
        Some(why) => Err(why),
        None => Ok(Answer::Revocations(ended)),
    }
}

/// Whether the keychain still has what this grant was.
async fn is_stored(broker: &Arc<Broker>, grant: &Grant) -> Result<bool, ConsoleError> {
    let vault = broker.vault().await.map_err(|why| unusable(&grant.server, &why))?;
    vault.get(grant.id).await.map(|stored| stored.is_some()).map_err(|why| unusable(&grant.server, &why))
}

fn unusable(server: &ServerName, why: &VaultError) -> ConsoleError {
    ConsoleError::new(Code::Keychain).about(server.as_str()).because(why.to_string())
}

/// Ends one grant: no call may use it from here on, whatever keychain and authorization server say. What is in our own power
/// comes first, and cannot fail for want of anybody else.
async fn end(broker: &Arc<Broker>, grant: Grant, ending: Ending) -> Result<RevocationView, ConsoleError> {
    let (id, server, account) = (grant.id, grant.server.clone(), grant.account.clone());
    let revoked = |given_back| grant.clone().revoke(broker.clock.now(), given_back);
    let sites: Vec<Arc<Site>> =
        broker.registry.sites().into_iter().filter(|site| site.server == server && site.account == account).collect();
    broker.settings.put_grant(&revoked(GivenBack::No)).map_err(|why| unsettled(&why))?;
    broker.desk.withdraw_server(&server);
    let bridges = cut(broker, &server, &account, &sites);
    // A renewal that was under way may have written the grant back.
    let mut newest = None;
    for site in &sites {
        newest = site.keeper().end().await.or(newest);
    }
    let _one_at_a_time = broker.giving_back.lock().await;
    // A crash from here on leaves something to be given back, and says so.
    let before = if ending == Ending::Everywhere { GivenBack::Pending } else { GivenBack::No };
    broker.settings.put_grant(&revoked(before)).map_err(|why| unsettled(&why))?;

    let stored = match broker.vault().await {
        Ok(vault) => vault.get(id).await,
        Err(why) => Err(why),
    };
    let credential = newest.as_ref().map(|held| &held.credential).or(stored.as_ref().ok().and_then(Option::as_ref));
    let http = sites.first().map(|site| site.http.clone()).or_else(|| client_for(broker, &server, &account));
    let upstream = match (credential, http, ending) {
        (_, _, Ending::Here) => Upstream::NotAsked,
        (Some(credential), Some(http), Ending::Everywhere) => {
            match giving_back::give_back(&http, credential, broker).await {
                Outcome::Confirmed => Upstream::Confirmed,
                Outcome::Later => Upstream::Pending,
                Outcome::NotOffered => Upstream::NotOffered,
                Outcome::Refused => Upstream::Failed,
            }
        }
        _ => Upstream::Failed,
    };
    let kept = match (broker.vault().await, upstream, credential) {
        // What is still to be given back, as it was at the end.
        (Ok(vault), Upstream::Pending, Some(credential)) => vault.put(id, credential).await,
        (Ok(vault), ..) => vault.delete(id).await,
        (Err(why), ..) => Err(why),
    };
    let known = match (upstream, &kept) {
        (Upstream::Confirmed, _) => GivenBack::Confirmed,
        (Upstream::Pending, Ok(())) => GivenBack::Pending,
        _ => GivenBack::No,
    };
    if known != before {
        broker.settings.put_grant(&revoked(known)).map_err(|why| unsettled(&why))?;
    }
    broker.secrets.forget(id);
    let reason = match (&kept, upstream) {
        (Ok(()), Upstream::Confirmed) => "the authorization server confirmed; the local copy is deleted",
        (Ok(()), Upstream::Failed) => "the authorization server did not confirm; the local copy is deleted",
        (Ok(()), Upstream::NotAsked) => "the local copy is deleted",
        (Ok(()), Upstream::Pending) => "out of use; the authorization server cannot be reached and is told later",
        (Ok(()), Upstream::NotOffered) => "the authorization server offers no revocation; the local copy is deleted",
        (Err(_), Upstream::Confirmed) => "the authorization server confirmed; the keychain could not be used",
        (Err(_), _) => "out of use; the keychain could not be used",
    };
    let _ = broker.note(&Note {
        server: Some(&server),
        account: Some(&account),
        decision: Some("revoke"),
        reason: Some(reason),
        ..Note::of(Event::Revoke)
    });
    kept.map_err(|why| unusable(&server, &why))?;
    Ok(RevocationView { server: server.to_string(), account: account.to_string(), upstream, bridges })
}

/// Takes the tokens out of use and cuts the bridges that used them. Returns how many those were.
fn cut(broker: &Broker, server: &ServerName, account: &Account, sites: &[Arc<Site>]) -> u32 {
    for site in sites {
        site.keeper().forget();
    }
    let taken_back = Refusal::SignedOut("The user has taken the permission back.".to_owned());
    let mut bridges = 0;
    for session in broker.registry.sessions() {
        if session.site.server == *server && session.site.account == *account {
            session.site.keeper().forget();
            session.cut(&taken_back);
            bridges += 1;
        }
    }
    bridges
}

fn client_for(broker: &Arc<Broker>, server: &ServerName, account: &Account) -> Option<keyholder_http::Client> {
    let server = broker.settings.server(server)?;
    broker.site_of(&server, account).ok().map(|site| site.http.clone())
}

/// A configured server by its name.
pub(super) fn find(broker: &Arc<Broker>, name: &str) -> Result<Server, ConsoleError> {
    broker.settings.server(&parse_name(name)?).ok_or_else(|| ConsoleError::new(Code::NotFound).about(name))
}

/// A grant for showing. There is no field for a token.
pub(super) fn view(broker: &Broker, grant: &Grant) -> GrantView {
    let (state, expires) = match &grant.state {
        GrantState::Active { expires } => (Shown::Active, expires.map(|at| at.to_string())),
        GrantState::Lapsed { .. } => (Shown::Lapsed, None),
        GrantState::Revoked { .. } => (Shown::Revoked, None),
    };
    GrantView {
        id: grant.id.to_string(),
        server: grant.server.to_string(),
        account: grant.account.to_string(),
        issuer: grant.issuer.to_string(),
        resource: grant.resource.to_string(),
        client_id: grant.client_id.clone(),
        scopes: grant.scopes.iter().map(str::to_owned).collect(),
        state,
        obtained: grant.obtained.to_string(),
        last_used: grant.last_used.map(|at| at.to_string()),
        renews: grant.renews && grant.is_active(),
        record: upkeep::record_name(broker, grant.id),
        expires,
    }
}

//! From a challenge to a grant: discovery, the person's consent, the browser, the keychain. In this order, always.

use crate::assertion;
use crate::broker::Broker;
use crate::credential::{self, Held};
use crate::decide::{self, Matter, Shown};
use crate::introduction::{KnownClient, Proof};
use crate::organisation;
use crate::refusal::Refusal;
use crate::site::{self, Site};
use keyholder_approval::{Subject, Way};
use keyholder_audit::{Event, Note};
use keyholder_model::caller::Caller;
use keyholder_model::digest::Digest;
use keyholder_model::grant::{Grant, GrantState, ScopeSet};
use keyholder_model::id::GrantId;
use keyholder_model::server::ServerName;
use keyholder_oauth::{Audience, Challenge, Discovery, Landing, MachineGrant, Wish};
use keyholder_policy::Action;
use keyholder_secret::credential::Credential;
use keyholder_settings::Grant as Kind;
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
        Ok(scopes) => format!("signed in; scopes: {scopes}"),
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

async fn attempt(
    site: &Arc<Site>,
    broker: &Arc<Broker>,
    caller: &Caller,
    challenge: Option<&Challenge>,
) -> Result<ScopeSet, Refusal> {
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
    let credential = match &site.introduction.grant {
        Kind::AuthorizationCode => by_browser(site, broker, caller, found, &had).await?,
        Kind::ClientCredentials => {
            consent(site, broker, caller, &found, itself(&found, proof_of(site)), &had).await?;
            let grant = MachineGrant::ClientCredentials;
            found.request(&site.http, &*broker.clock, &*broker.rng, grant).await.map_err(Arc::new)?
        }
        Kind::JwtBearer(source) => {
            consent(site, broker, caller, &found, itself(&found, assertion::describe(source)), &had).await?;
            let assertion = assertion::fetch(source).await.map_err(Refusal::SignedOut)?;
            let grant = MachineGrant::JwtBearer(&assertion);
            found.request(&site.http, &*broker.clock, &*broker.rng, grant).await.map_err(Arc::new)?
        }
        Kind::Organisation(name) => {
            let proof = organisation::describe(name, broker)?;
            consent(site, broker, caller, &found, itself(&found, proof), &had).await?;
            by_organisation(site, broker, &found, name).await?
        }
    };
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
    Ok(scopes)
}

/// The person signs in with their browser (RFC 6749 §4.1).
async fn by_browser(
    site: &Arc<Site>,
    broker: &Arc<Broker>,
    caller: &Caller,
    found: Discovery,
    had: &ScopeSet,
) -> Result<Credential, Refusal> {
    let prepared = found.prepare(Arc::clone(&broker.rng), Arc::clone(&broker.clock)).await.map_err(Arc::new)?;
    let way = Way::Browser { redirect: prepared.redirect_uri().to_owned() };
    consent(site, broker, caller, prepared.discovery(), way, had).await?;
    let landing = Landing { app: caller.app().to_owned(), server: site.server.to_string() };
    let waiting = prepared.authorize(&site.http, landing).await.map_err(Arc::new)?;
    broker.browser.open(waiting.url()).map_err(Refusal::Unattended)?;
    Ok(waiting.finish(&site.http, PERSONS_TIME).await.map_err(Arc::new)?)
}

/// The person's organisation vouches for them. A word that the authorization server does not take is asked for once more, and
/// no third time.
async fn by_organisation(
    site: &Site,
    broker: &Broker,
    found: &Discovery,
    name: &ServerName,
) -> Result<Credential, Refusal> {
    let audience = Audience { issuer: found.issuer(), resource: found.resource(), scopes: found.scopes() };
    let (http, clock, rng) = (&site.http, &*broker.clock, &*broker.rng);
    let word = organisation::vouch(name, audience, broker).await?;
    let mut outcome = found.request(http, clock, rng, MachineGrant::JwtBearer(&word)).await;
    if outcome.as_ref().is_err_and(organisation::is_stale) {
        let word = organisation::vouch(name, audience, broker).await?;
        outcome = found.request(http, clock, rng, MachineGrant::JwtBearer(&word)).await;
    }
    Ok(outcome.map_err(Arc::new)?)
}

/// What a person is told of a grant for which nobody signs in.
fn itself(found: &Discovery, proof: String) -> Way {
    Way::Itself { client: found.client_id().unwrap_or_default().to_owned(), proof }
}

/// What shows that Keyholder is the client that it says, for a person.
fn proof_of(site: &Site) -> String {
    match &site.introduction.client {
        KnownClient::InFile(path) => format!("what stands in {}", path.display()),
        KnownClient::Configured { proof: Proof::Key(_), .. } => "its private key in the keychain".to_owned(),
        KnownClient::Configured { .. } | KnownClient::Nobody => "its secret in the keychain".to_owned(),
    }
}

/// A token that is good for something else than the server itself is nothing to agree to unawares.
fn for_another_resource(site: &Site, found: &Discovery) -> Option<String> {
    let resource = found.resource();
    (!site::lies_below(&site.url, resource.as_str()))
        .then(|| format!("the token will be good for {resource}, which is not this server\u{2019}s own address"))
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

/// Names the app, the server, the issuer, the scopes and the way, before any browser opens or anything is asked for (D1, case 55).
async fn consent(
    site: &Site,
    broker: &Arc<Broker>,
    caller: &Caller,
    found: &Discovery,
    way: Way,
    had: &ScopeSet,
) -> Result<(), Refusal> {
    let scopes = found.scopes().cloned().unwrap_or_default();
    let request = Digest::of_parts(&[
        b"connect",
        site.server.as_str().as_bytes(),
        site.account.as_str().as_bytes(),
        found.issuer().as_str().as_bytes(),
        found.resource().as_str().as_bytes(),
        scopes.to_string().as_bytes(),
        match &way {
            Way::Browser { .. } => b"browser".as_slice(),
            Way::Itself { proof, .. } => proof.as_bytes(),
        },
    ]);
    let texts = |scopes: &ScopeSet| scopes.iter().map(str::to_owned).collect::<Vec<_>>();
    let matter = Matter {
        caller,
        site,
        action: Action::Connect { issuer: Some(found.issuer().as_str()), scopes: &scopes },
        request,
        budget: PERSONS_TIME,
    };
    let permit = decide::decide(broker, &matter, |_, _| {
        Shown::plain(Subject::Connect {
            issuer: found.issuer().to_string(),
            scopes: texts(&scopes),
            new_scopes: texts(&scopes.without(had)),
            way: way.clone(),
            authorization_host: found.authorization_host().clone(),
            warnings: found
                .warnings()
                .iter()
                .map(ToString::to_string)
                .chain(for_another_resource(site, found))
                .collect(),
        })
    })
    .await?;
    // A consent is spent like any permit: on exactly what was shown.
    permit.spend(&request).map(|_| ()).map_err(|why| Refusal::SignedOut(why.to_string()))
}

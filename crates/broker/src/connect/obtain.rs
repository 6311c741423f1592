//! The ways to the first tokens of a grant, each after consent.

use super::PERSONS_TIME;
use super::consent::consent;
use crate::assertion;
use crate::broker::Broker;
use crate::introduction::{KnownClient, Proof};
use crate::organisation;
use crate::refusal::Refusal;
use crate::site::Site;
use keyholder_approval::Way;
use keyholder_model::caller::Caller;
use keyholder_model::grant::ScopeSet;
use keyholder_model::server::ServerName;
use keyholder_oauth::{Audience, Discovery, Landing, MachineGrant};
use keyholder_secret::credential::Credential;
use keyholder_settings::Grant;
use std::sync::Arc;

/// Asks the person, then gets tokens by the way that is configured.
pub(super) async fn obtain(
    site: &Arc<Site>,
    broker: &Arc<Broker>,
    caller: &Caller,
    found: Discovery,
    had: &ScopeSet,
) -> Result<Credential, Refusal> {
    match &site.introduction.grant {
        Grant::AuthorizationCode => by_browser(site, broker, caller, found, had).await,
        Grant::ClientCredentials => {
            consent(site, broker, caller, &found, itself(&found, proof_of(site)), had).await?;
            request(site, broker, &found, MachineGrant::ClientCredentials).await
        }
        Grant::JwtBearer(source) => {
            consent(site, broker, caller, &found, itself(&found, assertion::describe(source)), had).await?;
            let assertion = assertion::fetch(source).await.map_err(Refusal::SignedOut)?;
            request(site, broker, &found, MachineGrant::JwtBearer(&assertion)).await
        }
        Grant::Organisation(name) => {
            let proof = organisation::describe(name, broker)?;
            consent(site, broker, caller, &found, itself(&found, proof), had).await?;
            by_organisation(site, broker, &found, name).await
        }
    }
}

async fn request(
    site: &Site,
    broker: &Broker,
    found: &Discovery,
    grant: MachineGrant<'_>,
) -> Result<Credential, Refusal> {
    Ok(found.request(&site.http, &*broker.clock, &*broker.rng, grant).await.map_err(Arc::new)?)
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
    let word = organisation::vouch(name, audience, broker).await?;
    match request(site, broker, found, MachineGrant::JwtBearer(&word)).await {
        Err(Refusal::Oauth(why)) if organisation::is_stale(&why) => {
            let word = organisation::vouch(name, audience, broker).await?;
            request(site, broker, found, MachineGrant::JwtBearer(&word)).await
        }
        outcome => outcome,
    }
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

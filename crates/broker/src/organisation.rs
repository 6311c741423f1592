//! An organisation's word for the person who is signed in there: asked for anew for each token, for one server at a time.

use crate::assertion;
use crate::broker::Broker;
use crate::introduction::{self, Proof};
use crate::refusal::Refusal;
use keyholder_http::Client;
use keyholder_model::server::{ServerName, ServerUrl};
use keyholder_oauth::{Audience, ClientSettings, GrantKind, IdentityProvider, OauthError};
use keyholder_secret::token::Assertion;
use keyholder_settings::Organisation;
use std::sync::Arc;

/// Asks the organisation to vouch for its person toward one server's authorization server.
///
/// # Errors
/// [`Refusal::Oauth`] with the organisation's no, or an outage of it; [`Refusal::SignedOut`] where nobody is signed in there, or
/// the person has taken the organisation out of the settings.
pub(crate) async fn vouch(name: &ServerName, audience: Audience<'_>, broker: &Broker) -> Result<Assertion, Refusal> {
    let organisation = find(name, broker)?;
    let id_token = assertion::fetch(&organisation.id_token).await.map_err(Refusal::SignedOut)?;
    let proof = Proof::of(organisation.client_secret, organisation.client_key, organisation.client_key_id.as_ref());
    let issuer = &organisation.issuer;
    let client =
        introduction::preregistered(name, &organisation.client_id, Some(issuer.clone()), &proof, broker).await?;
    let settings =
        ClientSettings { grant: GrantKind::TokenExchange, preregistered: Some(client), ..ClientSettings::default() };
    let http = client_for(&organisation, broker)?;
    let provider = IdentityProvider::find(&http, issuer, &settings).await.map_err(Arc::new)?;
    let word = provider.vouch(&http, &*broker.clock, &*broker.rng, &id_token, audience).await;
    Ok(word.map_err(Arc::new)?)
}

/// Who vouches, for the person who is asked.
///
/// # Errors
/// [`Refusal::SignedOut`] where the settings know no such organisation.
pub(crate) fn describe(name: &ServerName, broker: &Broker) -> Result<String, Refusal> {
    let organisation = find(name, broker)?;
    let source = assertion::describe(&organisation.id_token);
    Ok(format!("the word of {name} ({}) for whoever {source} names", organisation.issuer))
}

/// Whether a server's authorization server found fault with the word itself: it may be too old, or was used already.
pub(crate) fn is_stale(why: &OauthError) -> bool {
    matches!(why, OauthError::Refused { code, .. } if code == "invalid_grant")
}

fn find(name: &ServerName, broker: &Broker) -> Result<Organisation, Refusal> {
    broker
        .settings
        .organisation(name)
        .ok_or_else(|| Refusal::SignedOut(format!("There is no organisation named {name} in the settings.")))
}

fn client_for(organisation: &Organisation, broker: &Broker) -> Result<Client, Refusal> {
    let unusable =
        |why: String| Refusal::SignedOut(format!("The issuer of {} cannot be used: {why}", organisation.name));
    let address: ServerUrl = organisation.issuer.as_str().parse().map_err(|why| unusable(format!("{why}")))?;
    broker.client_toward(&address).map_err(unusable)
}

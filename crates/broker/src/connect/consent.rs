//! What the person agrees to before anything is asked for in their name.

use super::PERSONS_TIME;
use crate::broker::Broker;
use crate::decide::{self, Matter, Shown};
use crate::refusal::Refusal;
use crate::site::{self, Site};
use keyholder_approval::{Subject, Way};
use keyholder_model::caller::Caller;
use keyholder_model::digest::Digest;
use keyholder_model::grant::ScopeSet;
use keyholder_oauth::Discovery;
use keyholder_policy::Action;
use std::sync::Arc;

/// Names the app, the server, the issuer, the scopes and the way, before any browser opens or anything is asked for (D1, case 55).
pub(super) async fn consent(
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

/// A token that is good for something else than the server itself is nothing to agree to unawares.
fn for_another_resource(site: &Site, found: &Discovery) -> Option<String> {
    let resource = found.resource();
    (!site::lies_below(&site.url, resource.as_str()))
        .then(|| format!("the token will be good for {resource}, which is not this server\u{2019}s own address"))
}

//! The organisations in the configuration.

use super::client_proof::ClientProof;
use super::wish::Wish;
use super::{Giver, done, parse_name, unsettled};
use crate::assertion;
use crate::broker::Broker;
use keyholder_audit::{Event, Note};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::Answer;
use keyholder_console::organisations::{NewOrganisation, OrganisationView};
use keyholder_model::server::Refused;
use keyholder_settings::{AssertionSource, Grant, Organisation, SecretRef};
use std::sync::Arc;

pub(super) fn list(broker: &Broker) -> Vec<OrganisationView> {
    let servers = broker.settings.servers();
    let named = |organisation: &Organisation| {
        let theirs = servers.iter().filter(|server| server.grant == Grant::Organisation(organisation.name.clone()));
        theirs.map(|server| server.name.to_string()).collect()
    };
    let view = |organisation: &Organisation| OrganisationView {
        name: organisation.name.to_string(),
        issuer: organisation.issuer.to_string(),
        client_id: organisation.client_id.clone(),
        id_token: assertion::describe(&organisation.id_token),
        servers: named(organisation),
    };
    broker.settings.organisations().iter().map(view).collect()
}

/// Adds an organisation, after the person agreed to it: from then on it may vouch for them.
pub(super) async fn add(broker: &Arc<Broker>, giver: Giver<'_>, new: NewOrganisation) -> Result<Answer, ConsoleError> {
    let organisation = read(&new)?;
    let name = &organisation.name;
    if broker.settings.organisation(name).is_some() || broker.settings.server(name).is_some() {
        return Err(ConsoleError::new(Code::Conflict).about(name.as_str()).because("this name is taken"));
    }
    let proof = ClientProof::read(new.client_secret_file.as_deref(), new.client_key_file.as_deref())?;
    let lines = [
        format!("identity provider {}", organisation.issuer),
        format!("as the client {}", organisation.client_id),
        format!("for whoever {} names", assertion::describe(&organisation.id_token)),
    ];
    let done_with: Vec<&[u8]> =
        [name.as_str()].into_iter().chain(lines.iter().map(String::as_str)).map(str::as_bytes).collect();
    let headline = format!("Let the organisation {name} vouch for you at servers that take its word");
    Wish::order("add_organisation", &headline, &lines, &done_with).agree(broker, giver).await?;
    proof.keep(name, broker).await?;
    broker.settings.add_organisation(&organisation).map_err(|why| unsettled(&why))?;
    let issuer = organisation.issuer.to_string();
    let _ = broker.note(&Note {
        app: Some(giver.caller().app()),
        server: Some(name),
        decision: Some("add"),
        reason: Some(&issuer),
        ..Note::of(Event::ChangeServer)
    });
    Ok(Answer::Organisations(list(broker)))
}

/// Takes an organisation out of the configuration. Its servers go first: what it vouched for must not outlive it.
pub(super) async fn remove(broker: &Broker, name: &str) -> Result<Answer, ConsoleError> {
    let name = parse_name(name)?;
    let there = list(broker).into_iter().find(|there| there.name == name.as_str());
    let there = there.ok_or_else(|| ConsoleError::new(Code::NotFound).about(name.as_str()))?;
    if !there.servers.is_empty() {
        let why = format!("these servers take its word; remove them first: {}", there.servers.join(", "));
        return Err(ConsoleError::new(Code::Conflict).about(name.as_str()).because(why));
    }
    broker.settings.remove_organisation(&name).map_err(|why| unsettled(&why))?;
    let deleted = match broker.vault().await {
        Ok(vault) => vault.delete_client(&name).await.map_err(|why| why.to_string()),
        Err(why) => Err(why.to_string()),
    };
    if let Err(why) = deleted {
        tracing::warn!(%why, "what proves the client could not be deleted");
    }
    let _ = broker.note(&Note { server: Some(&name), decision: Some("remove"), ..Note::of(Event::ChangeServer) });
    Ok(done())
}

fn read(new: &NewOrganisation) -> Result<Organisation, ConsoleError> {
    let invalid = |why: String| ConsoleError::new(Code::Invalid).because(why);
    Ok(Organisation {
        name: parse_name(&new.name)?,
        issuer: new.issuer.parse().map_err(|why: Refused| invalid(why.to_string()))?,
        client_id: new.client_id.clone(),
        client_secret: new.client_secret_file.is_some().then_some(SecretRef::Keychain),
        client_key: new.client_key_file.is_some().then_some(SecretRef::Keychain),
        client_key_id: new.client_key_id.clone(),
        id_token: AssertionSource::File(new.id_token_file.clone().into()),
    })
}

//! The servers in the configuration.

use super::client_proof::ClientProof;
use super::grants::{self, find};
use super::tools::{self, Uses};
use super::wish::Wish;
use super::{Giver, parse_name, refused, unsettled};
use crate::admission;
use crate::broker::Broker;
use crate::decide::{self, Matter, Scene, Shown};
use crate::refusal::Refusal;
use keyholder_approval::Subject;
use keyholder_audit::{Event, Note};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::grants::Whose;
use keyholder_console::order::{Answer, Receipt};
use keyholder_console::servers::{NewServer, Origin, ServerState, ServerView};
use keyholder_model::digest::Digest;
use keyholder_model::grant::ScopeSet;
use keyholder_model::server::{Account, Refused, ServerUrl};
use keyholder_policy::Action;
use keyholder_settings::{AssertionSource, Grant, OlderDiscovery, Operation, ResourceParameter, SecretRef, Server};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// How long a person may take over a new address.
const PERSONS_TIME: Duration = Duration::from_mins(5);

pub(super) fn list(broker: &Arc<Broker>) -> Result<Vec<ServerView>, ConsoleError> {
    let uses = Uses::lately(broker);
    broker.settings.servers().iter().map(|server| view(broker, server, &uses)).collect()
}

pub(super) fn show(broker: &Arc<Broker>, name: &str) -> Result<ServerView, ConsoleError> {
    view(broker, &find(broker, name)?, &Uses::lately(broker))
}

/// Adds a server, after the person (or a rule of theirs) agreed to its address.
pub(super) async fn add(broker: &Arc<Broker>, giver: Giver<'_>, new: NewServer) -> Result<Answer, ConsoleError> {
    let server = read(&new)?;
    if broker.settings.server(&server.name).is_some() || broker.settings.organisation(&server.name).is_some() {
        return Err(ConsoleError::new(Code::Conflict).about(server.name.as_str()).because("this name is taken"));
    }
    let proof = ClientProof::read(new.client_secret_file.as_deref(), new.client_key_file.as_deref())?;
    let site = broker
        .site_of(&server, &Account::default())
        .map_err(|why| ConsoleError::new(Code::Invalid).about(server.name.as_str()).because(why))?;
    let caller = giver.caller();
    let request = Digest::of_parts(&[b"add", server.name.as_str().as_bytes(), server.url.as_str().as_bytes()]);
    let none = ScopeSet::default();
    let matter = Matter {
        caller: &caller,
        site: &site,
        action: Action::Connect { issuer: None, scopes: &none },
        request,
        budget: PERSONS_TIME,
    };
    let agreed = agreed(broker, giver, &matter, &server).await;
    // What was made only to ask about it is forgotten again: the next bridge builds it from the configuration.
    if !broker.registry.sessions().iter().any(|session| Arc::ptr_eq(&session.site, &site)) {
        broker.registry.drop_site(&site);
    }
    agreed.map_err(|refusal| refused(&refusal, server.name.as_str()))?;
    proof.keep(&server.name, broker).await?;
    broker.settings.add_server(&server).map_err(|why| unsettled(&why))?;
    let _ = broker.note(&Note {
        app: Some(caller.app()),
        server: Some(&server.name),
        decision: Some("add"),
        reason: Some(&server.url.masked()),
        ..Note::of(Event::ChangeServer)
    });
    Ok(Answer::Server(Box::new(view(broker, &server, &Uses::default())?)))
}

/// Whether the rules let this server in, and where they ask, the person.
async fn agreed(broker: &Broker, giver: Giver<'_>, matter: &Matter<'_>, server: &Server) -> Result<(), Refusal> {
    match giver {
        // They said it themselves just now; what their organisation forbids stays forbidden.
        Giver::Face => {
            broker.book().await?;
            let judged = broker.policy.judge(&matter.facts(broker, &Scene::of(broker, matter)));
            if judged.word == keyholder_policy::Word::Deny {
                return Err(Refusal::Forbidden { rule: judged.rule, sentence: judged.why });
            }
            Ok(())
        }
        Giver::Program(_) => {
            let shown = |_, _: &_| {
                Shown::plain(Subject::Add { url: server.url.as_str().to_owned(), name: server.name.to_string() })
            };
            let permit = decide::decide(broker, matter, shown).await?;
            permit.spend(&matter.request).map(drop).map_err(|why| Refusal::SignedOut(why.to_string()))
        }
    }
}

/// Revokes the server's grants and takes it out of the configuration.
pub(super) async fn remove(broker: &Arc<Broker>, name: &str) -> Result<Answer, ConsoleError> {
    let server = find(broker, name)?;
    let revoked = grants::revoke(broker, &Whose::Server { name: name.to_owned(), account: None }).await?;
    broker.settings.remove_server(&server.name).map_err(|why| unsettled(&why))?;
    if (server.client_secret.is_some() || server.client_key.is_some())
        && let Ok(vault) = broker.vault().await
        && let Err(why) = vault.delete_client(&server.name).await
    {
        tracing::warn!(%why, "what proves the client could not be deleted");
    }
    let gone = Refusal::SignedOut("The user has removed this server from Keyholder.".to_owned());
    for site in broker.registry.sites().iter().filter(|site| site.server == server.name) {
        site.mark_unknown();
        broker.registry.drop_site(site);
    }
    for session in broker.registry.sessions().iter().filter(|session| session.site.server == server.name) {
        session.site.mark_unknown();
        session.cut(&gone);
    }
    let _ =
        broker.note(&Note { server: Some(&server.name), decision: Some("remove"), ..Note::of(Event::ChangeServer) });
    Ok(revoked)
}

pub(super) fn set_paused(broker: &Arc<Broker>, name: &str, operation: Operation) -> Result<Answer, ConsoleError> {
    let mut server = find(broker, name)?;
    server.paused = operation;
    broker.settings.change_server(&server).map_err(|why| unsettled(&why))?;
    for site in broker.registry.sites().iter().filter(|site| site.server == server.name) {
        site.set_paused(operation == Operation::Paused);
    }
    for session in broker.registry.sessions().iter().filter(|session| session.site.server == server.name) {
        session.site.set_paused(operation == Operation::Paused);
    }
    if operation == Operation::Paused {
        for session in broker.registry.sessions().iter().filter(|session| session.site.server == server.name) {
            session.cut(&Refusal::Paused);
        }
    }
    let event = if operation == Operation::Paused { Event::Pause } else { Event::Resume };
    let _ = broker.note(&Note { server: Some(&server.name), ..Note::of(event) });
    Ok(Answer::Done(Receipt::default()))
}

/// Lets a paused server go on, after a yes.
pub(super) async fn resume(broker: &Arc<Broker>, giver: Giver<'_>, name: &str) -> Result<Answer, ConsoleError> {
    let server = find(broker, name)?;
    let headline = format!("Let the paused server {} go on", server.name);
    let url = server.url.masked();
    Wish::order("resume", &headline, &[format!("at {url}")], &[server.name.as_str().as_bytes(), url.as_bytes()])
        .at(&server.name, server.url.host(), &Account::default())
        .agree(broker, giver)
        .await?;
    // The same name at another address is another server.
    if find(broker, name)?.url != server.url {
        return Err(ConsoleError::new(Code::Conflict).about(name).because("its address has changed meanwhile"));
    }
    set_paused(broker, name, Operation::Running)
}

fn read(new: &NewServer) -> Result<Server, ConsoleError> {
    let invalid = |why: Refused| ConsoleError::new(Code::Invalid).because(why.to_string());
    let url: ServerUrl = new.url.parse().map_err(invalid)?;
    let name = if new.name.is_empty() {
        admission::name_for(&url).map_err(|why| ConsoleError::new(Code::Invalid).because(why))?
    } else {
        parse_name(&new.name)?
    };
    let mut server = Server::new(name, url);
    server.client_id.clone_from(&new.client_id);
    server.client_secret = new.client_secret_file.is_some().then_some(SecretRef::Keychain);
    server.client_key = new.client_key_file.is_some().then_some(SecretRef::Keychain);
    server.client_key_id.clone_from(&new.client_key_id);
    server.grant = match (&new.assertion_file, &new.organisation, new.client_credentials) {
        (Some(file), ..) => Grant::JwtBearer(AssertionSource::File(file.into())),
        (None, Some(name), _) => Grant::Organisation(parse_name(name)?),
        (None, None, true) => Grant::ClientCredentials,
        (None, None, false) => Grant::AuthorizationCode,
    };
    server.metadata_document.clone_from(&new.client_metadata_url);
    server.resource = match new.resource.as_deref() {
        None => ResourceParameter::Discover,
        Some("") => ResourceParameter::Omit,
        Some(text) => ResourceParameter::Fixed(text.parse().map_err(invalid)?),
    };
    if !new.scopes.is_empty() {
        server.scopes = Some(new.scopes.join(" ").parse().map_err(invalid)?);
    }
    server.older_discovery = if new.older_discovery { OlderDiscovery::Allow } else { OlderDiscovery::Refuse };
    Ok(server)
}

fn view(broker: &Arc<Broker>, server: &Server, uses: &Uses) -> Result<ServerView, ConsoleError> {
    let of_server =
        |grants: Vec<keyholder_model::grant::Grant>| grants.into_iter().filter(|grant| grant.server == server.name);
    let grants: Vec<_> = of_server(broker.settings.grants().map_err(|why| unsettled(&why))?).collect();
    let state = if server.paused == Operation::Paused {
        ServerState::Paused
    } else if grants.iter().any(keyholder_model::grant::Grant::is_active) {
        ServerState::SignedIn
    } else if grants.is_empty() {
        ServerState::Open
    } else {
        ServerState::SignInNeeded
    };
    let sessions = broker.registry.sessions();
    let sites = broker.registry.sites();
    let of_server = sites.iter().filter(|site| site.server == server.name);
    let tools = of_server.flat_map(|site| tools::of_site(broker, site, uses));
    // Two bridges with flags of their own list the same tools.
    let mut seen = HashSet::new();
    let tools = tools.filter(|tool| seen.insert(tools::each(tool)));
    Ok(ServerView {
        name: server.name.to_string(),
        url: server.url.masked(),
        state,
        origin: Origin::Person,
        client_id: server.client_id.clone(),
        client_metadata_url: server.metadata_document.clone(),
        resource: match &server.resource {
            ResourceParameter::Discover => None,
            ResourceParameter::Fixed(uri) => Some(uri.to_string()),
            ResourceParameter::Omit => Some(String::new()),
        },
        grants: grants.iter().map(|grant| grants::view(broker, grant)).collect(),
        bridges: u32::try_from(sessions.iter().filter(|session| session.site.server == server.name).count())
            .unwrap_or(u32::MAX),
        tools: tools.collect(),
    })
}

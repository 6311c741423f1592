//! The authorization endpoint (RFC 6749 §4.1.1): checks the request, asks the person, sends the browser back.

use std::collections::HashMap;
use std::time::Duration;

use http::StatusCode;
use keyholder_model::clock::Timestamp;
use url::Url;

use super::form::Form;
use super::page;
use super::scope::Scopes;
use crate::event::Event;
use crate::faults::Iss;
use crate::options::Person;
use crate::reply::{self, Reply};
use crate::world::World;

/// How long a page waits for its answer.
const PATIENCE: Duration = Duration::from_mins(10);
/// Pages that may wait at a time; then the oldest are forgotten.
const MOST_WAITING: usize = 64;

/// Questions on pages that no one has answered, by the one-time value in their form.
pub(crate) type Consents = HashMap<String, Waiting>;

/// A checked authorization request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) client: String,
    pub(crate) redirect: String,
    pub(crate) state: Option<String>,
    pub(crate) challenge: String,
    pub(crate) scopes: Scopes,
}

/// A request whose page is open.
#[derive(Debug)]
pub(crate) struct Waiting {
    asked: Asked,
    since: Timestamp,
}

/// `GET /authorize`.
pub(super) fn visit(world: &World, query: &str) -> Reply {
    let Some(form) = Form::parse(query.as_bytes()) else {
        return page::wrong("A parameter of this request stands twice.");
    };
    // Until client and redirect are known to belong together, nothing is sent anywhere (RFC 6749 §4.1.2.1).
    let (Some(id), Some(redirect)) = (form.field("client_id"), form.field("redirect_uri")) else {
        return page::wrong("This request names no client, or no redirect.");
    };
    let Some(client) = world.tables().clients.get(id).cloned() else {
        return page::wrong("This client is not registered here.");
    };
    if !client.may_return_to(redirect) {
        return page::wrong("This redirect is not one that the client registered.");
    }
    world.note(Event::AuthorizeVisited {
        client: id.to_owned(),
        scope: form.field("scope").unwrap_or_default().to_owned(),
    });
    let asked = match check(world, &form, id, redirect) {
        Ok(asked) => asked,
        Err(error) => {
            world.note(Event::TokenRefused { error: error.to_owned() });
            return go_back(world, redirect, form.field("state"), &[("error", error)]);
        }
    };
    match world.options.person {
        Person::AutoApprove => allow(world, asked),
        Person::Deny => deny(world, &asked),
        Person::Page => {
            let ticket = world.random("once-");
            let shown = page::ask(&client.name, &asked, &ticket);
            wait(world, ticket, asked);
            shown
        }
    }
}

/// `POST /authorize/decide`: the page's form. Its one-time value came with the page and no other site can read it, so a form
/// elsewhere cannot answer in the person's name.
pub(super) fn decide(world: &World, body: &[u8]) -> Reply {
    let Some(form) = Form::parse(body) else { return page::wrong("This form is not well-formed.") };
    let waiting = form.field("ticket").and_then(|ticket| world.tables().consents.remove(ticket));
    let now = world.options.clock.now();
    let Some(waiting) = waiting.filter(|waiting| now.since(waiting.since) < PATIENCE) else {
        return page::wrong("This page was answered before, or it is too old. Start again in Keyholder.");
    };
    match form.field("answer") {
        Some("allow") => allow(world, waiting.asked),
        _ => deny(world, &waiting.asked),
    }
}

/// The checks of RFC 6749 §4.1.1, RFC 7636 §4.4.1 and RFC 8707 §2.
fn check(world: &World, form: &Form, client: &str, redirect: &str) -> Result<Asked, &'static str> {
    if form.field("response_type") != Some("code") {
        return Err("unsupported_response_type");
    }
    let challenge = form.field("code_challenge").ok_or("invalid_request")?;
    // Absent means `plain` (RFC 7636 §4.3), and plain protects nothing.
    if form.field("code_challenge_method") != Some("S256") || challenge.len() != 43 {
        return Err("invalid_request");
    }
    if form.field("resource") != Some(world.resource.as_str()) {
        return Err("invalid_target");
    }
    let scopes = Scopes::parse(form.field("scope").unwrap_or_default()).ok_or("invalid_scope")?;
    Ok(Asked {
        client: client.to_owned(),
        redirect: redirect.to_owned(),
        state: form.field("state").map(str::to_owned),
        challenge: challenge.to_owned(),
        scopes,
    })
}

fn wait(world: &World, ticket: String, asked: Asked) {
    let since = world.options.clock.now();
    let consents = &mut world.tables().consents;
    if consents.len() >= MOST_WAITING {
        let oldest = consents.iter().min_by_key(|(_, waiting)| waiting.since).map(|(ticket, _)| ticket.clone());
        oldest.map(|ticket| consents.remove(&ticket));
    }
    consents.insert(ticket, Waiting { asked, since });
}

fn allow(world: &World, asked: Asked) -> Reply {
    let code = world.random("practice-code-");
    let (redirect, state) = (asked.redirect.clone(), asked.state.clone());
    world.tables().tokens.keep_code(&code, asked, world.options.clock.now());
    world.note(Event::Consented);
    go_back(world, &redirect, state.as_deref(), &[("code", &code)])
}

fn deny(world: &World, asked: &Asked) -> Reply {
    world.note(Event::Denied);
    go_back(world, &asked.redirect, asked.state.as_deref(), &[("error", "access_denied")])
}

/// Back to the client, with `state` and the issuer (RFC 9207 §2), also for errors.
fn go_back(world: &World, redirect: &str, state: Option<&str>, answer: &[(&str, &str)]) -> Reply {
    let Ok(mut address) = Url::parse(redirect) else { return page::wrong("This redirect is no address.") };
    {
        let mut query = address.query_pairs_mut();
        query.extend_pairs(answer);
        if let Some(state) = state {
            query.append_pair("state", state);
        }
        match world.faults().iss {
            Iss::Missing => {}
            Iss::Right => {
                query.append_pair("iss", &world.issuer);
            }
            Iss::Wrong(other) => {
                query.append_pair("iss", &other);
            }
        }
    }
    reply::redirect(StatusCode::SEE_OTHER, address.as_str())
}

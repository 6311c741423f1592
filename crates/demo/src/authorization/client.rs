//! Registration of native, public clients (RFC 7591, RFC 8252).

use std::collections::HashMap;

use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::refuse;
use crate::event::Event;
use crate::reply::{self, Reply};
use crate::world::World;

/// Clients that are kept; then the oldest goes for each that comes.
const MOST_CLIENTS: usize = 256;

/// The registered clients, by `client_id`.
pub(crate) type Clients = HashMap<String, Client>;

/// One registered client.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) name: String,
    redirects: Vec<Url>,
    /// How many registered before it.
    number: usize,
}

impl Client {
    /// Whether `redirect` is one of the registered addresses; on loopback the port may differ (RFC 8252 §7.3).
    pub(crate) fn may_return_to(&self, redirect: &str) -> bool {
        let Some(asked) = loopback(redirect) else { return false };
        self.redirects.iter().any(|known| without_port(known) == without_port(&asked))
    }
}

/// The client metadata that this server reads; everything else is ignored, as RFC 7591 §2 asks.
#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default)]
    client_name: String,
    token_endpoint_auth_method: Option<String>,
    application_type: Option<String>,
}

/// RFC 7591 §3.
pub(super) fn register(world: &World, body: &[u8]) -> Reply {
    if let Some((status, error)) = world.faults().registration_fails_with {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        return refuse(status, &error, "The practice server was told to refuse registrations.");
    }
    let invalid = |why| refuse(StatusCode::BAD_REQUEST, "invalid_client_metadata", why);
    let Ok(metadata) = serde_json::from_slice::<Metadata>(body) else {
        return invalid("The body is not client metadata in JSON.");
    };
    if metadata.token_endpoint_auth_method.as_deref().is_some_and(|method| method != "none") {
        return invalid("Only public clients can register: token_endpoint_auth_method must be none.");
    }
    if metadata.application_type.as_deref().is_some_and(|kind| kind != "native") {
        return invalid("Only native clients can register: application_type must be native.");
    }
    if metadata.client_name.len() > 200 || metadata.redirect_uris.len() > 16 {
        return invalid("The client's name or its list of redirects is too long.");
    }
    let redirects: Option<Vec<Url>> = metadata.redirect_uris.iter().map(|address| loopback(address)).collect();
    let Some(redirects) = redirects.filter(|redirects| !redirects.is_empty()) else {
        let why = "redirect_uris must name at least one address, and loopback ones only.";
        return refuse(StatusCode::BAD_REQUEST, "invalid_redirect_uri", why);
    };
    let id = world.random("practice-client-");
    {
        let mut tables = world.tables();
        let number = tables.clients.values().map(|client| client.number + 1).max().unwrap_or(0);
        if tables.clients.len() >= MOST_CLIENTS {
            tables.clients.retain(|_, client| client.number + MOST_CLIENTS > number);
        }
        tables.clients.insert(id.clone(), Client { name: metadata.client_name.clone(), redirects, number });
    }
    world.note(Event::Registered { name: metadata.client_name.clone() });
    let registered = json!({
        "client_id": id,
        "client_id_issued_at": world.options.clock.now().as_millis() / 1_000,
        "client_name": metadata.client_name,
        "redirect_uris": metadata.redirect_uris,
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "application_type": "native",
    });
    reply::json(StatusCode::CREATED, &registered)
}

/// An `http` address on loopback, without fragment or user: all that a native client of this server may name.
fn loopback(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let here = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    let plain = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    (url.scheme() == "http" && here && plain).then_some(url)
}

fn without_port(url: &Url) -> (Option<&str>, &str, Option<&str>) {
    (url.host_str(), url.path(), url.query())
}

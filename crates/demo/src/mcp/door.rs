//! Who may come in: the protected resource of RFC 9728 and RFC 6750.

use http::header::{AUTHORIZATION, HOST, ORIGIN, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::authorization::Scopes;
use crate::event::Event;
use crate::options::Protection;
use crate::reply::{self, Reply};
use crate::world::{World, merge};

/// RFC 9728 §3.1: the resource's path stands behind the well-known one.
pub(crate) const METADATA_PATH: &str = "/.well-known/oauth-protected-resource/mcp";

/// Someone who was let in.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) scopes: Scopes,
    /// The `Authorization` value, for the one tool that gives it away.
    pub(crate) credential: Option<String>,
}

/// A page from elsewhere must not reach this server through a person's browser: DNS rebinding shows in `Host`, a foreign page
/// in `Origin` (Streamable HTTP, security warning).
pub(crate) fn refuse_strangers(world: &World, headers: &HeaderMap) -> Option<Reply> {
    let authority = world.resource_origin.trim_start_matches("http://");
    let host_fits = headers.get(HOST).is_none_or(|host| host.as_bytes() == authority.as_bytes());
    let origin_fits = headers.get(ORIGIN).is_none_or(|origin| origin.as_bytes() == world.resource_origin.as_bytes());
    (!(host_fits && origin_fits)).then(|| reply::empty(StatusCode::FORBIDDEN))
}

/// RFC 9728 §3.2.
pub(crate) fn metadata(world: &World) -> Reply {
    if world.options.protection == Protection::Open {
        return reply::empty(StatusCode::NOT_FOUND);
    }
    let mut document = json!({
        "resource": world.resource,
        "resource_name": "Keyholder practice notes",
        "authorization_servers": [world.issuer],
        "scopes_supported": ["notes:read", "notes:write"],
        "bearer_methods_supported": ["header"],
    });
    if let Some(patch) = &world.faults().resource_metadata_patch {
        merge(&mut document, patch);
    }
    reply::json(StatusCode::OK, &document)
}

/// Lets a good token in, and answers anything else 401 with a challenge.
pub(crate) fn let_in(world: &World, headers: &HeaderMap) -> Result<Caller, Box<Reply>> {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    if world.options.protection == Protection::Open {
        return Ok(Caller { scopes: Scopes::ReadWrite, credential: given.map(str::to_owned) });
    }
    let faults = world.faults();
    let token = given.and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("Bearer").then_some(token.trim())
    });
    let now = world.options.clock.now();
    let bearer = token
        .filter(|_| !faults.reject_everything_with_401)
        .and_then(|token| world.tables().tokens.judge(token, &world.resource, now));
    if let Some(bearer) = bearer {
        return Ok(Caller { scopes: bearer.scopes, credential: given.map(str::to_owned) });
    }
    if token.is_some_and(|token| world.tables().tokens.is_foreign(token)) {
        world.note(Event::ForeignToken);
    }
    world.note(Event::Challenged);
    // RFC 6750 §3.1: no error code where no credential was sent.
    let error = if token.is_some() { "error=\"invalid_token\", " } else { "" };
    let right =
        format!("Bearer {error}resource_metadata=\"{}{METADATA_PATH}\", scope=\"notes:read\"", world.resource_origin);
    let challenge = faults.challenge.unwrap_or(right);
    Err(Box::new(reply::with(reply::empty(StatusCode::UNAUTHORIZED), WWW_AUTHENTICATE, &challenge)))
}

/// RFC 6750 §3.1: 403, with everything that the call needs.
pub(crate) fn ask_for_more(world: &World, tool: &str) -> Reply {
    world.note(Event::ScopeMissing { tool: tool.to_owned() });
    let challenge = format!(
        "Bearer error=\"insufficient_scope\", scope=\"{}\", resource_metadata=\"{}{METADATA_PATH}\"",
        Scopes::ReadWrite,
        world.resource_origin
    );
    reply::with(reply::empty(StatusCode::FORBIDDEN), WWW_AUTHENTICATE, &challenge)
}

//! The practice authorization server: RFC 6749 with PKCE (RFC 7636), metadata (RFC 8414), registration (RFC 7591), resource
//! indicators (RFC 8707), revocation (RFC 7009) and the issuer in the redirect (RFC 9207).
//!
//! Public clients on loopback redirects (RFC 8252) only, S256 only, codes for one use, and refresh tokens that rotate: a second
//! use of a spent one revokes its whole family (RFC 9700 §4.14.2).

mod client;
mod consent;
mod form;
mod page;
mod scope;
mod token;
mod tokens;

pub(crate) use client::Clients;
pub(crate) use consent::Consents;
pub(crate) use scope::Scopes;
pub(crate) use tokens::Tokens;

use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use serde_json::json;

use crate::reply::{self, Cut, Reply};
use crate::world::{World, merge};

/// Answers one request to the authorization server.
pub(crate) async fn answer(world: &World, request: Request<Incoming>) -> Result<Reply, Cut> {
    let path = request.uri().path().to_owned();
    let method = request.method().clone();
    let reply = match (method, path.as_str()) {
        (Method::GET, "/.well-known/oauth-authorization-server") => metadata(world),
        (Method::GET, "/authorize") => consent::visit(world, request.uri().query().unwrap_or_default()),
        (Method::POST, "/authorize/decide") => match reply::read(request.into_body()).await {
            Ok(body) => consent::decide(world, &body),
            Err(refusal) => refusal,
        },
        (Method::POST, "/register") => match reply::read(request.into_body()).await {
            Ok(body) => client::register(world, &body),
            Err(refusal) => refusal,
        },
        (Method::POST, "/token") => token::exchange(world, request).await,
        (Method::POST, "/revoke") => token::revoke(world, request).await,
        _ => reply::empty(StatusCode::NOT_FOUND),
    };
    Ok(reply)
}

/// RFC 8414 §3.2.
fn metadata(world: &World) -> Reply {
    let faults = world.faults();
    if faults.without_server_metadata {
        return reply::empty(StatusCode::NOT_FOUND);
    }
    let issuer = &world.issuer;
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "registration_endpoint": format!("{issuer}/register"),
        "revocation_endpoint": format!("{issuer}/revoke"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "scopes_supported": ["notes:read", "notes:write"],
        "authorization_response_iss_parameter_supported": true,
    });
    if let Some(patch) = &faults.server_metadata_patch {
        merge(&mut document, patch);
    }
    reply::json(StatusCode::OK, &document)
}

/// An error answer of RFC 6749 §5.2 (and of RFC 7591 §3.2.2 and RFC 7009 §2.2.1, which look the same).
fn refuse(status: StatusCode, error: &str, why: &str) -> Reply {
    reply::json(status, &json!({ "error": error, "error_description": why }))
}

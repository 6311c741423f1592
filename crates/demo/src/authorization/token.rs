//! The token and revocation endpoints (RFC 6749 §3.2, RFC 7009).

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use hyper::body::Incoming;
use serde_json::json;

use super::form::Form;
use super::refuse;
use super::scope::Scopes;
use super::tokens::{Issue, Refused};
use crate::event::Event;
use crate::faults::Rotation;
use crate::reply::{self, Reply};
use crate::world::World;

/// `POST /token`.
pub(super) async fn exchange(world: &World, request: Request<Incoming>) -> Reply {
    let form = match fields(request).await {
        Ok(form) => form,
        Err(refusal) => return refusal,
    };
    let delay = world.faults().token_endpoint_delay;
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let Some(client) = form.field("client_id").filter(|id| world.tables().clients.contains_key(*id)) else {
        return refused(world, StatusCode::UNAUTHORIZED, "invalid_client", "This client is not registered here.");
    };
    // RFC 8707 §2.2: a token is for the resource that is named, and this server knows only one.
    if form.field("resource").is_some_and(|resource| resource != world.resource) {
        return refused(world, StatusCode::BAD_REQUEST, "invalid_target", "This server knows no such resource.");
    }
    match form.field("grant_type") {
        Some("authorization_code") => redeem(world, &form, client),
        Some("refresh_token") => refresh(world, &form, client),
        _ => refused(
            world,
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            "grant_type must be authorization_code or refresh_token.",
        ),
    }
}

/// `POST /revoke`: 200 also for what is unknown (RFC 7009 §2.2).
pub(super) async fn revoke(world: &World, request: Request<Incoming>) -> Reply {
    let form = match fields(request).await {
        Ok(form) => form,
        Err(refusal) => return refusal,
    };
    let faults = world.faults();
    tokio::time::sleep(faults.revocation_delay).await;
    if let Some(status) = faults.revocation_fails_with {
        return reply::empty(StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE));
    }
    let (Some(token), Some(client)) = (form.field("token"), form.field("client_id")) else {
        return refused(world, StatusCode::BAD_REQUEST, "invalid_request", "token and client_id are needed.");
    };
    if world.tables().tokens.is_foreign(token) {
        world.note(Event::ForeignToken);
    }
    if world.tables().tokens.give_back(token, client) {
        world.note(Event::Revoked);
    }
    reply::empty(StatusCode::OK)
}

fn redeem(world: &World, form: &Form, client: &str) -> Reply {
    let (Some(code), Some(redirect), Some(verifier)) =
        (form.field("code"), form.field("redirect_uri"), form.field("code_verifier"))
    else {
        let why = "code, redirect_uri and code_verifier are needed.";
        return refused(world, StatusCode::BAD_REQUEST, "invalid_request", why);
    };
    let now = world.options.clock.now();
    let spent = world.tables().tokens.spend_code(code, client, redirect, verifier, now);
    match spent {
        Ok(issued) => {
            world.note(Event::CodeRedeemed);
            issue(world, &issued, NextRefresh::New)
        }
        Err(why) => not_granted(world, why),
    }
}

fn refresh(world: &World, form: &Form, client: &str) -> Reply {
    let faults = world.faults();
    if let Some((status, error)) = &faults.refresh_fails_with {
        world.note(Event::RefreshRefused);
        let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_REQUEST);
        return refuse(status, error, "The practice server was told to refuse refreshes.");
    }
    let Some(token) = form.field("refresh_token") else {
        return refused(world, StatusCode::BAD_REQUEST, "invalid_request", "refresh_token is needed.");
    };
    if world.tables().tokens.is_foreign(token) {
        world.note(Event::ForeignToken);
    }
    let asked = match form.field("scope").map(Scopes::parse) {
        None => None,
        Some(Some(scopes)) => Some(scopes),
        Some(None) => return refused(world, StatusCode::BAD_REQUEST, "invalid_scope", "This scope is unknown here."),
    };
    let checked = {
        let mut tables = world.tables();
        let checked = tables.tokens.check_refresh(token, client, asked);
        if checked.is_ok() && faults.rotation != Rotation::Keep {
            tables.tokens.spend_refresh(token);
        }
        checked
    };
    match checked {
        Ok(issued) => {
            world.note(Event::Refreshed);
            let next = if faults.rotation == Rotation::Rotate { NextRefresh::New } else { NextRefresh::None };
            issue(world, &issued, next)
        }
        Err(why) => {
            world.note(Event::RefreshRefused);
            not_granted(world, why)
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum NextRefresh {
    New,
    None,
}

/// RFC 6749 §5.1.
fn issue(world: &World, issue: &Issue, next: NextRefresh) -> Reply {
    // The markers let a search of logs, files and memory find a token that got where it should not be.
    let access = world.random("KHCANARY-AT-");
    let lifetime = world.options.token_lifetime;
    let until = world.options.clock.now().plus(lifetime);
    let mut answer = json!({
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": lifetime.as_secs(),
        "scope": issue.scopes.to_string(),
    });
    let mut tables = world.tables();
    tables.tokens.keep_access(&access, issue, &world.resource, until);
    if next == NextRefresh::New {
        let refresh = world.random("KHCANARY-RT-");
        tables.tokens.keep_refresh(&refresh, issue);
        answer["refresh_token"] = refresh.into();
    }
    reply::json(StatusCode::OK, &answer)
}

fn not_granted(world: &World, why: Refused) -> Reply {
    let (error, text) = match why {
        Refused::Invalid => ("invalid_grant", "This code or refresh token is not good here."),
        Refused::Reused => {
            world.note(Event::FamilyRevoked);
            ("invalid_grant", "This code or refresh token was used before.")
        }
        Refused::TooWide => ("invalid_scope", "A refresh cannot widen the scope."),
    };
    refused(world, StatusCode::BAD_REQUEST, error, text)
}

fn refused(world: &World, status: StatusCode, error: &str, why: &str) -> Reply {
    world.note(Event::TokenRefused { error: error.to_owned() });
    refuse(status, error, why)
}

async fn fields(request: Request<Incoming>) -> Result<Form, Reply> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_form = kind.split(';').next().unwrap_or_default().trim() == "application/x-www-form-urlencoded";
    let body: Bytes = reply::read(request.into_body()).await?;
    match Form::parse(&body) {
        Some(form) if is_form => Ok(form),
        _ => {
            Err(refuse(StatusCode::BAD_REQUEST, "invalid_request", "The body is not a form, or a field stands twice."))
        }
    }
}

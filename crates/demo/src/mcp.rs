//! The practice MCP server: Streamable HTTP of both eras, behind an OAuth door (RFC 9728, RFC 6750).
//!
//! `door` lets in, `modern` and `legacy` speak their era's transport, `features` and `call` are what both eras share.

mod asking;
mod call;
mod door;
mod features;
mod headers;
mod legacy;
mod message;
mod modern;
mod notes;
mod sse;
mod tools;

pub(crate) use legacy::Session;
pub(crate) use notes::Notes;

use std::sync::Arc;

use http::header::{ACCEPT, ALLOW, CONTENT_TYPE};
use http::{HeaderMap, Method, Request, StatusCode};
use hyper::body::Incoming;
use serde_json::{Value, json};

use self::message::{Fault, Message};
use crate::event::Event;
use crate::reply::{self, Cut, Reply};
use crate::world::World;

/// The one modern revision.
pub(crate) const MODERN: &str = "2026-07-28";
/// The legacy revisions, newest first.
pub(crate) const LEGACY: [&str; 3] = ["2025-11-25", "2025-06-18", "2025-03-26"];

/// Answers one request to the MCP server.
pub(crate) async fn answer(world: Arc<World>, request: Request<Incoming>) -> Result<Reply, Cut> {
    if let Some(refusal) = door::refuse_strangers(&world, request.headers()) {
        return Ok(refusal);
    }
    match (request.method(), request.uri().path()) {
        (&Method::GET, door::METADATA_PATH) => Ok(door::metadata(&world)),
        (_, "/mcp") => endpoint(world, request).await,
        _ => Ok(reply::empty(StatusCode::NOT_FOUND)),
    }
}

async fn endpoint(world: Arc<World>, request: Request<Incoming>) -> Result<Reply, Cut> {
    if request.method() == Method::POST
        && let Some(fault) = misbehave(&world).await
    {
        return Ok(fault);
    }
    let caller = match door::let_in(&world, request.headers()) {
        Ok(caller) => caller,
        Err(refusal) => return Ok(*refusal),
    };
    let (head, body) = request.into_parts();
    match head.method {
        Method::POST => {}
        Method::DELETE if world.options.eras.speaks_legacy() => return Ok(legacy::close(&world, &head.headers)),
        // No stream of its own: whatever the server has to say, it says in an answer.
        _ => {
            let reply = reply::empty(StatusCode::METHOD_NOT_ALLOWED);
            return Ok(reply::with(reply, ALLOW, "POST, DELETE"));
        }
    }
    if let Some(refusal) = refuse_media(&head.headers) {
        return Ok(refusal);
    }
    let body = match reply::read(body).await {
        Ok(body) => body,
        Err(refusal) => return Ok(refusal),
    };
    let message = match Message::parse(&body) {
        Ok(message) => message,
        Err(fault) => return Ok(fault.reply(StatusCode::BAD_REQUEST, &Value::Null)),
    };
    if world.faults().keep_arguments
        && let Some(text) = message::exact_arguments(&body)
    {
        world.note(Event::Given { arguments: text.to_owned() });
    }
    if headers::is_modern(&head.headers, &message) && world.options.eras.speaks_modern() {
        return modern::answer(&world, caller, &head.headers, message);
    }
    if world.options.eras.speaks_legacy() {
        return legacy::answer(&world, caller, &head.headers, message);
    }
    let requested = message.params().get("protocolVersion").cloned().unwrap_or(Value::Null);
    let data = json!({ "supported": [MODERN], "requested": requested });
    let fault = Fault::new(-32022, "Unsupported protocol version").with(data);
    Ok(fault.reply(StatusCode::BAD_REQUEST, message.id()))
}

/// The faults that strike before anyone looks at the request.
async fn misbehave(world: &World) -> Option<Reply> {
    let faults = world.faults();
    if !faults.slow_first_byte.is_zero() {
        tokio::time::sleep(faults.slow_first_byte).await;
    }
    if let Some(to) = &faults.redirect_to {
        return Some(reply::redirect(StatusCode::TEMPORARY_REDIRECT, to));
    }
    if let Some(status) = faults.answer_with_status {
        return Some(reply::empty(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)));
    }
    let page = "<!doctype html><title>Welcome</title><p>This is not an MCP server.".to_owned();
    faults.reply_with_html.then(|| reply::html(StatusCode::OK, page))
}

/// Both media types have to be welcome, whatever this answer will be (T-041).
fn refuse_media(headers: &HeaderMap) -> Option<Reply> {
    let named = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepts = named(ACCEPT);
    if !(accepts.contains("application/json") && accepts.contains("text/event-stream")) {
        return Some(reply::empty(StatusCode::NOT_ACCEPTABLE));
    }
    let kind = named(CONTENT_TYPE).split(';').next().unwrap_or_default().trim();
    (kind != "application/json").then(|| reply::empty(StatusCode::UNSUPPORTED_MEDIA_TYPE))
}

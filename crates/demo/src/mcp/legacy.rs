//! The transport of 2025-03-26 to 2025-11-25: `initialize`, then a session.

use std::collections::HashMap;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::{Value, json};
use tokio::sync::{Notify, oneshot};

use super::call::{self, Call, Origin};
use super::door::Caller;
use super::message::{Fault, Message, success};
use super::{LEGACY, features};
use crate::event::Event;
use crate::reply::{self, Cut, Reply};
use crate::world::World;

const SESSION_HEADER: HeaderName = HeaderName::from_static("mcp-session-id");
/// Sessions that are kept; then some old one goes.
const MOST_SESSIONS: usize = 256;

/// One legacy session.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) version: &'static str,
    pub(crate) capabilities: Value,
    /// Questions to the client that wait for its answer, by their JSON-RPC id.
    pub(crate) asked: HashMap<String, oneshot::Sender<Value>>,
    /// Calls that can be cancelled, by their JSON-RPC id as JSON.
    pub(crate) running: HashMap<String, Arc<Notify>>,
}

pub(super) fn answer(world: &Arc<World>, caller: Caller, head: &HeaderMap, message: Message) -> Result<Reply, Cut> {
    if let Message::Request { id, method, params } = &message
        && method == "initialize"
    {
        world.note(Event::Received { method: method.clone() });
        return Ok(open(world, id, params));
    }
    let session = match enter(world, head) {
        Ok(session) => session,
        Err((status, fault)) => return Ok(fault.reply(status, message.id())),
    };
    world.note(Event::Received { method: message.method().to_owned() });
    let (id, method, params) = match message {
        Message::Notification { method, params } => {
            if method == "notifications/cancelled" {
                cancel(world, &session, &params);
            }
            return Ok(reply::empty(StatusCode::ACCEPTED));
        }
        Message::Request { id, method, params } => (id, method, params),
        Message::Response { id, answer } => return Ok(deliver(world, &session, &id, answer)),
    };
    if method == "tools/call" {
        return call::answer(world, Call { id, params, caller, origin: Origin::Legacy { session } });
    }
    let answered = if method == "ping" { Ok(json!({})) } else { features::answer(world, &method, &params, -32002) };
    Ok(match answered {
        Ok(result) => reply::json(StatusCode::OK, &success(&id, &result)),
        Err(fault) => fault.reply(StatusCode::OK, &id),
    })
}

/// `DELETE`: the client ends its session.
pub(super) fn close(world: &World, head: &HeaderMap) -> Reply {
    let Some(id) = head.get(SESSION_HEADER).and_then(|id| id.to_str().ok()) else {
        return reply::empty(StatusCode::BAD_REQUEST);
    };
    if world.tables().sessions.remove(id).is_none() {
        return reply::empty(StatusCode::NOT_FOUND);
    }
    world.note(Event::SessionClosed);
    reply::empty(StatusCode::NO_CONTENT)
}

fn open(world: &World, id: &Value, params: &Value) -> Reply {
    let Some(asked) = params["protocolVersion"].as_str() else {
        return Fault::new(-32602, "Invalid params: protocolVersion is missing").reply(StatusCode::BAD_REQUEST, id);
    };
    let version = LEGACY.into_iter().find(|version| *version == asked).unwrap_or(LEGACY[0]);
    let session = world.random("practice-session-");
    {
        let sessions = &mut world.tables().sessions;
        if sessions.len() >= MOST_SESSIONS {
            let some = sessions.keys().next().cloned();
            some.map(|id| sessions.remove(&id));
        }
        let capabilities = params["capabilities"].clone();
        let fresh = Session { version, capabilities, asked: HashMap::new(), running: HashMap::new() };
        sessions.insert(session.clone(), fresh);
    }
    world.note(Event::SessionOpened);
    let result = json!({
        "protocolVersion": version,
        "capabilities": features::capabilities(),
        "serverInfo": features::server_info(),
        "instructions": features::instructions(world),
    });
    reply::with(reply::json(StatusCode::OK, &success(id, &result)), SESSION_HEADER, &session)
}

/// The session that a request names; 400 without one, 404 where it is gone (T-103).
fn enter(world: &World, head: &HeaderMap) -> Result<String, (StatusCode, Fault)> {
    let refuse = |status, code, why| Err((status, Fault::new(code, why)));
    let Some(id) = head.get(SESSION_HEADER).and_then(|id| id.to_str().ok()) else {
        return refuse(StatusCode::BAD_REQUEST, -32000, "Bad Request: no session; initialize first");
    };
    let tables = world.tables();
    let Some(session) = tables.sessions.get(id) else {
        return refuse(StatusCode::NOT_FOUND, -32001, "Session not found");
    };
    let declared = head.get("mcp-protocol-version").map(http::HeaderValue::as_bytes);
    if declared.is_some_and(|declared| declared != session.version.as_bytes()) {
        return refuse(StatusCode::BAD_REQUEST, -32000, "Bad Request: not the protocol version of this session");
    }
    // Required since 2025-06-18 (T-101).
    if declared.is_none() && session.version != "2025-03-26" {
        return refuse(StatusCode::BAD_REQUEST, -32000, "Bad Request: MCP-Protocol-Version is missing");
    }
    Ok(id.to_owned())
}

fn cancel(world: &World, session: &str, params: &Value) {
    let running = world.tables().sessions.get(session).and_then(|session| {
        let id = params["requestId"].to_string();
        session.running.get(&id).cloned()
    });
    if let Some(running) = running {
        running.notify_one();
    }
}

fn deliver(world: &World, session: &str, id: &Value, answer: Value) -> Reply {
    let waiting = world
        .tables()
        .sessions
        .get_mut(session)
        .and_then(|session| session.asked.remove(id.as_str().unwrap_or_default()));
    match waiting {
        Some(waiting) => {
            // The call may have ended while this answer was on its way; then nobody needs it.
            let _ = waiting.send(answer);
            reply::empty(StatusCode::ACCEPTED)
        }
        None => Fault::new(-32600, "Invalid Request: no such question was asked").reply(StatusCode::BAD_REQUEST, id),
    }
}

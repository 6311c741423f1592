//! The 2026-07-28 transport: every message is its own POST, and nothing is remembered between them.

use std::sync::Arc;

use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::call::{self, Call, Origin};
use super::door::Caller;
use super::message::{Fault, Message, success};
use super::{LEGACY, MODERN, features, headers};
use crate::event::Event;
use crate::reply::{self, Cut, Reply};
use crate::world::World;

pub(super) fn answer(world: &Arc<World>, caller: Caller, head: &HeaderMap, message: Message) -> Result<Reply, Cut> {
    if let Err(fault) = headers::check(world, head, &message) {
        return Ok(fault.reply(headers::status(&fault), message.id()));
    }
    world.note(Event::Received { method: message.method().to_owned() });
    let (id, method, params) = match message {
        Message::Notification { .. } => return Ok(reply::empty(StatusCode::ACCEPTED)),
        Message::Request { id, method, params } => (id, method, params),
        Message::Response { id, .. } => {
            let fault = Fault::new(-32600, "Invalid Request: this server asks nothing, so nothing can be answered");
            return Ok(fault.reply(StatusCode::BAD_REQUEST, &id));
        }
    };
    if method == "tools/call" {
        let capabilities = params["_meta"][headers::CAPABILITIES_KEY].clone();
        return call::answer(world, Call { id, params, caller, origin: Origin::Modern { capabilities } });
    }
    let answered = if method == "server/discover" {
        Ok(discover(world))
    } else {
        features::answer(world, &method, &params, -32602)
    };
    Ok(match answered {
        Ok(result) => reply::json(StatusCode::OK, &success(&id, &complete(&method, result))),
        Err(fault) => fault.reply(headers::status(&fault), &id),
    })
}

/// The result with what this era adds: its type, and for what may be cached, how long (not at all: faults change lists).
fn complete(method: &str, mut result: Value) -> Value {
    result["resultType"] = "complete".into();
    if method.ends_with("/list") || matches!(method, "server/discover" | "resources/read") {
        result["ttlMs"] = 0.into();
        result["cacheScope"] = "private".into();
    }
    result
}

fn discover(world: &World) -> Value {
    let mut versions = vec![MODERN];
    if world.options.eras.speaks_legacy() {
        versions.extend(LEGACY);
    }
    json!({
        "supportedVersions": versions,
        "capabilities": features::capabilities(),
        "instructions": features::instructions(world),
        "_meta": { "io.modelcontextprotocol/serverInfo": features::server_info() },
    })
}

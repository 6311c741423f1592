//! `tools/call`, in both eras: at once, as a stream, or with a question in between.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::asking;
use super::door::{self, Caller};
use super::message::{Fault, success};
use super::sse::{Ending, Sse};
use super::tools::{self, said};
use crate::event::Event;
use crate::reply::{self, Cut, Reply};
use crate::world::World;

/// One call.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) id: Value,
    pub(super) params: Value,
    pub(super) caller: Caller,
    pub(super) origin: Origin,
}

/// Which transport it came by.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    Legacy { session: String },
    Modern { capabilities: Value },
}

pub(super) fn answer(world: &Arc<World>, call: Call) -> Result<Reply, Cut> {
    let tool = call.params["name"].as_str().unwrap_or_default().to_owned();
    let faults = world.faults();
    if !tools::definitions(&faults).iter().any(|known| known["name"] == tool.as_str()) {
        let fault = Fault::new(-32602, "Invalid params: unknown tool");
        return Ok(fault.reply(StatusCode::OK, &call.id));
    }
    if !call.caller.scopes.covers(tools::scope_of(&tool)) {
        return Ok(door::ask_for_more(world, &tool));
    }
    if call.params["requestState"].is_null() {
        let nonce = call.params["arguments"]["nonce"].as_str().map(str::to_owned);
        world.note(Event::Called { tool: tool.clone(), nonce });
    }
    let reply = match (tool.as_str(), &call.origin) {
        ("slow", _) => slow(world, call),
        ("ask_me", Origin::Legacy { session }) => {
            let session = session.clone();
            asking::on_the_stream(world, call, session)
        }
        ("ask_me", Origin::Modern { .. }) => asking::by_return(world, &call),
        _ => at_once(world, &tool, &call),
    };
    if faults.drop_connection_during.as_deref() == Some(tool.as_str()) {
        return Err(Cut);
    }
    Ok(reply)
}

impl Call {
    /// The JSON-RPC answer with this result, as the era wants it.
    pub(super) fn success(&self, mut result: Value) -> Value {
        if matches!(self.origin, Origin::Modern { .. }) && result.get("resultType").is_none() {
            result["resultType"] = "complete".into();
        }
        success(&self.id, &result)
    }
}

pub(super) fn open_stream(world: &World) -> (Sse, Reply) {
    let (pieces, reply) = reply::stream();
    let ending = if world.faults().sse_without_terminator { Ending::Missing } else { Ending::Complete };
    (Sse::new(pieces, ending), reply)
}

fn at_once(world: &Arc<World>, tool: &str, call: &Call) -> Reply {
    let arguments = &call.params["arguments"];
    let result = match tools::run(world, tool, arguments, call.caller.credential.as_deref()) {
        Ok(result) => call.success(result),
        Err(fault) => return fault.reply(StatusCode::OK, &call.id),
    };
    if tool == "echo_credentials" && arguments["over"] == "stream" {
        let (sse, reply) = open_stream(world);
        world.spawn(async move { sse.finish_in_crumbs(&result).await });
        return reply;
    }
    if world.faults().sse_without_terminator {
        let (sse, reply) = open_stream(world);
        world.spawn(async move { sse.finish(&result).await });
        return reply;
    }
    reply::json(StatusCode::OK, &result)
}

/// Reports progress until the time is over, or until the client gives up.
fn slow(world: &Arc<World>, call: Call) -> Reply {
    let arguments = &call.params["arguments"];
    let millis = arguments["millis"].as_u64().unwrap_or(1_000).min(600_000);
    let steps = arguments["steps"].as_u64().unwrap_or(4).clamp(1, 100);
    let token = call.params["_meta"]["progressToken"].clone();
    let (sse, reply) = open_stream(world);
    let worker = Arc::clone(world);
    let cancelled = watch_for_cancel(world, &call);
    world.spawn(async move {
        for step in 1..=steps {
            let pause = tokio::time::sleep(Duration::from_millis(millis / steps));
            let given_up = async {
                match &call.origin {
                    // Only here is closing the stream a cancellation (T-049, T-107).
                    Origin::Modern { .. } => sse.gone().await,
                    Origin::Legacy { .. } => cancelled.notified().await,
                }
            };
            let abandoned = tokio::select! {
                () = pause => false,
                () = given_up => true,
            };
            if abandoned {
                worker.note(Event::Abandoned { tool: "slow".to_owned() });
                forget_call(&worker, &call);
                return;
            }
            if !token.is_null() {
                let params = json!({ "progressToken": token, "progress": step, "total": steps });
                sse.send(&json!({ "jsonrpc": "2.0", "method": "notifications/progress", "params": params })).await;
            }
        }
        forget_call(&worker, &call);
        sse.finish(&call.success(said(&format!("Done after {steps} steps.")))).await;
    });
    reply
}

/// Makes a legacy call cancellable by `notifications/cancelled`.
fn watch_for_cancel(world: &World, call: &Call) -> Arc<Notify> {
    let cancelled = Arc::new(Notify::new());
    if let Origin::Legacy { session } = &call.origin
        && let Some(session) = world.tables().sessions.get_mut(session)
    {
        session.running.insert(call.id.to_string(), Arc::clone(&cancelled));
    }
    cancelled
}

fn forget_call(world: &World, call: &Call) {
    if let Origin::Legacy { session } = &call.origin
        && let Some(session) = world.tables().sessions.get_mut(session)
    {
        session.running.remove(&call.id.to_string());
    }
}

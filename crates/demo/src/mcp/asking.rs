//! `ask_me`: a question of the server's own in the middle of a call, as each era asks it.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::call::{Call, Origin, open_stream};
use super::headers;
use super::message::Fault;
use super::tools::{failed, said};
use crate::reply::{self, Reply};
use crate::world::World;

/// How long `ask_me` waits for an answer.
const PATIENCE: Duration = Duration::from_mins(10);

fn question() -> Value {
    json!({
        "message": "What is your favourite colour?",
        "requestedSchema": {
            "type": "object",
            "properties": { "colour": { "type": "string", "title": "Colour" } },
            "required": ["colour"],
        },
        "mode": "form",
    })
}

/// The question that `ask_me` asks: its method and its parameters.
fn asked(world: &World) -> (String, Value) {
    world.faults().asks.unwrap_or_else(|| ("elicitation/create".to_owned(), question()))
}

/// What `ask_me` makes of an answer.
fn understood(world: &World, answer: &Value) -> Value {
    if world.faults().asks.is_some() {
        return said(&format!("The answer is {answer}."));
    }
    match (answer["action"].as_str(), answer["content"]["colour"].as_str()) {
        (Some("accept"), Some(colour)) => said(&format!("The person likes {colour}.")),
        (Some("accept"), None) => failed("The answer has no colour."),
        _ => said("The person did not say."),
    }
}

/// Legacy: the question is a request of the server's own, on the stream of the call.
pub(super) fn on_the_stream(world: &Arc<World>, call: Call, session: String) -> Reply {
    let asks = world.random("ask-");
    let (sender, answered) = oneshot::channel();
    {
        let mut tables = world.tables();
        let Some(open) = tables.sessions.get_mut(&session) else { return reply::empty(StatusCode::NOT_FOUND) };
        // A server that was told what to ask asks whomever it likes.
        let can_be_asked = open.capabilities.get("elicitation").is_some() && open.version != "2025-03-26";
        if !can_be_asked && world.faults().asks.is_none() {
            return reply::json(StatusCode::OK, &call.success(failed("This client cannot be asked.")));
        }
        open.asked.insert(asks.clone(), sender);
    }
    let (sse, reply) = open_stream(world);
    let worker = Arc::clone(world);
    world.spawn(async move {
        let (method, params) = asked(&worker);
        sse.send(&json!({ "jsonrpc": "2.0", "id": asks, "method": method, "params": params })).await;
        let result = match tokio::time::timeout(PATIENCE, answered).await {
            Ok(Ok(answer)) if answer.get("result").is_some() => understood(&worker, &answer["result"]),
            Ok(Ok(_)) => failed("The client answered the question with an error."),
            Ok(Err(_)) | Err(_) => failed("No answer came."),
        };
        if let Some(open) = worker.tables().sessions.get_mut(&session) {
            open.asked.remove(&asks);
        }
        sse.finish(&call.success(result)).await;
    });
    reply
}

/// Modern: the call returns `input_required`, and the client repeats it with the answer.
pub(super) fn by_return(world: &World, call: &Call) -> Reply {
    let Origin::Modern { capabilities } = &call.origin else { return reply::empty(StatusCode::INTERNAL_SERVER_ERROR) };
    let faults = world.faults();
    if capabilities.get("elicitation").is_none() && faults.asks.is_none() {
        let fault = Fault::new(-32021, "Missing required client capability");
        let fault = fault.with(json!({ "requiredCapabilities": { "elicitation": { "form": {} } } }));
        return fault.reply(headers::status(&fault), &call.id);
    }
    if let Some(state) = call.params["requestState"].as_str() {
        // Byte for byte, and once: T-200.
        if !world.tables().questions.remove(state) {
            let fault = Fault::new(-32602, "Invalid params: this requestState is not open");
            return fault.reply(headers::status(&fault), &call.id);
        }
        if !faults.asks_without_end {
            let answer = &call.params["inputResponses"]["colour"];
            return reply::json(StatusCode::OK, &call.success(understood(world, answer)));
        }
    }
    // Spaces, quotes and an accent: whoever trims, parses or re-encodes it is found out.
    let padding = "x".repeat(faults.state_size.unwrap_or(0));
    let state = format!("{} {{\"é\": \"=?\"}} {padding}", world.random("state-"));
    {
        let questions = &mut world.tables().questions;
        if questions.len() >= 1_000 {
            questions.clear();
        }
        questions.insert(state.clone());
    }
    let (method, params) = asked(world);
    let result = json!({
        "resultType": "input_required",
        "requestState": state,
        "inputRequests": { "colour": { "method": method, "params": params } },
    });
    reply::json(StatusCode::OK, &call.success(result))
}

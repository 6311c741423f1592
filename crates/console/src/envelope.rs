//! Answers as scripts read them: one JSON object with the name and version of its shape, such as `keyholder.servers/1`.
//!
//! A shape gains fields under the same version; one that loses or changes a field gets the next version.

use crate::error::ConsoleError;
use crate::order::Answer;
use crate::settings::SettingsView;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The object for an answer. Lists stand under their own name, single things are spread into the object.
pub fn of(answer: &Answer) -> Value {
    match answer {
        Answer::Approvals(questions) => list("approvals", questions),
        Answer::Armed(guard) => single("guard", guard),
        Answer::Attention(attention) => single("attention", attention),
        Answer::Choice(choice) => single("choice", choice),
        Answer::Doctor(report) => single("doctor", report),
        Answer::Done(receipt) => single("receipt", receipt),
        Answer::Entry(entry) => single("entry", entry),
        Answer::Explanation(explanation) => single("explanation", explanation),
        Answer::Grants(grants) => list("grants", grants),
        Answer::Histories(histories) => list("histories", histories),
        Answer::Hosts(hosts) => list("hosts", hosts),
        Answer::Log(report) => single("log", report),
        Answer::Mode(mode) => single("mode", mode),
        Answer::Organisations(organisations) => list("organisations", organisations),
        Answer::Probe(probe) => single("probe", probe),
        Answer::Question(question) => single("question", question),
        Answer::Raw(raw) => single("raw", raw),
        Answer::Reviews(reviews) => list("reviews", reviews),
        Answer::Revocations(revocations) => list("revocations", revocations),
        Answer::Rules(rules) => list("rules", rules),
        Answer::Server(server) => single("server", server),
        Answer::Servers(servers) => list("servers", servers),
        Answer::Settled(settled) => list("settled", settled),
        Answer::Simulation(simulation) => single("simulation", simulation),
        Answer::Status(status) => {
            let mut object = single("status", status);
            object["running"] = Value::Bool(true);
            object
        }
        Answer::Summary(summary) => single("summary", summary),
        Answer::Tools(tools) => list("tools", tools),
        Answer::VerifyLog(report) => single("log-verify", report),
    }
}

/// The object for the settings, which are a part of the status.
pub fn of_settings(settings: &SettingsView) -> Value {
    single("settings", settings)
}

/// The object for an error.
pub fn of_error(error: &ConsoleError) -> Value {
    single("error", error)
}

/// The object for a broker that is not there.
pub fn not_running() -> Value {
    json!({ "schema": schema("status"), "running": false })
}

fn list(name: &str, things: &impl Serialize) -> Value {
    let mut object = Map::new();
    object.insert("schema".to_owned(), schema(name).into());
    object.insert(name.to_owned(), value(things));
    Value::Object(object)
}

fn single(name: &str, thing: &impl Serialize) -> Value {
    let mut object = Map::new();
    object.insert("schema".to_owned(), schema(name).into());
    match value(thing) {
        Value::Object(fields) => object.extend(fields),
        other => drop(object.insert(name.to_owned(), other)),
    }
    Value::Object(object)
}

fn schema(name: &str) -> String {
    format!("keyholder.{name}/1")
}

/// Views consist of texts, numbers and lists, which always have a JSON form.
fn value(thing: &impl Serialize) -> Value {
    serde_json::to_value(thing).unwrap_or(Value::Null)
}

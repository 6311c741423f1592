//! What needs a person is refused where there is none: no browser opens, nothing is sent.

use harness::{House, is_refused, said};
use serde_json::json;

#[test]
fn a_first_connection_is_refused_when_nobody_can_be_asked() {
    let house = House::open();
    let _broker = house.broker(&["--no-ask"]);
    let mut host = house.host();
    host.initialize();
    let answer = host.call("echo", json!({ "text": "hello" }));
    let refused = answer.get("error").is_some() || answer["result"]["isError"] == true;
    assert!(refused, "{answer}");
    let tally = house.servers.tally();
    assert_eq!((tally.registrations, tally.authorize_visits, tally.calls), (0, 0, 0));
    assert_eq!(house.browser.visits(), [""; 0]);
}

#[test]
fn a_call_that_needs_a_yes_is_refused_when_nobody_can_be_asked() {
    let house = House::open();
    // Everything may run, but this one tool not without a person.
    house.home.policy(
        "permit(principal, action, resource);\n\
         forbid(principal, action == Action::\"call_unattended\", resource) when { resource.name == \"delete_note\" };\n",
    );
    let _broker = house.broker(&["--no-ask"]);
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    let answer = host.call("delete_note", json!({ "id": 1, "nonce": "gone" }));
    assert_ne!(said(&answer), "Deleted note 1.", "{answer}");
    assert_eq!(house.servers.executions("gone"), 0);
    assert_eq!(said(&host.call("echo", json!({ "text": "still here" }))), "still here");
}

#[test]
fn a_method_that_nobody_knows_is_decided_on_like_a_call() {
    let house = House::open();
    // The person connected the server and reads it; nothing else runs without them.
    house.home.policy("permit(principal, action == Action::\"connect_unattended\", resource);\n");
    let _broker = house.broker(&["--no-ask"]);
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    assert!(host.request("resources/read", json!({ "uri": "note:///1" })).get("result").is_some());
    let answer = host.request("vendor/delete_everything", json!({}));
    assert!(is_refused(&answer), "{answer}");
    assert!(answer.to_string().contains("nobody can be asked"), "{answer}");
    assert!(house.log_says("refuse", "vendor/delete_everything"));
}

//! What a tool answers is data: passed to the app as it came, never opened, never rendered, and never without an end.

use harness::{House, is_refused, said};
use keyholder_demo::Faults;
use serde_json::{Value, json};

fn answers(result: &Value) -> Value {
    let tool = json!({ "name": "get_page", "description": "A page", "inputSchema": { "type": "object" } });
    let house = House::with(|options| {
        options.faults = Faults { extra_tools: vec![tool], extra_result: Some(result.clone()), ..Faults::default() };
    });
    house.home.allow_everything();
    house.know_server("notes");
    let mut host = house.host_with(&["notes"]);
    host.initialize();
    host.sign_in();
    host.call("get_page", json!({}))["result"].clone()
}

// Case 179.
#[test]
fn links_pages_and_pictures_in_a_result_reach_the_app_as_they_came() {
    let result = json!({ "content": [
        { "type": "resource_link", "uri": "file:///etc/passwd", "name": "x" },
        { "type": "resource", "resource": { "uri": "ui://app", "mimeType": "text/html", "text": "<script>alert(1)</script>" } },
        { "type": "image", "mimeType": "image/svg+xml", "data": "PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+" },
    ], "isError": false });
    assert_eq!(answers(&result), result);
}

// Case 180.
#[test]
fn characters_that_deceive_reach_the_app_as_they_came() {
    let text = "\u{1b}[2J\u{1b}]8;;https://evil.example\u{7}link\u{202e}\u{200b}\u{e0041}\u{e0042}\u{fe0f}";
    let result = json!({ "content": [{ "type": "text", "text": text }], "isError": false });
    assert_eq!(answers(&result), result);
}

// Case 181.
#[test]
fn a_result_without_end_is_cut_off_with_a_sentence() {
    let house = House::with(|options| options.faults.huge_result = Some(100 << 20));
    house.home.allow_everything();
    house.know_server("notes");
    let mut host = house.host_with(&["notes"]);
    host.initialize();
    host.sign_in();
    let answer = host.call("echo", json!({ "text": "much" }));
    assert!(is_refused(&answer) && said(&answer).len() < 1_000, "{}", said(&answer).len());
    house.servers.set_faults(Faults::default());
    assert_eq!(said(&host.call("echo", json!({ "text": "little" }))), "little", "and the rest goes on");
}

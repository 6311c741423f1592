//! What is allowed one by one is not allowed without number: after ten deletions the person is asked, whatever their rules allow.

use harness::{House, is_refused, said, shows};
use serde_json::json;

// Case 185.
#[test]
fn after_ten_small_deletions_the_person_is_asked() {
    let house = House::open();
    let (mut terminal, mut host) = house.with_a_person(
        "permit(principal, action == Action::\"connect_unattended\", resource);\n\
         permit(principal, action == Action::\"call_unattended\", resource) when { resource.name == \"delete_note\" };\n",
    );
    for number in 0..10 {
        let answer = host.call("delete_note", json!({ "id": 1_000 + number, "nonce": "small" }));
        assert!(said(&answer).contains("no such note"), "the first ten run: {answer}");
    }
    assert!(!terminal.has_asked_more());
    let eleventh =
        host.send("tools/call", json!({ "name": "delete_note", "arguments": { "id": 2, "nonce": "small" } }));
    let question = terminal.question();
    for part in ["delete_note", "destroyed ten things within an hour without asking you"] {
        assert!(shows(&question, part), "{part} in:\n{question}");
    }
    assert_eq!(house.servers.executions("small"), 10, "nothing is sent before the answer");
    terminal.answer("no");
    assert!(is_refused(&host.wait(&eleventh)));
    // A second app window does not begin anew: the app is counted, not the connection.
    let mut other = house.host_with(&["notes"]);
    other.initialize();
    let again = other.send("tools/call", json!({ "name": "delete_note", "arguments": { "id": 3, "nonce": "small" } }));
    assert!(shows(&terminal.question(), "delete_note"));
    terminal.answer("no");
    assert!(is_refused(&other.wait(&again)));
    assert_eq!(house.servers.executions("small"), 10);
}

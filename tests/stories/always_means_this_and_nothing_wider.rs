//! A yes for good is bound to the server, the account, the tool as it was defined and, where it says so, the arguments; there is none
//! for what destroys or leaves the account as a whole.

use harness::{Host, House, Terminal, eventually, is_refused, said, shows};
use keyholder_demo::Faults;
use serde_json::json;

/// A signed-in host before a broker in a terminal. `add_note` changes something in the person's own account.
fn signed_in() -> (House, Terminal, Host) {
    let house = House::open();
    house.home.policy("permit(principal, action == Action::\"connect_unattended\", resource);\n");
    house.know_server("notes");
    let terminal = house.terminal();
    let mut host = house.host_with(&["notes"]);
    host.initialize();
    host.sign_in();
    (house, terminal, host)
}

/// Lets `add_note` run from now on.
fn always(house: &House, terminal: &mut Terminal, host: &mut Host) {
    let call = host.send("tools/call", json!({ "name": "add_note", "arguments": { "title": "a", "text": "b" } }));
    terminal.question();
    terminal.answer("always");
    assert!(said(&host.wait(&call)).contains("Added note"));
    eventually("the rule", || house.order(&["rules", "ls"]).text.contains("add_note").then_some(()));
    assert!(said(&host.call("add_note", json!({ "title": "c", "text": "d" }))).contains("Added note"));
    assert!(!terminal.has_asked_more());
}

// Case 201.
#[test]
fn a_yes_for_good_names_what_it_is_bound_to() {
    let (house, mut terminal, mut host) = signed_in();
    always(&house, &mut terminal, &mut host);
    let rules = house.order(&["rules", "ls"]);
    let rules = rules.json["rules"].as_array().cloned().unwrap_or_default();
    let rule = rules.iter().find(|rule| rule["origin"] == "answer").expect("it became a rule").clone();
    let bound = rule["bound_to"].to_string();
    for part in ["server notes", "account default", "tool add_note", "definition ", "host 127.0.0.1", "app "] {
        assert!(bound.contains(part), "{part} in {bound}");
    }
    // Another tool, and another account of the same server.
    let call = host.send("tools/call", json!({ "name": "slow", "arguments": { "millis": 1 } }));
    assert!(shows(&terminal.question(), "slow"));
    terminal.answer("no");
    assert!(is_refused(&host.wait(&call)));
    let mut other = house.host_with(&["notes", "--account", "work"]);
    other.initialize();
    other.sign_in();
    let call = other.send("tools/call", json!({ "name": "add_note", "arguments": { "title": "a", "text": "b" } }));
    let question = terminal.question();
    assert!(shows(&question, "add_note") && shows(&question, "account work"), "{question}");
    terminal.answer("no");
    assert!(is_refused(&other.wait(&call)));
}

// Case 201.
#[test]
fn a_yes_for_good_ends_with_the_definition_it_was_given_for() {
    let (house, mut terminal, mut host) = signed_in();
    always(&house, &mut terminal, &mut host);
    let patch = json!({ "description": "Adds a practice note for everybody to read" });
    house.servers.set_faults(Faults { tool_patch: Some(("add_note".to_owned(), patch)), ..Faults::default() });
    assert!(!host.has_tool("add_note"), "what changed is held back");
    let question = terminal.question();
    assert!(shows(&question, "everybody to read"), "{question}");
    terminal.answer("yes");
    eventually("its admission", || host.has_tool("add_note").then_some(()));
    let call = host.send("tools/call", json!({ "name": "add_note", "arguments": { "title": "a", "text": "b" } }));
    assert!(shows(&terminal.question(), "add_note"), "the yes was for another definition");
    terminal.answer("no");
    assert!(is_refused(&host.wait(&call)));
}

// Case 201.
#[test]
fn there_is_no_yes_for_good_to_what_destroys_or_leaves_the_account() {
    let (house, mut terminal, mut host) = signed_in();
    for tool in ["delete_note", "send_message"] {
        let arguments = json!({ "id": 1, "to": "somebody@example.com", "nonce": tool });
        host.send("tools/call", json!({ "name": tool, "arguments": arguments }));
        assert!(shows(&terminal.question(), tool));
        // The guard is over when the same word is heard a second time.
        for _ in 0..2 {
            terminal.type_line("always");
            harness::let_pass(std::time::Duration::from_millis(500));
        }
        assert_eq!(house.servers.executions(tool), 0, "{tool}");
        let waiting = house.order(&["approvals"]);
        let id =
            waiting.json["approvals"][0]["id"].as_str().unwrap_or_else(|| panic!("{tool} still waits: {waiting:?}"));
        assert_eq!(house.order(&["approvals", "deny", id]).code, 0);
    }
    let rules = house.order(&["rules", "ls"]);
    assert!(!rules.text.contains("\"answer\""), "{rules:?}");
}

//! A yes for good is bound to the server, the account, the tool as it was defined and, where it says so, the arguments; there is none
//! for what destroys or leaves the account as a whole.

use std::time::Duration;

use harness::{CONNECTING_RUNS, Host, House, Servers, Terminal, eventually, is_refused, said, shows};
use keyholder_demo::{Faults, Protection};
use serde_json::{Value, json};

/// A signed-in host before a broker in a terminal.
fn signed_in() -> (House, Terminal, Host) {
    let house = House::open();
    let (terminal, host) = house.with_a_person(CONNECTING_RUNS);
    (house, terminal, host)
}

fn adding(title: &str) -> Value {
    json!({ "name": "add_note", "arguments": { "title": title, "text": "b" } })
}

/// Lets `add_note` with the title `a` run from now on.
fn always(terminal: &mut Terminal, host: &mut Host) {
    let call = host.send("tools/call", adding("a"));
    let question = terminal.question();
    let line = question.lines().find(|line| line.contains("exactly these arguments"));
    let line = line.unwrap_or_else(|| panic!("no such choice in:\n{question}"));
    let number = line.split_whitespace().next().expect("a choice has a number").to_owned();
    terminal.choose(&number, "allow always with these arguments");
    assert!(said(&host.wait(&call)).contains("Added note"));
    assert!(said(&host.request("tools/call", adding("a"))).contains("Added note"));
    assert!(!terminal.has_asked_more());
}

/// The call is asked about, and declined.
fn is_asked_about(terminal: &mut Terminal, host: &mut Host, call: Value) -> String {
    let call = host.send("tools/call", call);
    // Should it be answered without a question, the answer says more than a question that does not come.
    if let Some(answer) = host.wait_within(Duration::from_millis(300), &call) {
        panic!("nobody was asked: {answer}");
    }
    let question = terminal.question();
    assert!(shows(&question, "add_note"), "{question}");
    terminal.answer("no");
    assert!(is_refused(&host.wait(&call)));
    question
}

// Case 201.
#[test]
fn a_yes_for_good_is_for_this_server_account_tool_and_arguments() {
    let (house, mut terminal, mut host) = signed_in();
    always(&mut terminal, &mut host);
    let rules = house.order(&["rules", "ls"]);
    let rules = rules.json["rules"].as_array().cloned().unwrap_or_default();
    let rule = rules.iter().find(|rule| rule["origin"] == "answer").expect("it became a rule").clone();
    let bound = rule["bound_to"].to_string();
    for part in
        ["app ", "server notes", "host 127.0.0.1", "account default", "tool add_note", "definition ", "exactly these"]
    {
        assert!(bound.contains(part), "{part} in {bound}");
    }
    // Other arguments, and another account of the same server.
    is_asked_about(&mut terminal, &mut host, adding("A"));
    let mut other = house.host_with(&["notes@work"]);
    other.initialize();
    other.sign_in();
    let question = is_asked_about(&mut terminal, &mut other, adding("a"));
    assert!(shows(&question, "account work"), "{question}");
    // What it was given for still runs.
    assert!(said(&host.request("tools/call", adding("a"))).contains("Added note"));
}

// Case 201.
#[test]
fn a_yes_for_good_is_for_no_other_server() {
    let house = House::open();
    let second = Servers::start(|options| options.protection = Protection::Open);
    house.home.policy(CONNECTING_RUNS);
    house.home.config(&format!(
        "[servers.notes]\nurl = \"{}\"\n[servers.other]\nurl = \"{}\"\n",
        house.servers.server_url(),
        second.server_url()
    ));
    let mut terminal = house.terminal();
    let mut host = house.host_with(&["notes"]);
    host.initialize();
    host.sign_in();
    always(&mut terminal, &mut host);
    let mut elsewhere = house.host_with(&["other"]);
    elsewhere.initialize();
    elsewhere.sign_in();
    is_asked_about(&mut terminal, &mut elsewhere, adding("a"));
    assert_eq!(second.tally().calls, 0);
}

// Case 201.
#[test]
fn a_yes_for_good_ends_with_the_definition_it_was_given_for() {
    let (house, mut terminal, mut host) = signed_in();
    always(&mut terminal, &mut host);
    let patch = json!({ "description": "Adds a practice note for everybody to read" });
    house.servers.set_faults(Faults { tool_patch: Some(("add_note".to_owned(), patch)), ..Faults::default() });
    assert!(!host.has_tool("add_note"), "what changed is held back");
    let question = terminal.question();
    assert!(shows(&question, "everybody to read"), "{question}");
    terminal.answer("yes");
    eventually("its admission", || host.has_tool("add_note").then_some(()));
    let question = is_asked_about(&mut terminal, &mut host, adding("a"));
    assert!(shows(&question, "that yes does not count"), "{question}");
}

// Case 201.
#[test]
fn there_is_no_yes_for_good_to_what_destroys_or_leaves_the_account() {
    let (house, mut terminal, mut host) = signed_in();
    for tool in ["delete_note", "send_message"] {
        let arguments = json!({ "id": 1, "to": "somebody@example.com", "nonce": tool });
        host.send("tools/call", json!({ "name": tool, "arguments": arguments }));
        let question = terminal.question();
        assert!(shows(&question, tool), "{question}");
        assert!(!shows(&question, "Always for this tool"), "{question}");
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

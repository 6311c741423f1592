//! Whoever can write files gains nothing: what allows more waits for the person, what denies more counts at once, and what is put
//! back from an older copy is noticed.

use std::fs;

use harness::{CONNECTING_RUNS, Host, House, eventually, said};
use serde_json::json;

const ECHO_RUNS: &str = "permit(principal, action == Action::\"call_unattended\", resource == Tool::\"notes/echo\");\n";
const NOTHING_IS_DELETED: &str =
    "forbid(principal, action == Action::\"call\", resource == Tool::\"notes/delete_note\");\n";
const EVERYTHING: &str = "permit(principal, action, resource);\n";

/// A signed-in host before a broker that asks nobody: what is asked about is refused.
fn at_work(rules: &str) -> (House, Host) {
    let house = House::open();
    house.home.policy(&format!("{CONNECTING_RUNS}{rules}"));
    house.know_server("notes");
    let mut host = house.host_with(&["notes"]);
    host.initialize();
    host.sign_in();
    (house, host)
}

fn runs(host: &mut Host, tool: &str) -> bool {
    let arguments = if tool == "echo" { json!({ "text": "hello" }) } else { json!({ "id": 999 }) };
    let answer = host.call(tool, arguments);
    !said(&answer).contains("Keyholder")
}

/// Waits until the broker has seen the edit.
fn pending(house: &House, count: u64) {
    eventually("the edit to be seen", || (house.order(&["status"]).json["pending_rules"] == count).then_some(()));
}

#[test]
fn a_rules_file_that_an_agent_writes_waits_for_the_person() {
    let (house, mut host) = at_work(ECHO_RUNS);
    assert!(runs(&mut host, "echo") && !runs(&mut host, "read_note"));
    fs::write(house.home.path().join("config/policies/agent.cedar"), EVERYTHING).unwrap();
    pending(&house, 1);
    assert!(!runs(&mut host, "read_note"), "what an agent wrote counts");
    assert!(runs(&mut host, "echo"), "what was confirmed counts on");
    let listed = house.order(&["rules"]);
    assert!(listed.json["rules"].as_array().unwrap().iter().any(|rule| rule["state"] == "pending"), "{listed:?}");
    let refused = house.order(&["rules", "confirm"]);
    assert_ne!(refused.code, 0, "a command confirms nothing by itself: {refused:?}");
    assert!(!runs(&mut host, "read_note"));
}

#[test]
fn what_denies_more_counts_at_once() {
    let (house, mut host) = at_work(ECHO_RUNS);
    assert!(runs(&mut host, "echo"));
    let forbid = "forbid(principal, action == Action::\"call\", resource == Tool::\"notes/echo\");\n";
    fs::write(house.home.path().join("config/policies/more.cedar"), forbid).unwrap();
    eventually("the new rule", || (!runs(&mut host, "echo")).then_some(()));
}

#[test]
fn a_forbid_that_an_agent_takes_out_counts_on() {
    let allow = "permit(principal, action == Action::\"call_unattended\", resource);\n";
    let (house, mut host) = at_work(&format!("{allow}{NOTHING_IS_DELETED}"));
    assert!(runs(&mut host, "echo") && !runs(&mut host, "delete_note"));
    house.home.policy(&format!("{CONNECTING_RUNS}{allow}"));
    pending(&house, 1);
    assert!(!runs(&mut host, "delete_note"));
    fs::remove_dir_all(house.home.path().join("config/policies")).unwrap();
    eventually("the loss of the permit", || (!runs(&mut host, "echo")).then_some(()));
    assert!(!runs(&mut host, "delete_note"));
}

#[test]
fn the_person_confirms_at_the_brokers_own_face_what_they_were_shown() {
    let house = House::open();
    house.home.policy(CONNECTING_RUNS);
    house.know_server("notes");
    let mut terminal = house.terminal();
    let mut host = house.host_with(&["notes"]);
    host.initialize();
    host.sign_in();
    house.home.policy(&format!("{CONNECTING_RUNS}{ECHO_RUNS}"));
    pending(&house, 1);
    std::thread::scope(|scope| {
        let confirming = scope.spawn(|| house.order(&["rules", "confirm"]));
        let question = terminal.question();
        assert!(question.contains("notes/echo"), "{question}");
        // What is slipped in while the person reads is not what they confirmed.
        house.home.policy(&format!("{CONNECTING_RUNS}{ECHO_RUNS}{EVERYTHING}"));
        terminal.answer("yes");
        assert_eq!(confirming.join().unwrap().code, 0);
    });
    pending(&house, 1);
    assert!(runs(&mut host, "echo"));
    assert!(house.log_says("confirm_rules", "") && house.order(&["status"]).json["wide_open"].is_null());
}

#[test]
fn editing_the_database_or_putting_an_older_one_back_allows_nothing() {
    let (house, host) = at_work(ECHO_RUNS);
    drop(host);
    let stop = || {
        house.order(&["stop"]);
        eventually("the end of the broker", || (house.home.count_brokers() == 0).then_some(()));
    };
    stop();
    let data = house.home.path().join("data");
    let files = || fs::read_dir(&data).unwrap().flatten().map(|entry| entry.path()).filter(|path| path.is_file());
    let older: Vec<_> = files().map(|path| (path.clone(), fs::read(&path).unwrap())).collect();

    // The person blocks deleting, and an agent then removes every trace that it can write to.
    house.home.policy(&format!("{CONNECTING_RUNS}{ECHO_RUNS}{NOTHING_IS_DELETED}"));
    let mut host = house.host_with(&["notes"]);
    host.initialize();
    assert!(runs(&mut host, "echo") && !runs(&mut host, "delete_note"));
    drop(host);
    stop();
    for (path, bytes) in older.iter().filter(|(path, _)| !path.ends_with("audit.db")) {
        fs::write(path, bytes).unwrap();
    }
    house.home.policy(EVERYTHING);
    let mut host = house.host_with(&["notes"]);
    host.initialize();
    assert!(!runs(&mut host, "read_note") && !runs(&mut host, "delete_note"));

    drop(host);
    stop();
    for path in files().filter(|path| !path.to_string_lossy().contains("audit")) {
        fs::remove_file(path).unwrap();
    }
    let mut host = house.host_with(&["notes"]);
    host.initialize();
    assert!(!runs(&mut host, "delete_note"), "without its database");
}

//! A person who is asked without end says yes to everything, so they are not: few questions wait at a time, the rest is answered at
//! once, and after three denials nobody is asked for a while.

use std::time::Duration;

use harness::{CONNECTING_RUNS, Host, House, Terminal, eventually, is_refused, said, shows};
use serde_json::json;

/// A signed-in host before a broker in a terminal.
fn signed_in() -> (House, Terminal, Host) {
    let house = House::open();
    let (terminal, host) = house.with_a_person(CONNECTING_RUNS);
    (house, terminal, host)
}

// Case 199.
#[test]
fn of_many_calls_that_need_a_yes_few_are_asked_about_and_the_rest_is_answered_at_once() {
    let (house, _terminal, mut host) = signed_in();
    let calls: Vec<_> = (0..100)
        .map(|number| {
            let arguments = json!({ "text": number.to_string(), "nonce": "flood" });
            host.send("tools/call", json!({ "name": "echo", "arguments": arguments }))
        })
        .collect();
    let answered: Vec<_> = calls[5..].iter().map(|call| host.wait(call)).collect();
    assert!(answered.iter().all(is_refused));
    let waiting = calls.iter().filter(|call| host.responses(call).is_empty()).count();
    assert_eq!(waiting, 5);
    assert_eq!(house.order(&["approvals"]).json["approvals"].as_array().map(Vec::len), Some(5));
    assert!(answered.iter().all(|answer| said(answer).contains("too many questions are waiting")), "{:?}", answered[0]);
    assert_eq!(house.servers.executions("flood"), 0);
}

// Case 199.
#[test]
fn after_three_denials_nobody_is_asked_and_the_model_is_told_so_at_once() {
    let (house, mut terminal, mut host) = signed_in();
    for number in 0..3 {
        let arguments = json!({ "text": number.to_string(), "nonce": "denied" });
        let call = host.send("tools/call", json!({ "name": "echo", "arguments": arguments }));
        assert!(shows(&terminal.question(), "echo"));
        terminal.answer("no");
        assert!(is_refused(&host.wait(&call)));
    }
    for tool in ["echo", "read_note", "delete_note"] {
        let answer = host.call(tool, json!({ "text": "again", "id": 1, "nonce": "denied" }));
        assert!(is_refused(&answer) && said(&answer).contains("nobody is asked"), "{tool}: {answer}");
    }
    assert!(!terminal.has_asked_more());
    assert_eq!(house.servers.executions("denied"), 0);
    // The pause is the person's: they end it at the face, and are asked again.
    terminal.type_line("resume");
    let asked = eventually("the next question", || {
        let arguments = json!({ "text": "again", "nonce": "denied" });
        let call = host.send("tools/call", json!({ "name": "echo", "arguments": arguments }));
        host.wait_within(Duration::from_millis(200), &call).is_none().then_some(call)
    });
    assert!(shows(&terminal.question(), "echo"));
    terminal.answer("no");
    assert!(is_refused(&host.wait(&asked)));
}

//! The person is asked where the broker runs, sees what would happen, and is obeyed: once, always, or never.

use harness::{CONNECTING_RUNS, Host, House, Mood, Terminal, is_refused, said};
use serde_json::json;

/// A signed-in host before a broker in a terminal.
fn signed_in(config: &str) -> (House, Terminal, Host) {
    let house = House::open();
    house.home.policy(CONNECTING_RUNS);
    house.home.config(&format!("{config}[servers.notes]\nurl = \"{}\"\n", house.servers.server_url()));
    let terminal = house.terminal();
    let mut host = house.host_with(&["notes"]);
    host.initialize();
    host.sign_in();
    (house, terminal, host)
}

#[test]
fn a_sign_in_and_a_call_are_shown_whole_before_they_happen() {
    let house = House::open();
    house.know_server("notes");
    let mut terminal = house.terminal();
    let mut host = house.host_with(&["notes"]);
    let opening = host.send_initialize();
    let consent = terminal.question();
    for part in ["stories", "notes", "sign-in at", &house.servers.issuer(), "notes:read", "http://127.0.0.1:"] {
        assert!(consent.contains(part), "{part} in:\n{consent}");
    }
    assert_eq!(house.browser.visits(), [""; 0], "no browser before the consent");
    terminal.answer("yes");
    host.wait(&opening);
    host.sign_in();
    assert_eq!(house.browser.visits().len(), 1);

    let call = host.send("tools/call", json!({ "name": "echo", "arguments": { "text": "hello", "nonce": "asked" } }));
    let question = terminal.question();
    for part in ["stories", "notes", "echo", "nonce", "asked", "text", "hello"] {
        assert!(question.contains(part), "{part} in:\n{question}");
    }
    assert_eq!(house.servers.executions("asked"), 0, "nothing is sent before the answer");
    terminal.answer("yes");
    assert_eq!(said(&host.wait(&call)), "hello");
    assert!(house.log_says("answer", "echo"));
}

#[test]
fn a_declined_consent_opens_no_browser() {
    let house = House::open();
    house.home.policy("permit(principal, action == Action::\"call_unattended\", resource);\n");
    house.know_server("notes");
    let mut terminal = house.terminal();
    let mut host = house.host_with(&["notes"]);
    let opening = host.send_initialize();
    terminal.question();
    terminal.answer("no");
    host.wait(&opening);
    let answer = host.call("echo", json!({ "text": "hello" }));
    assert!(is_refused(&answer) && said(&answer).contains("declined"), "{answer}");
    let tally = house.servers.tally();
    assert_eq!((house.browser.visits().len(), tally.authorize_visits, tally.calls), (0, 0, 0));
    assert!(house.log_says("sign_in", "declined"));
}

#[test]
fn a_late_yes_serves_the_identical_call_once() {
    let (house, mut terminal, mut host) = signed_in("[approval]\ndeadline_seconds = 1\n");
    let arguments = json!({ "text": "late", "nonce": "late" });
    let answer = host.call("echo", arguments.clone());
    assert!(is_refused(&answer) && said(&answer).contains("repeat the same call"), "{answer}");
    terminal.question();
    terminal.answer("yes");
    assert_eq!(house.servers.executions("late"), 0, "the call whose host gave up is not sent");

    assert_eq!(said(&host.call("echo", arguments.clone())), "late");
    assert!(!terminal.has_asked_more(), "the repeated call needs no second question");
    // Another one of the same kind was never answered.
    let again = host.send("tools/call", json!({ "name": "echo", "arguments": arguments }));
    terminal.question();
    terminal.answer("no");
    assert!(is_refused(&host.wait(&again)));
    assert_eq!(house.servers.executions("late"), 1);
}

#[test]
fn always_and_block_become_rules_that_count_from_the_next_call() {
    let (house, mut terminal, mut host) = signed_in("");
    let echo = |text: &str| json!({ "name": "echo", "arguments": { "text": text } });
    let call = host.send("tools/call", echo("one"));
    let question = terminal.question();
    assert!(!question.contains("Always for this tool"), "nobody knows what it does:\n{question}");
    let number = |question: &str, words: &str| {
        let line = question.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{words}:\n{question}"));
        line.split_whitespace().next().unwrap().to_owned()
    };
    terminal.choose(&number(&question, "exactly these arguments"), "allow always with these arguments");
    assert_eq!(said(&host.wait(&call)), "one");
    assert_eq!(said(&host.call("echo", json!({ "text": "one" }))), "one");
    let call = host.send("tools/call", echo("two"));
    terminal.question();
    terminal.answer("no");
    assert!(is_refused(&host.wait(&call)), "other arguments are another matter");

    let call = host.send("tools/call", json!({ "name": "list_notes", "arguments": {} }));
    terminal.question();
    terminal.answer("block");
    assert!(is_refused(&host.wait(&call)));
    assert!(is_refused(&host.call("list_notes", json!({}))));
    assert!(!terminal.has_asked_more(), "what is decided is not asked again");

    let rules = house.order(&["rules", "ls"]);
    let remembered: Vec<_> =
        rules.json["rules"].as_array().expect("a list").iter().filter(|rule| rule["origin"] == "answer").collect();
    assert_eq!(remembered.len(), 2, "{rules:?}");
    assert!(remembered.iter().any(|rule| rule["summary"].as_str().is_some_and(|text| text.contains("echo"))));
    assert!(remembered.iter().any(|rule| rule["effect"] == "deny"), "{rules:?}");
}

#[test]
fn nothing_in_a_call_can_paint_over_the_question() {
    let (_house, mut terminal, mut host) = signed_in("");
    // Raw characters inside the JSON text, and escaped ones in a name.
    let line = "{\"jsonrpc\":\"2.0\",\"id\":\"evil\",\"method\":\"tools/call\",\"params\":{\"name\":\"ec\\u001b[2Jho\\r\",\
                \"arguments\":{\"text\":\"safe\u{202e}\u{200b}\u{9b}1mfdp.exe\"}}}";
    host.raw_line(line.as_bytes());
    let question = terminal.question();
    for raw in ['\u{1b}', '\u{202e}', '\u{200b}', '\u{9b}'] {
        assert!(!question.contains(raw), "{raw:?} in:\n{question}");
    }
    assert!(question.contains("\\u202e") && question.contains("\\u001b"), "{question}");
    terminal.answer("no");
    assert!(is_refused(&host.wait(&json!("evil"))));
}

#[test]
fn what_is_typed_before_the_question_can_be_read_is_no_answer() {
    let (house, mut terminal, mut host) = signed_in("");
    // Fingers that were on the keys already: the line lies in the terminal when the question appears.
    let call = host.send("tools/call", json!({ "name": "echo", "arguments": { "text": "hello", "nonce": "fast" } }));
    terminal.question();
    terminal.type_line("yes");
    harness::eventually("the guard", || terminal.screen().contains("came too fast").then_some(()));
    assert_eq!(house.servers.executions("fast"), 0);
    terminal.answer("yes");
    assert_eq!(said(&host.wait(&call)), "hello");
}

#[test]
fn an_order_that_raises_authority_waits_for_the_terminal() {
    let house = House::open();
    house.browser.set_mood(Mood::Ignore);
    let mut terminal = house.terminal();
    let url = house.servers.server_url();
    let told = std::thread::scope(|scope| {
        let adding = scope.spawn(|| house.order(&["add", "notes", &url]));
        let question = terminal.question();
        assert!(question.contains(&url), "{question}");
        terminal.answer("no");
        adding.join().expect("the command ends")
    });
    assert_eq!(told.code, 5, "{told:?}");
    assert!(house.order(&["ls"]).json["servers"].as_array().is_some_and(Vec::is_empty));
    let told = std::thread::scope(|scope| {
        let adding = scope.spawn(|| house.order(&["add", "notes", &url]));
        terminal.question();
        terminal.answer("yes");
        adding.join().expect("the command ends")
    });
    assert_eq!(told.code, 0, "{told:?}");
    assert_eq!(house.order(&["ls"]).json["servers"][0]["name"], "notes");
}

//! A program that runs as the person, a model with a shell among them, can look and take away, and can give itself nothing.

use harness::{CONNECTING_RUNS, House, is_refused};
use serde_json::json;

#[test]
fn nothing_is_added_without_the_person() {
    let house = House::open();
    let _broker = house.broker(&["--no-ask"]);
    let told = house.order(&["add", "notes", &house.servers.server_url()]);
    assert_eq!(told.code, 5, "{told:?}");
    assert!(house.keyholder_says(&["add", "notes", &house.servers.server_url()]).contains("keyholderd"));
    assert_eq!(house.order(&["ls"]).json["servers"], json!([]), "nothing is written");
    assert!(!house.home.path().join("config/config.toml").exists());
    assert_eq!(house.servers.events(), [], "nobody is even visited");
}

#[test]
fn nobody_is_signed_in_without_the_person() {
    let house = House::open();
    house.know_server("notes");
    let _broker = house.broker(&["--no-ask"]);
    let told = house.order(&["login", "notes"]);
    assert_eq!(told.code, 5, "{told:?}");
    let tally = house.servers.tally();
    assert_eq!((house.browser.visits().len(), tally.authorize_visits), (0, 0));
    assert_eq!(house.order(&["grants"]).json["grants"], json!([]));
}

#[test]
fn no_rule_is_taken_away_without_the_person() {
    let house = House::open();
    let _broker = house.broker(&["--no-ask"]);
    assert_eq!(house.order(&["rules", "rm", "01JD3ZZZZZZZZZZZZZZZZZZZZZ"]).code, 3, "there is none of this name");
    // Forbidding lowers authority: every door may. Taking it back does not, and allowing something does not either.
    let file = house.home.path().join("rule.cedar");
    let add = |text: &str| {
        std::fs::write(&file, text).unwrap();
        house.order(&["rules", "add", file.to_str().unwrap()])
    };
    let added = add("forbid(principal, action == Action::\"call\", resource == Tool::\"notes/delete_note\");");
    assert_eq!(added.code, 0, "{added:?}");
    let answers = || {
        let rules = house.order(&["rules"]).json["rules"].as_array().unwrap().clone();
        rules.into_iter().filter(|rule| rule["origin"] == "answer").collect::<Vec<_>>()
    };
    let id = answers()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(house.order(&["rules", "rm", &id]).code, 5);
    assert_eq!(add("permit(principal, action == Action::\"call_unattended\", resource);").code, 5);
    assert_eq!(add("permit(principal, action, resourc);").code, 2, "what is no rule is refused");
    assert_eq!(answers().len(), 1);
}

#[test]
fn no_order_says_yes_to_a_question() {
    let house = House::open();
    let (mut terminal, mut host) = house.with_a_person(CONNECTING_RUNS);
    let call = host.send("tools/call", json!({ "name": "echo", "arguments": { "text": "hello", "nonce": "self" } }));
    terminal.question();
    let open = house.order(&["approvals"]);
    let id = open.json["approvals"][0]["id"].as_str().expect("one question waits").to_owned();
    // No such words on the command line …
    for word in ["allow", "approve", "yes", "answer"] {
        assert_eq!(house.order(&["approvals", word, &id]).code, 2, "{word}");
    }
    // … and none on the wire.
    for order in ["approve", "allow", "answer", "allow_once"] {
        let reply =
            house.console(&json!({ "version": 1, "order": { "order": order, "question": id, "answer": "yes" } }));
        assert!(reply.get("error").is_some(), "{order}: {reply}");
    }
    assert_eq!(house.servers.executions("self"), 0);
    // Saying no is open to everyone.
    assert_eq!(house.order(&["approvals", "deny", &id]).code, 0);
    assert!(is_refused(&host.wait(&call)));
    assert_eq!(house.servers.executions("self"), 0);
}

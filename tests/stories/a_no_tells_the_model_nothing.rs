//! A model that is denied hears a fixed and final sentence: nothing of the rule, of the person's words, or of a way around. What is
//! no business of Keyholder's, such as what a server's own numbers stand for, is passed on and written down.

use harness::{House, is_refused, said};
use keyholder_demo::{Event, Faults};
use serde_json::json;

/// What the model hears when the person said no.
const DECLINED: &str = "The user declined this call in Keyholder. Do not retry it unless the user asks for it.";

/// What it hears when a rule did, whichever, and whoever made it.
const FORBIDDEN: &str = "Not run: this is not permitted by the user\u{2019}s rules in Keyholder. Do not retry it.";

// Case 186.
#[test]
fn a_denied_call_gets_a_fixed_and_final_text_whoever_denies_it() {
    let house = House::open();
    let (mut terminal, mut host) = house.with_a_person(
        "permit(principal, action == Action::\"connect_unattended\", resource);\n\
         @id(\"hush\") @reason(\"Acme is being bought; ask Dana on the second floor.\")\n\
         forbid(principal, action == Action::\"call\", resource) when { resource.name == \"list_notes\" };\n",
    );
    let call = |name: &str, text: &str| json!({ "name": name, "arguments": { "text": text, "nonce": "denied" } });

    // A rule of the person's, with words that are theirs alone.
    let by_rule = host.request("tools/call", call("list_notes", "a"));
    // The person, at their terminal and through the side door.
    let first = host.send("tools/call", call("echo", "a"));
    terminal.question();
    terminal.answer("no");
    let by_person = host.wait(&first);
    let second = host.send("tools/call", call("echo", "b"));
    terminal.question();
    let open = house.order(&["approvals"]);
    let id = open.json["approvals"][0]["id"].as_str().expect("one question waits").to_owned();
    assert_eq!(house.order(&["approvals", "deny", &id]).code, 0);
    let from_the_side = host.wait(&second);
    // For good: the call that was asked about, and the next one.
    let third = host.send("tools/call", call("read_note", "c"));
    terminal.question();
    terminal.answer("block");
    let by_block = host.wait(&third);
    let after_block = host.request("tools/call", call("read_note", "d"));

    for (what, answer, exactly) in [
        ("the person", &by_person, DECLINED),
        ("the side door", &from_the_side, DECLINED),
        ("a block", &by_block, DECLINED),
        ("after a block", &after_block, FORBIDDEN),
        ("a rule", &by_rule, FORBIDDEN),
    ] {
        assert!(is_refused(answer), "{what}: {answer}");
        assert_eq!(said(answer), exactly, "{what}");
        assert_eq!(answer["result"]["content"].as_array().map(Vec::len), Some(1), "{what}: {answer}");
        let members: Vec<_> = answer["result"].as_object().expect("a result").keys().map(String::as_str).collect();
        assert_eq!(members, ["content", "isError"], "{what}: nothing else beside it");
    }
    assert_eq!(house.servers.executions("denied"), 0);
    // The person can read why.
    assert!(house.log_says("refuse", "Acme is being bought"), "{:?}", house.log("refuse"));
    let heard = String::from_utf8_lossy(&host.received().bytes()).into_owned();
    assert!(!heard.contains("Acme") && !heard.contains("hush"), "{heard}");
}

// Case 170.
#[test]
fn what_looks_like_a_place_for_a_credential_is_passed_on_as_it_is() {
    let house = House::open();
    house.home.allow_everything();
    let tool = json!({ "name": "get_token", "description": "Gives a token", "inputSchema": { "type": "object" } });
    house.servers.set_faults(Faults { keep_arguments: true, extra_tools: vec![tool], ..Faults::default() });
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    for text in ["{{token}}", "$KEYHOLDER_TOKEN", "${KEYHOLDER_HOME}", "{{ keyholder.access_token }}", "%TOKEN%"] {
        assert_eq!(said(&host.call("echo", json!({ "text": text }))), text);
        let given = Event::Given { arguments: json!({ "text": text }).to_string() };
        assert!(house.servers.events().contains(&given), "{text} in {:?}", house.servers.events());
    }
    // A tool of that name is the server's, and gives what the server gives.
    assert_eq!(said(&host.call("get_token", json!({}))), "done");
    assert_eq!(house.tokens_found(&host), []);
}

// Case 188: whose cart a server's number names, only the server knows.
#[test]
fn a_number_of_the_servers_own_is_passed_on_and_the_call_is_on_the_record() {
    let house = House::open();
    house.home.allow_everything();
    house.servers.set_faults(Faults { keep_arguments: true, ..Faults::default() });
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    let arguments = json!({ "text": "pay", "cart": "cart-of-somebody-else" });
    assert_eq!(said(&host.call("echo", arguments.clone())), "pay");
    assert!(house.servers.events().contains(&Event::Given { arguments: arguments.to_string() }));
    assert!(house.log_says("call", "echo"));
    house.verify_log();
}

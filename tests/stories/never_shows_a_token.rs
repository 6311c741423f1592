//! No token reaches the host, the bridge, a file or a process table: not when all is well, and not when the server gives it away.

use harness::{Broker, Canary, House, Servers, eventually, is_refused, kill9, said};
use keyholder_demo::{Faults, Protection};
use serde_json::json;

#[test]
fn no_token_is_anywhere_but_in_the_keychain_whatever_happened() {
    let house = House::open();
    house.home.allow_everything();
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    host.call("echo", json!({ "text": "hello" }));
    house.servers.expire_access_tokens();
    assert_eq!(said(&host.call("echo", json!({ "text": "refreshed" }))), "refreshed");
    assert_eq!(house.servers.tally().refreshes, 1);
    // Errors of every kind: the server's, the transport's, the authorization server's.
    assert!(is_refused(&host.call("no_such_tool", json!({}))));
    let faults = [
        Faults { answer_with_status: Some(500), ..Faults::default() },
        Faults { reply_with_html: true, ..Faults::default() },
        Faults { drop_connection_during: Some("echo".to_owned()), ..Faults::default() },
    ];
    for fault in faults {
        house.servers.set_faults(fault);
        assert!(is_refused(&host.call("echo", json!({ "text": "fault" }))));
    }
    let refused = Some((400, "invalid_client".to_owned()));
    house.servers.set_faults(Faults { refresh_fails_with: refused, ..Faults::default() });
    house.servers.expire_access_tokens();
    assert_eq!(said(&host.call("echo", json!({ "text": "signed in anew" }))), "signed in anew");
    house.servers.set_faults(Faults::default());
    // A crash leaves files as they are: the databases with their write-ahead logs.
    let call = host.send("tools/call", json!({ "name": "slow", "arguments": { "millis": 60_000, "nonce": "crash" } }));
    eventually("the call's arrival", || (house.servers.executions("crash") == 1).then_some(()));
    kill9(house.home.broker_pid().expect("a broker runs"));
    assert!(is_refused(&host.wait(&call)));
    assert_eq!(Canary::default().search_files(house.home.path()).unwrap(), []);
    eventually("work as before", || (said(&host.call("echo", json!({ "text": "back" }))) == "back").then_some(()));
    assert_eq!(house.tokens_found(&host), []);
    // Nor does any command show one.
    for order in [&["log", "--limit", "1000"][..], &["grants"], &["ls"], &["status"], &["doctor"], &["rules", "ls"]] {
        let told = house.order(order);
        assert_eq!(Canary::default().search(&order.join(" "), told.text.as_bytes()), []);
    }
    // The search can find what is there: the keychain has it.
    assert!(house.live_token().len() > 20);
}

#[test]
fn no_token_is_logged_at_the_most_talkative_level() {
    let house = House::open();
    house.home.allow_everything();
    house.servers.set_faults(Faults { echo_credentials: true, ..Faults::default() });
    let mut environment = house.environment();
    environment.push(("KEYHOLDER_LOG".to_owned(), "trace".to_owned()));
    let mut broker = Broker::start(&house.home, &environment, &["--no-ask"]);
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    house.servers.expire_access_tokens();
    host.call("echo_credentials", json!({}));
    assert_eq!(house.servers.tally().refreshes, 1);
    assert_eq!(house.order(&["grants"]).code, 0);
    drop(host);
    broker.stop();
    let said = broker.stderr().whole_text();
    assert!(said.contains("DEBUG") || said.contains("TRACE"), "it does say more: {said}");
    assert_eq!(Canary::default().search("the broker's stderr", said.as_bytes()), []);
}

#[test]
fn a_server_that_sends_the_token_back_is_scrubbed_and_the_log_says_so() {
    let house = House::open();
    house.home.allow_everything();
    house.servers.set_faults(Faults { echo_credentials: true, ..Faults::default() });
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    for (round, over) in ["json", "stream"].into_iter().enumerate() {
        let answer = host.call("echo_credentials", json!({ "over": over, "nonce": over }));
        assert_eq!(house.servers.executions(over), 1, "the server was asked: {answer}");
        assert!(said(&answer).contains("base64url"), "the rest of the answer arrives: {answer}");
        let tampered = house.log("tamper");
        assert_eq!(tampered.len(), round + 1, "{tampered:?}");
        assert!(
            tampered[0]["reason"].as_str().is_some_and(|why| why.contains("credential was removed")),
            "{tampered:?}"
        );
    }
    assert_eq!(house.tokens_found(&host), []);
}

#[test]
fn a_live_token_is_not_carried_to_another_server() {
    let house = House::open();
    house.home.allow_everything();
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    let token = house.live_token();
    let elsewhere = Servers::start(|options| options.protection = Protection::Open);
    let mut other = house.host_with(&[&elsewhere.server_url()]);
    other.initialize();
    assert_eq!(said(&other.call("echo", json!({ "text": "harmless" }))), "harmless");
    let reversed: String = token.chars().rev().collect();
    assert_eq!(said(&other.call("echo", json!({ "text": reversed }))), reversed, "only the token itself is held back");
    for (number, text) in [token.clone(), format!("a{token}b")].into_iter().enumerate() {
        let nonce = format!("theft-{number}");
        let answer = other.call("echo", json!({ "text": text, "nonce": nonce }));
        assert!(is_refused(&answer), "{answer}");
        assert_eq!(elsewhere.executions(&nonce), 0);
    }
    let answer = other.request("resources/read", json!({ "uri": format!("note:///{token}") }));
    assert!(is_refused(&answer), "{answer}");
    let read = keyholder_demo::Event::Received { method: "resources/read".to_owned() };
    assert!(!elsewhere.events().contains(&read));
    assert!(house.log_says("refuse", "credential"));
    // What was refused is not kept in the log either.
    assert_eq!(Canary::default().search_files(house.home.path()).unwrap(), []);
}

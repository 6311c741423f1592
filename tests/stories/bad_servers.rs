//! A server that is none, or that lies about where its tokens come from, gets nothing; the person reads one clear sentence.

use std::net::TcpListener;

use harness::{House, eventually, is_refused, said};
use keyholder_demo::{Faults, Iss, Protection};
use serde_json::{Value, json};

#[test]
fn a_name_that_no_server_has_is_refused_and_logged() {
    let house = House::open();
    let mut host = house.host_with(&["no-such"]);
    let opening = host.send_initialize();
    let answer = host.wait(&opening);
    assert!(is_refused(&answer) && said(&answer).contains("no server named"), "{answer}");
    assert!(said(&answer).contains("keyholder add"), "the remedy too: {answer}");
    assert!(house.log_says("refuse", "no-such"));
}

#[test]
fn addresses_that_must_not_be_used_are_refused_before_anything_is_sent() {
    let house = House::open();
    house.home.allow_everything();
    for (address, why) in [
        ("http://mcp.example.com/mcp", "https"),
        ("ftp://127.0.0.1/mcp", "http"),
        ("https://user:pass@mcp.example.com/mcp", "password"),
    ] {
        let mut host = house.host_with(&[address]);
        let opening = host.send_initialize();
        match host.wait_within(harness::LONG, &opening) {
            Some(answer) => assert!(is_refused(&answer) && said(&answer).contains(why), "{address}: {answer}"),
            None => assert!(host.stderr().text().contains(why), "{address}: {}", host.stderr().text()),
        }
        assert!(!host.stderr().text().contains("user:pass"), "a password is not repeated");
        let told = house.order(&["add", "bad", address]);
        assert_eq!(told.code, 2, "{told:?}");
    }
}

#[test]
fn something_that_is_no_mcp_server_is_said_to_be_none() {
    let house = House::with(|options| options.protection = Protection::Open);
    house.home.allow_everything();
    house.servers.set_faults(Faults { reply_with_html: true, ..Faults::default() });
    let mut host = house.host();
    let opening = host.send_initialize();
    let answer = host.wait(&opening);
    assert!(is_refused(&answer) && said(&answer).contains("not an MCP server"), "{answer}");
    assert!(house.log_says("refuse", "not an MCP server"));
    // It was a proxy's page; now the server is there.
    house.servers.set_faults(Faults::default());
    assert_eq!(said(&host.call("echo", json!({ "text": "hello" }))), "hello");
}

#[test]
fn hostile_metadata_opens_no_browser_and_gets_no_code() {
    let of_resource = |patch: Value| Faults { resource_metadata_patch: Some(patch), ..Faults::default() };
    let of_server = |patch: Value| Faults { server_metadata_patch: Some(patch), ..Faults::default() };
    for (what, fault) in [
        ("another resource", of_resource(json!({ "resource": "https://evil.example/mcp" }))),
        ("another port's resource", of_resource(json!({ "resource": "http://127.0.0.1:1/mcp" }))),
        (
            "an authorization server on a cloud's metadata address",
            of_resource(json!({ "authorization_servers": ["http://169.254.169.254"] })),
        ),
        (
            "an authorization server without TLS",
            of_resource(json!({ "authorization_servers": ["http://evil.example"] })),
        ),
        (
            "an authorization server in a private network",
            of_resource(json!({ "authorization_servers": ["https://10.0.0.1"] })),
        ),
        (
            "an authorization server that is a file",
            of_resource(json!({ "authorization_servers": ["file:///etc/passwd"] })),
        ),
        ("another issuer", of_server(json!({ "issuer": "https://evil.example" }))),
        ("an issuer with one slash more", of_server(json!({ "issuer": "http://127.0.0.1:1/" }))),
        ("no S256", of_server(json!({ "code_challenge_methods_supported": ["plain"] }))),
        ("no PKCE at all", of_server(json!({ "code_challenge_methods_supported": null }))),
        (
            "an authorization endpoint without TLS",
            of_server(json!({ "authorization_endpoint": "http://evil.example/authorize" })),
        ),
        (
            "an authorization endpoint that is a script",
            of_server(json!({ "authorization_endpoint": "javascript:alert(1)" })),
        ),
        ("a token endpoint without TLS", of_server(json!({ "token_endpoint": "http://evil.example/token" }))),
        (
            "a token endpoint on a cloud's metadata address",
            of_server(json!({ "token_endpoint": "https://169.254.169.254/token" })),
        ),
    ] {
        let house = House::open();
        house.home.allow_everything();
        house.servers.set_faults(fault);
        let mut host = house.host();
        host.send_initialize();
        let answer = host.call("echo", json!({ "text": "hello", "nonce": "x" }));
        assert!(is_refused(&answer) && said(&answer).contains("signing in"), "{what}: {answer}");
        // The host is answered in time even where the sign-in takes longer to fail.
        eventually(what, || house.log_says("sign_in", "not signed in").then_some(()));
        let tally = house.servers.tally();
        assert_eq!((tally.codes_redeemed, tally.calls), (0, 0), "{what}");
        let is_late = what.starts_with("a token endpoint on a cloud");
        assert!(is_late || house.browser.visits().is_empty(), "{what}: {:?}", house.browser.visits());
        assert_eq!(house.order(&["grants"]).json["grants"], json!([]), "{what}: nothing is kept");
    }
}

#[test]
fn a_pointer_to_metadata_at_another_place_is_not_followed() {
    let trap = TcpListener::bind("127.0.0.1:0").expect("loopback has ports");
    trap.set_nonblocking(true).expect("a socket takes that");
    let elsewhere = format!("http://{}/.well-known/oauth-protected-resource", trap.local_addr().expect("it is bound"));
    for pointer in [elsewhere.as_str(), "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "gopher://["] {
        let house = House::open();
        house.home.allow_everything();
        let challenge = format!("Bearer resource_metadata=\"{pointer}\"");
        house.servers.set_faults(Faults { challenge: Some(challenge), ..Faults::default() });
        let mut host = house.host();
        host.initialize();
        // The server's own metadata, at its own place, is what counts.
        assert_eq!(said(&host.call("echo", json!({ "text": "hello" }))), "hello", "{pointer}");
        assert!(trap.accept().is_err(), "nobody was sent there");
        assert!(house.log_says("sign_in", "pointed to"), "and the log says so: {:?}", house.log("sign_in"));
    }
}

#[test]
fn an_answer_from_another_issuer_is_not_redeemed() {
    // Side by side: a wrong answer is passed over, and the right one still waited for, for some seconds.
    std::thread::scope(|scope| {
        for iss in [Iss::Wrong("https://evil.example".to_owned()), Iss::Missing] {
            scope.spawn(move || answered_with(&iss));
        }
    });
}

fn answered_with(iss: &Iss) {
    let house = House::open();
    house.home.allow_everything();
    house.servers.set_faults(Faults { iss: iss.clone(), ..Faults::default() });
    let mut host = house.host();
    host.send_initialize();
    let answer = host.call("echo", json!({ "text": "hello" }));
    assert!(is_refused(&answer) && said(&answer).contains("did not come from"), "{iss:?}: {answer}");
    assert_eq!(house.servers.tally().codes_redeemed, 0, "{iss:?}");
    assert!(house.browser.landings().contains("does not belong to a sign-in"), "the person reads it too");
    assert!(house.log_says("sign_in", "not signed in"), "{iss:?}");
}

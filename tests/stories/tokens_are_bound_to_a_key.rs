//! Where server and authorization server take it, a token is good with a key only that never leaves the keychain and the broker
//! (RFC 9449): whoever steals the token has nothing. At a real authorization server, and a server that checks each proof.

use harness::{Host, House, LONG, Lab, said, within};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A host of a person who signs in at the lab.
fn signed_in(house: &House, lab: &Lab) -> Host {
    house.home.allow_everything();
    let mut environment = house.environment();
    environment.retain(|(name, _)| name != "BROWSER");
    environment.push(("BROWSER".to_owned(), lab.browser.display().to_string()));
    let mut host = Host::start(&environment, &[&lab.url]);
    host.initialize();
    host.sign_in();
    host
}

fn calls(host: &mut Host, text: &str) {
    let answer = host.call("echo", json!({ "text": text }));
    assert_eq!(said(&answer), text, "{answer}");
}

#[test]
fn a_bound_token_serves_is_renewed_and_is_of_no_use_to_a_thief() {
    let (house, lab) = (House::open(), Lab::with(&[("DPOP", "1"), ("SHORT", "3")]));
    let mut host = signed_in(&house, &lab);
    // More calls than one nonce lasts for.
    for number in 0..8 {
        calls(&mut host, &format!("call {number}"));
    }
    let renewed = within(LONG, || {
        calls(&mut host, "again");
        (!house.log("refresh").is_empty()).then_some(())
    });
    assert!(renewed.is_some(), "the token lives for three seconds");
    assert_eq!(house.log("sign_in").len(), 1);

    // A fresh one, stolen from the keychain.
    calls(&mut host, "fresh");
    let secrets = house.keychain();
    let token =
        secrets.split("\"access\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a token is there");
    assert!(secrets.contains("PRIVATE KEY"), "with the key that it is bound to");
    for scheme in ["Bearer", "DPoP"] {
        assert_eq!(status(&lab, &format!("{scheme} {token}")), "401", "{scheme}");
    }
    calls(&mut host, "and it still serves who holds the key");
}

/// What the server answers to a call with this authorization.
fn status(lab: &Lab, authorization: &str) -> String {
    let address = lab.url.strip_prefix("http://").and_then(|rest| rest.split('/').next()).expect("an address");
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket has timeouts");
    let request = format!(
        "POST /mcp HTTP/1.1\r\nHost: {address}\r\nAuthorization: {authorization}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"
    );
    stream.write_all(request.as_bytes()).expect("it takes a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("and answers");
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

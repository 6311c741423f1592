//! Where a machine is the client and not a person, tokens come without a browser, and the next ones too. At a real authorization
//! server and a real MCP server.

use harness::{Host, House, LONG, Lab, said, within};
use keyholder_jose::SigningKey;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

/// Tokens that live for two seconds, so that the next ones are wanted soon.
const SHORT: (&str, &str) = ("SHORT", "2");

/// A file of the person, who holds a secret that somebody gave them.
fn secret(house: &House, name: &str, text: &str) -> String {
    let path: PathBuf = house.home.path().join(name);
    fs::write(&path, text).expect("the home is ours");
    path.display().to_string()
}

/// Adds the lab's server as the machine of these flags, and gives a host at it.
fn added(house: &House, lab: &Lab, flags: &[&str]) -> Host {
    house.home.allow_everything();
    let added = house.keyholder(&[&["add", "machine", &lab.url, "--client-credentials"], flags].concat());
    assert!(added.status.success(), "{added:?}");
    let mut host = house.host_with(&["machine"]);
    host.initialize();
    host
}

fn calls(host: &mut Host, text: &str) {
    let answer = host.call("echo", json!({ "text": text }));
    assert_eq!(said(&answer), text, "{answer}");
}

fn grant(house: &House) -> Value {
    let grants = house.keyholder(&["grants", "--json"]);
    let grants: Value = serde_json::from_slice(&grants.stdout).expect("it is JSON");
    grants["grants"][0].clone()
}

/// Calls until the log says that a token was renewed.
fn goes_on_after_renewal(house: &House, host: &mut Host) {
    let renewed = within(LONG, || {
        calls(host, "again");
        (!house.log("refresh").is_empty()).then_some(())
    });
    assert!(renewed.is_some(), "the token lives for two seconds");
    assert!(house.log("refresh").iter().all(|entry| entry["decision"] == "allowed"), "{:?}", house.log("refresh"));
    assert_eq!(house.log("sign_in").len(), 1, "and nobody signed in again");
}

#[test]
fn a_client_with_a_secret_gets_its_tokens_without_a_browser() {
    let (house, lab) = (House::open(), Lab::with(&[SHORT]));
    let file = secret(&house, "secret", "robot-secret\n");
    let mut host = added(&house, &lab, &["--client-id", "robot", "--client-secret-file", &file]);
    // What the keychain holds is enough.
    fs::remove_file(file).unwrap();
    calls(&mut host, "hello");
    let grant = grant(&house);
    assert_eq!((grant["state"].as_str(), grant["renews"].as_bool()), (Some("active"), Some(true)), "{grant}");
    goes_on_after_renewal(&house, &mut host);
}

#[test]
fn a_client_that_signs_gets_its_tokens_with_the_key_in_the_keychain() {
    let pem = SigningKey::generate().unwrap();
    let public = SigningKey::from_pem(&pem).unwrap().public().to_string();
    let house = House::open();
    let public = secret(&house, "public.json", &public);
    let lab = Lab::with(&[SHORT, ("SIGNER", &public)]);
    // EXPOSE: into the file that a person would have been given.
    let file = secret(&house, "key.pem", pem.expose());
    let mut host = added(&house, &lab, &["--client-id", "signer", "--client-key-file", &file]);
    fs::remove_file(file).unwrap();
    calls(&mut host, "hello");
    goes_on_after_renewal(&house, &mut host);
    let config = fs::read_to_string(house.home.path().join("config/config.toml")).unwrap();
    assert!(config.contains("client_key = \"keychain\"") && !config.contains("BEGIN"), "{config}");

    // With the server goes what proves the client.
    assert!(house.keychain().contains("PRIVATE KEY"));
    let removed = house.keyholder(&["rm", "machine", "--yes"]);
    // This authorization server cannot take a JWT back (RFC 7009 §2.2.1), and that is said.
    assert!(
        String::from_utf8_lossy(&removed.stdout).contains("deleted here; the authorization server did not"),
        "{removed:?}"
    );
    assert!(!house.keychain().contains("PRIVATE KEY"));
}

#[test]
fn a_wrong_secret_is_said_once_and_in_one_sentence() {
    let (house, lab) = (House::open(), Lab::start());
    let file = secret(&house, "secret", "KHCANARY-wrong");
    let mut host = added(&house, &lab, &["--client-id", "robot", "--client-secret-file", &file]);
    let answer = host.call("echo", json!({ "text": "hello" }));
    assert!(harness::is_refused(&answer), "{answer}");
    let log = house.log("sign_in");
    assert!(log[0]["reason"].as_str().is_some_and(|why| why.contains("client authentication failed")), "{log:?}");
    assert!(!format!("{answer}{log:?}").contains("KHCANARY"));
}

//! Where the person chose it, a file sealed with their passphrase keeps the sign-in instead of a keychain; never in plain text.

use std::fs;

use harness::{Broker, House, is_refused, said};
use serde_json::json;

fn with_passphrase(house: &House, passphrase: &str) -> Vec<(String, String)> {
    let file = house.home.path().join("passphrase");
    fs::write(&file, passphrase).expect("the home can be written");
    let mut environment = house.environment();
    environment.push(("KEYHOLDER_VAULT_PASSPHRASE_FILE".to_owned(), file.display().to_string()));
    environment
}

#[test]
fn a_sign_in_is_kept_sealed_and_opens_with_the_passphrase_only() {
    let house = House::without_keychain();
    house.home.allow_everything();
    let environment = with_passphrase(&house, "correct horse battery staple\n");
    let arguments = ["--no-ask", "--vault", "file"];

    let mut broker = Broker::start(&house.home, &environment, &arguments);
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    assert_eq!(said(&host.call("echo", json!({ "text": "hello" }))), "hello");
    let found = house.tokens_found(&host);
    assert!(found.is_empty(), "{found:?}");
    drop(host);
    assert!(broker.stop().success());

    // With another passphrase it stays shut, and nothing in it is lost.
    let mut broker = Broker::start(&house.home, &with_passphrase(&house, "another horse\n"), &arguments);
    let mut host = house.host();
    let opening = host.send_initialize();
    host.wait(&opening);
    let refused = host.call("echo", json!({ "text": "no" }));
    assert!(is_refused(&refused) && said(&refused).contains("passphrase"), "{refused}");
    assert_eq!(house.servers.tally().authorize_visits, 1, "and no sign-in begins");
    drop(host);
    assert!(broker.stop().success());

    // With the right one nobody signs in again.
    let environment = with_passphrase(&house, "correct horse battery staple\n");
    let _broker = Broker::start(&house.home, &environment, &arguments);
    let mut host = house.host();
    host.initialize();
    assert_eq!(said(&host.call("echo", json!({ "text": "again" }))), "again");
    assert_eq!(house.servers.tally().authorize_visits, 1);
}

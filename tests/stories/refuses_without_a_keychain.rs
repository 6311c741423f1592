//! Without a keychain nothing is signed in, and no token is put anywhere else instead.

use harness::{House, said};
use serde_json::json;

#[test]
fn without_a_keychain_a_call_is_refused_and_nothing_is_kept() {
    let house = House::without_keychain();
    house.home.allow_everything();
    let mut host = house.host();
    host.initialize();
    let answer = host.call("echo", json!({ "text": "hello" }));
    let refused = answer.get("error").is_some() || answer["result"]["isError"] == true;
    assert!(refused, "{answer}");
    assert!(said(&answer).to_lowercase().contains("keychain"), "the person is told why: {answer}");
    let tally = house.servers.tally();
    assert_eq!((tally.codes_redeemed, tally.calls), (0, 0), "no token was asked for that cannot be kept");
    assert_eq!(house.tokens_found(&host), []);
}

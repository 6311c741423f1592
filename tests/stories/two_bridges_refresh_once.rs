//! Hosts that find the same lapsed token at the same time cause one refresh: a rotated token used twice would end the grant.

use harness::{House, said};
use serde_json::json;

#[test]
fn two_bridges_with_a_lapsed_token_refresh_it_once() {
    let house = House::open();
    house.home.allow_everything();
    let (mut one, mut other) = (house.host(), house.host());
    one.initialize();
    one.sign_in();
    other.initialize();
    other.sign_in();
    house.servers.expire_access_tokens();
    // Both are on their way before either is answered.
    let calls: Vec<_> = [&mut one, &mut other]
        .into_iter()
        .map(|host| host.send("tools/call", json!({ "name": "echo", "arguments": { "text": "hello" } })))
        .collect();
    assert_eq!(said(&one.wait(&calls[0])), "hello");
    assert_eq!(said(&other.wait(&calls[1])), "hello");
    let tally = house.servers.tally();
    assert_eq!((tally.refreshes, tally.refreshes_refused), (1, 0));
    assert_eq!(tally.authorize_visits, 1, "nobody had to sign in again");
}

//! No token reaches the host, the bridge, a file or a process table: not when all is well, and not when the server gives it away.

use harness::{House, said};
use keyholder_demo::Faults;
use serde_json::json;

#[test]
fn no_token_is_anywhere_after_a_sign_in_a_call_and_a_refresh() {
    let house = House::open();
    house.home.allow_everything();
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    host.call("echo", json!({ "text": "hello" }));
    house.servers.expire_access_tokens();
    assert_eq!(said(&host.call("echo", json!({ "text": "refreshed" }))), "refreshed");
    assert_eq!(house.servers.tally().refreshes, 1);
    assert_eq!(house.tokens_found(&host), []);
}

#[test]
fn a_server_that_sends_the_token_back_is_scrubbed() {
    let house = House::open();
    house.home.allow_everything();
    house.servers.set_faults(Faults { echo_credentials: true, ..Faults::default() });
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    for over in ["json", "stream"] {
        let answer = host.call("echo_credentials", json!({ "over": over, "nonce": over }));
        assert_eq!(house.servers.executions(over), 1, "the server was asked: {answer}");
    }
    assert_eq!(house.tokens_found(&host), []);
}

//! A host that knows only an address gets tools after one sign-in, and a second host gets them without another.

use harness::{House, said};
use serde_json::json;

#[test]
fn signs_in_once_and_calls_a_tool_from_hosts_of_both_eras() {
    let house = House::open();
    house.home.allow_everything();
    let mut host = house.host();
    assert_eq!(host.initialize()["protocolVersion"], "2025-11-25");
    host.sign_in();
    let answer = host.call("echo", json!({ "text": "hello", "nonce": "legacy" }));
    assert_eq!(said(&answer), "hello", "{answer}");

    let mut modern = house.host();
    assert!(modern.discover()["supportedVersions"].as_array().is_some_and(|versions| !versions.is_empty()));
    let answer = modern.call("echo", json!({ "text": "again", "nonce": "modern" }));
    assert_eq!(said(&answer), "again", "{answer}");

    let tally = house.servers.tally();
    assert_eq!((tally.registrations, tally.authorize_visits, tally.codes_redeemed), (1, 1, 1));
    assert_eq!((house.servers.executions("legacy"), house.servers.executions("modern")), (1, 1));
    assert_eq!(house.browser.visits().len(), 1);
}

#[test]
fn signs_in_to_servers_of_one_era_too() {
    for eras in [keyholder_demo::Eras::LegacyOnly, keyholder_demo::Eras::ModernOnly] {
        let house = House::with(|options| options.eras = eras);
        house.home.allow_everything();
        let mut host = house.host();
        host.initialize();
        host.sign_in();
        assert_eq!(said(&host.call("echo", json!({ "text": "hello" }))), "hello", "{eras:?}");
    }
}

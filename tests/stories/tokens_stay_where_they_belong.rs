//! A token is for one account at one address, whatever the names say.

use harness::{Host, House, Servers, said};
use keyholder_demo::Person;
use serde_json::json;

fn at(house: &House, target: &str) -> Host {
    let mut host = house.host_with(&[target]);
    host.initialize();
    host.sign_in();
    assert_eq!(said(&host.call("echo", json!({ "text": "hello" }))), "hello");
    host
}

#[test]
fn two_accounts_at_one_server_have_two_sign_ins() {
    let house = House::open();
    house.home.allow_everything();
    house.know_server("notes");
    let (mut mine, _theirs) = (at(&house, "notes"), at(&house, "notes@work"));
    assert_eq!(house.servers.tally().authorize_visits, 2);
    let grants = house.order(&["grants"]).json["grants"].clone();
    let accounts: Vec<_> = grants.as_array().expect("a list").iter().map(|grant| grant["account"].clone()).collect();
    assert_eq!(accounts, ["default", "work"], "{grants}");
    // The end of one is not the end of the other.
    assert_eq!(house.order(&["revoke", "notes@work"]).json["revocations"][0]["upstream"], "confirmed");
    assert_eq!(said(&mine.call("echo", json!({ "text": "still" }))), "still");
    assert_eq!(house.servers.tally().authorize_visits, 2);
}

#[test]
fn another_address_under_the_same_name_gets_no_token_of_the_first() {
    let house = House::open();
    house.home.allow_everything();
    house.know_server("notes");
    let host = at(&house, "notes");
    drop(host);
    let other = Servers::start(|options| options.person = Person::Page);
    house.home.config(&format!("[servers.notes]\nurl = \"{}\"\n", other.server_url()));
    assert_eq!(house.order(&["stop"]).code, 0);
    harness::eventually("the end of the broker", || (house.home.count_brokers() == 0).then_some(()));
    at(&house, "notes");
    let tally = other.tally();
    assert_eq!(
        (tally.authorize_visits, tally.foreign_tokens),
        (1, 0),
        "a sign-in of its own, and nothing of the first"
    );
}

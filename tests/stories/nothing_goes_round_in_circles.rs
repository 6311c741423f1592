//! Whatever a server or an authorization server answers, nothing is asked for again and again: not tokens, not registrations, not
//! the person.

use harness::{Host, House, is_refused, said};
use keyholder_demo::{Faults, Rotation};
use serde_json::{Value, json};
use std::time::Duration;

fn signed_in(house: &House) -> Host {
    house.home.allow_everything();
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    host
}

fn call(host: &mut Host) -> Value {
    host.call("echo", json!({ "text": "hello" }))
}

#[test]
fn a_server_that_takes_no_token_costs_one_renewal_and_one_sign_in() {
    let house = House::open();
    let mut host = signed_in(&house);
    house.servers.set_faults(Faults { reject_everything_with_401: true, ..Faults::default() });
    for _ in 0..6 {
        let answer = call(&mut host);
        assert!(is_refused(&answer), "{answer}");
    }
    let tally = house.servers.tally();
    assert!(tally.refreshes <= 2, "{tally:?}");
    assert_eq!((tally.authorize_visits, tally.registrations), (2, 2), "the first sign-in, and one offer");
    assert_eq!(house.browser.visits().len(), 2);
    // The person may try as often as they like, and what the server takes again is used again.
    house.servers.set_faults(Faults::default());
    assert_eq!(said(&call(&mut host)), "hello");
}

#[test]
fn a_plain_no_of_the_server_is_a_plain_no() {
    let house = House::open();
    let mut host = signed_in(&house);
    house.servers.set_faults(Faults { answer_with_status: Some(403), ..Faults::default() });
    for _ in 0..3 {
        let answer = call(&mut host);
        assert!(is_refused(&answer), "{answer}");
    }
    let tally = house.servers.tally();
    assert_eq!((tally.authorize_visits, tally.refreshes), (1, 0), "nobody signs in for it");
}

#[test]
fn tokens_without_any_life_are_used_until_the_server_says_no() {
    let house = House::with(|options| options.token_lifetime = Duration::from_millis(900));
    let mut host = signed_in(&house);
    for _ in 0..40 {
        assert_eq!(said(&call(&mut host)), "hello");
    }
    let tally = house.servers.tally();
    assert!(tally.refreshes < 20, "one at each real end, not one a call: {tally:?}");
    assert_eq!(tally.authorize_visits, 1);
}

#[test]
fn an_outage_is_not_answered_with_a_storm() {
    let house = House::open();
    let mut host = signed_in(&house);
    house.servers.expire_access_tokens();
    let down = Some((503, "temporarily_unavailable".to_owned()));
    house.servers.set_faults(Faults { refresh_fails_with: down, ..Faults::default() });
    for _ in 0..12 {
        let answer = call(&mut host);
        assert!(is_refused(&answer) && said(&answer).contains("authorization server"), "{answer}");
    }
    assert_eq!(house.servers.tally().refreshes_refused, 3, "then it is left in peace for a while");
    assert_eq!(house.servers.tally().authorize_visits, 1, "and nobody signs in anew for it");
    assert!(house.log_says("refresh", "503"));
}

#[test]
fn a_refresh_token_that_is_not_replaced_stays_good() {
    let house = House::with(|options| options.faults = Faults { rotation: Rotation::Keep, ..Faults::default() });
    let mut host = signed_in(&house);
    for round in 1..=3 {
        house.servers.expire_access_tokens();
        assert_eq!(said(&call(&mut host)), "hello");
        assert_eq!(house.servers.tally().refreshes, round);
    }
    assert_eq!(house.servers.tally().authorize_visits, 1);
}

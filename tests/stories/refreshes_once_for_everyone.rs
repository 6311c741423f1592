//! Hosts that find the same lapsed token at the same time cause one refresh: a rotated token used twice would end the grant.

use harness::{Host, House, said, times};
use keyholder_demo::Event;
use serde_json::{Value, json};

const CALLS: usize = 25;

#[test]
fn eight_bridges_with_twenty_five_calls_each_refresh_once_and_lose_no_call() {
    let house = House::open();
    house.home.allow_everything();
    let mut hosts: Vec<Host> = (0..8).map(|_| house.host()).collect();
    for host in &mut hosts {
        host.initialize();
        host.sign_in();
    }
    // Twice at least: the rotated token has to serve as well as the first one.
    let rounds = times("KEYHOLDER_STORMS", 2);
    for round in 1..=rounds {
        house.servers.expire_access_tokens();
        // All are on their way before any is answered.
        let sent: Vec<Vec<Value>> =
            hosts.iter_mut().enumerate().map(|(place, host)| send_all(host, round, place)).collect();
        for (place, (host, ids)) in hosts.iter_mut().zip(&sent).enumerate() {
            for (number, id) in ids.iter().enumerate() {
                assert_eq!(said(&host.wait(id)), nonce(round, place, number));
                assert_eq!(host.responses(id).len(), 1);
                assert_eq!(house.servers.executions(&nonce(round, place, number)), 1);
            }
        }
        let tally = house.servers.tally();
        assert_eq!((tally.refreshes, tally.refreshes_refused), (round, 0), "one refresh, and one request for it");
    }
    assert!(!house.servers.events().contains(&Event::FamilyRevoked), "the family is alive");
    assert_eq!(house.servers.tally().authorize_visits, 1, "nobody had to sign in again");
    assert_eq!(house.log("refresh").len(), rounds.min(1000), "as many as are listed");
}

fn send_all(host: &mut Host, round: usize, place: usize) -> Vec<Value> {
    let call = |number| {
        let nonce = nonce(round, place, number);
        json!({ "name": "echo", "arguments": { "text": nonce, "nonce": nonce } })
    };
    (0..CALLS).map(|number| host.send("tools/call", call(number))).collect()
}

fn nonce(round: usize, place: usize, number: usize) -> String {
    format!("{round}-{place}-{number}")
}

#[test]
fn a_renewal_that_fails_for_the_moment_costs_no_sign_in() {
    let house = House::open();
    house.home.allow_everything();
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    house.servers.expire_access_tokens();
    let down = Some((503, "temporarily_unavailable".to_owned()));
    house.servers.set_faults(keyholder_demo::Faults { refresh_fails_with: down, ..Default::default() });
    let answer = host.call("echo", json!({ "text": "hello" }));
    assert!(harness::is_refused(&answer) && said(&answer).contains("authorization server"), "{answer}");
    house.servers.set_faults(keyholder_demo::Faults::default());
    assert_eq!(said(&host.call("echo", json!({ "text": "hello" }))), "hello");
    assert_eq!(house.servers.tally().authorize_visits, 1);
}

#[test]
fn a_grant_that_ended_costs_one_clear_sign_in() {
    let house = House::open();
    house.home.allow_everything();
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    let kept = house.desktop.keychain_items();
    house.servers.revoke_everything();
    assert_eq!(said(&host.call("echo", json!({ "text": "hello" }))), "hello");
    let tally = house.servers.tally();
    assert_eq!((tally.refreshes_refused, tally.authorize_visits, tally.codes_redeemed), (1, 2, 2));
    assert_eq!(house.log("lapse").len(), 1);
    // The new sign-in takes the old one's place: no dead token stays behind.
    assert_eq!(house.desktop.keychain_items(), kept);
    assert_eq!(house.order(&["grants"]).json["grants"].as_array().map(Vec::len), Some(1));
}

//! Whenever the broker is killed during a refresh, the person signs in once more at most: never a loop, never a refresh token
//! that is redeemed again after its successor was kept (catalogue section 7.1).

use std::time::Duration;

use harness::{House, eventually, said, times};
use keyholder_demo::{Event, Faults};
use serde_json::json;

/// A moment at which the broker dies, seen from the token endpoint.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// So long after the call that needs a refresh was sent, while the token endpoint still thinks.
    Before(Duration),
    /// So long after the token endpoint has issued the new tokens; the keychain may or may not have them.
    After(Duration),
}

#[test]
fn a_kill_before_the_answer_costs_nothing() {
    let house = signed_in();
    let thinking = Faults { token_endpoint_delay: Duration::from_millis(400), ..Faults::default() };
    for millis in [5, 50, 150] {
        house.servers.set_faults(thinking.clone());
        // The practice server does not answer who is gone, so nothing is spent.
        die_and_recover(&house, Moment::Before(Duration::from_millis(millis)));
    }
}

#[test]
fn a_kill_after_the_answer_costs_at_most_one_sign_in() {
    let house = signed_in();
    for micros in [0, 200, 500, 1_000, 2_000, 3_000, 5_000, 8_000, 15_000, 40_000] {
        die_and_recover(&house, Moment::After(Duration::from_micros(micros)));
    }
}

#[test]
fn a_kill_after_the_answered_call_costs_nothing() {
    let house = signed_in();
    for round in 1..=3 {
        house.servers.expire_access_tokens();
        let mut host = house.host();
        host.initialize();
        assert_eq!(said(&host.call("echo", json!({ "text": "renewed" }))), "renewed");
        kill_broker(&house);
        assert_eq!(recover(&house), 0, "the tokens that a call has used are in the keychain");
        assert_eq!(house.servers.tally().refreshes, round, "and are not renewed again");
    }
    assert!(!house.servers.events().contains(&Event::FamilyRevoked));
}

#[test]
fn kills_spread_over_a_whole_refresh_force_no_sign_in_but_after_the_answer() {
    let house = signed_in();
    let kills = u32::try_from(times("KEYHOLDER_KILLS", 12)).expect("fewer than that");
    let thinking = Faults { token_endpoint_delay: Duration::from_millis(100), ..Faults::default() };
    for kill in 0..kills {
        let part = |whole: Duration| whole * kill / kills;
        if kill % 2 == 0 {
            house.servers.set_faults(thinking.clone());
            die_and_recover(&house, Moment::Before(part(Duration::from_millis(90))));
        } else {
            die_and_recover(&house, Moment::After(part(Duration::from_millis(60))));
        }
    }
}

/// A house whose keychain holds a grant, and whose broker runs.
fn signed_in() -> House {
    let house = House::open();
    house.home.allow_everything();
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    house
}

/// Kills the broker at that moment of a refresh, and goes on: with one sign-in at most, and that only where the token endpoint
/// had answered.
fn die_and_recover(house: &House, moment: Moment) {
    let refreshes = house.servers.tally().refreshes;
    kill_at(house, moment);
    // On a busy machine a pause may last longer than it should: what counts is whether there was an answer.
    let was_answered = house.servers.tally().refreshes > refreshes;
    house.servers.set_faults(Faults::default());
    let cost = recover(house);
    assert!(cost <= usize::from(was_answered), "{moment:?}: {cost} sign-ins, answered: {was_answered}");
}

/// Makes a call that needs a refresh, and kills the broker at that moment of it.
fn kill_at(house: &House, moment: Moment) {
    let mut host = house.host();
    host.initialize();
    let before = house.servers.tally().refreshes;
    house.servers.expire_access_tokens();
    let call = host.send("tools/call", json!({ "name": "echo", "arguments": { "text": "x" } }));
    let pause = match moment {
        Moment::Before(pause) => pause,
        Moment::After(pause) => {
            harness::at_once("the new tokens", || (house.servers.tally().refreshes > before).then_some(()));
            pause
        }
    };
    harness::let_pass(pause);
    kill_broker(house);
    // One answer in any case: the call's own, or the bridge's that nobody can tell.
    host.wait(&call);
    host.listen(Duration::from_millis(50));
    assert_eq!(host.responses(&call).len(), 1);
}

fn kill_broker(house: &House) {
    let broker = house.home.broker_pid().expect("a broker runs");
    harness::kill9(broker);
    eventually("the broker's end", || (house.home.broker_pid() != Some(broker)).then_some(()));
}

/// Goes on after a crash until a call runs, and says how many sign-ins that took. Every answer on the way is one clear sentence.
fn recover(house: &House) -> usize {
    let before = house.servers.tally();
    let mut host = house.host();
    host.initialize();
    eventually("a call that runs again", || {
        let answer = host.call("echo", json!({ "text": "again" }));
        let text = said(&answer);
        // What a host may be told on the way: that a sign-in is needed or goes on.
        assert!(text == "again" || text.contains("sign in") || text.contains("signing in"), "{answer}");
        (text == "again").then_some(())
    });
    // It stays well: no second sign-in, no second refresh.
    let settled = house.servers.tally();
    assert_eq!(said(&host.call("echo", json!({ "text": "still" }))), "still");
    let after = house.servers.tally();
    assert_eq!((after.authorize_visits, after.refreshes), (settled.authorize_visits, settled.refreshes));
    assert!(after.refreshes_refused - before.refreshes_refused <= 1, "a spent refresh token is tried once at most");
    after.authorize_visits - before.authorize_visits
}

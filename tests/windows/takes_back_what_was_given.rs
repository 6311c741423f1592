//! What a person takes back in the main window is gone at once, and they are told what became of it.

use std::time::Duration;

use harness::{CONNECTING_RUNS, House, Seat, eventually, is_refused, said};
use serde_json::{Value, json};

use crate::echo;

const ALL_RUNS: &str = "permit(principal, action, resource);\n";

/// A call that takes its time, under way.
fn working(house: &House, seat: &mut Seat) -> Value {
    let arguments = json!({ "millis": 600_000, "steps": 1, "nonce": "slow" });
    let call = seat.host.send("tools/call", json!({ "name": "slow", "arguments": arguments }));
    eventually("the call's arrival", || (house.servers.executions("slow") == 1).then_some(()));
    call
}

fn open(house: &House, seat: &Seat, place: &str, heading: &str) {
    assert!(house.keyholder(&["open", place]).status.success());
    seat.screen.wait_for(heading, |it| it.role == "heading" && it.words == heading);
}

#[test]
fn a_sign_in_is_revoked_with_receipts_and_what_runs_is_cut() {
    let house = House::open();
    let mut seat = house.with_a_screen(ALL_RUNS);
    let call = working(&house, &mut seat);
    let kept = house.desktop.keychain_items();
    open(&house, &seat, "grants", "Connections");
    seat.screen.press("What can be done with notes");
    seat.screen.press_a("menu item", "Revoke at the provider…");
    seat.screen.wait_for_words("Data already fetched by apps is not affected.");
    seat.screen.press("Revoke");
    let answer = seat.host.wait_within(Duration::from_secs(1), &call).expect("what runs is cut within a second");
    assert!(is_refused(&answer) && said(&answer).contains("taken the permission back"), "{answer}");
    seat.screen.wait_for_words("confirmed: the sign-in is over there too.");
    seat.screen.wait_for_words("1 running connection was cut.");
    assert_eq!(house.servers.tally().revocations, 2, "the refresh token and the access token");
    assert_eq!(house.desktop.keychain_items(), kept - 1);
}

#[test]
fn lock_refuses_everything_and_only_the_window_unlocks() {
    let house = House::open();
    let mut seat = house.with_a_screen(CONNECTING_RUNS);
    open(&house, &seat, "grants", "Connections");
    seat.screen.press("Lock now");
    seat.screen.wait_for_words("Locked: nothing runs");
    let answer = seat.host.request("tools/call", echo("locked"));
    assert!(is_refused(&answer) && said(&answer).contains("locked"), "{answer}");
    assert_eq!(house.servers.executions("locked"), 0);
    seat.screen.press("Unlock");
    seat.screen.wait_for("the way to lock", |it| it.role.contains("button") && it.name == "Lock now");
    let call = seat.host.send("tools/call", echo("open"));
    seat.screen.press("Allow");
    assert_eq!(said(&seat.host.wait(&call)), "open");
}

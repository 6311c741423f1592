//! Whoever does not look at the window is told by the desktop: what waits for them, and what nobody answered.

use std::time::Duration;

use harness::{AT_THE_SCREEN, CONNECTING_RUNS, House, Notifications, is_refused, within};
use serde_json::json;

/// The person has done nothing about the question for some seconds.
const UNNOTICED: Duration = Duration::from_secs(30);

#[test]
fn a_question_that_nobody_sees_is_told_by_the_desktop_and_so_is_that_nobody_answered() {
    let house = House::open();
    let mut seat = house.with_a_screen(CONNECTING_RUNS);
    let desktop = Notifications::on(&seat.screen);
    let secret = json!({ "name": "echo", "arguments": { "text": "the secret plan", "nonce": "away" } });
    let call = seat.host.send("tools/call", secret);
    seat.screen.wait_for_words("the secret plan");
    assert_eq!(desktop.shown(), "", "a person who is there sees the window");

    within(UNNOTICED, || desktop.shown().contains("wants to use notes").then_some(())).expect("a notification");
    assert!(!desktop.shown().contains("secret plan"), "{}", desktop.shown());
    seat.host.notify("notifications/cancelled", json!({ "requestId": call, "reason": "enough" }));
    within(UNNOTICED, || desktop.shown().contains("Nobody answered").then_some(())).expect("another");
    assert_eq!(desktop.count(), 1, "the first one is taken away");

    desktop.press();
    let main = seat.screen.window("Keyholder");
    assert!(main.title.contains("Keyholder"), "{main:?}");
    seat.screen.wait_for_words("Activity");
    within(AT_THE_SCREEN, || (desktop.count() == 0).then_some(())).expect("it has been read");
    assert_eq!(house.servers.executions("away"), 0, "pressing a notification answers nothing");
}

#[test]
fn what_is_answered_leaves_nothing_behind() {
    let house = House::open();
    let mut seat = house.with_a_screen(CONNECTING_RUNS);
    let desktop = Notifications::on(&seat.screen);
    let call =
        seat.host.send("tools/call", json!({ "name": "echo", "arguments": { "text": "soon", "nonce": "soon" } }));
    within(UNNOTICED, || (desktop.count() == 1).then_some(())).expect("a notification");
    seat.screen.press("Deny");
    assert!(is_refused(&seat.host.wait(&call)));
    within(AT_THE_SCREEN, || (desktop.count() == 0).then_some(())).expect("it goes with its question");
    assert!(!desktop.shown().contains("Nobody answered"), "{}", desktop.shown());
}

//! Whatever part of the window dies or hangs in the middle of a question, the question is asked again, and everything else goes on.

use harness::{ASKS, CONNECTING_RUNS, House, Seat, eventually, has_ended, is_refused, kill9, said, stop};
use serde_json::Value;

use crate::echo;

/// A question on the screen, for this call.
fn asked(text: &str) -> (House, Seat, Value) {
    let house = House::open();
    let mut seat = house.with_a_screen(CONNECTING_RUNS);
    let call = seat.host.send("tools/call", echo(text));
    seat.screen.wait_for_words(text);
    (house, seat, call)
}

fn is_allowed(mut seat: Seat, call: &Value, text: &str) {
    seat.screen.press("Allow");
    assert_eq!(said(&seat.host.wait(call)), text);
    seat.screen.wait_until_gone(ASKS);
}

#[test]
fn a_page_that_is_killed_asks_again() {
    let (_house, seat, call) = asked("page");
    let pages = seat.page_processes();
    assert!(!pages.is_empty(), "the window's page is a process of its own");
    pages.iter().copied().for_each(kill9);
    eventually("another page", || seat.page_processes().iter().any(|page| !pages.contains(page)).then_some(()));
    is_allowed(seat, &call, "page");
}

#[test]
fn a_page_that_hangs_is_replaced() {
    let (_house, seat, call) = asked("hangs");
    let pages = seat.page_processes();
    pages.iter().copied().for_each(stop);
    eventually("another page", || seat.page_processes().iter().any(|page| !pages.contains(page)).then_some(()));
    is_allowed(seat, &call, "hangs");
}

#[test]
fn a_window_that_is_killed_is_started_again() {
    let (_house, seat, call) = asked("window");
    let window = seat.window_processes()[0];
    kill9(window);
    eventually("another window", || seat.window_processes().first().is_some_and(|one| *one != window).then_some(()));
    is_allowed(seat, &call, "window");
}

#[test]
fn a_broker_that_is_killed_takes_its_window_along_and_the_next_one_asks() {
    let (house, mut seat, call) = asked("broker");
    let window = seat.window_processes();
    seat.broker.kill9();
    let answer = seat.host.wait(&call);
    assert!(is_refused(&answer) || answer["error"].is_object(), "{answer}");
    eventually("the window's end", || window.iter().all(|pid| has_ended(*pid)).then_some(()));
    let again = seat.host.send("tools/call", echo("again"));
    seat.screen.press("Allow");
    assert_eq!(said(&seat.host.wait(&again)), "again");
    assert_eq!(seat.host.responses(&call).len(), 1, "what was under way is answered once");
    assert_eq!((house.servers.executions("broker"), house.servers.executions("again")), (0, 1));
}

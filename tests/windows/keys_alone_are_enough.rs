//! Whoever has no pointer answers, takes back and locks with the keys.

use harness::{ASKS, CONNECTING_RUNS, House, Seat, is_refused, said};

use crate::echo;

fn wait_until_armed(seat: &Seat, name: &str) {
    seat.screen.wait_for(name, |it| it.enabled && it.role.contains("button") && it.name == name);
}

#[test]
fn a_question_is_answered_with_keys() {
    let house = House::open();
    let mut seat = house.with_a_screen(CONNECTING_RUNS);
    let call = seat.host.send("tools/call", echo("allowed"));
    seat.screen.wait_for_words("allowed");
    wait_until_armed(&seat, "Allow");
    assert_eq!(seat.screen.focused(), ASKS);
    seat.screen.keys(&["ctrl+Return"]);
    assert_eq!(said(&seat.host.wait(&call)), "allowed");
    seat.screen.wait_until_gone(ASKS);

    let call = seat.host.send("tools/call", echo("denied"));
    seat.screen.wait_for_words("denied");
    wait_until_armed(&seat, "Deny");
    seat.screen.keys(&["Escape"]);
    assert!(is_refused(&seat.host.wait(&call)));
    seat.screen.wait_until_gone(ASKS);

    let call = seat.host.send("tools/call", echo("tabbed"));
    seat.screen.wait_for_words("tabbed");
    wait_until_armed(&seat, "Deny");
    seat.screen.tab_to("Deny");
    seat.screen.keys(&["Return"]);
    assert!(is_refused(&seat.host.wait(&call)));
    assert_eq!((house.servers.executions("denied"), house.servers.executions("tabbed")), (0, 0));
}

#[test]
fn a_sign_in_is_revoked_and_everything_locked_with_keys() {
    let house = House::open();
    let seat = house.with_a_screen(CONNECTING_RUNS);
    assert!(house.keyholder(&["open", "grants"]).status.success());
    seat.screen.wait_for("Connections", |it| it.role == "heading" && it.words == "Connections");
    seat.screen.tab_to("What can be done with notes");
    seat.screen.keys(&["Return"]);
    seat.screen.wait_for("the menu", |it| it.role == "menu item" && it.name.starts_with("Revoke"));
    while !seat.screen.read().iter().any(|it| it.focused && it.name.starts_with("Revoke")) {
        seat.screen.keys(&["Down"]);
    }
    seat.screen.keys(&["Return"]);
    seat.screen.wait_for_words("Data already fetched by apps is not affected.");
    seat.screen.tab_to("Revoke");
    seat.screen.keys(&["Return"]);
    seat.screen.wait_for_words("confirmed: the sign-in is over there too.");
    assert_eq!(house.servers.tally().revocations, 2);
    seat.screen.tab_to("Close");
    seat.screen.keys(&["Return"]);
    seat.screen.tab_to("Lock now");
    seat.screen.keys(&["Return"]);
    seat.screen.wait_for_words("Locked: nothing runs");
}

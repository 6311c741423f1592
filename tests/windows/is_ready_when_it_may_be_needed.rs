//! A page that waits for a question takes as much memory as a window: it is there while an app is connected, and no sooner.

use std::time::Duration;

use harness::{ASKS, CONNECTING_RUNS, House, Screen, eventually, is_refused};
use serde_json::json;

#[test]
fn the_page_for_questions_is_begun_when_an_app_connects() {
    let house = House::open();
    let mut seat = house.sit_down(Screen::open(&house.desktop), CONNECTING_RUNS, &[]);
    seat.host.close_stdin();
    assert!(seat.host.ends_within(Duration::from_secs(10)).is_some(), "the app leaves");
    let is_alone = || house.order(&["status"]).json["sessions"].as_array().is_some_and(Vec::is_empty);
    eventually("no app", || is_alone().then_some(()));

    assert_eq!(house.order(&["open"]).code, 0);
    seat.screen.wait_for_words("Connections");
    assert_eq!(seat.page_processes().len(), 1, "the main window has a page, and nothing else has");

    let mut app = seat.app("notes");
    eventually("a page for its questions", || (seat.page_processes().len() == 2).then_some(()));
    app.sign_in();
    let call = app.send("tools/call", json!({ "name": "echo", "arguments": { "text": "now" } }));
    seat.screen.wait_for(ASKS, |it| it.role.contains("button") && it.name == "Deny");
    seat.screen.press("Deny");
    assert!(is_refused(&app.wait(&call)));
}

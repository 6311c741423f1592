//! A server that nobody has heard of is connected in the main window, from its address to a call by an app.

use harness::{ASKS, House, Lab, Screen, is_refused, said};
use serde_json::json;

/// Puts a text in the place of what stands in a field.
fn fill(screen: &Screen, name: &str, text: &str) {
    screen.press_a("entry", name);
    screen.keys(&["ctrl+a"]);
    screen.type_text(text);
    screen.wait_for("what was typed", |it| it.role == "entry" && it.words.contains(text));
}

/// Goes on to the next step, wherever its button is.
fn next(screen: &Screen) {
    screen.tab_to("Next");
    screen.keys(&["Return"]);
}

#[test]
fn from_an_address_to_a_call() {
    let (house, lab) = (House::open(), Lab::start());
    let browser = lab.browser.display().to_string();
    let seat = house.sit_down(Screen::open(&house.desktop), "", &[("BROWSER", &browser)]);
    let screen = &seat.screen;
    // The app that is here already wants another server, which has to wait.
    screen.press_in(ASKS, "Deny");
    screen.wait_until_gone(ASKS);
    assert!(house.keyholder(&["open", "connect"]).status.success());
    fill(screen, "Address or lines to copy", &lab.url);
    screen.press("Check this address");
    screen.wait_for_words("It can be connected; some things are unusual.");
    fill(screen, "Its name", "lab");
    next(screen);
    screen.wait_for_words("Choose the permissions");
    next(screen);
    screen.wait_for_words("None of the apps that Keyholder knows was found");
    next(screen);
    screen.wait_for_words("Keyholder asks you in its question window first.");
    screen.press("Sign in");
    screen.window(ASKS);
    screen.press_in(ASKS, "Sign in");
    screen.wait_until_gone(ASKS);
    screen.wait_for_words("What it can do");

    let mut app = seat.app("lab");
    app.sign_in();
    let call = app.send("tools/call", json!({ "name": "echo", "arguments": { "text": "hello" } }));
    screen.window(ASKS);
    screen.press_in(ASKS, "Allow");
    let answer = app.wait(&call);
    assert!(!is_refused(&answer) && said(&answer).contains("hello"), "{answer}");
    assert!(house.order(&["ls"]).json.to_string().contains(&lab.url), "it is in the configuration");
}

//! What a screen reader says of a question is the question, in the order in which it has to be understood.

use harness::{ASKS, CONNECTING_RUNS, House};

use crate::echo;

#[test]
fn a_question_is_read_whole_and_in_order() {
    let house = House::open();
    let mut seat = house.with_a_screen(CONNECTING_RUNS);
    let call = seat.host.send("tools/call", echo("heard"));
    seat.screen.press_a("toggle button", "Exact text");
    seat.screen.wait_for_words(&echo("heard")["arguments"].to_string());
    let things = seat.screen.read();
    let dialog = things.iter().find(|it| it.role == "alert").expect("the window is an alert dialog");
    assert_eq!(dialog.name, "Run “echo”", "it is called by what would be done");
    let mut rest = things.iter();
    for (role, words) in [
        ("paragraph", "Leaves your account"),
        ("description term", "Who asks"),
        ("description term", "Where to"),
        ("description value", "notes 127.0.0.1"),
        ("heading", "Run “echo”"),
        ("list item", "It brings text that anybody may have written."),
        ("landmark", "What will be sent"),
        ("description term", "Why you are asked"),
        ("radio button", "this call"),
        ("button", "Deny"),
        ("button", "Allow"),
        ("button", "Deny and block"),
    ] {
        let found = rest.any(|it| it.role.contains(role) && it.words.contains(words));
        assert!(found, "{role} {words:?} does not come where it should:\n{}", seat.screen.transcript());
    }
    for it in
        things.iter().filter(|it| ["push button", "radio button", "check box", "entry"].contains(&it.role.as_str()))
    {
        assert!(!it.name.trim().is_empty(), "{it:?} has no name");
    }
    assert_eq!(seat.screen.focused(), ASKS);
    seat.screen.press("Deny");
    seat.host.wait(&call);
}

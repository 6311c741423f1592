//! Whatever an app or a server writes into a question is shown as text: it draws nothing, loads nothing and hides nothing.

use harness::{ASKS, CONNECTING_RUNS, House, is_refused};
use serde_json::json;

#[test]
fn markup_and_letters_that_deceive_are_shown_as_what_they_are() {
    let house = House::open();
    let mut seat = house.with_a_screen(CONNECTING_RUNS);
    let text = "<img src=x onerror=alert(1)><script>document.title='owned'</script>";
    let hidden = "pay\u{202e}yap\u{200b}\u{2066}!";
    let long = "w".repeat(1_000_000);
    let arguments = json!({ "<i>": text, "hidden": hidden, "text": long, "url": vec!["x"; 10_000] });
    let call = seat.host.send("tools/call", json!({ "name": "echo", "arguments": arguments }));
    seat.screen.wait_for_words("<img src=x onerror=alert(1)>");
    let window = seat.screen.window(ASKS);
    assert_eq!(window.title, ASKS, "no page of theirs has named the window");
    let said = seat.screen.transcript();
    assert!(!said.contains('\u{202e}') && !said.contains('\u{200b}'), "what cannot be seen is shown as its code");
    assert!(said.contains("\\u202e"), "{said}");
    let [left, top, width, height] = window.place;
    for name in ["Deny", "Allow"] {
        let [x, y, w, h] = seat.screen.wait_for(name, |it| it.role.contains("button") && it.name == name).place;
        let is_inside = x >= left && y >= top && x + w <= left + width && y + h <= top + height;
        assert!(is_inside, "{name} is within reach: {:?} in {:?}", [x, y, w, h], window.place);
    }
    seat.screen.press("Deny");
    assert!(is_refused(&seat.host.wait(&call)));
}

//! The tray says how things stand without a window, and whatever is pressed in it gives nobody more than they had: any program of
//! the session can press it.

use harness::{Broker, CONNECTING_RUNS, House, eventually, said};
use serde_json::json;

/// What the broker's item on the session bus answers.
fn ask(house: &House, broker: &Broker, path: &str, method: &str, arguments: &[&str]) -> String {
    let mut ask = house.desktop.command("/usr/bin/dbus-send");
    let item = format!("--dest=org.kde.StatusNotifierItem-{}-1", broker.pid());
    ask.args(["--session", "--print-reply", "--reply-timeout=2000", &item, path, method]).args(arguments);
    let answer = ask.output().expect("dbus-send is installed");
    String::from_utf8_lossy(&answer.stdout).into_owned()
}

fn property(house: &House, broker: &Broker, name: &str) -> String {
    let name = format!("string:{name}");
    let arguments = ["string:org.kde.StatusNotifierItem", name.as_str()];
    ask(house, broker, "/StatusNotifierItem", "org.freedesktop.DBus.Properties.Get", &arguments)
}

fn menu(house: &House, broker: &Broker) -> String {
    let arguments = ["int32:0", "int32:-1", "array:string:label"];
    ask(house, broker, "/MenuBar", "com.canonical.dbusmenu.GetLayout", &arguments)
}

/// Presses the entry of this label, as any program of the session can.
fn press(house: &House, broker: &Broker, label: &str) {
    let menu = menu(house, broker);
    let at = menu.find(&format!("\"{label}\"")).unwrap_or_else(|| panic!("{label} in:\n{menu}"));
    let number =
        menu[..at].rsplit("int32 ").next().and_then(|rest| rest.split_whitespace().next()).expect("an entry has an id");
    let id = format!("int32:{number}");
    ask(
        house,
        broker,
        "/MenuBar",
        "com.canonical.dbusmenu.Event",
        &[&id, "string:clicked", "variant:int32:0", "uint32:0"],
    );
}

#[test]
fn the_tray_counts_what_waits_and_locks_but_does_not_unlock() {
    let house = House::open();
    let (installation, broker, mut host) = house.with_a_window(CONNECTING_RUNS);
    eventually("the tray", || property(&house, &broker, "Title").contains("Keyholder").then_some(()));
    assert!(menu(&house, &broker).contains("nothing waits"));
    let call = host.send("tools/call", json!({ "name": "echo", "arguments": { "text": "hello" } }));
    let mut window = installation.window();
    let question = window.question();
    eventually("the count", || property(&house, &broker, "ToolTip").contains("1 question waits").then_some(()));
    assert!(property(&house, &broker, "Status").contains("NeedsAttention"));
    assert!(!property(&house, &broker, "ToolTip").contains("echo"), "whoever looks over a shoulder learns no names");
    window.answer(&question, "allow_once");
    assert_eq!(said(&host.wait(&call)), "hello");
    eventually("nothing waits", || menu(&house, &broker).contains("nothing waits").then_some(()));

    press(&house, &broker, "Lock now");
    eventually("the lock", || (house.order(&["status"]).json["locked"] == true).then_some(()));
    eventually("the menu", || menu(&house, &broker).contains("Unlock").then_some(()));
    press(&house, &broker, "Unlock\u{2026}");
    assert_eq!(window.news("show")["place"], "home", "that is done in the window");
    assert_eq!(house.order(&["status"]).json["locked"], true);
}

#[test]
fn a_server_is_paused_from_the_tray_and_not_resumed() {
    let house = House::open();
    let (installation, broker, _host) = house.with_a_window(CONNECTING_RUNS);
    eventually("the server in the menu", || menu(&house, &broker).contains("\"notes\"").then_some(()));
    press(&house, &broker, "Pause");
    eventually("the pause", || (house.order(&["show", "notes"]).json["state"] == "paused").then_some(()));
    eventually("the menu", || menu(&house, &broker).contains("Resume").then_some(()));
    press(&house, &broker, "Resume\u{2026}");
    assert_eq!(installation.window().news("show")["place"], "grants");
    assert_eq!(house.order(&["show", "notes"]).json["state"], "paused");
}

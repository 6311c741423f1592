//! A window that the broker did not start cannot answer, and no other program gets its fingers into the one that it did.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use harness::{CONNECTING_RUNS, House, eventually, is_refused};

use crate::echo;

#[test]
fn a_window_that_somebody_else_started_asks_for_the_brokers_own_and_leaves() {
    let house = House::open();
    let mut seat = house.with_a_screen(CONNECTING_RUNS);
    let call = seat.host.send("tools/call", echo("by hand"));
    seat.screen.wait_for_words("by hand");
    for arguments in [&[][..], &["--face"], &["keyholder://add?server=notes"]] {
        let mut command = Command::new(seat.window_program());
        command.args(arguments).env_clear().envs(house.environment()).env("DISPLAY", &seat.screen.display);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut window = command.spawn().expect("it can be started");
        // Orders that the broker's own window could give, in case somebody listens.
        let mut to = window.stdin.take().expect("it is piped");
        let _ = to.write_all(b"{\"news\":\"show\",\"place\":\"questions\"}\n");
        drop(to);
        let mut said = String::new();
        window.stdout.take().expect("it is piped").read_to_string(&mut said).expect("it says text");
        let ended = window.wait().expect("it ends");
        assert!(!said.contains("answer"), "{arguments:?}: {said}");
        assert!(ended.code().is_some(), "{arguments:?}: it left by itself");
    }
    assert_eq!(house.servers.executions("by hand"), 0);
    seat.screen.wait_for_words("A link asks you to connect");
    // The window that came meanwhile has the focus: the first press only brings it back.
    let answer = eventually("the answer", || {
        seat.screen.press("Deny");
        seat.host.wait_within(Duration::from_secs(2), &call)
    });
    assert!(is_refused(&answer));
}

#[test]
fn a_driver_that_waits_in_the_environment_gets_no_hold_of_the_window() {
    let house = House::open();
    let mut seat = house.with_a_screen_and(
        CONNECTING_RUNS,
        &[
            ("TAURI_WEBVIEW_AUTOMATION", "true"),
            ("TAURI_AUTOMATION", "true"),
            ("WEBKIT_INSPECTOR_SERVER", "127.0.0.1:4445"),
            ("LD_PRELOAD", "/tmp/not-there.so"),
        ],
    );
    let call = seat.host.send("tools/call", echo("driven"));
    seat.screen.wait_for_words("driven");
    // The app itself is closed to programs of its own user; what it starts has what it has.
    let environments: Vec<_> = seat
        .window_processes()
        .iter()
        .filter_map(|process| std::fs::read_to_string(format!("/proc/{process}/environ")).ok())
        .filter(|environment| environment.contains("DISPLAY="))
        .collect();
    assert!(!environments.is_empty(), "nothing could be looked at");
    for environment in environments {
        for name in ["AUTOMATION", "INSPECTOR", "LD_PRELOAD"] {
            assert!(!environment.contains(name), "{name} reaches the window");
        }
    }
    seat.screen.press("Deny");
    assert!(is_refused(&seat.host.wait(&call)));
}

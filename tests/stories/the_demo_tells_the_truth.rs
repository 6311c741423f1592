//! `keyholder demo` plays its whole story by itself where there is no terminal, checks it, and leaves no token in what it writes.

use harness::{Canary, Desktop, program};
use std::process::{Command, Output, Stdio};

/// The headlines, in their order.
const STEPS: [&str; 8] = [
    "1. Who is who",
    "2. Signing in",
    "3. Where the token is",
    "4. Calling tools",
    "5. A server that gives the token away",
    "6. The log",
    "7. Taking it back",
    "8. What to do next",
];

fn demo(desktop: &Desktop) -> Output {
    let mut command = Command::new(program("keyholder"));
    command.arg("demo").env_clear().envs(desktop.environment()).stdin(Stdio::null());
    command.output().expect("keyholder can be started")
}

fn assert_told(told: &Output, place_of_tokens: &str) {
    let text = String::from_utf8_lossy(&told.stdout);
    assert!(told.status.success(), "{}\n{text}", String::from_utf8_lossy(&told.stderr));
    assert!(text.contains("the answers below are scripted"), "a script says that it is one:\n{text}");
    let mut rest = &*text;
    for step in STEPS {
        rest = rest.split_once(step).unwrap_or_else(|| panic!("{step} is missing or out of order:\n{text}")).1;
    }
    for part in [place_of_tokens, "The user declined this call", "[keyholder:redacted]", "The log is intact"] {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 80), "a line is longer than the terminal:\n{text}");
    assert!(!text.contains(&format!("KH{}-", "CANARY")));
    assert_eq!(Canary::default().search("stdout", &told.stdout), []);
    assert_eq!(Canary::default().search("stderr", &told.stderr), []);
}

#[test]
fn with_a_keychain_every_step_happens_as_told() {
    let desktop = Desktop::with_keychain();
    assert_told(&demo(&desktop), "In your operating system's keychain");
}

#[test]
fn without_a_keychain_it_says_that_the_token_is_in_memory() {
    assert_told(&demo(&Desktop::none()), "In the broker's memory only");
}

//! How long one decision takes: `cargo run --release -p keyholder-policy --example speed`.
#![allow(clippy::print_stdout, reason = "a program that prints its measurements")]

use keyholder_model::clock::{Clock, SystemClock};
use keyholder_model::digest::Digest;
use keyholder_policy::{Action, Facts, Policy, Remembered, Sources, Verdict};
use std::fmt::Write as _;
use std::time::Duration;

fn main() {
    let reading = "when { context.arguments has path && context.arguments.path like \"/etc/*\" }";
    for (name, condition) in [("no rule reads the context", ""), ("rules read the arguments", reading)] {
        for others in [10, 100, 1_000, 5_000] {
            let (first, each) = measure(&rules(others, condition));
            println!("{name}, {others} other rules: first {first:?}, then {each:?} each");
        }
    }
}

/// Three rules that concern the call, and others that do not.
fn rules(others: u32, condition: &str) -> String {
    let mut text =
        "permit(principal, action == Action::\"call_unattended\", resource in Server::\"github\");\n".to_owned();
    let own = if condition.is_empty() { "when { false }" } else { condition };
    let _ = writeln!(text, "forbid(principal, action == Action::\"call\", resource == Tool::\"github/list\") {own};");
    for other in 0..others {
        let tool = format!("Tool::\"server{other}/tool\"");
        let _ =
            writeln!(text, "permit(principal, action == Action::\"call_unattended\", resource == {tool}) {condition};");
    }
    text
}

/// The time of the first decision, and of each one after it.
fn measure(rules: &str) -> (Duration, Duration) {
    const ROUNDS: u32 = 20_000;
    let remembered = vec![Remembered { id: "speed".to_owned(), text: rules.to_owned() }];
    let policy = Policy::load(&Sources { remembered, ..Sources::default() });
    let (server, account) = ("github".parse().expect("a name"), "default".parse().expect("an account"));
    let arguments = br#"{"owner":"octo","repo":"cat","path":"/src/lib.rs","page":3,"labels":["a","b"],"all":true}"#;
    let facts = Facts {
        app: "claude",
        app_path: Some("/usr/bin/claude"),
        server: &server,
        host: "mcp.example",
        account: &account,
        action: Action::Call { tool: "list", arguments },
        request: Digest::of_parts(&[arguments]),
    };
    let decide = |times| {
        let clock = SystemClock::new();
        for _ in 0..times {
            assert!(matches!(policy.decide(&facts), Verdict::Allow(_)), "{:?}", policy.problems());
        }
        clock.monotonic()
    };
    (decide(1), decide(ROUNDS) / ROUNDS)
}

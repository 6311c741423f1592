//! How long one decision takes, by the number of rules and of facts: `cargo run --release -p keyholder-policy --example speed`.
#![allow(clippy::print_stdout, reason = "a program that prints its measurements")]

use keyholder_model::clock::{Clock, SystemClock};
use keyholder_model::digest::Digest;
use keyholder_model::risk::{Label, Labels, Tier};
use keyholder_policy::{Action, Facts, Life, Policy, Remembered, Situation, Sources, Verdict};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

fn main() {
    println!("{:>6} {:>6}  {:>10} {:>10} {:>10} {:>10}", "rules", "facts", "first", "p50", "p99", "worst");
    for facts in [8, 200] {
        for rules in [10, 100, 1_000, 5_000] {
            let [first, p50, p99, worst] = measure(rules, facts).map(|time| format!("{time:.1?}"));
            println!("{rules:>6} {facts:>6}  {first:>10} {p50:>10} {p99:>10} {worst:>10}");
        }
    }
}

/// Answers about so many tools of forty servers, five of them about the one that is called.
fn rules(count: usize) -> Vec<Remembered> {
    let text = |number: usize| {
        let tool = if number < 5 { "server0/tool0".to_owned() } else { format!("server{}/tool{number}", number % 40) };
        let bound = format!("context.arguments has argument3 && context.arguments.argument3 == \"value {number}\"");
        let when = format!("resource.host == \"mcp.example\" && {bound}");
        format!(
            "permit(principal == App::\"claude\", action in [Action::\"call\", Action::\"call_unattended\"], resource == Tool::\"{tool}\") when {{ {when} }};"
        )
    };
    (0..count)
        .map(|number| Remembered { id: format!("{number:05}"), text: text(number), life: Arc::new(Life::default()) })
        .collect()
}

/// The first decision's time; then the middle, the hundredth and the worst of many.
fn measure(rules_count: usize, facts_count: usize) -> [Duration; 4] {
    const ROUNDS: usize = 20_000;
    let policy = Policy::load(&Sources { remembered: rules(rules_count), ..Sources::default() });
    assert!(policy.problems().is_empty(), "{:?}", policy.problems());
    let (server, account) = ("server0".parse().expect("a name"), "default".parse().expect("an account"));
    let mut arguments = "{\"argument0\":0".to_owned();
    for number in 1..facts_count {
        let _ = write!(arguments, ",\"argument{number}\":\"value {number}\"");
    }
    arguments.push('}');
    let clock = SystemClock::new();
    let mut situation = Situation::at(clock.now(), clock.monotonic());
    situation.seen = Labels::NONE.with(Label::ReadsPrivate);
    let processes = ["keyholder", "claude", "bash"].map(str::to_owned);
    let facts = Facts {
        person: "ana",
        app: "claude",
        app_path: Some("/usr/bin/claude"),
        instance: "4312@998877",
        processes: &processes,
        signer: None,
        server: &server,
        host: "mcp.example",
        group: Some("work"),
        account: &account,
        action: Action::Call {
            tool: "tool0",
            arguments: arguments.as_bytes(),
            tier: Tier::Send,
            labels: Labels::NONE.with(Label::SendsOutward),
            pinned: Some(Digest::of_parts(&[b"definition"])),
        },
        situation: &situation,
        request: Digest::of_parts(&[arguments.as_bytes()]),
    };
    let mut times: Vec<Duration> = (0..=ROUNDS)
        .map(|_| {
            let begun = clock.monotonic();
            let verdict = policy.decide(&facts);
            let time = clock.monotonic().saturating_sub(begun);
            assert!(matches!(verdict, Verdict::Allow(_)), "{verdict:?}");
            time
        })
        .collect();
    let first = times.remove(0);
    times.sort_unstable();
    [first, times[ROUNDS / 2], times[ROUNDS * 99 / 100], times[ROUNDS - 1]]
}

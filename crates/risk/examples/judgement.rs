//! How long one judgement takes: `cargo run --release -p keyholder-risk --example judgement`.
#![allow(clippy::disallowed_methods, clippy::print_stdout, missing_docs, reason = "a measurement for the terminal")]

use keyholder_risk::{Standing, Tool, Trust};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: u32 = 200_000;

fn main() {
    let standing = Standing::of(&Tool {
        name: "create_issue",
        definition: "{}",
        host: "api.githubcopilot.com",
        trust: Trust::Untrusted,
    });
    let ordinary = r#"{"owner":"acme","repo":"site","title":"The menu does not open on small screens","body":"Steps: open the page on a phone, press the button in the corner. Expected: the menu. Seen: nothing at all, and an error on the console that says that a node is null.","labels":["bug","mobile"],"assignees":["ann"],"milestone":7}"#;
    black_box(standing.assess(ordinary));
    let start = Instant::now();
    for _ in 0..ROUNDS {
        black_box(standing.assess(black_box(ordinary)));
    }
    println!("{} bytes: {:?} a call", ordinary.len(), start.elapsed() / ROUNDS);
}

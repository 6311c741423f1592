//! Keyholder's own windows, on a screen, with a person before them: the real programs from the app to the page. One file a promise.
#![cfg(target_os = "linux")]

mod a_day_at_the_window;
mod comes_back_whatever_dies;
mod connects_a_server;
mod is_ready_when_it_may_be_needed;
mod keys_alone_are_enough;
mod nobody_else_answers;
mod nothing_is_hit_by_chance;
mod reads_aloud;
mod speaks_the_persons_language;
mod takes_back_what_was_given;
mod tells_who_is_away;
mod what_others_write_stays_text;

use serde_json::{Value, json};

/// A call that says this text, and is counted under it.
fn echo(text: &str) -> Value {
    json!({ "name": "echo", "arguments": { "text": text, "nonce": text } })
}

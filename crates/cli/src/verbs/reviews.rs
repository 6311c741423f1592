//! `keyholder tools review`.

use crate::exit::Exit;
use crate::output::{Output, Tone, cell, moment, toned};
use keyholder_console::reviews::{ReviewState, ReviewView};

/// The definitions that are held back, each with what a person needs to judge it.
pub(super) fn list(reviews: &[ReviewView], output: Output) -> Exit {
    if reviews.is_empty() {
        output.nothing("Nothing is held back.");
        return Exit::Ok;
    }
    for (number, review) in reviews.iter().enumerate() {
        if number > 0 {
            output.line("");
        }
        let (state, heading) = match review.state {
            ReviewState::Changed => (toned("changed", Tone::Warning), "How it differs from what you know:"),
            ReviewState::New => (cell("new"), "What the server says:"),
        };
        output.fields(&[
            ("Held back", cell(&review.id)),
            ("Account", cell(&review.account)),
            ("State", state),
            ("Since", moment(&review.since, output)),
        ]);
        output.section("What is odd about it:", &review.suspicions);
        output.section(heading, &review.difference);
    }
    if output.terminal {
        output.line("");
        output.line("Let one in: keyholder tools admit ID. Hold it back for good: keyholder tools refuse ID.");
    }
    Exit::Ok
}

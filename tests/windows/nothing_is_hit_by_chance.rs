//! Whoever types or clicks while a question comes up has not answered it with a yes, whatever they hit.

use std::time::Duration;

use harness::{ASKS, CONNECTING_RUNS, House, Seat, said};
use serde_json::json;

use crate::echo;

/// How many keys and buttons fall on each question.
const EVENTS: u64 = 100;

/// And for how long they fall: some before it is painted, some within the guard, some after.
const RAIN: Duration = Duration::from_millis(500);

/// After so long a person who pressed presses again.
const PATIENCE: Duration = Duration::from_secs(3);

/// So often the person tries.
const TRIES: usize = 3;

/// So many questions in a minute are put for one app, with the one at the end; what comes after waits.
const AT_ONE_DESK: u64 = 8;

/// So many questions, unless `KEYHOLDER_RAIN` says how many.
const QUESTIONS: u64 = 8;

/// A question is put, keys and buttons rain on it from its first moment, and the app takes the call back.
fn rain(seat: &mut Seat, round: u64) {
    let call = seat.host.send("tools/call", echo(&format!("rain-{round}")));
    let window = seat.screen.window(ASKS);
    seat.screen.rage(round, EVENTS, RAIN, &window);
    seat.host.notify("notifications/cancelled", json!({ "requestId": call, "reason": "enough" }));
}

/// Whether a person allows a call, who reads the question first. What was left of the rain may have drawn out the guard, and a
/// window that still changes under the hand makes them hit the wrong button.
fn is_allowed_by_hand(seat: &mut Seat) -> bool {
    let call = seat.host.send("tools/call", echo("dry"));
    seat.screen.wait_for_words("dry");
    loop {
        seat.screen.press("Allow");
        if let Some(answer) = seat.host.wait_within(PATIENCE, &call) {
            return said(&answer) == "dry";
        }
    }
}

#[test]
fn keys_and_buttons_that_fall_on_a_question_as_it_comes_up_never_allow_it() {
    let questions = std::env::var("KEYHOLDER_RAIN").ok().and_then(|text| text.parse().ok()).unwrap_or(QUESTIONS);
    let rounds: Vec<u64> = (0..questions).collect();
    let mut answers = 0;
    for rounds in rounds.chunks(usize::try_from(AT_ONE_DESK).expect("a small number")) {
        let house = House::open();
        let mut seat = house.with_a_screen(CONNECTING_RUNS);
        for round in rounds {
            rain(&mut seat, *round);
        }
        // A window that takes no answer at all would have passed.
        assert!((0..TRIES).any(|_| is_allowed_by_hand(&mut seat)), "what is allowed is allowed");
        let answered = house.log("answer");
        let allowed = answered.iter().filter(|entry| entry.to_string().contains("allow")).count();
        assert_eq!(allowed, 1, "{answered:?}");
        assert!(rounds.iter().all(|round| house.servers.executions(&format!("rain-{round}")) == 0), "{rounds:?}");
        answers += answered.len() - allowed;
        println!("{} questions so far", rounds.last().map_or(0, |last| last + 1));
    }
    println!("{questions} questions, {EVENTS} keys and buttons each: none allowed, {answers} answered otherwise");
}

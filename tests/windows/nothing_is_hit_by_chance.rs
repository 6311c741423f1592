//! Whoever types or clicks while a question comes up has not answered it with a yes, whatever they hit.

use std::time::Duration;

use harness::{ASKS, CONNECTING_RUNS, House, Seat};
use serde_json::json;

use crate::echo;

/// How many keys and buttons fall on each question.
const EVENTS: u64 = 100;

/// And for how long they fall: some before it is painted, some within the guard, some after.
const RAIN: Duration = Duration::from_millis(500);

/// So many questions in a minute are put for one app; what comes after waits.
const AT_ONE_DESK: u64 = 9;

/// So many questions, unless `KEYHOLDER_RAIN` says how many.
const QUESTIONS: u64 = 9;

/// A question is put, keys and buttons rain on it from its first moment, and the app takes the call back.
fn rain(seat: &mut Seat, round: u64) {
    let call = seat.host.send("tools/call", echo(&format!("rain-{round}")));
    let window = seat.screen.window(ASKS);
    seat.screen.rage(round, EVENTS, RAIN, &window);
    seat.host.notify("notifications/cancelled", json!({ "requestId": call, "reason": "enough" }));
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
        let answered = house.log("answer");
        assert!(!house.log_says("answer", "allow"), "{answered:?}");
        assert!(rounds.iter().all(|round| house.servers.executions(&format!("rain-{round}")) == 0), "{rounds:?}");
        answers += answered.len();
    }
    println!("{questions} questions, {EVENTS} keys and buttons each: none allowed, {answers} answered otherwise");
}

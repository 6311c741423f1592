//! A question looks and speaks as the person set it, also after they have set something else.

use std::process::Stdio;

use harness::{ASKS, CONNECTING_RUNS, House, program, tethered};

use crate::echo;

const FRAGT: &str = "Keyholder fragt";

#[test]
fn a_question_speaks_the_language_that_was_set_and_the_next_one_another() {
    let house = House::open();
    let notes = format!("[servers.notes]\nurl = \"{}\"\n", house.servers.server_url());
    house.home.config(&format!("{notes}[window]\nlanguage = \"de\"\n"));
    let mut seat = house.with_a_screen(CONNECTING_RUNS);

    let call = seat.host.send("tools/call", echo("gehört"));
    seat.screen.window(FRAGT);
    seat.screen.wait_for_words("Was gesendet wird");
    seat.screen.press("Ablehnen");
    seat.host.wait(&call);
    seat.screen.wait_until_gone(FRAGT);

    // What a program wants set is asked about in the words that count until then.
    let mut command = tethered(&program("keyholder"));
    command.args(["config", "set", "window.language", "en"]).env_clear().envs(house.environment());
    let order = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut order = order.expect("keyholder can be started");
    seat.screen.press_in(FRAGT, "Ausführen");
    assert!(order.wait().expect("our own child").success());
    seat.screen.wait_until_gone(FRAGT);

    let call = seat.host.send("tools/call", echo("heard"));
    seat.screen.window(ASKS);
    seat.screen.wait_for_words("What will be sent");
    seat.screen.press("Deny");
    seat.host.wait(&call);
}

//! The flood brake: what is asked or denied too often is asked no more for a while.

use super::*;
use crate::flood::{Brake, OPEN_PER_SERVER, OPEN_TOTAL, QUESTIONS, SNOOZE};

#[tokio::test(start_paused = true)]
async fn a_flood_of_questions_is_cut_off() {
    let house = House::new();
    let mut calls = Vec::new();
    let too_many = Settled::Nobody { why: "too many questions are waiting".to_owned() };
    for server in 0..=OPEN_TOTAL / OPEN_PER_SERVER {
        for number in 0..=OPEN_PER_SERVER {
            let question =
                house.question(&format!("s{server}"), &format!("app{server}"), &format!("{server} {number}"));
            if number == OPEN_PER_SERVER || server == OPEN_TOTAL / OPEN_PER_SERVER {
                assert_eq!(house.desk.ask(question, DEADLINE).await, too_many);
            } else {
                calls.push(house.asking(&question).await);
            }
        }
    }
    assert_eq!(house.desk.open().len(), OPEN_TOTAL);
    for call in calls {
        call.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn three_denials_within_a_minute_end_the_asking_for_a_while() {
    let house = House::new();
    let deny = async |server: &str, bytes: &str| {
        let question = of_tool(house.question(server, "claude", bytes), bytes);
        let call = house.asking(&question).await;
        house.answer(&question, Deny).unwrap();
        call.await.unwrap()
    };
    for bytes in ["a", "b"] {
        assert_eq!(deny("github", bytes).await, Settled::Answered(Deny));
    }
    house.clock.advance(Duration::from_secs(61));
    for bytes in ["c", "d", "e"] {
        assert_eq!(deny("github", bytes).await, Settled::Answered(Deny), "two denials, and long ago");
    }
    let snoozed = house.desk.ask(house.question("github", "claude", "f"), DEADLINE).await;
    assert!(matches!(snoozed, Settled::Nobody { why } if why.contains("another 300 seconds")));
    assert_eq!(deny("mail", "a").await, Settled::Answered(Deny), "other servers are still asked about");
    house.clock.advance(SNOOZE);
    assert_eq!(deny("github", "g").await, Settled::Answered(Deny));
}

#[tokio::test(start_paused = true)]
async fn an_end_of_snooze_asks_again() {
    let house = House::new();
    for bytes in ["a", "b", "c"] {
        let question = house.question("github", "claude", bytes);
        let call = house.asking(&question).await;
        house.answer(&question, Deny).unwrap();
        call.await.unwrap();
    }
    let pauses = house.desk.paused();
    assert_eq!(pauses.len(), 1);
    assert!(matches!(house.desk.ask(house.question("github", "claude", "d"), DEADLINE).await, Settled::Nobody { .. }));
    house.desk.resume(&pauses[0].brake);
    let question = house.question("github", "claude", "d");
    let call = house.asking(&question).await;
    house.answer(&question, AllowOnce).unwrap();
    assert_eq!(call.await.unwrap(), Settled::Answered(AllowOnce));
}

/// Asks and answers at once.
async fn asked_and_answered(house: &House, question: &Question, answer: Answer) -> Settled {
    let call = house.asking(question).await;
    match house.answer(question, answer) {
        Ok(_) | Err(ApprovalError::Unknown(_)) => call.await.unwrap(),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(start_paused = true)]
async fn an_app_that_asks_more_than_ten_times_in_a_minute_is_paused_and_the_person_is_told_once() {
    let house = House::new();
    for number in 0..QUESTIONS {
        let question = house.question(&format!("s{number}"), "claude", &number.to_string());
        assert_eq!(asked_and_answered(&house, &question, AllowOnce).await, Settled::Answered(AllowOnce));
    }
    for bytes in ["more", "and more"] {
        let settled = house.desk.ask(house.question("github", "claude", bytes), DEADLINE).await;
        assert!(matches!(settled, Settled::Nobody { why } if why.contains("claude asked more than 10 times")));
    }
    let pauses = house.face.pauses.lock().unwrap().clone();
    assert_eq!(pauses.len(), 1, "one notice");
    assert_eq!(pauses[0].brake, Brake::App { app: "claude".to_owned() });
    assert_eq!(pauses[0].until, house.clock.now().plus(SNOOZE));
    let other = house.question("github", "cursor", "more");
    assert_eq!(asked_and_answered(&house, &other, AllowOnce).await, Settled::Answered(AllowOnce), "other apps may ask");

    house.desk.resume(&pauses[0].brake);
    let question = house.question("github", "claude", "resumed");
    assert_eq!(asked_and_answered(&house, &question, AllowOnce).await, Settled::Answered(AllowOnce));
}

#[tokio::test(start_paused = true)]
async fn an_app_that_asks_slowly_is_never_paused() {
    let house = House::new();
    for number in 0..50 {
        house.clock.advance(Duration::from_secs(6));
        let question = house.question("github", "claude", &number.to_string());
        assert_eq!(asked_and_answered(&house, &question, AllowOnce).await, Settled::Answered(AllowOnce));
    }
}

#[tokio::test(start_paused = true)]
async fn a_tool_that_was_denied_three_times_in_a_session_is_asked_about_no_more() {
    let house = House::new();
    for bytes in ["a", "b", "c"] {
        house.clock.advance(Duration::from_mins(20));
        let question = house.question("github", "claude", bytes);
        assert_eq!(asked_and_answered(&house, &question, Deny).await, Settled::Answered(Deny));
    }
    let refused = house.desk.ask(house.question("github", "claude", "d"), DEADLINE).await;
    assert!(matches!(refused, Settled::Nobody { why } if why.contains("was denied 3 times for claude")));
    for other in [
        of_tool(house.question("github", "claude", "e"), "other"),
        house.question("github", "cursor", "e"),
        house.question("mail", "claude", "e"),
    ] {
        assert_eq!(asked_and_answered(&house, &other, AllowOnce).await, Settled::Answered(AllowOnce));
    }
    house.clock.advance(SNOOZE);
    let question = house.question("github", "claude", "f");
    assert_eq!(
        asked_and_answered(&house, &question, Deny).await,
        Settled::Answered(Deny),
        "one denial after the pause"
    );
    assert!(house.desk.paused().is_empty());
}

#[tokio::test(start_paused = true)]
async fn denials_of_a_tool_are_counted_anew_when_the_app_was_restarted() {
    let house = House::new();
    for bytes in ["a", "b", "c", "d"] {
        house.clock.advance(Duration::from_mins(20));
        let question = house.question("github", "claude", bytes);
        assert_eq!(asked_and_answered(&house, &question, Deny).await, Settled::Answered(Deny));
        if bytes == "b" {
            house.desk.quit("claude");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn denying_everything_of_a_server_is_one_denial_and_touches_no_other_server() {
    let house = House::new();
    let questions: Vec<_> = ["a", "b", "c", "d"].map(|bytes| house.question("github", "claude", bytes)).into();
    let other = house.question("mail", "claude", "a");
    let mut calls = Vec::new();
    for question in &questions {
        calls.push(house.asking(question).await);
    }
    let stays = house.asking(&other).await;
    assert_eq!(house.desk.deny_all_of(&"github".parse().unwrap()).len(), 4);
    for call in calls {
        assert_eq!(call.await.unwrap(), Settled::Answered(Deny));
    }
    assert_eq!(house.desk.open().len(), 1);
    assert!(house.desk.paused().is_empty());
    house.answer(&other, AllowOnce).unwrap();
    assert_eq!(stays.await.unwrap(), Settled::Answered(AllowOnce));
}

//! What is done for the person's attention: fair queues, batches, and a look at how they answer.

use super::*;

fn places(house: &House) -> Vec<(QuestionId, usize, usize)> {
    house.desk.open().into_iter().map(|queued| (queued.question.id, queued.position, queued.of)).collect()
}

#[tokio::test(start_paused = true)]
async fn an_app_that_asks_a_lot_keeps_no_other_waiting() {
    let house = House::new();
    let [a, b, c] = ["a", "b", "c"].map(|bytes| house.question("github", "claude", bytes));
    let late = house.question("mail", "cursor", "a");
    let mut calls = Vec::new();
    for question in [&a, &b, &c, &late] {
        calls.push(house.asking(question).await);
        assert_eq!(places(&house)[0].0, a.id, "a new question never displaces the one that is read");
    }
    assert_eq!(places(&house), [(a.id, 1, 3), (late.id, 1, 1), (b.id, 2, 3), (c.id, 3, 3)]);
    house.answer(&a, AllowOnce).unwrap();
    assert_eq!(places(&house), [(b.id, 1, 2), (late.id, 1, 1), (c.id, 2, 2)]);
    for call in calls {
        call.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn three_open_calls_of_one_tool_make_a_batch() {
    let house = House::new();
    let [a, b, c] = ["a", "b", "c"].map(|bytes| house.question("github", "claude", bytes));
    let other_tool = of_tool(house.question("github", "claude", "d"), "other");
    let other_app = house.question("github", "cursor", "a");
    let mut calls = Vec::new();
    for question in [&a, &other_tool, &b, &other_app] {
        calls.push(house.asking(question).await);
    }
    calls.push(house.asking(&house.question("github", "claude", "a")).await);
    assert!(house.desk.batches().is_empty(), "an identical call is no further question");
    calls.push(house.asking(&c).await);
    let batches = house.desk.batches();
    assert_eq!(batches.len(), 1);
    assert_eq!((batches[0].app.as_str(), batches[0].tool.as_str()), ("claude", "t"));
    assert_eq!(batches[0].questions, [a.id, b.id, c.id]);
    for call in calls {
        call.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn how_the_person_answers_is_counted_with_the_time_that_it_took() {
    let house = House::new();
    for (number, answer) in [Some(AllowOnce), Some(AllowAlways), Some(Deny), None].into_iter().enumerate() {
        let question = house.question("github", "claude", &number.to_string());
        let call = house.asking(&question).await;
        house.clock.advance(Duration::from_secs(5));
        house.desk.shown(question.id);
        house.clock.advance(Duration::from_secs(2));
        if let Some(answer) = answer {
            assert_eq!(
                house.answer(&question, answer).unwrap().took,
                Duration::from_secs(2),
                "only while it was in view"
            );
        }
        call.abort();
        let _ = call.await;
    }
    let attention = house.desk.attention();
    assert_eq!((attention.asked, attention.allowed, attention.denied, attention.unanswered), (4, 2, 1, 1));
    assert_eq!(attention.median_to_decide, Some(Duration::from_secs(2)));
    assert_eq!(attention.acceptance_percent, Some(66));
    assert_eq!(attention.nudge, None, "three answers say nothing");
}

#[tokio::test(start_paused = true)]
async fn a_refused_answer_is_no_decision() {
    let house = House::new();
    let question = house.question("github", "claude", "one");
    let call = house.asking(&question).await;
    assert!(house.desk.answer(question.id, &Digest::of_parts(&[]), AllowOnce).is_err());
    assert_eq!(house.desk.attention().asked, 0);
    call.abort();
}

#[tokio::test(start_paused = true)]
async fn a_face_with_a_guard_of_its_own_says_since_when_it_shows_a_question() {
    let house = House::new();
    let question = house.question("github", "claude", "one");
    let call = house.asking(&question).await;
    house.clock.advance(Duration::from_secs(9));
    let now = house.clock.monotonic();
    house.desk.seen_since(question.id, now.saturating_sub(Duration::from_secs(3)));
    // Neither a second word on it nor one from another time counts.
    house.desk.seen_since(question.id, now);
    assert_eq!(house.answer(&question, AllowOnce).unwrap().took, Duration::from_secs(3), "no guard begins");
    let _ = call.await;
    for (since, took) in [(Duration::ZERO, 5), (Duration::MAX, 0)] {
        let question = house.question("github", "claude", &took.to_string());
        let call = house.asking(&question).await;
        house.clock.advance(Duration::from_secs(5));
        house.desk.seen_since(question.id, since);
        assert_eq!(house.answer(&question, AllowOnce).unwrap().took, Duration::from_secs(took));
        let _ = call.await;
    }
}

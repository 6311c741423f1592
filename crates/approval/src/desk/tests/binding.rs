//! One call, one approval: an answer is good for what was shown, for what was offered, and once (cases 189, 262).

use super::*;
use crate::batch::BatchAnswer;

#[tokio::test(start_paused = true)]
async fn an_answer_to_other_bytes_than_those_shown_is_refused_and_the_question_stays() {
    let house = House::new();
    let question = house.question("github", "claude", "one");
    let call = house.asking(&question).await;
    let swapped = Digest::of_parts(&[b"two"]);
    for answer in [AllowOnce, AllowAlways, Deny] {
        let refused = house.desk.answer(question.id, &swapped, answer);
        assert_eq!(refused, Err(ApprovalError::Changed(question.id)));
    }
    house.answer(&question, AllowOnce).unwrap();
    assert_eq!(call.await.unwrap(), Settled::Answered(AllowOnce));
}

#[tokio::test(start_paused = true)]
async fn an_id_is_good_for_one_question_ever() {
    let house = House::new();
    let question = house.question("github", "claude", "one");
    let mut swapped = house.question("github", "claude", "two");
    swapped.id = question.id;
    let call = house.asking(&question).await;
    let used = Settled::Nobody { why: "the id of the question was used before".to_owned() };
    assert_eq!(house.desk.ask(swapped.clone(), DEADLINE).await, used, "while it is open");
    house.answer(&question, AllowOnce).unwrap();
    assert_eq!(call.await.unwrap(), Settled::Answered(AllowOnce));
    assert_eq!(house.desk.ask(swapped, DEADLINE).await, used, "after it was answered");
    assert_eq!(house.desk.ask(question.clone(), DEADLINE).await, used, "with the same bytes too");
    assert_eq!(house.answer(&question, AllowOnce), Err(ApprovalError::AlreadyAnswered(question.id)));
}

#[tokio::test(start_paused = true)]
async fn what_was_not_offered_cannot_be_answered() {
    let house = House::new();
    let mut question = house.question("github", "claude", "one");
    question.offers = Offers::for_tier(Tier::Destroy, &[], Identified::Yes);
    let call = house.asking(&question).await;
    for answer in [AllowAlways, AllowAlwaysWith(0), AllowTimes(2), AllowUntilQuit, AllowFor(Minutes::new(60).unwrap())]
    {
        assert_eq!(house.answer(&question, answer), Err(ApprovalError::NotOffered { id: question.id, answer }));
    }
    house.answer(&question, AllowFor(Minutes::new(5).unwrap())).unwrap();
    assert!(matches!(call.await.unwrap(), Settled::Answered(AllowFor(_))));
}

#[tokio::test(start_paused = true)]
async fn what_is_no_call_is_never_answered_for_good_whatever_is_on_offer() {
    let house = House::new();
    let subjects = [
        Subject::Order { name: "add".to_owned(), content: "{}".into() },
        Subject::Admit { kind: "tool".to_owned(), tool: "t".to_owned(), difference: vec![], suspicions: vec![] },
        Subject::Read { method: "resources/read".to_owned(), content: "{}".into() },
    ];
    for (number, subject) in subjects.into_iter().enumerate() {
        let question = Question { subject, ..house.question("github", "claude", &number.to_string()) };
        let call = house.asking(&question).await;
        for answer in [AllowAlways, AllowUntilQuit, AllowTimes(5), DenyAndBlock] {
            assert_eq!(house.answer(&question, answer), Err(ApprovalError::NotOffered { id: question.id, answer }));
        }
        house.answer(&question, AllowOnce).unwrap();
        assert_eq!(call.await.unwrap(), Settled::Answered(AllowOnce));
    }
}

#[tokio::test(start_paused = true)]
async fn so_many_times_serve_so_many_of_the_calls_that_wait() {
    let house = House::new();
    let questions: Vec<_> = (0..4).map(|_| house.question("github", "claude", "one")).collect();
    let mut calls = Vec::new();
    for question in &questions {
        calls.push(house.asking(question).await);
    }
    let receipt = house.answer(&questions[0], AllowTimes(3)).unwrap();
    assert_eq!((receipt.landing, receipt.times_left()), (Landing::Delivered { calls: 3 }, 0));
    assert_eq!(house.shown(), [questions[0].id, questions[3].id], "the fourth is asked about anew");
    let receipt = house.answer(&questions[3], AllowTimes(5)).unwrap();
    assert_eq!((receipt.answer, receipt.times_left()), (AllowTimes(5), 4));
    for call in calls {
        assert!(matches!(call.await.unwrap(), Settled::Answered(AllowTimes(_))));
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_yes_for_several_times_waits_for_one_call_and_leaves_the_rest_to_the_rule() {
    let house = House::new();
    let question = house.question("github", "claude", "one");
    assert_eq!(house.desk.ask(question.clone(), DEADLINE).await, Settled::StillOpen);
    let receipt = house.answer(&question, AllowTimes(5)).unwrap();
    assert_eq!((receipt.landing, receipt.times_left()), (Landing::Parked, 4));
    assert_eq!(house.desk.parked()[0].answer, AllowOnce);
}

#[tokio::test(start_paused = true)]
async fn the_same_bytes_of_another_program_or_with_another_warning_are_asked_about_separately() {
    let house = House::new();
    let plain = house.question("github", "claude", "one");
    let mut impostor = house.question("github", "claude", "one");
    impostor.app_path = Some("/tmp/claude".to_owned());
    let mut warned = house.question("github", "claude", "one");
    warned.brief.findings.push("a secret stands in the arguments".to_owned());
    let mut worse = house.question("github", "claude", "one");
    worse.brief.tier = Tier::Destroy;
    let mut narrower = house.question("github", "claude", "one");
    narrower.offers = Offers::for_tier(Tier::Look, &[], Identified::No);
    let mut calls = Vec::new();
    for question in [&plain, &impostor, &warned, &worse, &narrower] {
        calls.push(house.asking(question).await);
    }
    assert_eq!(house.shown().len(), 5);
    house.answer(&plain, AllowAlways).unwrap();
    assert_eq!(house.desk.open().len(), 4, "a yes to the harmless one serves none of the others");
    for call in calls {
        call.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn what_comes_before_a_question_can_be_read_is_no_answer_and_delays_the_next() {
    let house = House::new();
    let question = house.question("github", "claude", "one");
    let call = house.asking(&question).await;
    house.desk.shown(question.id);
    let too_soon = Err(ApprovalError::TooSoon(question.id));
    for millis in [0, 399, 399] {
        house.clock.advance(Duration::from_millis(millis));
        assert_eq!(house.answer(&question, AllowOnce), too_soon);
    }
    house.clock.advance(Duration::from_millis(400));
    house.desk.shown(question.id);
    assert_eq!(house.answer(&question, Deny), too_soon, "it came into view anew");
    house.clock.advance(Duration::from_millis(400));
    let receipt = house.answer(&question, AllowOnce).unwrap();
    assert_eq!(receipt.took, Duration::from_millis(399 + 399 + 400 + 400), "from the first time it was in view");
    assert_eq!(call.await.unwrap(), Settled::Answered(AllowOnce));
}

#[tokio::test(start_paused = true)]
async fn the_guard_is_never_shorter_than_typing() {
    let house = House::new();
    let desk = Desk::new(house.face.clone(), house.clock.clone()).guarded(Guard::near(Duration::ZERO));
    let question = house.question("github", "claude", "one");
    let Ok(_waiting) = desk.enter(question.clone()) else { panic!("it waits") };
    desk.shown(question.id);
    house.clock.advance(Duration::from_millis(249));
    assert_eq!(desk.answer(question.id, &question.request, AllowOnce), Err(ApprovalError::TooSoon(question.id)));
    house.clock.advance(Guard::LEAST);
    // A longer one counts for what is in view already.
    desk.set_guard(Guard::near(Duration::from_secs(1)));
    assert_eq!(desk.answer(question.id, &question.request, AllowOnce), Err(ApprovalError::TooSoon(question.id)));
    house.clock.advance(Duration::from_secs(1));
    assert!(desk.answer(question.id, &question.request, AllowOnce).is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_no_from_another_door_needs_neither_digest_nor_patience() {
    let house = House::new();
    let question = house.question("github", "claude", "one");
    let call = house.asking(&question).await;
    house.desk.shown(question.id);
    assert_eq!(house.desk.deny(question.id).unwrap().answer, Deny);
    assert_eq!(call.await.unwrap(), Settled::Answered(Deny));
    assert_eq!(house.desk.deny(question.id), Err(ApprovalError::AlreadyAnswered(question.id)));
}

#[tokio::test(start_paused = true)]
async fn a_batch_answers_exactly_what_was_listed_each_bound_to_what_was_shown() {
    let house = House::new();
    let questions: Vec<_> = ["a", "b", "c", "d", "e"].map(|bytes| house.question("github", "claude", bytes)).into();
    let mut calls = Vec::new();
    for question in &questions {
        calls.push(house.asking(question).await);
    }
    let twin = house.asking(&house.question("github", "claude", "a")).await;
    let [a, b, c] = [&questions[0], &questions[1], &questions[2]];
    let listed = [(a.id, a.request), (b.id, c.request), (c.id, c.request), (a.id, a.request)];
    let results = house.desk.answer_batch(&listed, BatchAnswer::AllowOnce);
    assert!(results[0].is_ok() && results[2].is_ok());
    assert_eq!(results[1], Err(ApprovalError::Changed(b.id)));
    assert_eq!(results[3], Err(ApprovalError::AlreadyAnswered(a.id)), "listed twice, answered once");
    for (call, question) in calls.into_iter().zip(&questions) {
        if question.id == a.id || question.id == c.id {
            assert_eq!(call.await.unwrap(), Settled::Answered(AllowOnce));
        } else {
            assert!(!call.is_finished(), "it was not listed as it is");
            call.abort();
        }
    }
    assert!(!twin.is_finished(), "one yes, one call, in a batch too");
    twin.abort();
}

#[tokio::test(start_paused = true)]
async fn a_batch_cannot_answer_what_had_only_just_come_into_view() {
    let house = House::new();
    let question = house.question("github", "claude", "a");
    let call = house.asking(&question).await;
    house.desk.shown(question.id);
    let results = house.desk.answer_batch(&[(question.id, question.request)], BatchAnswer::AllowOnce);
    assert_eq!(results, [Err(ApprovalError::TooSoon(question.id))]);
    call.abort();
}

#[tokio::test(start_paused = true)]
async fn a_late_yes_is_for_its_own_account_only() {
    let house = House::new();
    let question = house.question("github", "claude", "one");
    assert_eq!(house.desk.ask(question.clone(), DEADLINE).await, Settled::StillOpen);
    house.answer(&question, AllowOnce).unwrap();
    let mut elsewhere = house.question("github", "claude", "one");
    elsewhere.account = "other".parse().unwrap();
    let call = house.asking(&elsewhere).await;
    assert!(!call.is_finished(), "the parked yes is for another account");
    call.abort();
    assert_eq!(house.desk.parked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_late_yes_does_not_serve_what_is_known_to_be_worse_by_then() {
    let house = House::new();
    let question = house.question("github", "claude", "one");
    assert_eq!(house.desk.ask(question.clone(), DEADLINE).await, Settled::StillOpen);
    house.answer(&question, AllowOnce).unwrap();
    let mut worse = house.question("github", "claude", "one");
    worse.brief.tier = Tier::Destroy;
    let call = house.asking(&worse).await;
    assert!(!call.is_finished(), "it is asked about");
    call.abort();
    let again = house.question("github", "claude", "one");
    assert_eq!(house.desk.ask(again, DEADLINE).await, Settled::Answered(AllowOnce));
}

//! Promises of the desk. Time is tokio's paused time and a fake clock; nobody sleeps.

use super::*;
use crate::answer::Answer::{
    AllowAlways, AllowAlwaysWith, AllowFor, AllowOnce, AllowTimes, AllowUntilQuit, Deny, DenyAndBlock,
};
use crate::approver::Ending;
use crate::minutes::Minutes;
use crate::offers::{Identified, OfferedPattern, Offers};
use crate::parked::PARKED_FOR;
use crate::question::Brief;
use crate::receipt::Landing;
use crate::subject::Subject;
use house::{DEADLINE, Face, House, of_tool};
use keyholder_model::clock::{FakeClock, FakeRng, Timestamp};
use keyholder_model::risk::Tier;
use keyholder_model::server::Account;
use tokio::task::{JoinHandle, yield_now};

mod attention;
mod binding;
mod flood;
mod house;
mod races;
mod swaps;

#[tokio::test(start_paused = true)]
async fn an_answer_in_time_reaches_the_call() {
    let quarter = AllowFor(Minutes::new(15).unwrap());
    let lasting = [AllowAlways, AllowAlwaysWith(0), quarter, AllowTimes(5), AllowUntilQuit, DenyAndBlock];
    for answer in lasting.into_iter().chain([AllowOnce, Deny]) {
        let house = House::new();
        let question = house.question("github", "claude", "one");
        let call = house.asking(&question).await;
        assert_eq!(house.desk.open(), [Queued { question: question.clone(), position: 1, of: 1 }]);
        let receipt = house.answer(&question, answer).unwrap();
        assert_eq!(receipt.landing, Landing::Delivered { calls: 1 });
        assert_eq!(call.await.unwrap(), Settled::Answered(answer));
        assert!(house.withdrawn(question.id) && house.desk.open().is_empty());
        assert_eq!(
            house.desk.take_parked("claude", &question.request),
            None,
            "an answer that was delivered is not kept"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_counts_once() {
    let house = House::new();
    let question = house.question("github", "claude", "one");
    let call = house.asking(&question).await;
    house.answer(&question, Deny).unwrap();
    assert_eq!(house.answer(&question, AllowOnce), Err(ApprovalError::AlreadyAnswered(question.id)));
    assert_eq!(call.await.unwrap(), Settled::Answered(Deny));
    let stranger = house.question("github", "claude", "one").id;
    assert_eq!(house.desk.answer(stranger, &question.request, AllowOnce), Err(ApprovalError::Unknown(stranger)));
}

#[tokio::test(start_paused = true)]
async fn the_host_is_answered_before_its_deadline_and_a_late_yes_serves_its_repetition_once() {
    let house = House::new();
    let question = house.question("github", "claude", "one");
    assert_eq!(house.desk.ask(question.clone(), DEADLINE).await, Settled::StillOpen);
    assert_eq!(house.desk.open().len(), 1, "the question stays open");
    let receipt = house.answer(&question, AllowAlways).unwrap();
    assert_eq!((receipt.landing, receipt.question.id), (Landing::Parked, question.id));
    assert_eq!(house.desk.parked()[0].answer, AllowOnce, "what lasts is a rule, not a parked answer");

    assert_eq!(house.desk.take_parked("cursor", &question.request), None, "another app has no part in it");
    assert_eq!(house.desk.take_parked("claude", &Digest::of_parts(&[b"two"])), None, "nor has another request");
    let again = house.question("github", "claude", "one");
    assert_eq!(house.desk.ask(again, DEADLINE).await, Settled::Answered(AllowOnce));
    assert_eq!(house.shown().len(), 1, "the repetition was not asked about");
    assert_eq!(house.desk.take_parked("claude", &question.request), None, "it was taken");
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_does_not_keep() {
    let house = House::new();
    let question = house.question("github", "claude", "one");
    assert_eq!(house.desk.ask(question.clone(), DEADLINE).await, Settled::StillOpen);
    house.answer(&question, AllowOnce).unwrap();
    house.clock.advance(PARKED_FOR);
    assert_eq!(house.desk.take_parked("claude", &question.request), None);

    let question = house.question("github", "claude", "two");
    assert_eq!(house.desk.ask(question.clone(), DEADLINE).await, Settled::StillOpen);
    house.clock.advance(PARKED_FOR);
    assert_eq!(house.answer(&question, AllowOnce), Err(ApprovalError::Expired(question.id)));
    assert!(house.withdrawn(question.id));
    assert_eq!(house.desk.take_parked("claude", &question.request), None);
}

#[tokio::test(start_paused = true)]
async fn a_repeated_call_joins_its_open_question() {
    let house = House::new();
    let question = house.question("github", "claude", "one");
    assert_eq!(house.desk.ask(question.clone(), DEADLINE).await, Settled::StillOpen);
    let call = house.asking(&house.question("github", "claude", "one")).await;
    assert_eq!(house.shown(), [question.id]);
    house.answer(&question, AllowOnce).unwrap();
    assert_eq!(call.await.unwrap(), Settled::Answered(AllowOnce));
    assert!(house.desk.parked().is_empty(), "one yes, one request");
}

#[tokio::test(start_paused = true)]
async fn one_yes_serves_one_of_several_identical_calls() {
    let house = House::new();
    let questions: Vec<_> = (0..3).map(|_| house.question("github", "claude", "one")).collect();
    let mut calls = Vec::new();
    for question in &questions {
        calls.push(house.asking(question).await);
    }
    assert_eq!(house.shown(), [questions[0].id], "one question for three calls");
    house.answer(&questions[0], AllowOnce).unwrap();
    assert_eq!(calls.remove(0).await.unwrap(), Settled::Answered(AllowOnce));
    assert_eq!(house.shown(), [questions[0].id, questions[1].id], "the others are asked about anew");
    assert!(house.answer(&questions[0], AllowOnce).is_err(), "a second click on the old question does nothing");
    assert_eq!(house.answer(&questions[1], AllowAlways).unwrap().landing, Landing::Delivered { calls: 2 });
    for call in calls {
        assert_eq!(call.await.unwrap(), Settled::Answered(AllowAlways));
    }
}

#[tokio::test(start_paused = true)]
async fn a_no_is_meant_for_all_identical_calls() {
    let house = House::new();
    let (first, second) = (house.question("github", "claude", "one"), house.question("github", "claude", "one"));
    let calls = [house.asking(&first).await, house.asking(&second).await];
    house.answer(&first, Deny).unwrap();
    for call in calls {
        assert_eq!(call.await.unwrap(), Settled::Answered(Deny));
    }
}

#[tokio::test(start_paused = true)]
async fn other_apps_and_other_bytes_are_asked_about_separately() {
    let house = House::new();
    let questions = [
        house.question("github", "claude", "one"),
        house.question("github", "cursor", "one"),
        house.question("github", "claude", "two"),
    ];
    let mut calls = Vec::new();
    for question in &questions {
        calls.push(house.asking(question).await);
    }
    assert_eq!(house.shown().len(), 3);
    house.answer(&questions[0], AllowAlways).unwrap();
    assert_eq!(house.desk.open().len(), 2, "the answer served none of the others");
    for call in calls {
        call.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_call_takes_its_question_along() {
    let house = House::new();
    let question = house.question("github", "claude", "one");
    let call = house.asking(&question).await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert!(house.withdrawn(question.id) && house.desk.open().is_empty());
    assert_eq!(house.answer(&question, AllowOnce), Err(ApprovalError::Withdrawn(question.id)));
    assert_eq!(house.desk.take_parked("claude", &question.request), None, "nothing is left of it");
}

#[tokio::test(start_paused = true)]
async fn cancelling_one_of_two_identical_calls_leaves_the_other() {
    let house = House::new();
    let (first, second) = (house.question("github", "claude", "one"), house.question("github", "claude", "one"));
    let (gone, stays) = (house.asking(&first).await, house.asking(&second).await);
    gone.abort();
    assert!(gone.await.is_err());
    house.answer(&first, AllowOnce).unwrap();
    assert_eq!(stays.await.unwrap(), Settled::Answered(AllowOnce));
}

#[tokio::test(start_paused = true)]
async fn a_withdrawn_question_ends_its_call_and_takes_no_answer() {
    let house = House::new();
    let question = house.question("github", "claude", "one");
    let call = house.asking(&question).await;
    house.desk.withdraw(question.id);
    assert_eq!(call.await.unwrap(), Settled::Withdrawn);
    assert_eq!(house.answer(&question, AllowOnce), Err(ApprovalError::Withdrawn(question.id)));
}

#[tokio::test(start_paused = true)]
async fn the_face_hears_whether_somebody_answered() {
    let house = House::new();
    let questions = ["one", "two", "three"].map(|bytes| house.question("github", "claude", bytes));
    let calls = [house.asking(&questions[0]).await, house.asking(&questions[1]).await];
    assert_eq!(house.desk.ask(questions[2].clone(), DEADLINE).await, Settled::StillOpen);
    house.answer(&questions[0], Deny).unwrap();
    house.desk.withdraw(questions[1].id);
    house.clock.advance(PARKED_FOR);
    assert!(house.desk.open().is_empty());
    for call in calls {
        call.await.unwrap();
    }
    let endings = house.face.endings.lock().unwrap().clone();
    assert_eq!(endings, [Ending::Answered, Ending::Unanswered, Ending::Unanswered]);
}

#[tokio::test(start_paused = true)]
async fn revoking_and_locking_leave_nothing_behind() {
    let house = House::new();
    for end in [|desk: &Desk| desk.withdraw_server(&"github".parse().unwrap()), Desk::clear] {
        let (open, late) = (house.question("github", "claude", "open"), house.question("github", "claude", "late"));
        assert_eq!(house.desk.ask(late.clone(), DEADLINE).await, Settled::StillOpen);
        house.answer(&late, AllowOnce).unwrap();
        let call = house.asking(&open).await;
        end(&house.desk);
        assert_eq!(call.await.unwrap(), Settled::Withdrawn);
        assert!(house.desk.parked().is_empty() && house.desk.open().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_person_the_call_is_answered_at_once() {
    let house = House::with(Face { away: Some("no display".to_owned()), ..Face::default() });
    let started = tokio::time::Instant::now();
    let settled = house.desk.ask(house.question("github", "claude", "one"), DEADLINE).await;
    assert_eq!(settled, Settled::Nobody { why: "no display".to_owned() });
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert!(house.shown().is_empty());
}

/// A face whose person answers before `show` returns.
struct Hasty(std::sync::OnceLock<std::sync::Weak<Desk>>);

impl Approver for Hasty {
    fn show(&self, question: &Question) {
        let desk = self.0.get().and_then(std::sync::Weak::upgrade).unwrap();
        desk.answer(question.id, &question.request, AllowOnce).unwrap();
    }
    fn withdraw(&self, _: QuestionId, _: Ending) {}
    fn can_ask(&self) -> Reachable {
        Reachable::Yes
    }
}

#[tokio::test(start_paused = true)]
async fn a_face_may_answer_while_it_is_shown_the_question() {
    let house = House::new();
    let face = Arc::new(Hasty(std::sync::OnceLock::new()));
    let desk = Arc::new(Desk::new(face.clone(), house.clock.clone()));
    face.0.set(Arc::downgrade(&desk)).unwrap();
    assert_eq!(desk.ask(house.question("github", "claude", "one"), DEADLINE).await, Settled::Answered(AllowOnce));
}

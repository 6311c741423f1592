//! Promises of the desk. Time is tokio's paused time and a fake clock; nobody sleeps.

use super::*;
use crate::answer::Answer::{AllowAlways, AllowOnce, Deny, DenyAndBlock};
use crate::board::Landing;
use crate::flood::{OPEN_PER_SERVER, OPEN_TOTAL, SNOOZE};
use crate::parked::PARKED_FOR;
use crate::question::Subject;
use keyholder_model::clock::{FakeClock, FakeRng, Timestamp};
use keyholder_model::server::Account;
use tokio::task::{JoinHandle, yield_now};

mod races;

/// A face that notes what it was told, and says who can be reached.
#[derive(Default)]
struct Face {
    heard: Mutex<Vec<(&'static str, QuestionId)>>,
    away: Option<String>,
}

impl Approver for Face {
    fn show(&self, question: &Question) {
        self.heard.lock().unwrap().push(("show", question.id));
    }
    fn withdraw(&self, id: QuestionId) {
        self.heard.lock().unwrap().push(("withdraw", id));
    }
    fn can_ask(&self) -> Reachable {
        self.away.clone().map_or(Reachable::Yes, |why| Reachable::No { why })
    }
}

struct House {
    desk: Arc<Desk>,
    face: Arc<Face>,
    clock: Arc<FakeClock>,
    rng: FakeRng,
}

const DEADLINE: Duration = Duration::from_secs(45);

impl House {
    fn new() -> Self {
        Self::with(Face::default())
    }

    fn with(face: Face) -> Self {
        let (face, clock) = (Arc::new(face), Arc::new(FakeClock::at(Timestamp::from_millis(0))));
        Self { desk: Arc::new(Desk::new(face.clone(), clock.clone())), face, clock, rng: FakeRng::default() }
    }

    fn question(&self, server: &str, app: &str, bytes: &str) -> Question {
        Question {
            id: QuestionId::make(&*self.clock, &self.rng),
            asked: self.clock.now(),
            app: app.to_owned(),
            app_path: None,
            ancestry: String::new(),
            server: server.parse().unwrap(),
            host: "mcp.example".to_owned(),
            account: Account::default(),
            subject: Subject::Call { tool: "t".to_owned(), arguments: bytes.into(), claims: String::new() },
            rule: "starter/call".to_owned(),
            request: Digest::of_parts(&[bytes.as_bytes()]),
            budget: DEADLINE,
        }
    }

    /// Starts asking, and lets the question reach the desk.
    async fn asking(&self, question: &Question) -> JoinHandle<Settled> {
        let (desk, question) = (self.desk.clone(), question.clone());
        let call = tokio::spawn(async move { desk.ask(question, DEADLINE).await });
        yield_now().await;
        call
    }

    fn shown(&self) -> Vec<QuestionId> {
        self.face.heard.lock().unwrap().iter().filter(|(what, _)| *what == "show").map(|(_, id)| *id).collect()
    }

    fn withdrawn(&self, id: QuestionId) -> bool {
        self.face.heard.lock().unwrap().contains(&("withdraw", id))
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_in_time_reaches_the_call() {
    for answer in [AllowAlways, AllowOnce, Deny, DenyAndBlock] {
        let house = House::new();
        let question = house.question("github", "claude", "one");
        let call = house.asking(&question).await;
        assert_eq!(house.desk.open(), std::slice::from_ref(&question));
        let receipt = house.desk.answer(question.id, answer).unwrap();
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
    house.desk.answer(question.id, Deny).unwrap();
    assert_eq!(house.desk.answer(question.id, AllowOnce), Err(ApprovalError::AlreadyAnswered(question.id)));
    assert_eq!(call.await.unwrap(), Settled::Answered(Deny));
    let stranger = house.question("github", "claude", "one").id;
    assert_eq!(house.desk.answer(stranger, AllowOnce), Err(ApprovalError::Unknown(stranger)));
}

#[tokio::test(start_paused = true)]
async fn the_host_is_answered_before_its_deadline_and_a_late_yes_serves_its_repetition_once() {
    let house = House::new();
    let question = house.question("github", "claude", "one");
    assert_eq!(house.desk.ask(question.clone(), DEADLINE).await, Settled::StillOpen);
    assert_eq!(house.desk.open().len(), 1, "the question stays open");
    let receipt = house.desk.answer(question.id, AllowAlways).unwrap();
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
    house.desk.answer(question.id, AllowOnce).unwrap();
    house.clock.advance(PARKED_FOR);
    assert_eq!(house.desk.take_parked("claude", &question.request), None);

    let question = house.question("github", "claude", "two");
    assert_eq!(house.desk.ask(question.clone(), DEADLINE).await, Settled::StillOpen);
    house.clock.advance(PARKED_FOR);
    assert_eq!(house.desk.answer(question.id, AllowOnce), Err(ApprovalError::Expired(question.id)));
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
    house.desk.answer(question.id, AllowOnce).unwrap();
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
    house.desk.answer(questions[0].id, AllowOnce).unwrap();
    assert_eq!(calls.remove(0).await.unwrap(), Settled::Answered(AllowOnce));
    assert_eq!(house.shown(), [questions[0].id, questions[1].id], "the others are asked about anew");
    assert!(house.desk.answer(questions[0].id, AllowOnce).is_err(), "a second click on the old question does nothing");
    assert_eq!(house.desk.answer(questions[1].id, AllowAlways).unwrap().landing, Landing::Delivered { calls: 2 });
    for call in calls {
        assert_eq!(call.await.unwrap(), Settled::Answered(AllowAlways));
    }
}

#[tokio::test(start_paused = true)]
async fn a_no_is_meant_for_all_identical_calls() {
    let house = House::new();
    let (first, second) = (house.question("github", "claude", "one"), house.question("github", "claude", "one"));
    let calls = [house.asking(&first).await, house.asking(&second).await];
    house.desk.answer(first.id, Deny).unwrap();
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
    house.desk.answer(questions[0].id, AllowAlways).unwrap();
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
    assert_eq!(house.desk.answer(question.id, AllowOnce), Err(ApprovalError::Withdrawn(question.id)));
    assert_eq!(house.desk.take_parked("claude", &question.request), None, "nothing is left of it");
}

#[tokio::test(start_paused = true)]
async fn cancelling_one_of_two_identical_calls_leaves_the_other() {
    let house = House::new();
    let (first, second) = (house.question("github", "claude", "one"), house.question("github", "claude", "one"));
    let (gone, stays) = (house.asking(&first).await, house.asking(&second).await);
    gone.abort();
    assert!(gone.await.is_err());
    house.desk.answer(first.id, AllowOnce).unwrap();
    assert_eq!(stays.await.unwrap(), Settled::Answered(AllowOnce));
}

#[tokio::test(start_paused = true)]
async fn a_withdrawn_question_ends_its_call_and_takes_no_answer() {
    let house = House::new();
    let question = house.question("github", "claude", "one");
    let call = house.asking(&question).await;
    house.desk.withdraw(question.id);
    assert_eq!(call.await.unwrap(), Settled::Withdrawn);
    assert_eq!(house.desk.answer(question.id, AllowOnce), Err(ApprovalError::Withdrawn(question.id)));
}

#[tokio::test(start_paused = true)]
async fn revoking_and_locking_leave_nothing_behind() {
    let house = House::new();
    for end in [|desk: &Desk| desk.withdraw_server(&"github".parse().unwrap()), Desk::clear] {
        let (open, late) = (house.question("github", "claude", "open"), house.question("github", "claude", "late"));
        assert_eq!(house.desk.ask(late.clone(), DEADLINE).await, Settled::StillOpen);
        house.desk.answer(late.id, AllowOnce).unwrap();
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

#[tokio::test(start_paused = true)]
async fn a_flood_of_questions_is_cut_off() {
    let house = House::new();
    let mut calls = Vec::new();
    let too_many = Settled::Nobody { why: "too many questions are waiting".to_owned() };
    for server in 0..=OPEN_TOTAL / OPEN_PER_SERVER {
        for number in 0..=OPEN_PER_SERVER {
            let question = house.question(&format!("s{server}"), "claude", &format!("{server} {number}"));
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
        let question = house.question(server, "claude", bytes);
        let call = house.asking(&question).await;
        house.desk.answer(question.id, Deny).unwrap();
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
        house.desk.answer(question.id, Deny).unwrap();
        call.await.unwrap();
    }
    house.desk.wake(&"github".parse().unwrap());
    let question = house.question("github", "claude", "d");
    let call = house.asking(&question).await;
    house.desk.answer(question.id, AllowOnce).unwrap();
    assert_eq!(call.await.unwrap(), Settled::Answered(AllowOnce));
}

/// A face whose person answers before `show` returns.
struct Hasty(std::sync::OnceLock<std::sync::Weak<Desk>>);

impl Approver for Hasty {
    fn show(&self, question: &Question) {
        let desk = self.0.get().and_then(std::sync::Weak::upgrade).unwrap();
        desk.answer(question.id, AllowOnce).unwrap();
    }
    fn withdraw(&self, _: QuestionId) {}
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

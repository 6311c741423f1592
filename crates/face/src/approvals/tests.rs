use super::*;
use keyholder_console::approvals::{About, GuardView, SubjectView};
use keyholder_console::order::{Ask, Receipt, Reply};
use keyholder_wire::frame::{Header, Kind, read_frame, write_frame};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// The approval window's side, a broker at the other end, and a clock that is set by hand.
struct Scene {
    approvals: Approvals,
    orders: Arc<Mutex<Vec<Order>>>,
    millis: Arc<AtomicU64>,
}

impl Scene {
    /// With a broker at which these questions are open.
    fn with(open: &[&str]) -> Self {
        let open: Vec<String> = open.iter().map(ToString::to_string).collect();
        let (from_broker, mut to_face) = std::io::pipe().unwrap();
        let (mut from_face, to_broker) = std::io::pipe().unwrap();
        let orders = Arc::<Mutex<Vec<Order>>>::default();
        let written = Arc::clone(&orders);
        std::thread::spawn(move || {
            let mut payload = Vec::new();
            while let Ok(Some(header)) = read_frame(&mut from_face, &mut payload) {
                let order = Ask::parse(&payload).unwrap();
                let reply = serde_json::to_vec(&Reply::from(carry_out(&open, &order))).unwrap();
                written.lock().unwrap().push(order);
                let header = Header::of(Kind::Result, header.sequence, &reply).unwrap();
                write_frame(&mut to_face, header, &reply).unwrap();
            }
        });
        let channel = Channel::open(from_broker, to_broker, |_| {}, || {});
        let millis = Arc::new(AtomicU64::new(0));
        let told = Arc::clone(&millis);
        let clock: Clock = Box::new(move || Duration::from_millis(told.load(Ordering::SeqCst)));
        let approvals = Approvals::new(channel, clock);
        approvals.visible();
        approvals.focus();
        Self { approvals, orders, millis }
    }

    fn pass(&self, millis: u64) {
        self.millis.fetch_add(millis, Ordering::SeqCst);
    }

    /// The names of the orders since the last look.
    fn heard(&self) -> Vec<&'static str> {
        self.orders.lock().unwrap().drain(..).map(|order| order.name()).collect()
    }

    fn answer(&self, window: Stance, nonce: &str, question: &str) -> Result<(), Code> {
        let answer = self.approvals.answer(window, nonce, listed(question), "allow_once".to_owned());
        answer.map_err(|error| error.code)
    }
}

fn carry_out(open: &[String], order: &Order) -> Result<Answer, ConsoleError> {
    let is_open = |question: &String| open.contains(question);
    match order {
        Order::Edit { .. } => Ok(Answer::Done(Receipt::default())),
        Order::Approvals if open == ["no list"] => Err(ConsoleError::new(Code::Internal)),
        Order::Approvals => Ok(Answer::Approvals(Vec::new())),
        Order::ShowQuestion { question } if is_open(question) => Ok(Answer::Question(Box::new(detail(question)))),
        Order::Seen { question } if question == "guarded" => Ok(Answer::Armed(GuardView { millis: 2000 })),
        Order::Seen { question } if is_open(question) => Ok(Answer::Armed(GuardView { millis: 400 })),
        Order::Answer { question, .. } if question == "early" => Err(ConsoleError::new(Code::TooSoon)),
        Order::Answer { question, .. } if is_open(question) => Ok(Answer::Done(Receipt::default())),
        Order::AnswerListed { questions, .. } => Ok(Answer::Settled(
            questions.iter().map(|one| SettledView { question: one.question.clone(), error: None }).collect(),
        )),
        _ => Err(ConsoleError::new(Code::NotFound)),
    }
}

fn detail(question: &str) -> QuestionDetail {
    QuestionDetail {
        question: QuestionView {
            id: question.to_owned(),
            about: About::Call,
            app: String::new(),
            server: String::new(),
            account: None,
            tool: None,
            arguments: None,
            why: String::new(),
            asked: String::new(),
            deadline: String::new(),
        },
        subject: SubjectView::Call { tool: String::new(), claims: String::new() },
        app_path: None,
        ancestry: String::new(),
        host: String::new(),
        position: 1,
        of: 1,
        alike: Vec::new(),
        digest: digest(question),
        headline: String::new(),
        tier: String::new(),
        findings: Vec::new(),
        rows: Vec::new(),
        changes: Vec::new(),
        history: Vec::new(),
        suspended: None,
        choices: Vec::new(),
        bindable: Vec::new(),
        editable: false,
    }
}

fn digest(question: &str) -> String {
    format!("digest of {question}")
}

fn listed(question: &str) -> ListedView {
    ListedView { question: question.to_owned(), digest: digest(question) }
}

#[test]
fn an_answer_goes_out_once_and_only_after_the_guard() {
    let scene = Scene::with(&["q1"]);
    let OneView { nonce, detail } = scene.approvals.show("q1".to_owned()).unwrap();
    assert_eq!(detail.digest, digest("q1"));
    assert_eq!(scene.approvals.seen("q1", &nonce).unwrap().armed_in_ms, 400);
    assert_eq!(scene.heard(), ["show_question", "seen"]);
    scene.pass(399);
    assert_eq!(scene.answer(Stance::Front, &nonce, "q1"), Err(Code::TooSoon));
    scene.pass(1);
    assert_eq!(scene.answer(Stance::Front, &nonce, "q1"), Ok(()));
    assert_eq!(scene.answer(Stance::Front, &nonce, "q1"), Err(Code::Conflict));
    assert_eq!(scene.heard(), ["answer"], "what was refused was sent to nobody");
}

#[test]
fn the_guard_is_as_long_as_the_brokers() {
    let scene = Scene::with(&["guarded"]);
    let OneView { nonce, .. } = scene.approvals.show("guarded".to_owned()).unwrap();
    assert_eq!(scene.approvals.seen("guarded", &nonce).unwrap().armed_in_ms, 2000);
    scene.pass(1999);
    assert_eq!(scene.answer(Stance::Front, &nonce, "guarded"), Err(Code::TooSoon));
    scene.pass(1);
    assert_eq!(scene.answer(Stance::Front, &nonce, "guarded"), Ok(()));
}

#[test]
fn an_answer_that_the_broker_finds_too_early_can_be_given_to_the_next_drawing() {
    let scene = Scene::with(&["early"]);
    let OneView { nonce, .. } = scene.approvals.show("early".to_owned()).unwrap();
    scene.approvals.seen("early", &nonce).unwrap();
    scene.pass(500);
    // The page draws anew at a conflict, and only then: the number of this drawing is used up.
    assert_eq!(scene.answer(Stance::Front, &nonce, "early"), Err(Code::Conflict));
    assert_eq!(scene.answer(Stance::Front, &nonce, "early"), Err(Code::Conflict));
}

#[test]
fn a_forged_answer_is_sent_to_nobody() {
    let scene = Scene::with(&["q1", "q2"]);
    let OneView { nonce, .. } = scene.approvals.show("q1".to_owned()).unwrap();
    scene.approvals.seen("q1", &nonce).unwrap();
    scene.pass(500);
    scene.heard();
    assert_eq!(scene.answer(Stance::Front, &nonce, "q2"), Err(Code::Invalid));
    assert_eq!(scene.answer(Stance::Front, "forged", "q1"), Err(Code::Invalid));
    let other = ListedView { question: "q1".to_owned(), digest: digest("q2") };
    let answer = scene.approvals.answer(Stance::Front, &nonce, other, "allow_once".to_owned());
    assert_eq!(answer.unwrap_err().code, Code::Invalid);
    assert_eq!(scene.approvals.seen("q2", &nonce).unwrap_err().code, Code::Invalid);
    assert_eq!(scene.heard(), [""; 0]);
}

#[test]
fn what_the_system_says_of_the_window_counts_over_what_was_heard() {
    let scene = Scene::with(&["q1"]);
    let OneView { nonce, .. } = scene.approvals.show("q1".to_owned()).unwrap();
    scene.approvals.seen("q1", &nonce).unwrap();
    scene.pass(500);
    assert_eq!(scene.answer(Stance::Unfocused, &nonce, "q1"), Err(Code::TooSoon));
    scene.pass(500);
    assert_eq!(scene.answer(Stance::Front, &nonce, "q1"), Err(Code::TooSoon), "it came to the front just now");
    scene.pass(400);
    assert_eq!(scene.answer(Stance::Hidden, &nonce, "q1"), Err(Code::TooSoon));
    assert_eq!(scene.answer(Stance::Front, &nonce, "q1"), Err(Code::TooSoon), "and again");
    scene.pass(400);
    assert_eq!(scene.answer(Stance::Front, &nonce, "q1"), Ok(()));
}

#[test]
fn focus_begins_the_guard_in_the_broker_too() {
    let scene = Scene::with(&["q1"]);
    let OneView { nonce, .. } = scene.approvals.show("q1".to_owned()).unwrap();
    scene.approvals.seen("q1", &nonce).unwrap();
    scene.pass(1000);
    scene.heard();
    scene.approvals.blur();
    scene.approvals.focus();
    let anew = scene.approvals.guard_anew();
    assert_eq!(anew, [ArmedAnew { question: "q1".to_owned(), armed_in_ms: 400 }]);
    assert_eq!(scene.heard(), ["seen"]);
    assert_eq!(scene.approvals.touched().armed_in_ms, 400);
}

#[test]
fn several_are_drawn_and_answered_together_without_those_that_ended() {
    let scene = Scene::with(&["q1", "q2"]);
    let listed_details = scene.approvals.show_listed(["q1", "gone", "q2"].map(str::to_owned).into()).unwrap();
    let ids: Vec<_> = listed_details.details.iter().map(|one| one.question.id.as_str()).collect();
    assert_eq!(ids, ["q1", "q2"]);
    let nonce = listed_details.nonce;
    for question in ids {
        scene.approvals.seen(question, &nonce).unwrap();
    }
    scene.pass(400);
    let both = vec![listed("q1"), listed("q2")];
    let settled = scene.approvals.answer_listed(Stance::Front, &nonce, both, ListedChoice::AllowOnce).unwrap();
    assert_eq!(settled.len(), 2);
    assert_eq!(scene.approvals.show_listed(vec!["gone".to_owned()]).unwrap_err().code, Code::NotFound);
    let many = vec!["q1".to_owned(); MOST_LISTED + 1];
    assert_eq!(scene.approvals.show_listed(many).unwrap_err().code, Code::Invalid);
}

#[test]
fn the_page_cannot_close_the_window_over_a_question_that_it_does_not_know() {
    let scene = Scene::with(&["q1"]);
    assert!(!scene.approvals.is_unheard());
    scene.approvals.asked();
    assert!(scene.approvals.is_unheard());
    scene.approvals.list().unwrap();
    assert!(!scene.approvals.is_unheard());
}

#[test]
fn a_list_that_was_refused_is_no_reason_to_close() {
    let scene = Scene::with(&["no list"]);
    scene.approvals.asked();
    scene.approvals.list().unwrap_err();
    assert!(scene.approvals.is_unheard() && scene.approvals.has_open());
}

#[test]
fn a_page_that_was_replaced_answers_nothing() {
    let scene = Scene::with(&["q1"]);
    let OneView { nonce, .. } = scene.approvals.show("q1".to_owned()).unwrap();
    scene.approvals.seen("q1", &nonce).unwrap();
    scene.pass(1000);
    scene.approvals.begin();
    assert_eq!(scene.answer(Stance::Front, &nonce, "q1"), Err(Code::Conflict));
}

#[test]
fn only_what_is_on_the_screen_is_asked_anew() {
    let scene = Scene::with(&["q1", "q2"]);
    let OneView { nonce, .. } = scene.approvals.show("q1".to_owned()).unwrap();
    let edit = |nonce: &str, question| scene.approvals.edit(nonce, listed(question), "{}".to_owned());
    assert_eq!(edit(&nonce, "q2").unwrap_err().code, Code::Invalid);
    assert_eq!(edit("forged", "q1").unwrap_err().code, Code::Invalid);
    assert_eq!(scene.heard(), ["show_question"]);
    edit(&nonce, "q1").unwrap();
    assert_eq!(scene.heard(), ["edit"]);
}

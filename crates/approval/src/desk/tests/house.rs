//! A desk, a face and a clock, as the tests of the desk use them.

use super::*;

/// A face that notes what it was told, and says who can be reached.
#[derive(Default)]
pub(super) struct Face {
    pub(super) heard: Mutex<Vec<(&'static str, QuestionId)>>,
    pub(super) endings: Mutex<Vec<Ending>>,
    pub(super) pauses: Mutex<Vec<Paused>>,
    pub(super) away: Option<String>,
}

impl Approver for Face {
    fn show(&self, question: &Question) {
        self.heard.lock().unwrap().push(("show", question.id));
    }
    fn withdraw(&self, id: QuestionId, ending: Ending) {
        self.endings.lock().unwrap().push(ending);
        self.heard.lock().unwrap().push(("withdraw", id));
    }
    fn can_ask(&self) -> Reachable {
        self.away.clone().map_or(Reachable::Yes, |why| Reachable::No { why })
    }
    fn paused(&self, paused: &Paused) {
        self.pauses.lock().unwrap().push(paused.clone());
    }
}

pub(super) struct House {
    pub(super) desk: Arc<Desk>,
    pub(super) face: Arc<Face>,
    pub(super) clock: Arc<FakeClock>,
    pub(super) rng: FakeRng,
}

pub(super) const DEADLINE: Duration = Duration::from_secs(45);

impl House {
    pub(super) fn new() -> Self {
        Self::with(Face::default())
    }

    pub(super) fn with(face: Face) -> Self {
        let (face, clock) = (Arc::new(face), Arc::new(FakeClock::at(Timestamp::from_millis(0))));
        Self { desk: Arc::new(Desk::new(face.clone(), clock.clone())), face, clock, rng: FakeRng::default() }
    }

    pub(super) fn question(&self, server: &str, app: &str, bytes: &str) -> Question {
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
            brief: Brief { tier: Tier::Look, ..Brief::default() },
            offers: everything_on_offer(),
            rule: "starter/call".to_owned(),
            request: Digest::of_parts(&[bytes.as_bytes()]),
            budget: DEADLINE,
        }
    }

    /// The person's answer to what is on the desk, just as it lies there.
    pub(super) fn answer(&self, question: &Question, answer: Answer) -> Result<Receipt, ApprovalError> {
        self.desk.answer(question.id, &question.request, answer)
    }

    /// Starts asking, and lets the question reach the desk.
    pub(super) async fn asking(&self, question: &Question) -> JoinHandle<Settled> {
        let (desk, question) = (self.desk.clone(), question.clone());
        let call = tokio::spawn(async move { desk.ask(question, DEADLINE).await });
        yield_now().await;
        call
    }

    pub(super) fn shown(&self) -> Vec<QuestionId> {
        self.face.heard.lock().unwrap().iter().filter(|(what, _)| *what == "show").map(|(_, id)| *id).collect()
    }

    pub(super) fn withdrawn(&self, id: QuestionId) -> bool {
        self.face.heard.lock().unwrap().contains(&("withdraw", id))
    }
}

fn everything_on_offer() -> Offers {
    let pattern = OfferedPattern { words: "only with exactly these arguments".to_owned(), matched: None };
    Offers::for_tier(Tier::Look, &[pattern], Identified::Yes)
}

/// The same question about another tool.
pub(super) fn of_tool(mut question: Question, name: &str) -> Question {
    if let Subject::Call { tool, .. } = &mut question.subject {
        name.clone_into(tool);
    }
    question
}

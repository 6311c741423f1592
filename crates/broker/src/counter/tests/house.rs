//! A broker whose orders and questions a test has in its own hands.

use super::*;

/// A broker without doors, and a face that hands its questions to the test.
pub(in crate::counter) struct House {
    pub(in crate::counter) broker: Arc<Broker>,
    pub(in crate::counter) clock: Arc<FakeClock>,
    pub(super) asked: UnboundedReceiver<Question>,
    _home: TempDir,
}

struct Face(UnboundedSender<Question>);

impl Approver for Face {
    fn show(&self, question: &Question) {
        let _ = self.0.send(question.clone());
    }

    fn withdraw(&self, _id: QuestionId, _: Ending) {}

    fn can_ask(&self) -> Reachable {
        Reachable::Yes
    }
}

struct NoBrowser;

impl Browser for NoBrowser {
    fn open(&self, _url: &VettedUrl) -> Result<(), String> {
        Err("there is none".to_owned())
    }

    fn name(&self) -> Result<String, String> {
        Err("there is none".to_owned())
    }
}

impl House {
    pub(in crate::counter) fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let (send, asked) = unbounded_channel();
        let clock = Arc::new(FakeClock::at("2026-11-21T12:00:00Z".parse().unwrap()));
        let broker = Broker::build(Parts {
            places: Places::under(home.path()),
            person: "ana".to_owned(),
            screen: Arc::new(NoScreen),
            approver: Arc::new(Face(send)),
            windows: Arc::new(crate::NoWindows),
            face: FaceView::Terminal,
            browser: Arc::new(NoBrowser),
            vault: VaultChoice::Memory,
            clock: Arc::<FakeClock>::clone(&clock),
            rng: Arc::new(FakeRng::default()),
            idle_exit: IdleExit::default(),
        })
        .unwrap();
        let server = Server::new("notes".parse().unwrap(), "https://notes.example/mcp".parse().unwrap());
        broker.settings.add_server(&server).unwrap();
        Self { broker, clock, asked, _home: home }
    }

    pub(super) fn give(&self, order: Order) -> JoinHandle<Result<Answer, ConsoleError>> {
        give(&self.broker, order)
    }

    /// An order that asks nobody.
    pub(in crate::counter) async fn obeyed(&mut self, order: Order) -> Result<Answer, ConsoleError> {
        let done = self.give(order).await.unwrap();
        assert!(self.asked.try_recv().is_err(), "somebody was asked");
        done
    }

    /// An order that asks; gives the readable content of its question.
    pub(in crate::counter) async fn answered(
        &mut self,
        order: Order,
        answer: Given,
    ) -> (String, Result<Answer, ConsoleError>) {
        let done = self.give(order);
        let question = self.asked.recv().await.unwrap();
        self.broker.answer(question.id, &question.request, answer).unwrap();
        (content(&question), done.await.unwrap())
    }

    pub(super) async fn rules(&mut self) -> Vec<RuleView> {
        match self.obeyed(Order::Rules).await {
            Ok(Answer::Rules(rules)) => rules,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn write(&self, text: &str) {
        std::fs::write(self.broker.places.policies().join("own.cedar"), text).unwrap();
        self.broker.reload_rules();
    }

    /// A call that was made just now.
    pub(super) fn call(&self, tool: &str, arguments: &str, labels: Labels, reason: &str) {
        let intent = Intent {
            call: CallId::make(&*self.clock, &*self.broker.rng),
            session: SessionId::make(&*self.clock, &*self.broker.rng),
            app: "claude",
            app_path: None,
            ancestry: "claude (1)",
            server: &"notes".parse().unwrap(),
            account: &Account::default(),
            issuer: None,
            method: "tools/call",
            tool: Some(tool),
            arguments: arguments.as_bytes(),
            request: Digest::of_parts(&[tool.as_bytes()]),
            decision: "allow",
            reason,
            trace: None,
        };
        let risk = Risk { tier: Some(Tier::Send), labels };
        let entry: Entry<Open> = self.broker.log().unwrap().begin_with_risk(&intent, risk).unwrap();
        let _ = entry.close(&Outcome::Complete { bytes: 1, millis: 1 });
        self.clock.advance(Duration::from_secs(1));
    }
}

pub(super) fn give(broker: &Arc<Broker>, order: Order) -> JoinHandle<Result<Answer, ConsoleError>> {
    let broker = Arc::clone(broker);
    tokio::spawn(async move {
        let caller = Caller { chain: Vec::new(), signature: Signature::Unknown };
        carry_out(&broker, Giver::Program(&caller), order).await
    })
}

pub(super) fn content(question: &Question) -> String {
    match &question.subject {
        Subject::Order { content, .. } => content.to_string(),
        other => panic!("{other:?}"),
    }
}

pub(super) fn code(done: Result<Answer, ConsoleError>) -> Code {
    done.unwrap_err().code
}

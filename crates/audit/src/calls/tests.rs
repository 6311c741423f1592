use super::*;
use crate::{Durability, Event, Intent, Log, Note, Risk};
use keyholder_model::clock::{Clock, FakeClock, FakeRng};
use keyholder_model::digest::Digest;
use keyholder_model::event::Whose;
use keyholder_model::id::{CallId, SessionId};
use keyholder_model::risk::Label;
use keyholder_model::server::{Account, ServerName};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

struct Desk {
    _dir: TempDir,
    clock: Arc<FakeClock>,
    log: Log,
}

impl Desk {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_000)));
        let log = Log::open(&dir.path().join("audit.db"), Arc::clone(&clock) as Arc<dyn Clock>, Durability::Process);
        Self { log: log.unwrap(), clock, _dir: dir }
    }

    /// Writes a call, a second after the one before.
    fn call(&self, app: &str, server: &str, tool: Option<&str>, risk: Risk) -> crate::Entry<crate::Open> {
        self.clock.advance(Duration::from_secs(1));
        let (server, account, rng): (ServerName, _, _) =
            (server.parse().unwrap(), Account::default(), FakeRng::default());
        let intent = Intent {
            call: CallId::make(&*self.clock, &rng),
            session: SessionId::make(&*self.clock, &rng),
            app,
            app_path: None,
            ancestry: "",
            server: &server,
            account: &account,
            issuer: None,
            method: if tool.is_some() { "tools/call" } else { "prompts/get" },
            tool,
            arguments: b"{\"a\":1}",
            request: Digest::of_parts(&[]),
            decision: "allow",
            reason: "rule reading",
            trace: None,
        };
        self.log.begin_with_risk(&intent, risk).unwrap()
    }

    fn refuse(&self, app: &str, server: &str, tool: &str) {
        self.clock.advance(Duration::from_secs(1));
        let server = server.parse().unwrap();
        let refusal = Note {
            app: Some(app),
            server: Some(&server),
            tool: Some(tool),
            arguments: Some(b"{}"),
            decision: Some("deny"),
            tier: Some(Tier::Destroy),
            ..Note::of(Event::Refuse)
        };
        self.log.note(&refusal).unwrap();
        self.log.note(&Note { event: Event::Answer, millis: Some(1200), ..refusal }).unwrap();
    }

    fn numbers(&self, query: &CallQuery) -> Vec<u64> {
        self.log.calls(query).unwrap().iter().map(|call| call.number).collect()
    }
}

fn of(app: &str, server: &str, tool: &str) -> CallQuery {
    let named = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    CallQuery { app: named(app), server: named(server), tool: named(tool), ..CallQuery::default() }
}

#[test]
fn calls_come_with_what_was_written_down_of_them() {
    let desk = Desk::new();
    let risk =
        Risk { tier: Some(Tier::Send), labels: Labels::NONE.with(Label::SendsOutward).with(Label::ReadsPrivate) };
    let made = desk.call("claude", "work", Some("send"), risk);
    let open = desk.call("claude", "work", Some("read"), Risk::default());
    let _ = desk.call("claude", "work", None, risk).close(&Outcome::Cancel);
    let outcome = Outcome::Fault { whose: Whose::Server, what: "gone".to_owned() };
    let _ = made.close(&outcome);
    desk.refuse("claude", "work", "wipe");
    let [wipe, read, send] = desk.log.calls(&CallQuery::default()).unwrap().try_into().unwrap();
    assert_eq!((send.outcome.as_ref(), send.tier, send.labels), (Some(&outcome), risk.tier, risk.labels));
    assert_eq!((send.fate, send.preview.as_deref(), send.at.as_millis()), (Fate::Made, Some("{\"a\":1}"), 2_000));
    assert_eq!((read.outcome, read.tier, read.labels), (None, None, Labels::NONE));
    assert_eq!((wipe.fate, wipe.decision.as_deref(), wipe.tier), (Fate::Refused, Some("deny"), Some(Tier::Destroy)));
    let rows = desk.log.read(&crate::Query::default()).unwrap();
    let answer = rows.iter().find(|row| row.event == "answer").unwrap();
    assert_eq!((answer.millis, answer.tier), (Some(1200), Some(Tier::Destroy)));
    assert_eq!(rows.last().unwrap().labels, risk.labels);
    drop(open);
    assert!(desk.log.verify(None).unwrap().is_sound());
}

#[test]
fn every_filter_order_and_page_agrees_with_reading_everything() {
    let desk = Desk::new();
    for round in 0..6 {
        for (app, server) in [("claude", "work"), ("cursor", "work"), ("claude", "home")] {
            for tool in ["read", "send"] {
                let _ = desk.call(app, server, Some(tool), Risk::default()).close(&Outcome::Cancel);
            }
            if round % 2 == 0 {
                desk.refuse(app, server, "send");
            }
        }
    }
    let all = desk.log.calls(&CallQuery::default()).unwrap();
    assert_eq!(all.len(), 45);
    for app in ["", "claude", "cursor"] {
        for (server, tool) in [("", ""), ("work", ""), ("", "send"), ("work", "send"), ("home", "read"), ("no", "send")]
        {
            let is_wanted = |call: &&PastCall| {
                let fits = |value: &Option<String>, wanted: &str| wanted.is_empty() || value.as_deref() == Some(wanted);
                fits(&call.app, app) && fits(&call.server, server) && (tool.is_empty() || call.tool == tool)
            };
            let mut wanted: Vec<u64> = all.iter().filter(is_wanted).map(|call| call.number).collect();
            let query = of(app, server, tool);
            assert_eq!(desk.numbers(&query), wanted, "{query:?}");
            // Page by page.
            let (mut pages, mut before) = (Vec::new(), None);
            loop {
                let page = desk.numbers(&CallQuery { before, limit: Some(4), ..query.clone() });
                let Some(last) = page.last().copied() else { break };
                before = Some(last);
                pages.extend(page);
            }
            assert_eq!(pages, wanted, "{query:?}");
            wanted.reverse();
            let (mut pages, mut after) = (Vec::new(), None);
            loop {
                let page =
                    desk.numbers(&CallQuery { after, limit: Some(4), order: Order::OldestFirst, ..query.clone() });
                let Some(last) = page.last().copied() else { break };
                after = Some(last);
                pages.extend(page);
            }
            assert_eq!(pages, wanted, "{query:?}");
            let middle = Timestamp::from_millis(20_000);
            let later = desk.numbers(&CallQuery { since: Some(middle), ..query.clone() });
            let earlier = desk.numbers(&CallQuery { until: Some(middle), ..query.clone() });
            assert_eq!([later, earlier].concat().len(), wanted.len(), "{query:?}");
        }
    }
    assert!(desk.numbers(&CallQuery { limit: Some(0), ..CallQuery::default() }).is_empty());
}

#[test]
fn the_last_calls_of_a_tool_are_found_by_the_directory() {
    let desk = Desk::new();
    for order in [Order::NewestFirst, Order::OldestFirst] {
        let book = desk.log.inner.book();
        let mut explain = book.db.prepare(&format!("EXPLAIN QUERY PLAN {}", select(Way::Directory, order))).unwrap();
        let plan: Vec<String> = explain
            .query_map(
                named_params! {":server": "", ":app": "", ":tool": "", ":since": 0, ":until": 0, ":from": 0, ":to": 0, ":limit": 0},
                |row| row.get(3),
            )
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let plan = plan.join("\n");
        assert!(plan.contains("PRIMARY KEY (server=? AND tool=? AND sequence>? AND sequence<?)"), "{plan}");
        assert!(!plan.contains("B-TREE") && !plan.contains("SCAN"), "nothing is sorted, nothing walked: {plan}");
    }
    for _ in 0..30 {
        let _ = desk.call("claude", "work", Some("send"), Risk::default()).close(&Outcome::Cancel);
    }
    assert_eq!(desk.numbers(&of("", "work", "send")).len(), 30);
    let found = |way| {
        let (query, book) = (of("", "work", "send"), desk.log.inner.book());
        let mut search = Search { way, ..Search::of(&query, book.head.count, true) };
        let mut calls = Vec::new();
        while search.step(&book.db, &query, &mut calls).unwrap() {}
        calls
    };
    assert_eq!(found(Way::Directory), found(Way::Walk));
    let book = desk.log.inner.book();
    assert_eq!(u64::try_from(crate::called::done(&book.db).unwrap()), Ok(book.head.count));
    // What it leads to is believed only where the row says the same, and one that is ahead of the rows is made anew.
    book.db
        .execute_batch("UPDATE called SET tool = 'wipe' WHERE sequence = 1; UPDATE progress SET called = 4711")
        .unwrap();
    drop(book);
    assert!(desk.numbers(&of("", "work", "wipe")).is_empty());
    let book = desk.log.inner.book();
    crate::called::distrust(&book.db, 60).unwrap();
    assert_eq!(crate::called::done(&book.db).unwrap(), 0);
    drop(book);
    assert_eq!(desk.numbers(&of("", "work", "send")).len(), 30);
}

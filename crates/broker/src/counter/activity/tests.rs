//! Promises of searching and showing: what the words find is what the entries say.

use super::*;
use keyholder_audit::{Durability, Entry, Event, Intent, Note, Open, Query, Risk, Row};
use keyholder_console::activity::words::{KINDS, Moment, TIERS, Words};
use keyholder_console::activity::{DeciderView, DecisionView, OutcomeView};
use keyholder_model::clock::{Clock, FakeClock, FakeRng, Timestamp};
use keyholder_model::digest::Digest;
use keyholder_model::event::{Outcome, Whose};
use keyholder_model::id::{CallId, SessionId};
use keyholder_model::risk::{Label, Labels, Tier};
use keyholder_model::server::{Account, ServerName};
use std::time::Duration;
use tempfile::TempDir;

/// A log, and the hands to write it.
pub(super) struct Desk {
    _dir: TempDir,
    pub(super) clock: Arc<FakeClock>,
    pub(super) log: Log,
    rng: FakeRng,
}

/// A call that is written.
#[derive(Clone, Copy)]
pub(super) struct Made<'a> {
    pub(super) app: &'a str,
    pub(super) server: &'a str,
    pub(super) tool: &'a str,
    pub(super) reason: &'a str,
    pub(super) arguments: &'a str,
}

impl Desk {
    pub(super) fn at(now: &str) -> Self {
        let dir = TempDir::new().unwrap();
        // In Berlin, without asking any machine where it is.
        let clock = FakeClock::at(now.parse().unwrap()).in_zone("CET-1CEST,M3.5.0,M10.5.0/3");
        let clock = Arc::new(clock);
        let log = Log::open(&dir.path().join("audit.db"), Arc::clone(&clock) as Arc<dyn Clock>, Durability::Process);
        Self { log: log.unwrap(), clock, _dir: dir, rng: FakeRng::default() }
    }

    pub(super) fn begin(&self, made: Made<'_>) -> Entry<Open> {
        let intent = Intent {
            call: CallId::make(&*self.clock, &self.rng),
            session: SessionId::make(&*self.clock, &self.rng),
            app: made.app,
            app_path: Some("/usr/bin/claude"),
            ancestry: "keyholder (2)",
            server: &made.server.parse().unwrap(),
            account: &Account::default(),
            issuer: Some("https://as.example"),
            method: if made.tool.is_empty() { "prompts/get" } else { "tools/call" },
            tool: (!made.tool.is_empty()).then_some(made.tool),
            arguments: made.arguments.as_bytes(),
            request: Digest::of_parts(&[]),
            decision: "allow",
            reason: made.reason,
            trace: Some("00-1-2-01"),
        };
        let tier = if made.tool.starts_with("send") { Tier::Send } else { Tier::Look };
        let risk = Risk { tier: Some(tier), labels: Labels::NONE.with(Label::ReadsPrivate) };
        self.log.begin_with_risk(&intent, risk).unwrap()
    }

    pub(super) fn call(&self, made: Made<'_>, outcome: &Outcome) {
        let _ = self.begin(made).close(outcome);
    }

    pub(super) fn note(&self, server: &str, note: &Note<'_>) {
        let server: ServerName = server.parse().unwrap();
        self.log.note(&Note { app: Some("claude"), server: Some(&server), ..*note }).unwrap();
    }

    fn all(&self) -> Vec<Row> {
        self.log.read(&Query { limit: Some(Query::MOST), ..Query::default() }).unwrap()
    }
}

pub(super) const READ: Made<'static> = Made {
    app: "claude",
    server: "work",
    tool: "read",
    reason: "rule asking/look",
    arguments: r#"{"path":"/Quarterly report"}"#,
};

pub(super) fn complete() -> Outcome {
    Outcome::Complete { bytes: 100, millis: 7 }
}

/// Something of everything.
fn desk() -> (Desk, Vec<Entry<Open>>) {
    let desk = Desk::at("2026-11-18T22:30:00Z");
    let wait = || desk.clock.advance(Duration::from_hours(3));
    let account: Account = "Work".parse().unwrap();
    desk.log.note(&Note::of(Event::Start)).unwrap();
    desk.call(READ, &complete());
    wait();
    let send = Made { tool: "send_message", reason: "answered: allow once", app: "Claude Desktop", ..READ };
    desk.note(
        "work",
        &Note {
            tool: Some("send_message"),
            decision: Some("allow once"),
            millis: Some(900),
            ..Note::of(Event::Answer)
        },
    );
    desk.call(send, &Outcome::Fault { whose: Whose::Server, what: "error -1".to_owned() });
    wait();
    let refuse = Note {
        tool: Some("wipe"),
        decision: Some("deny"),
        account: Some(&account),
        arguments: Some(b"{\"all\":true}"),
        ..Note::of(Event::Refuse)
    };
    let sentence = "nothing is wiped (own (work).cedar:3)";
    desk.note("work", &Note { reason: Some(sentence), whose: Some(Whose::Policy), ..refuse });
    desk.note("slack", &Note { reason: Some("the person declined"), whose: Some(Whose::Person), ..refuse });
    desk.note(
        "slack",
        &Note { reason: Some("nobody has answered yet"), whose: Some(Whose::Person), decision: Some("ask"), ..refuse },
    );
    desk.note("slack", &Note { reason: Some("the server is slow to answer"), whose: Some(Whose::Server), ..refuse });
    desk.note("slack", &Note { decision: Some("deny and block"), millis: Some(61_000), ..Note::of(Event::Answer) });
    wait();
    desk.note("work", &Note { decision: Some("add"), reason: Some("rule 01JD"), ..Note::of(Event::ChangeRule) });
    desk.note(
        "work",
        &Note { decision: Some("allow"), reason: Some("signed in; scopes: read"), ..Note::of(Event::SignIn) },
    );
    desk.note(
        "work",
        &Note {
            method: Some("roots/list"),
            decision: Some("allow"),
            reason: Some("rule asking/look"),
            ..Note::of(Event::ServerRequest)
        },
    );
    wait();
    desk.call(Made { tool: "", server: "slack", ..READ }, &Outcome::Cancel);
    let open = vec![desk.begin(Made { reason: "rule remembered 01JD", ..send })];
    desk.call(READ, &Outcome::Unknown);
    (desk, open)
}

/// What the words mean, said in another way: about what is shown of an entry.
fn fits(words: &Words, clock: &FakeClock, entry: &EntryView) -> bool {
    let like = |names: &[String], text: &Option<String>| {
        names.is_empty()
            || names.iter().any(|name| text.as_ref().is_some_and(|text| text.to_lowercase() == name.to_lowercase()))
    };
    let at: Timestamp = entry.at.parse().unwrap();
    let moment = |moment: &Moment| match moment {
        Moment::Ago(minutes) => {
            Timestamp::from_millis(clock.now().as_millis() - i64::try_from(*minutes).unwrap() * 60_000)
        }
        Moment::At(text) => text.parse().unwrap(),
        Moment::Day(text) => clock.beginning(text.parse().unwrap()),
    };
    let reason = entry.reason.clone().unwrap_or_default();
    let was_asked = entry.by == Some(DeciderView::Person) || entry.decision == Some(DecisionView::Asked);
    let decided =
        |wanted: &DecisionView| entry.decision == Some(*wanted) || *wanted == DecisionView::Asked && was_asked;
    let tool = entry
        .tool
        .clone()
        .filter(|_| entry.kind != "call" || reason.is_empty() || entry.tool.as_deref() != Some("prompts/get"));
    let holds = |text: &String| {
        let said = entry.decision.filter(|decision| *decision == DecisionView::Allowed);
        let all = [&entry.app, &entry.server, &entry.account, &entry.tool, &entry.reason, &entry.preview];
        let texts = all.into_iter().flatten().map(String::as_str).chain(said.map(|_| "allow"));
        texts.into_iter().any(|one| one.to_lowercase().contains(&text.to_lowercase()))
    };
    like(&words.servers, &entry.server)
        && like(&words.apps, &entry.app)
        && like(&words.accounts, &entry.account)
        && like(&words.tools, &tool)
        && (words.kinds.is_empty() || words.kinds.contains(&entry.kind.as_str()))
        && (words.decisions.is_empty() || words.decisions.iter().any(decided))
        && (words.by.is_empty() || words.by.iter().any(|by| entry.by == Some(*by)))
        && (words.outcomes.is_empty() || words.outcomes.contains(&entry.outcome))
        && (words.tiers.is_empty() || words.tiers.iter().any(|tier| entry.tier.as_deref() == Some(*tier)))
        && words.after.iter().all(|after| at >= moment(after))
        && words.before.iter().all(|before| at < moment(before))
        && words.texts.iter().all(holds)
}

fn found(desk: &Desk, text: &str, limit: u32) -> Vec<u64> {
    let (mut numbers, mut before) = (Vec::new(), None);
    loop {
        let wanted = LogQuery { words: Some(text.to_owned()), limit: Some(limit), before, ..LogQuery::default() };
        let query = search::query(&wanted, &*desk.clock).unwrap().unwrap();
        let page = report(&desk.log.page(&query).unwrap());
        assert!(page.entries.len() == limit as usize || page.next.is_none(), "{text}");
        numbers.extend(page.entries.iter().map(|entry| entry.number));
        match page.next {
            Some(next) => before = Some(next),
            None => return numbers,
        }
    }
}

#[test]
fn words_find_what_the_entries_say() {
    let (desk, _open) = desk();
    for listed in [false, true] {
        if listed {
            desk.log.flush().unwrap();
        }
        let all: Vec<EntryView> = desk.all().iter().map(view::entry).collect();
        for text in [
            "",
            "server:slack",
            "server:SLACK server:work",
            "app:\"claude desktop\"",
            "account:work",
            "tool:READ",
            "tool:wipe",
            "kind:call",
            "kind:call|sign_in",
            "decision:denied",
            "decision:allowed",
            "decision:asked",
            "decision:denied|allowed",
            "by:me",
            "by:rule",
            "by:me|rule",
            "outcome:done",
            "outcome:refused",
            "outcome:failed|unknown",
            "outcome:open",
            "outcome:cancelled",
            "tier:send",
            "tier:look|destroy",
            "after:7h",
            "before:7h",
            "after:2026-11-19",
            "before:2026-11-19",
            "after:2026-11-19T01:30:00Z",
            "after:7h after:1h",
            "quarterly",
            "REPORT claude",
            "wiped",
            "declined",
            "allow",
            "answered",
            "xyz",
            "server:slack decision:denied by:me",
            "kind:refuse after:30d nobody",
        ] {
            let words: Words = text.parse().unwrap();
            let wanted: Vec<u64> =
                all.iter().filter(|entry| fits(&words, &desk.clock, entry)).map(|entry| entry.number).collect();
            for limit in [1, 3, 100] {
                assert_eq!(found(&desk, text, limit), wanted, "{text}");
            }
        }
    }
    assert_eq!(found(&desk, "by:me", 100).len(), 4);
    assert_eq!(found(&desk, "decision:asked", 100).len(), 5);
    assert_eq!(found(&desk, "by:rule", 100).len(), 6);
}

#[test]
fn a_day_begins_where_the_person_is() {
    // At half past eleven in the evening in Berlin it was half past ten in the morning nowhere near.
    let desk = Desk::at("2026-11-18T22:30:00Z");
    desk.call(READ, &complete());
    desk.clock.advance(Duration::from_hours(1));
    desk.call(READ, &complete());
    assert_eq!((found(&desk, "after:2026-11-19", 9), found(&desk, "before:2026-11-19", 9)), (vec![3], vec![1]));
}

#[test]
fn fields_and_words_must_both_hold() {
    let (desk, _open) = desk();
    let query = |query: LogQuery| search::query(&query, &*desk.clock);
    let outcome = Some(OutcomeView::Done);
    let words = |words: &str| Some(words.to_owned());
    assert!(query(LogQuery { outcome, words: words("outcome:failed"), ..LogQuery::default() }).unwrap().is_none());
    let both = LogQuery {
        kind: Some("call".into()),
        server: Some("work".into()),
        outcome,
        words: words("outcome:done|failed after:1d"),
        since: Some("2026-11-18T20:00:00Z".into()),
        ..LogQuery::default()
    };
    let both = query(both).unwrap().unwrap();
    assert_eq!(both.since, Some("2026-11-18T20:00:00Z".parse().unwrap()));
    assert_eq!(desk.log.page(&both).unwrap().rows.len(), 1);
    let why = query(LogQuery { words: words("colour:red"), ..LogQuery::default() }).unwrap_err();
    assert!(why.code == Code::Invalid && why.detail.is_some_and(|detail| detail.contains("colour:red")));
    assert_eq!(query(LogQuery { since: Some("soon".into()), ..LogQuery::default() }).unwrap_err().code, Code::Invalid);
    assert!(
        query(LogQuery { words: words("after:99999999999999999d before:0001-01-01"), ..LogQuery::default() }).is_ok()
    );
}

#[test]
fn an_entry_says_who_decided_what_and_keeps_the_arguments_apart() {
    let (desk, _open) = desk();
    let all: Vec<EntryView> = desk.all().iter().map(view::entry).collect();
    let of = |fits: &dyn Fn(&&EntryView) -> bool| all.iter().rev().find(fits).unwrap();
    let send = of(&|entry| entry.tool.as_deref() == Some("send_message") && entry.kind == "call");
    assert_eq!((send.decision, send.by), (Some(DecisionView::Allowed), Some(DeciderView::Person)));
    assert_eq!((send.outcome, send.fault.as_deref()), (OutcomeView::Failed, Some("server: error -1")));
    assert_eq!((send.tier.as_deref(), send.preview.as_deref()), (Some("send"), Some(READ.arguments)));
    assert_eq!((send.detail.clone(), send.millis), (send.fault.clone(), None));
    let read = of(&|entry| entry.tool.as_deref() == Some("read"));
    assert_eq!(
        (read.by, read.bytes, read.detail.as_deref()),
        (Some(DeciderView::Rule), Some(100), Some(READ.arguments))
    );
    let answer = of(&|entry| entry.kind == "answer");
    assert_eq!((answer.by, answer.decided_ms, answer.millis), (Some(DeciderView::Person), Some(900), None));
    let unanswered = of(&|entry| entry.reason.as_deref() == Some("nobody has answered yet"));
    assert_eq!((unanswered.by, unanswered.decision), (None, Some(DecisionView::Asked)));
    let changed = of(&|entry| entry.kind == "change_rule");
    assert_eq!((changed.by, changed.decision), (None, None));
}

#[test]
fn a_deciding_rule_is_found_by_its_name_or_named_when_it_is_gone() {
    let (desk, _open) = desk();
    let rules = |ids: &[&str]| -> Vec<keyholder_console::rules::RuleView> {
        let rule = |id: &&str| {
            serde_json::json!({
                "id": id, "effect": "allow", "summary": "it", "source": "", "origin": "file", "state": "in_force", "uses": 0, "bound_to": [],
            })
        };
        ids.iter().map(|id| serde_json::from_value(rule(id)).unwrap()).collect()
    };
    let shown = |text: &str, ids: &[&str]| {
        let number = found(&desk, text, 100)[0];
        let detail = view::detail(desk.log.entry(number).unwrap().unwrap(), rules(ids));
        (detail.rule_id, detail.rule.map(|rule| rule.id))
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(shown("tool:read outcome:done", &["x", "asking/look"]), (some("asking/look"), some("asking/look")));
    assert_eq!(shown("tool:read outcome:done", &[]), (some("asking/look"), None));
    assert_eq!(shown("outcome:open", &["01JD"]), (some("01JD"), some("01JD")));
    assert_eq!(shown("wiped", &["own (work).cedar:3"]), (some("own (work).cedar:3"), some("own (work).cedar:3")));
    assert_eq!(shown("kind:change_rule", &["01JD"]), (None, None));
    let read = desk.log.entry(found(&desk, "tool:read outcome:done", 100)[0]).unwrap().unwrap();
    let detail = view::detail(read, Vec::new());
    assert_eq!((detail.app_path.as_deref(), detail.trace.as_deref()), (Some("/usr/bin/claude"), Some("00-1-2-01")));
    assert_eq!((detail.labels, detail.ended_as), (vec!["reads_private".to_owned()], Some(detail.entry.number + 1)));
}

#[test]
fn a_page_ends_where_its_texts_are_too_much_for_one_answer() {
    let desk = Desk::at("2026-11-18T22:30:00Z");
    let arguments = format!(r#"{{"text":"{}"}}"#, "word ".repeat(500));
    for _ in 0..1_200 {
        desk.call(Made { arguments: &arguments, ..READ }, &complete());
    }
    let query = LogQuery { limit: Some(10_000), ..LogQuery::default() };
    let page = report(&desk.log.page(&search::query(&query, &*desk.clock).unwrap().unwrap()).unwrap());
    let (last, next) = (page.entries.last().unwrap().number, page.next.unwrap());
    assert!(page.entries.len() > 500 && page.entries.len() < 1_200 && last == next);
    let rest = LogQuery { before: Some(next), ..query };
    let rest = report(&desk.log.page(&search::query(&rest, &*desk.clock).unwrap().unwrap()).unwrap());
    assert_eq!(page.entries.len() + rest.entries.len(), 1_200, "the pages go on where they ended");
}

#[test]
fn the_words_know_all_that_the_log_can_say() {
    let mut kinds: Vec<&str> = Event::ALL.iter().map(|event| event.as_str()).chain(["call"]).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, KINDS);
    assert_eq!(Tier::ALL.map(Tier::as_str), TIERS);
}

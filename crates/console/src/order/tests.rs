//! Which door may give which order (invariant 7), and that orders read back.

use super::*;
use crate::approvals::BoundToView;
use crate::attention::{AttentionView, PausedView};
use crate::error::{Code, ConsoleError};
use crate::explanation::{ConsideredView, ExplanationView, FactView, RuleOutcome};
use crate::mode::{LearnedView, ModeView};
use crate::news::Place;
use crate::rules::RuleOrigin;
use crate::servers::Verdict;
use crate::simulation::{ChangedView, SimulationView, TallyView};
use std::collections::BTreeSet;

/// At least one of each.
fn all() -> Vec<Order> {
    let name = || "github".to_owned();
    let call = CallView {
        app: None,
        server: name(),
        account: Some("work".into()),
        tool: "send".into(),
        arguments: r#"{"n":1e400}"#.into(),
    };
    let mut orders = vec![
        Order::AddOrganisation(Box::new(NewOrganisation { name: name(), ..NewOrganisation::default() })),
        Order::AddRule { text: "forbid(principal, action, resource);".into() },
        Order::AddServer(Box::new(NewServer { name: name(), url: "https://x.example".into(), ..NewServer::default() })),
        Order::Admit { review: "tool notes/send".into() },
        Order::Answer { question: "q".into(), digest: "0".repeat(64), choice: "allow_once".into() },
        Order::AnswerListed {
            questions: vec![ListedView { question: "q".into(), digest: "0".repeat(64) }],
            choice: ListedChoice::Deny,
        },
        Order::Approvals,
        Order::Attention,
        Order::ConfirmRules,
        Order::Deny { question: "q".into() },
        Order::DenyAll { server: name() },
        Order::Distrust { server: name() },
        Order::Doctor,
        Order::Edit { question: "q".into(), digest: "0".repeat(64), arguments: "{}".into() },
        Order::Explain { call },
        Order::Grants,
        Order::History { app: None },
        Order::Hosts { server: Some(name()) },
        Order::Labels { server: Some(name()) },
        Order::Lock,
        Order::Log(LogQuery { server: Some(name()), ..LogQuery::default() }),
        Order::Login { name: name(), account: None },
        Order::Logout { name: name(), account: Some("work".into()) },
        Order::Mode,
        Order::OfferPattern {
            question: "q".into(),
            bounds: vec![BoundView { argument: "path".into(), to: BoundToView::Prefix("/srv/".into()) }],
        },
        Order::Organisations,
        Order::Pause { server: name() },
        Order::Probe { url: "https://x.example".into() },
        Order::Refuse { review: "prompt notes/daily".into() },
        Order::RemoveOrganisation { name: name() },
        Order::RemoveRule { rule: "r".into() },
        Order::RemoveServer { name: name() },
        Order::ResetHistory { app: "claude".into() },
        Order::Resume { server: name() },
        Order::ResumeAsking { app: "claude".into() },
        Order::Review,
        Order::Revoke { whose: Whose::All },
        Order::Revoke { whose: Whose::Issuer { issuer: "https://id.example".into() } },
        Order::Revoke { whose: Whose::Server { name: name(), account: None } },
        Order::Rules,
        Order::Servers,
        Order::Seen { question: "q".into() },
        Order::Set(Setting::Guard(400)),
        Order::SetLabels { server: name(), tool: "send".into(), labels: vec!["sends_outward".into()] },
        Order::SetToolUse { server: name(), account: "work".into(), tool: "send".into(), usage: Some(ToolUse::Off) },
        Order::ShowEntry { number: 7 },
        Order::ShowFace(Place::Grants.into()),
        Order::ShowFace(Destination { place: Place::Connect, server: Some(name()) }),
        Order::ShowQuestion { question: "q".into() },
        Order::ShowRaw { question: "q".into() },
        Order::ShowServer { name: name() },
        Order::Simulate { since: "2026-11-01T00:00:00Z".into(), text: String::new(), replaces: None },
        Order::Status,
        Order::Stop,
        Order::Summary { days: 30 },
        Order::Trust { server: name() },
        Order::Unlock,
        Order::VerifyLog,
    ];
    orders.extend(AskMode::ALL.map(|mode| Order::SetMode { mode }));
    orders
}

/// The names of the orders that may only be handled so at the side door.
fn at_the_side_door(handling: Handling) -> Vec<&'static str> {
    all().iter().filter(|order| order.handling(OrderDoor::Side) == handling).map(Order::name).collect()
}

#[test]
fn these_promises_are_about_every_order() {
    // The reader of orders knows all names, and says so of one that it does not know.
    let unknown = Ask::parse(br#"{"version":1,"order":{"order":"?"}}"#).unwrap_err().detail.unwrap();
    let known: BTreeSet<&str> = unknown.split('`').skip(3).step_by(2).collect();
    assert_eq!(known, all().iter().map(Order::name).collect());
}

#[test]
fn what_raises_authority_becomes_a_question_at_the_side_door() {
    let asked = [
        "add_organisation",
        "add_rule",
        "add_server",
        "admit",
        "confirm_rules",
        "login",
        "probe",
        "remove_rule",
        "reset_history",
        "resume",
        "resume_asking",
        "set",
        "set_labels",
        "set_tool_use",
        "trust",
        "unlock",
        "set_mode",
        "set_mode",
    ];
    assert_eq!(at_the_side_door(Handling::AskFirst), asked);
    for order in all() {
        assert_eq!(order.handling(OrderDoor::Counter), Handling::CarryOut);
        let carried_out = order.handling(OrderDoor::Side) == Handling::CarryOut;
        assert_eq!(carried_out, order.authority() != Authority::Raises, "{}", order.name());
    }
}

#[test]
fn what_answers_a_question_is_refused_at_the_side_door() {
    assert_eq!(
        at_the_side_door(Handling::Refuse),
        ["answer", "answer_listed", "edit", "offer_pattern", "seen", "show_raw"]
    );
    let why = ConsoleError::face_only();
    assert_eq!(why.code, Code::Denied);
    assert!(why.detail.is_some());
}

#[test]
fn only_the_mode_that_asks_about_everything_lowers_authority() {
    let lowers = |mode: &AskMode| Order::SetMode { mode: *mode }.authority() == Authority::Lowers;
    assert_eq!(AskMode::ALL.into_iter().filter(lowers).collect::<Vec<_>>(), [AskMode::Careful]);
}

#[test]
fn orders_read_back_under_their_own_name() {
    for order in all() {
        let json = serde_json::to_value(Ask::new(order.clone())).unwrap();
        assert_eq!(json["order"]["order"], order.name());
        assert_eq!(Ask::parse(json.to_string().as_bytes()), Ok(order));
    }
}

#[test]
fn an_order_of_another_version_or_shape_is_refused() {
    assert_eq!(Ask::parse(br#"{"version":2,"order":{"order":"become_root"}}"#).unwrap_err().code, Code::Version);
    for bad in [
        &b""[..],
        b"null",
        br#"{"version":1}"#,
        br#"{"version":1,"order":{"order":"approve","question":"q"}}"#,
        b"\xff",
    ] {
        assert_eq!(Ask::parse(bad).unwrap_err().code, Code::Invalid);
    }
}

#[test]
fn an_answer_names_its_schema() {
    let servers = crate::envelope::of(&Answer::Servers(Vec::new()));
    assert_eq!(servers.to_string(), r#"{"schema":"keyholder.servers/1","servers":[]}"#);
    let done = crate::envelope::of(&Answer::Done(Receipt { note: Some("locked".into()) }));
    assert_eq!(done["schema"], "keyholder.receipt/1");
    assert_eq!(done["note"], "locked");
    assert_eq!(crate::envelope::not_running()["running"], false);
}

/// One of each of the shapes that hold shapes of their own.
fn answers() -> Vec<(&'static str, Answer)> {
    let claude = || "claude".to_owned();
    let learned = LearnedView { app: claude(), server: "notes".into(), tool: "read".into(), times: 3 };
    let paused =
        PausedView { app: Some(claude()), server: None, until: "2026-11-21T08:05:00Z".into(), why: "11 asked".into() };
    let considered = ConsideredView {
        rule: "own.cedar:3".into(),
        origin: RuleOrigin::File,
        effect: Some(Verdict::Deny),
        outcome: RuleOutcome::NotMatched,
        note: None,
    };
    let explanation = ExplanationView {
        verdict: Verdict::Ask,
        rule: "shipped:2".into(),
        why: "nothing allows it unattended".into(),
        tier: "send".into(),
        labels: vec!["sends_outward".into()],
        considered: vec![considered],
        facts: vec![FactView { name: "context.tier".into(), value: "2".into() }],
        history: Vec::new(),
    };
    let changed = ChangedView {
        number: 7,
        at: "2026-11-20T08:00:00Z".into(),
        app: claude(),
        server: "notes".into(),
        tool: "send".into(),
        was: Verdict::Ask,
        would_be: Verdict::Deny,
        rule: "own.cedar:1".into(),
    };
    let simulation = SimulationView {
        calls: 9,
        unknown: 1,
        before: TallyView { allowed: 7, asked: 1, denied: 0 },
        after: TallyView { allowed: 7, asked: 0, denied: 1 },
        changed: vec![changed],
    };
    let mode = ModeView { mode: AskMode::Learning, learning_until: None, learned: vec![learned] };
    vec![
        (
            "keyholder.attention/1",
            Answer::Attention(AttentionView { asked: 1, paused: vec![paused], ..AttentionView::default() }),
        ),
        ("keyholder.explanation/1", Answer::Explanation(Box::new(explanation))),
        ("keyholder.histories/1", Answer::Histories(Vec::new())),
        ("keyholder.mode/1", Answer::Mode(mode)),
        ("keyholder.reviews/1", Answer::Reviews(Vec::new())),
        ("keyholder.simulation/1", Answer::Simulation(Box::new(simulation))),
        ("keyholder.tools/1", Answer::Tools(Vec::new())),
    ]
}

#[test]
fn answers_read_back_and_name_their_schema() {
    for (schema, answer) in answers() {
        assert_eq!(crate::envelope::of(&answer)["schema"], schema);
        let json = serde_json::to_vec(&Reply::Answer(answer.clone())).unwrap();
        assert_eq!(serde_json::from_slice::<Reply>(&json).unwrap(), Reply::Answer(answer));
    }
}

#[test]
fn a_reply_reads_back() {
    let reply = Reply::from(Err(ConsoleError::new(Code::NotFound).about("x").because("y")));
    let json = serde_json::to_string(&reply).unwrap();
    assert_eq!(json, r#"{"error":{"code":"not_found","subject":"x","detail":"y"}}"#);
    assert_eq!(serde_json::from_str::<Reply>(&json).unwrap(), reply);
}

//! `keyholder rules …`

use crate::door::{order, refused, run_reading, shown};
use keyholder_console::explanation::{CallView, ConsideredView, ExplanationView, FactView, RuleOutcome};
use keyholder_console::mode::{AskMode, LearnedView, ModeView};
use keyholder_console::order::{Answer, Order, Receipt};
use keyholder_console::rules::{RuleOrigin, RuleState, RuleView};
use keyholder_console::servers::Verdict;
use keyholder_console::simulation::{ChangedView, SimulationView, TallyView};

const TEXT: &str = "forbid(principal, action, resource);\n";

fn rule() -> RuleView {
    RuleView {
        id: "01JD".into(),
        effect: Some(Verdict::Allow),
        summary: "claude may call send_message of slack".into(),
        source: TEXT.into(),
        origin: RuleOrigin::Answer,
        file: None,
        state: RuleState::Suspended,
        uses: 12,
        last_used: Some("2026-11-20T11:02:31.000Z".into()),
        expires: Some("2026-12-01T00:00:00.000Z".into()),
        idle_days: Some(90),
        uses_left: Some(3),
        bound_to: vec!["account work".into(), "channel is \u{201c}#ops\u{202e}\u{201d}".into()],
        binds_arguments: Some(true),
        made: None,
        note: None,
    }
}

#[test]
fn a_rule_is_listed_with_its_bounds_its_use_and_its_end() {
    let (plain, json) = shown(&["rules"], &Answer::Rules(vec![rule()]));
    assert_eq!(
        plain,
        "01JD\tallow\tclaude may call send_message of slack\taccount work; channel is \u{201c}#ops\\u{202e}\u{201d}\t12\t\
         2026-11-20T11:02:31.000Z\t2026-12-01T00:00:00.000Z, 3 calls left, 90 days after its last use\t\
         suspended: the tool changed\tyour answer\n"
    );
    assert_eq!((json["schema"].as_str(), json["rules"][0]["uses"].as_u64()), (Some("keyholder.rules/1"), Some(12)));
}

#[test]
fn rules_are_read_by_the_command_and_given_as_text() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("work.cedar");
    std::fs::write(&file, TEXT).unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(order(&["rules", "add", file]), Order::AddRule { text: TEXT.into() });
    let (given, _) = run_reading(TEXT, &["rules", "add", "-"], Ok(Answer::Done(Receipt::default())));
    assert_eq!(given, Order::AddRule { text: TEXT.into() });
    let since = "2026-11-01T00:00:00Z";
    assert_eq!(
        order(&["rules", "simulate", "--since", since, "--replaces", "own.cedar", file]),
        Order::Simulate { since: since.into(), text: TEXT.into(), replaces: Some("own.cedar".into()) }
    );
}

#[test]
fn the_other_verbs_of_rules_give_their_orders() {
    assert_eq!(order(&["rules", "confirm"]), Order::ConfirmRules);
    assert_eq!(order(&["rules", "rm", "01JD"]), Order::RemoveRule { rule: "01JD".into() });
    assert_eq!(order(&["rules", "mode"]), Order::Mode);
    assert_eq!(order(&["rules", "mode", "learning"]), Order::SetMode { mode: AskMode::Learning });
    let call = r##"{"app":"claude","server":"slack","tool":"send_message","arguments":{"channel":"#ops"}}"##;
    let expected = CallView {
        app: Some("claude".into()),
        server: "slack".into(),
        account: None,
        tool: "send_message".into(),
        arguments: r##"{"channel":"#ops"}"##.into(),
    };
    assert_eq!(order(&["rules", "explain", call]), Order::Explain { call: expected });
}

#[test]
fn what_cannot_be_read_is_refused_before_a_broker_is_woken() {
    assert!(refused(&["rules", "explain", "{\"server\":"]).contains("this is no call"));
    assert!(refused(&["rules", "add", "/nowhere/at/all"]).contains("cannot be read"));
    assert!(refused(&["rules", "add", env!("CARGO_BIN_EXE_keyholder")]).contains("longer than rules can be"));
    assert!(refused(&["rules", "simulate", "--since", "soon", "-"]).contains("30d"));
    assert!(refused(&["log", "--since", "soon"]).contains("30d"));
    assert!(refused(&["rules", "mode", "reckless"]).contains("careful"));
}

#[test]
fn an_explanation_shows_the_deciding_rule_and_all_that_was_considered() {
    let considered = ConsideredView {
        rule: "own.cedar:3".into(),
        origin: RuleOrigin::File,
        effect: Some(Verdict::Deny),
        outcome: RuleOutcome::NotMatched,
        note: Some("channel is another".into()),
    };
    let explanation = ExplanationView {
        verdict: Verdict::Ask,
        rule: "shipped:2".into(),
        why: "nothing allows it unattended".into(),
        tier: "send".into(),
        labels: vec!["sends_outward".into()],
        considered: vec![considered],
        facts: vec![FactView { name: "context.tier".into(), value: "2".into() }],
        history: vec!["08:00 mail/read \u{1b}[2J".into()],
    };
    let (plain, json) =
        shown(&["rules", "explain", r#"{"server":"s","tool":"t"}"#], &Answer::Explanation(Box::new(explanation)));
    assert_eq!(
        plain,
        "Verdict:\task\nBy rule:\tshipped:2\nWhy:\tnothing allows it unattended\nTier:\tsend\nLabels:\tsends_outward\n\n\
         own.cedar:3\tyour file\tdeny\tnot matched\tchannel is another\n\n\
         context.tier\t2\n\n\
         What the session had read before:\n  08:00 mail/read \\u{1b}[2J\n"
    );
    assert_eq!(json["considered"][0]["outcome"], "not_matched");
}

#[test]
fn a_simulation_shows_the_sums_and_the_calls_that_would_go_another_way() {
    let changed = ChangedView {
        number: 7,
        at: "2026-11-20T08:00:00Z".into(),
        app: "claude".into(),
        server: "slack".into(),
        tool: "send".into(),
        was: Verdict::Allow,
        would_be: Verdict::Deny,
        rule: "new:1".into(),
    };
    let simulation = SimulationView {
        calls: 9,
        unknown: 1,
        before: TallyView { allowed: 8, asked: 0, denied: 0 },
        after: TallyView { allowed: 7, asked: 0, denied: 1 },
        changed: vec![changed],
    };
    let (plain, json) = shown(&["rules", "simulate", "/dev/null"], &Answer::Simulation(Box::new(simulation)));
    assert_eq!(
        plain,
        "Calls:\t9\nCannot be told:\t1\n\nallow\t8\t7\nask\t0\t0\ndeny\t0\t1\n\n\
         7\t2026-11-20T08:00:00Z\tclaude\tslack\tsend\tallow\tdeny\tnew:1\n"
    );
    assert_eq!(json["after"]["denied"], 1);
}

#[test]
fn the_mode_is_shown_with_what_was_learned() {
    let learned = LearnedView { app: "claude".into(), server: "notes".into(), tool: "re\u{200b}ad".into(), times: 3 };
    let view = ModeView {
        mode: AskMode::Learning,
        learning_until: Some("2026-11-28T08:00:00Z".into()),
        learned: vec![learned],
    };
    let (plain, json) = shown(&["rules", "mode"], &Answer::Mode(view));
    assert!(plain.starts_with("Mode:\tlearning\n"), "{plain}");
    assert!(plain.ends_with("Until:\t2026-11-28T08:00:00Z\n\nclaude\tnotes\tre\\u{200b}ad\t3\n"), "{plain}");
    assert_eq!((json["schema"].as_str(), json["mode"].as_str()), (Some("keyholder.mode/1"), Some("learning")));
}

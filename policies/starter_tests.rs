//! What `starter.cedar` promises. Compiled as part of `keyholder-policy`.

use crate::policy::tests::{connect, facts, home, load, moment, read};
use crate::{Action, Change, Openness, Origin, Policy, Sources, Verdict};
use keyholder_model::asking::AskMode;

fn starter() -> Policy {
    load(&home(&[]))
}

fn why(verdict: Verdict) -> String {
    match verdict {
        Verdict::Ask(asked) => asked.rule().to_owned(),
        other => panic!("it should ask: {other:?}"),
    }
}

#[test]
fn every_tool_call_asks() {
    assert_eq!(why(starter().decide(&facts("list_issues", b"{}"))), "starter/call");
}

#[test]
fn signing_in_asks() {
    assert_eq!(why(starter().decide(&connect(&"read".parse().unwrap()))), "starter/connect");
}

#[test]
fn a_servers_own_question_asks() {
    let facts = crate::Facts { action: Action::Answer { kind: "elicitation/create" }, ..facts("", b"") };
    assert_eq!(why(starter().decide(&facts)), "starter/answer");
}

#[test]
fn reading_runs() {
    let Verdict::Allow(permit) = starter().decide(&read("resources/read")) else { panic!("it should run") };
    assert_eq!(permit.reason().describe(), "rule starter/read");
}

#[test]
fn signing_in_admitting_and_answering_ask_in_every_mode() {
    let scopes = "read write".parse().unwrap();
    for mode in [AskMode::Balanced, AskMode::Careful, AskMode::Learning] {
        let situation = crate::Situation { mode, ..moment() };
        for action in [
            Action::Admit { tool: "t", change: Change::New, suspicious: false },
            Action::Admit { tool: "t", change: Change::Changed, suspicious: true },
            Action::Answer { kind: "sampling/createMessage" },
            Action::Connect { issuer: None, scopes: &scopes },
        ] {
            let verdict = starter().decide(&crate::Facts { action, situation: &situation, ..facts("", b"") });
            assert!(matches!(verdict, Verdict::Ask(_)), "{mode} {action:?}");
        }
    }
}

#[test]
fn every_rule_is_named_and_gives_its_reason() {
    let policy = Policy::load(&Sources::default());
    assert_eq!((policy.problems(), policy.is_wide_open()), (vec![], Openness::Guarded));
    let names: Vec<_> = policy.rules().into_iter().map(|rule| rule.id).collect();
    assert_eq!(names.len(), 11);
    for rule in policy.rules() {
        let (_, rest) = rule.text.split_once("@reason(\"").unwrap_or_else(|| panic!("{} gives no reason", rule.id));
        let (reason, _) = rest.split_once("\")").unwrap();
        assert!(reason.ends_with('.') && (20..=300).contains(&reason.len()), "{}: {reason}", rule.id);
        assert!(rule.text.contains(&format!("@id(\"{}\")", rule.id)), "{}", rule.id);
        assert_eq!(rule.origin, Origin::Shipped);
    }
}

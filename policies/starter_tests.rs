//! What `starter.cedar` promises. Compiled as part of `keyholder-policy`.

use crate::policy::tests::{connect, facts, home, load, read};
use crate::{Action, Openness, Origin, Policy, Sources, Verdict};

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
fn every_rule_is_named_and_gives_its_reason() {
    let policy = Policy::load(&Sources::default());
    assert_eq!((policy.problems(), policy.is_wide_open()), (vec![], Openness::Guarded));
    for rule in policy.rules() {
        assert!(rule.text.contains("@reason("), "{}", rule.id);
        assert_eq!(rule.origin, Origin::Shipped);
    }
}

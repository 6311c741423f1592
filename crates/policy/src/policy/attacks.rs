//! What somebody would try who may write files, name tools, choose arguments or turn the clock.

use super::tests::{MOMENT, OPEN_CALLS, denial, facts, home, load, mortal, sources, with, word};
use super::*;
use crate::{Action, Confirmed, Life, Remembered, Situation};
use std::time::Duration;

#[test]
fn a_rule_that_ended_unseen_does_not_come_back_with_a_reload() {
    let limits = crate::Limits { expires: Some(MOMENT.at.plus(Duration::from_mins(2))), ..crate::Limits::default() };
    let life = || Arc::new(Life::new(limits, MOMENT.at));
    let text = |tool: &str| {
        format!("permit(principal, action == Action::\"call_unattended\", resource == Tool::\"github/{tool}\");")
    };
    let remembered = |tool: &str| Remembered { id: tool.to_owned(), text: text(tool), life: life() };
    let sources = Sources { remembered: vec![remembered("a"), remembered("b")], ..Sources::default() };
    let policy = Policy::load(&sources);
    assert_eq!(word(&policy.decide(&facts("b", b"{}"))), "allow");
    let later = Situation { at: MOMENT.at.plus(Duration::from_mins(2)), ..MOMENT.clone() };
    // Both have ended now, but only the rule about `a` is looked at.
    assert_eq!(word(&policy.decide(&Facts { situation: &later, ..facts("a", b"{}") })), "ask");
    policy.reload(&sources);
    assert_eq!(word(&policy.decide(&facts("b", b"{}"))), "ask", "although the clock was turned back");
}

#[test]
fn what_a_file_is_called_cannot_pass_for_another_layer_or_break_a_line() {
    let text = "permit(principal, action == Action::\"call_unattended\", resource);";
    for (name, id) in [
        ("managed work.cedar", "\u{201c}managed work.cedar\u{201d}:1"),
        ("remembered 01J.cedar", "\u{201c}remembered 01J.cedar\u{201d}:1"),
        ("withdrawn own.cedar 1.cedar", "\u{201c}withdrawn own.cedar 1.cedar\u{201d}:1"),
        #[cfg(unix)]
        ("a\nb\u{202e}.cedar", "a\\nb\\u202e.cedar:1"),
    ] {
        let policy = load(&home(&[(name, text)]));
        let Verdict::Allow(permit) = policy.decide(&facts("t", b"{}")) else { panic!("it should run") };
        assert_eq!(permit.reason(), &Reason::Rule(id.to_owned()));
    }
}

#[test]
fn a_reason_and_a_fault_are_short_and_fit_to_be_shown() {
    let policy = with(&format!(
        "@reason(\"safe\u{202e}\\n\\u{{1b}}[2J{}\") forbid(principal, action == Action::\"call_unattended\", resource);",
        "x".repeat(10_000)
    ));
    let Verdict::Ask(asked) = policy.decide(&facts("t", b"{}")) else { panic!("it should ask") };
    assert_eq!(asked.why().chars().count(), 300);
    assert!(!asked.why().chars().any(keyholder_model::untrusted::is_deceptive));

    let reads = with("forbid(principal, action == Action::\"call\", resource) when { context.arguments.n == 1 };");
    let arguments = format!("{{\"\\u202e\\u001b[2J{}\":1}}", "x".repeat(10_000));
    let hostile = facts("t", arguments.as_bytes());
    let sentence = denial(reads.decide(&hostile)).sentence;
    assert!(sentence.len() < 1_000 && !sentence.chars().any(keyholder_model::untrusted::is_deceptive), "{sentence}");
    for considered in reads.explain(&hostile).considered {
        let crate::Said::Broken(why) = considered.said else { continue };
        assert!(why.len() < 1_000 && !why.chars().any(keyholder_model::untrusted::is_deceptive), "{why}");
    }

    let broken = load(&home(&[(
        "own.cedar",
        &format!("permit(principal, action, resource) when {{ \"\u{202e}{} }};", "y".repeat(10_000)),
    )]));
    let message = &broken.problems()[0].message;
    assert!(message.len() < 1_000 && !message.chars().any(keyholder_model::untrusted::is_deceptive), "{message}");
}

#[test]
fn what_a_new_definition_does_is_not_known_to_a_rule() {
    let policy = with(
        "permit(principal, action in [Action::\"call_unattended\", Action::\"admit_unattended\"], resource) when { !resource.labels.contains(\"destroys\") };",
    );
    let action = Action::Admit { tool: "wipe", change: crate::Change::New, suspicious: false };
    assert_eq!(word(&policy.decide(&Facts { action, ..facts("", b"") })), "ask");
    let closed = with("forbid(principal, action, resource is Tool) when { resource.labels.contains(\"destroys\") };");
    assert_eq!(word(&closed.decide(&Facts { action, ..facts("", b"") })), "deny");
}

#[test]
fn an_imagined_moment_ends_no_rule() {
    let limits = crate::Limits { ends: Some(Duration::from_mins(2)), ..crate::Limits::default() };
    let policy = Policy::load(&mortal(OPEN_CALLS, limits));
    let later = Situation { monotonic: Duration::from_mins(5), ..MOMENT.clone() };
    let imagined = Facts { situation: &later, ..facts("t", b"{}") };
    assert_eq!(policy.judge(&imagined).word, crate::Word::Ask);
    assert!(policy.explain(&imagined).considered.iter().all(|one| one.rule != "remembered r"));
    assert_eq!(word(&policy.decide(&facts("t", b"{}"))), "allow");
}

#[test]
fn a_number_that_double_precision_cannot_tell_is_uninspectable() {
    let policy = with(
        "permit(principal, action == Action::\"call_unattended\", resource) when { context.arguments.n == 9007199254740992 };",
    );
    for (arguments, expected) in [
        ("{\"n\":9007199254740992}", "allow"),
        ("{\"n\":9007199254740993}", "ask"),
        ("{\"n\":9007199254740993.0}", "ask"),
        ("{\"n\":9007199254740992.0}", "ask"),
    ] {
        assert_eq!(word(&policy.decide(&facts("t", arguments.as_bytes()))), expected, "{arguments}");
    }
    let huge = with("forbid(principal, action == Action::\"call\", resource) when { context.arguments.n > 100 };");
    for number in ["1e18", "1e300", "18446744073709551615", "9223372036854775807"] {
        assert_eq!(word(&huge.decide(&facts("t", format!("{{\"n\":{number}}}").as_bytes()))), "deny", "{number}");
    }
}

#[test]
fn rules_that_say_different_things_are_not_confirmed_for_each_other() {
    let permit = |rest: &str| format!("permit(principal, action == Action::\"call_unattended\", resource){rest};");
    let when = |condition: &str| permit(&format!(" when {{ {condition} }}"));
    let different = [
        permit(""),
        permit(" unless { context.first_use }"),
        when("context.first_use"),
        when("!context.first_use"),
        when("resource.name like \"a*\""),
        when("resource.name like \"a\\*\""),
        when("resource.name == \"a*\""),
        when("context.arguments.n == 1"),
        when("context.arguments.n == \"1\""),
        when("context.arguments.n == -1"),
        when("context.arguments has a.b"),
        when("context.arguments has a && context.arguments has b"),
        when("context.arguments has \"a.b\""),
        when("context.arguments == {a: 1}"),
        when("context.arguments == {a: \"1\"}"),
        when("[\"a\"].contains(resource.name)"),
        when("principal in Person::\"a\""),
        when("principal == App::\"a\""),
        when("context.now < datetime(\"2026-01-01\")"),
        when("context.now < datetime(\"2027-01-01\")"),
        when("context.first_use || context.open && false"),
        when("(context.first_use || context.open) && false"),
        "permit(principal is App, action == Action::\"call_unattended\", resource);".to_owned(),
        "permit(principal, action in [Action::\"call_unattended\"], resource);".to_owned(),
        "permit(principal, action, resource);".to_owned(),
    ];
    let meanings: std::collections::HashSet<_> = different.iter().map(|rule| with(rule).written()[0].meaning).collect();
    assert_eq!(meanings.len(), different.len());
    for (one, same) in [
        ("1 == 1", "  1==1 // the same"),
        ("context.arguments == {a: 1, b: 2}", "context.arguments == {\"b\": 2, a: 1}"),
        ("context.first_use", "context[\"first_use\"]"),
        ("(context.first_use)", "context.first_use"),
    ] {
        let same =
            format!("@id(\"x\")\npermit(principal,action==Action::\"call_unattended\",resource) when {{ {same}\n }};");
        assert_eq!(with(&when(one)).written()[0].meaning, with(&same).written()[0].meaning, "{one}");
    }
}

#[test]
fn a_confirmed_forbid_that_cannot_be_restored_closes() {
    let home = home(&[]);
    let mut confirmed = with("forbid(principal, action == Action::\"call\", resource);").written();
    for text in ["", "permit(principal, action, resource);", "forbid(principal, action == Action::\"read\", resource);"]
    {
        confirmed[0].text = text.to_owned();
        let policy = Policy::load(&Sources { confirmed: Confirmed::Only(confirmed.clone()), ..sources(home.path()) });
        assert!(denial(policy.decide(&facts("t", b"{}"))).sentence.contains("cannot be restored"), "{text}");
    }
}

#[test]
fn a_flood_of_files_closes_and_is_not_read_to_its_end() {
    let large = format!("// {}\n", "x".repeat(1_000_000));
    let names: Vec<_> = (0..20).map(|number| format!("{number}.cedar")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), large.as_str())).collect();
    let policy = load(&home(&files));
    assert_eq!(word(&policy.decide(&facts("t", b"{}"))), "deny");
    let is_whole = |problem: &Problem| problem.message == "there are more rules than can be read";
    assert!(policy.problems().last().is_some_and(is_whole) && policy.problems().len() < 20);
}

#[test]
fn rules_under_the_same_text_have_lines_of_their_own() {
    let policy = with(&format!("{OPEN_CALLS}\n// {OPEN_CALLS}\n\n{OPEN_CALLS}\n"));
    let ids: Vec<_> = policy.rules().into_iter().map(|rule| rule.id).take(2).collect();
    assert_eq!(ids[0], "own.cedar:1");
    assert_ne!(ids[0], ids[1]);
}

//! Promises of the policy as a whole: layers, faults, what is kept, what a permit is bound to.

mod faults;
mod standing;

use super::*;
use crate::{Action, Confirmed, Effect, Extra, Life, Origin, Remembered, Situation, Standing};
use keyholder_model::grant::ScopeSet;
use keyholder_model::risk::{Labels, Tier};
use keyholder_model::server::{Account, ServerName};
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;
use tempfile::TempDir;

static GITHUB: LazyLock<ServerName> = LazyLock::new(|| "github".parse().unwrap());
static WORK: LazyLock<Account> = LazyLock::new(|| "work".parse().unwrap());

pub(crate) static MOMENT: LazyLock<Situation> =
    LazyLock::new(|| Situation::at("2026-11-21T12:00:00Z".parse().unwrap(), Duration::from_mins(1)));

/// A call of the app `claude` by which a tool of unknown effect is used.
pub(crate) fn facts<'a>(tool: &'a str, arguments: &'a [u8]) -> Facts<'a> {
    Facts {
        person: "ana",
        app: "claude",
        app_path: Some("/usr/bin/claude"),
        instance: "4312@998877",
        processes: &[],
        signer: None,
        server: &GITHUB,
        host: "mcp.github.example",
        group: None,
        account: &WORK,
        action: Action::Call { tool, arguments, tier: Tier::Send, labels: Labels::NONE, pinned: None },
        situation: &MOMENT,
        request: Digest::of_parts(&[tool.as_bytes(), arguments]),
    }
}

/// A call of a tool that does this, in this situation.
pub(crate) fn call(tier: Tier, labels: Labels, situation: &Situation) -> Facts<'_> {
    let action = Action::Call { tool: "t", arguments: b"{}", tier, labels, pinned: None };
    Facts { action, situation, ..facts("t", b"{}") }
}

/// A moment before which nothing has happened.
pub(crate) fn moment() -> Situation {
    MOMENT.clone()
}

pub(crate) fn connect(scopes: &ScopeSet) -> Facts<'_> {
    Facts { action: Action::Connect { issuer: Some("https://as.example"), scopes }, ..facts("", b"") }
}

pub(crate) fn read(method: &str) -> Facts<'_> {
    Facts { action: Action::Read { method, uri: Some("file:///a") }, ..facts("", b"") }
}

/// A directory of rules files.
pub(crate) fn home(files: &[(&str, &str)]) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(home.path().join(name), text).unwrap();
    }
    home
}

pub(crate) fn load(person: &TempDir) -> Policy {
    Policy::load(&sources(person.path()))
}

pub(crate) fn sources(person: &Path) -> Sources {
    Sources { person: person.to_owned(), ..Sources::default() }
}

pub(crate) fn with(text: &str) -> Policy {
    let policy = load(&home(&[("own.cedar", text)]));
    assert_eq!(policy.problems(), [], "{text}");
    policy
}

pub(crate) fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Allow(_) => "allow",
        Verdict::Ask(_) => "ask",
        Verdict::Deny(_) => "deny",
    }
}

pub(crate) fn denial(verdict: Verdict) -> Denial {
    match verdict {
        Verdict::Deny(denial) => denial,
        other => panic!("it should be denied: {other:?}"),
    }
}

pub(crate) const OPEN_CALLS: &str = "permit(principal, action == Action::\"call_unattended\", resource);";

#[test]
fn without_any_rule_everything_is_denied() {
    let set = RuleSet::of(Vec::new());
    for facts in [facts("t", b"{}"), read("resources/read"), connect(&ScopeSet::default())] {
        let Outcome::Deny { rule, .. } = set.rule_on(&facts, &set.witness(&facts)).unwrap().outcome else {
            panic!("it should be denied")
        };
        assert_eq!(rule, "none");
    }
}

#[test]
fn a_missing_or_empty_directory_means_the_starter_rules() {
    let home = home(&[("notes.txt", "not rules"), ("work.cedar.bak", "nonsense")]);
    for person in [home.path().to_owned(), home.path().join("missing")] {
        let policy = Policy::load(&Sources { managed: Some(person.join("missing")), ..sources(&person) });
        assert_eq!(policy.problems(), []);
        assert_eq!(word(&policy.decide(&facts("t", b"{}"))), "ask");
    }
}

#[test]
fn a_forbid_wins_wherever_it_stands() {
    let forbid = "forbid(principal, action == Action::\"call\", resource == Tool::\"github/delete\");";
    for text in [format!("{OPEN_CALLS}{forbid}"), format!("{forbid}{OPEN_CALLS}")] {
        let policy = with(&text);
        assert_eq!(word(&policy.decide(&facts("list", b"{}"))), "allow");
        assert!(denial(policy.decide(&facts("delete", b"{}"))).sentence.contains("own.cedar:1"));
    }
}

#[test]
fn a_forbid_of_the_unattended_action_asks_and_says_why() {
    let policy = with(&format!(
        "{OPEN_CALLS}\n@reason(\"Fridays.\")\nforbid(principal, action == Action::\"call_unattended\", resource in Server::\"github\");"
    ));
    let Verdict::Ask(asked) = policy.decide(&facts("t", b"{}")) else { panic!("it should ask") };
    assert_eq!((asked.rule(), asked.why()), ("own.cedar:2", "Fridays."));
}

#[test]
fn an_unattended_permit_alone_permits_nothing() {
    let rules = with(
        "forbid(principal, action == Action::\"call\", resource);\npermit(principal, action == Action::\"call_unattended\", resource);",
    );
    assert_eq!(word(&rules.decide(&facts("t", b"{}"))), "deny");
}

#[test]
fn a_permit_is_bound_to_the_bytes_that_were_decided_on() {
    let (asked_on, other) = (facts("t", b"{\"n\":1}"), facts("t", b"{\"n\":2}"));
    let policy = with(OPEN_CALLS);
    for _ in 0..2 {
        // The second round finds the decision kept.
        let Verdict::Allow(permit) = policy.decide(&asked_on) else { panic!("it should run") };
        assert!(permit.spend(&other.request).is_err());
        let Verdict::Allow(permit) = policy.decide(&other) else { panic!("it should run") };
        assert_eq!(permit.reason(), &Reason::Rule("own.cedar:1".to_owned()));
        assert!(permit.spend(&other.request).is_ok());
    }
    let Verdict::Ask(asked) = with("").decide(&asked_on) else { panic!("it should ask") };
    let permit = asked.settle("allow once");
    assert_eq!(permit.reason(), &Reason::Answer("allow once".to_owned()));
    assert!(permit.spend(&asked_on.request).is_ok());
}

#[test]
fn upkeep_is_a_closed_list() {
    let policy = with("");
    let request = Digest::of_parts(&[b"ping"]);
    assert!(policy.routine(request, Upkeep::Ping).spend(&request).is_ok());
    for method in
        ["tools/call", "resources/read", "prompts/get", "completion/complete", "tools/List", "", "tasks/update"]
    {
        assert_eq!(Upkeep::of_method(method), None, "{method}");
    }
}

#[test]
fn the_managed_layer_can_only_tighten() {
    let managed = home(&[(
        "m.cedar",
        "permit(principal, action, resource);\nforbid(principal, action == Action::\"call\", resource == Tool::\"github/delete\");",
    )]);
    let person = home(&[("own.cedar", "permit(principal, action, resource);")]);
    let empty = home(&[]);
    let alone = Policy::load(&Sources { managed: Some(managed.path().to_owned()), ..sources(empty.path()) });
    assert_eq!(word(&alone.decide(&facts("t", b"{}"))), "ask", "its permit has no effect");
    assert_eq!(alone.is_wide_open(), Openness::Guarded);
    let problem = &alone.problems()[0];
    assert_eq!((problem.weight, problem.line, problem.file.ends_with("m.cedar")), (Weight::Ignores, Some(1), true));

    let both = Policy::load(&Sources { managed: Some(managed.path().to_owned()), ..sources(person.path()) });
    assert_eq!(word(&both.decide(&facts("t", b"{}"))), "allow");
    assert_eq!(denial(both.decide(&facts("delete", b"{}"))).rule, "managed m.cedar:2");
}

#[test]
fn a_remembered_answer_is_a_rule_like_any_other() {
    let remembered = |text: &str| Sources {
        remembered: vec![Remembered { id: "01J".to_owned(), text: text.to_owned(), life: Arc::default() }],
        ..Sources::default()
    };
    let policy = Policy::load(&remembered(
        "permit(principal == App::\"claude\", action == Action::\"call_unattended\", resource == Tool::\"github/list\");",
    ));
    let Verdict::Allow(permit) = policy.decide(&facts("list", b"{}")) else { panic!("it should run") };
    assert_eq!(permit.reason(), &Reason::Rule("remembered 01J".to_owned()));
    assert_eq!(word(&policy.decide(&facts("list_all", b"{}"))), "ask");
    assert_eq!(word(&policy.decide(&Facts { app: "cursor", ..facts("list", b"{}") })), "ask");
    assert!(
        policy
            .rules()
            .iter()
            .any(|rule| rule.origin == Origin::Remembered("01J".to_owned()) && rule.effect == Effect::Permit)
    );
    policy.reload(&remembered("nonsense"));
    assert!(denial(policy.decide(&facts("list", b"{}"))).sentence.contains("remembered rule 01J, line 1"));
}

#[test]
fn a_rule_cannot_pass_for_one_of_another_layer() {
    let policy = with(
        "@id(\"starter/call\")\npermit(principal, action, resource);\n@id(\"starter/call\")\nforbid(principal, action == Action::\"connect\", resource);",
    );
    let ids: Vec<_> = policy.rules().into_iter().map(|rule| rule.id).take(3).collect();
    assert_eq!(ids, ["own.cedar/starter/call", "own.cedar/starter/call.2", "asking/look"]);
}

#[test]
fn wide_open_is_noticed() {
    for open in [
        "permit(principal, action, resource);",
        "// all\n@id(\"x\") permit(principal, action, resource) when { true };",
    ] {
        assert!(
            matches!(with(open).is_wide_open(), Openness::WideOpen { rule } if rule.starts_with("own.cedar")),
            "{open}"
        );
    }
    for guarded in [
        OPEN_CALLS,
        "permit(principal == App::\"x\", action, resource);",
        "permit(principal, action, resource) when { false };",
        "forbid(principal, action, resource);",
    ] {
        assert_eq!(with(guarded).is_wide_open(), Openness::Guarded, "{guarded}");
    }
    assert_eq!(word(&with("permit(principal, action, resource);").decide(&connect(&ScopeSet::default()))), "allow");
}

#[test]
fn a_reload_takes_effect_on_the_next_decision() {
    let home = home(&[("own.cedar", OPEN_CALLS)]);
    let policy = load(&home);
    assert_eq!(word(&policy.decide(&facts("t", b"{}"))), "allow");
    std::fs::write(home.path().join("own.cedar"), "").unwrap();
    assert_eq!(word(&policy.decide(&facts("t", b"{}"))), "allow", "not before it is told to");
    policy.reload(&sources(home.path()));
    assert_eq!(word(&policy.decide(&facts("t", b"{}"))), "ask");
    std::fs::write(home.path().join("own.cedar"), "permit(").unwrap();
    policy.reload(&sources(home.path()));
    assert_eq!(word(&policy.decide(&facts("t", b"{}"))), "deny");
}

#[test]
fn what_is_kept_is_bounded() {
    let policy = with(OPEN_CALLS);
    for number in 0..3_000 {
        policy.decide(&facts(&format!("tool{number}"), b"{}"));
    }
    policy.decide(&facts(&"long".repeat(10_000), b"{}"));
    assert!(policy.now.load().set.slices.len() <= 1_024);
}

pub(crate) fn mortal(text: &str, limits: crate::Limits) -> Sources {
    let life = Arc::new(Life::new(limits, MOMENT.at));
    Sources { remembered: vec![Remembered { id: "r".to_owned(), text: text.to_owned(), life }], ..Sources::default() }
}

#[test]
fn an_explanation_names_every_rule_that_could_have_a_say() {
    let policy = with(
        "@id(\"a\") permit(principal, action == Action::\"call_unattended\", resource) when { context.arguments.n == 1 };\n@id(\"b\") forbid(principal, action == Action::\"call_unattended\", resource) when { context.tier >= 2 };\n@id(\"c\") permit(principal == App::\"other\", action, resource);",
    );
    let explanation = policy.explain(&facts("t", b"{}"));
    assert_eq!((explanation.judgement.word, explanation.judgement.rule.as_str()), (crate::Word::Ask, "own.cedar/b"));
    let said = |rule: &str| explanation.considered.iter().find(|one| one.rule == rule).map(|one| one.said.clone());
    assert!(matches!(said("own.cedar/a"), Some(crate::Said::Broken(_))));
    assert_eq!(said("own.cedar/b"), Some(crate::Said::Matched));
    assert_eq!(said("starter/call"), Some(crate::Said::Matched));
    assert_eq!(said("own.cedar/c"), None, "it speaks of another app");
}

#[test]
fn what_sleeps_while_everything_is_permitted_is_known_by_its_form() {
    let sleeps = |condition: &str| {
        let text = format!("forbid(principal, action, resource) {condition};");
        let sources = Sources { extra: vec![Extra { name: "x.cedar".to_owned(), text }], ..Sources::default() };
        State::read(&sources)
            .set
            .rules
            .iter()
            .find(|rule| rule.view.text.starts_with("forbid(principal, action, resource)"))
            .is_some_and(|rule| rule.sleeps_when_open)
    };
    assert!(sleeps("when { !context.open }"));
    assert!(sleeps("when { !context.open && context.tier >= 1 && context.calls.hour >= 2 }"));
    assert!(sleeps("when { !context.open } unless { context.tier == 0 }"));
    // Where something else comes first, that may be what cannot be evaluated, and a forbid then counts.
    for other in [
        "when { context.tier >= 1 && !context.open }",
        "when { !context.open || context.tier >= 1 }",
        "when { context.open && context.tier >= 1 }",
        "unless { !context.open }",
        "when { context.tier >= 1 } when { !context.open }",
        "when { !context.mode.open }",
        "",
    ] {
        assert!(!sleeps(other), "{other}");
    }
}

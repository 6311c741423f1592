//! Promises of the policy as a whole: layers, faults, what is kept, what a permit is bound to.

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
fn a_file_that_cannot_be_parsed_denies_everything_and_is_named_with_its_line() {
    let home = home(&[
        ("good.cedar", "permit(principal, action, resource);"),
        ("work.cedar", "permit(principal, action, resource);\n\npermit(principal, action resource);"),
    ]);
    let policy = load(&home);
    let problem = &policy.problems()[0];
    assert_eq!((Path::new(&problem.file), problem.line), (home.path().join("work.cedar").as_path(), Some(3)));
    for facts in [facts("t", b"{}"), read("resources/read")] {
        let denial = denial(policy.decide(&facts));
        assert!(denial.sentence.contains("work.cedar, line 3"), "{}", denial.sentence);
    }
}

#[test]
fn what_cannot_be_read_denies_everything() {
    let bad_text = home(&[]);
    std::fs::write(bad_text.path().join("a.cedar"), b"// \xff\xfe").unwrap();
    let directory = home(&[]);
    std::fs::create_dir(directory.path().join("a.cedar")).unwrap();
    let dangling = home(&[]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", dangling.path().join("a.cedar")).unwrap();
    let large = home(&[("a.cedar", &"// \n".repeat(300_000))]);
    let file = home(&[("a", "")]);
    for (person, name) in [
        (bad_text.path().to_owned(), "a.cedar"),
        (directory.path().to_owned(), "a.cedar"),
        (dangling.path().to_owned(), "a.cedar"),
        (large.path().to_owned(), "a.cedar"),
        (file.path().join("a"), "a"),
    ] {
        let policy = Policy::load(&sources(&person));
        assert!(denial(policy.decide(&facts("t", b"{}"))).sentence.contains(name), "{person:?}");
        let policy = Policy::load(&Sources { managed: Some(person), ..Sources::default() });
        assert_eq!(word(&policy.decide(&facts("t", b"{}"))), "deny", "the managed layer likewise");
    }
}

#[test]
fn names_that_mean_nothing_are_refused() {
    for (rule, what) in [
        ("forbid(principal, action == Action::\"cal\", resource);", "Action::\"cal\""),
        ("forbid(principal, action, resource == Tool::\"delete\");", "Tool::\"server/tool\""),
        ("forbid(principal, action, resource is Tol);", "Tol"),
        ("forbid(principal == User::\"me\", action, resource);", "User"),
        ("forbid(principal, action, resource) when { context.seen.contains(1) && context.seem == 1 };", "seem"),
        ("forbid(principal, action, resource) when { resource has hots && resource.hots == \"x\" };", "hots"),
        ("forbid(principal, action, resource) when { context has argument };", "argument"),
        ("forbid(principal, action, resource in ?resource);", "templates"),
    ] {
        let policy = load(&home(&[("own.cedar", rule)]));
        assert!(denial(policy.decide(&facts("t", b"{}"))).sentence.contains(what), "{rule}: {:?}", policy.problems());
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
fn a_rule_that_cannot_be_evaluated_counts_against_the_call() {
    let broken = "{ context.arguments.amount > 100 }";
    let forbid = with(&format!("{OPEN_CALLS}\nforbid(principal, action == Action::\"call\", resource) when {broken};"));
    let brake = with(&format!(
        "{OPEN_CALLS}\nforbid(principal, action == Action::\"call_unattended\", resource) when {broken};"
    ));
    let permit = with(&format!("permit(principal, action == Action::\"call_unattended\", resource) when {broken};"));
    for arguments in [&b"{}"[..], b"{\"amount\":\"101\"}", b"{\"amount\":100.5}", b"{\"amount\":null}"] {
        assert!(denial(forbid.decide(&facts("t", arguments))).sentence.contains("own.cedar:2"));
        assert_eq!(word(&brake.decide(&facts("t", arguments))), "ask");
        assert_eq!(word(&permit.decide(&facts("t", arguments))), "ask");
    }
    assert_eq!(word(&forbid.decide(&facts("t", b"{\"amount\":1e2}"))), "allow");
    assert_eq!(word(&permit.decide(&facts("t", b"{\"amount\":1.01e2}"))), "allow");
}

#[test]
fn uninspectable_arguments_are_never_allowed_unattended() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(40), "]".repeat(40));
    let many = format!("{{\"a\":[{}1]}}", "1,".repeat(20_000));
    let plain = with("permit(principal, action, resource);");
    let reading = with(
        "permit(principal, action, resource);\nforbid(principal, action == Action::\"call\", resource) when { context.arguments has x };",
    );
    for arguments in [
        deep.as_str(),
        many.as_str(),
        "[]",
        "null",
        "{",
        "{\"a\":1,\"a\":2}",
        "{\"o\":{\"a\":1,\"\\u0061\":2}}",
        "{} {}",
        "{\"a\":1e999}",
        "\u{feff}{}",
    ] {
        for policy in [&plain, &reading] {
            assert_eq!(
                word(&policy.decide(&facts("t", arguments.as_bytes()))),
                "ask",
                "{}",
                &arguments[..arguments.len().min(40)]
            );
        }
    }
    for arguments in ["", "{}", " {\"a\":[1,null,{\"__entity\":{\"type\":\"App\",\"id\":\"x\"}}],\"lat\":52.520008}"] {
        for policy in [&plain, &reading] {
            assert_eq!(word(&policy.decide(&facts("t", arguments.as_bytes()))), "allow", "{arguments}");
        }
    }
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

#[test]
fn an_enormous_rule_does_not_bring_the_broker_down() {
    let shapes = [
        ("false || ", ""),
        ("true && ", ""),
        ("(", ")"),
        ("[", "]"),
        ("{a:", "}"),
        ("if true then true else ", ""),
        ("1 + ", ""),
        ("1 - ", ""),
        ("2 * ", ""),
    ];
    // Just within what is parsed, and far beyond.
    for number in [40, 46, 100, 245, 330, 495, 990, 100_000] {
        for (open, close) in shapes {
            let text = format!(
                "forbid(principal, action, resource) when {{ {}true{} }};",
                open.repeat(number),
                close.repeat(number)
            );
            assert_eq!(
                word(&load(&home(&[("own.cedar", &text)])).decide(&facts("t", b"{}"))),
                "deny",
                "{number} times {open}"
            );
        }
    }
}

#[test]
fn a_long_list_is_no_enormous_rule() {
    let tools: Vec<_> = (0..2_000).map(|number| format!("\"tool-({number})\"")).collect();
    let policy = with(&format!(
        "// ((((\npermit(principal, action == Action::\"call_unattended\", resource) when {{ [{}].contains(resource.name) }};",
        tools.join(",")
    ));
    assert_eq!(word(&policy.decide(&facts("tool-(1999)", b"{}"))), "allow");
    assert_eq!(word(&policy.decide(&facts("tool-(2000)", b"{}"))), "ask");
}

fn confirmed(home: &TempDir) -> Sources {
    let confirmed = Confirmed::Only(load(home).written());
    Sources { confirmed, ..sources(home.path()) }
}

#[test]
fn what_a_file_allows_beyond_what_was_confirmed_waits_and_what_it_denies_counts_at_once() {
    let home = home(&[(
        "own.cedar",
        "permit(principal, action == Action::\"call_unattended\", resource == Tool::\"github/a\");",
    )]);
    let sources = confirmed(&home);
    std::fs::write(
        home.path().join("own.cedar"),
        "// an agent was here\n@reason(\"x\") permit(principal,\naction == Action::\"call_unattended\", resource == Tool::\"github/a\");\npermit(principal, action, resource);\nforbid(principal, action == Action::\"call\", resource == Tool::\"github/c\");",
    )
    .unwrap();
    let policy = Policy::load(&sources);
    assert_eq!(word(&policy.decide(&facts("a", b"{}"))), "allow", "layout and annotations make no other rule");
    assert_eq!(word(&policy.decide(&facts("b", b"{}"))), "ask");
    assert_eq!(word(&policy.decide(&facts("c", b"{}"))), "deny");
    assert_eq!(policy.is_wide_open(), Openness::Guarded);
    let pending: Vec<_> =
        policy.rules().into_iter().filter(|rule| rule.standing == Standing::Pending).map(|rule| rule.id).collect();
    assert_eq!(pending, ["own.cedar:4"]);

    policy.reload(&confirmed(&home));
    assert_eq!(word(&policy.decide(&facts("b", b"{}"))), "allow", "the person confirmed it");
}

#[test]
fn a_forbid_that_was_taken_out_of_its_file_counts_until_that_is_confirmed() {
    let forbid = "forbid(principal, action == Action::\"call\", resource == Tool::\"github/c\");";
    let home = home(&[("own.cedar", forbid), ("other.cedar", OPEN_CALLS)]);
    let sources = confirmed(&home);
    std::fs::remove_file(home.path().join("own.cedar")).unwrap();
    let policy = Policy::load(&sources);
    assert_eq!(denial(policy.decide(&facts("c", b"{}"))).rule, "withdrawn own.cedar 1:1");
    assert!(policy.rules().iter().any(|rule| rule.standing == Standing::Withdrawn));
    // Turned into a permit of the same words, it is neither gone nor a permit.
    std::fs::write(home.path().join("own.cedar"), forbid.replace("forbid", "permit")).unwrap();
    policy.reload(&sources);
    assert_eq!(word(&policy.decide(&facts("c", b"{}"))), "deny");
    policy.reload(&confirmed(&home));
    assert_eq!(word(&policy.decide(&facts("c", b"{}"))), "allow");
}

pub(crate) fn mortal(text: &str, limits: crate::Limits) -> Sources {
    let life = Arc::new(Life::new(limits, MOMENT.at));
    Sources { remembered: vec![Remembered { id: "r".to_owned(), text: text.to_owned(), life }], ..Sources::default() }
}

#[test]
fn a_rule_ends_with_its_time_and_a_block_too() {
    let limits = crate::Limits { ends: Some(Duration::from_mins(2)), ..crate::Limits::default() };
    for (text, during, after) in
        [(OPEN_CALLS, "allow", "ask"), ("forbid(principal, action == Action::\"call\", resource);", "deny", "ask")]
    {
        let policy = Policy::load(&mortal(text, limits));
        assert_eq!(word(&policy.decide(&facts("t", b"{}"))), during);
        let later = Situation { monotonic: Duration::from_mins(2), ..MOMENT.clone() };
        assert_eq!(word(&policy.decide(&Facts { situation: &later, ..facts("t", b"{}") })), after);
        assert_eq!(word(&policy.decide(&facts("t", b"{}"))), after, "what has ended does not come back");
    }
}

#[test]
fn a_rule_for_three_uses_is_used_three_times_and_not_where_another_permits() {
    let counted = crate::Limits { uses: Some(3), ..crate::Limits::default() };
    let sources = mortal(OPEN_CALLS, counted);
    let policy = Policy::load(&sources);
    let said: Vec<_> = (0..5).map(|_| word(&policy.decide(&facts("t", b"{}")))).collect();
    assert_eq!(said, ["allow", "allow", "allow", "ask", "ask"]);
    policy.reload(&sources);
    assert_eq!(word(&policy.decide(&facts("t", b"{}"))), "ask", "a reload renews nothing");

    let home = home(&[("z.cedar", OPEN_CALLS)]);
    let both = Sources { person: home.path().to_owned(), ..mortal(OPEN_CALLS, counted) };
    let policy = Policy::load(&both);
    for _ in 0..5 {
        assert_eq!(word(&policy.decide(&facts("t", b"{}"))), "allow");
    }
    assert_eq!(both.remembered[0].life.uses_left(), Some(3), "the rule that costs nothing was taken");
}

#[test]
fn judging_and_explaining_use_nothing_up() {
    let sources = mortal(OPEN_CALLS, crate::Limits { uses: Some(1), ..crate::Limits::default() });
    let policy = Policy::load(&sources);
    for _ in 0..3 {
        assert_eq!(policy.judge(&facts("t", b"{}")).word, crate::Word::Allow);
        assert_eq!(policy.explain(&facts("t", b"{}")).judgement.rule, "remembered r");
    }
    assert_eq!(word(&policy.decide(&facts("t", b"{}"))), "allow");
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

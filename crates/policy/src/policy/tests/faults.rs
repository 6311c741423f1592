//! What cannot be read, understood or evaluated counts against the call.

use super::*;

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

use super::*;

fn said(arguments: &str) -> Vec<String> {
    proposals(arguments, None)
        .iter()
        .map(|set| set.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and "))
        .collect()
}

#[test]
fn the_narrowest_proposal_comes_first() {
    assert_eq!(said(r##"{"text":"hi","channel":"#ops"}"##), ["channel is \u{201c}#ops\u{201d}"]);
    assert_eq!(
        said(r#"{"path":"/srv/app/x.txt"}"#),
        ["path is \u{201c}/srv/app/x.txt\u{201d}", "path begins with \u{201c}/srv/app/\u{201d}"]
    );
    assert_eq!(
        said(r#"{"path":"src/a.rs","repo":"site","owner":"acme"}"#),
        [
            "owner is \u{201c}acme\u{201d} and repo is \u{201c}site\u{201d} and path is \u{201c}src/a.rs\u{201d}",
            "owner is \u{201c}acme\u{201d} and repo is \u{201c}site\u{201d} and path begins with \u{201c}src/\u{201d}",
            "owner is \u{201c}acme\u{201d} and repo is \u{201c}site\u{201d}",
        ]
    );
    assert_eq!(
        said(r#"{"url":"https://x.example/a?b"}"#),
        ["url is \u{201c}https://x.example/a?b\u{201d}", "url begins with \u{201c}https://x.example/\u{201d}"]
    );
    assert_eq!(said(r#"{"project_id":7}"#), ["project_id is 7"]);
}

#[test]
fn no_prefix_stands_for_everything_or_lets_a_path_escape() {
    for arguments in [
        r#"{"path":"/x"}"#,
        r#"{"path":"~/x"}"#,
        r#"{"path":"x"}"#,
        r#"{"path":"./x"}"#,
        r#"{"path":"C:\\x"}"#,
        r#"{"path":"/home/me"}"#,
        r#"{"path":"/home/x.txt"}"#,
        r#"{"path":"/srv/../x/y"}"#,
        r#"{"url":"https://me:x@x.example/"}"#,
        r#"{"url":"https://x.example"}"#,
        r#"{"url":"HTTPS://x.example/a"}"#,
        r#"{"url":"file:///x/y"}"#,
    ] {
        for set in proposals(arguments, None) {
            assert!(set.iter().all(|bound| !matches!(bound.to, BoundTo::Prefix(_))), "{arguments}: {set:?}");
        }
    }
}

#[test]
fn nothing_secret_unreadable_or_undeclared_is_bound() {
    for arguments in [
        "{}",
        "[]",
        "",
        r#"{"text":"hi"}"#,
        r#"{"channel":""}"#,
        r#"{"channel":["a"]}"#,
        r#"{"channel":null}"#,
        r#"{"channel":1.5}"#,
        r#"{"channel":"a\u202eb"}"#,
        r#"{"repo":"ghp_16C7e42F292c6912E7710c838347Ae178B4a"}"#,
        r#"{"channel":"a","channel":"b"}"#,
    ] {
        assert!(proposals(arguments, None).is_empty(), "{arguments}");
    }
    let schema = r#"{"properties":{"repo":{}}}"#;
    assert!(proposals(r#"{"channel":"a"}"#, Some(schema)).is_empty());
    assert_eq!(proposals(r#"{"channel":"a","repo":"b"}"#, Some(schema)).len(), 1);
}

#[test]
fn the_list_of_targets_is_cut_where_its_names_say() {
    assert_eq!((TARGETS[LAST_REPOSITORY], TARGETS[FIRST_ITEM]), ("reponame", "table"));
}

fn one(argument: &str, to: BoundTo) -> Vec<Bound> {
    vec![Bound { argument: argument.to_owned(), to }]
}

#[test]
fn equality_is_typed_and_whole_numbers_are_one_however_written() {
    let whole = |number: i64, json: &str| matches(&one("n", BoundTo::Whole(number)), &format!(r#"{{"n":{json}}}"#));
    for same in ["1", "1.0", "1e0", "10e-1"] {
        assert_eq!(whole(1, same), Some(true), "{same}");
    }
    for other in ["\"1\"", "2", "true", "null", "[1]", "1.5"] {
        assert_eq!(whole(1, other), Some(false), "{other}");
    }
    assert_eq!(whole(0, "-0"), Some(true));
    let text = |text: &str, json: &str| matches(&one("n", BoundTo::Text(text.into())), &format!(r#"{{"n":{json}}}"#));
    assert_eq!(text("18446744073709551615", "18446744073709551615"), Some(true));
    assert_eq!(text("1.5", "1.50"), Some(true));
    assert_eq!(text("1", "1"), Some(false));
    assert_eq!(text("a", r#""\u0061""#), Some(true));
    assert_eq!(matches(&one("n", BoundTo::Flag(true)), r#"{"n":true}"#), Some(true));
    assert_eq!(matches(&one("n", BoundTo::Flag(true)), r#"{"n":"true"}"#), Some(false));
}

#[test]
fn a_prefix_is_of_texts_only_and_a_missing_argument_fits_nothing() {
    let prefix = one("p", BoundTo::Prefix("/srv/".into()));
    assert_eq!(matches(&prefix, r#"{"p":"/srv/x"}"#), Some(true));
    assert_eq!(matches(&prefix, r#"{"p":"/srv"}"#), Some(false));
    assert_eq!(matches(&prefix, r#"{"p":["/srv/x"]}"#), Some(false));
    assert_eq!(matches(&prefix, "{}"), Some(false));
    assert_eq!(matches(&prefix, ""), Some(false));
    assert_eq!(matches(&[], "{}"), Some(true));
    assert_eq!(matches(&one("p", BoundTo::Prefix("1".into())), r#"{"p":12}"#), Some(false));
}

#[test]
fn what_is_hidden_or_cut_off_cannot_be_told() {
    let text = one("p", BoundTo::Text("hunter2".into()));
    for unknown in [
        r#"{"p":"[redacted, 7 characters]"}"#,
        r#"{"[redacted, 20 characters]":"hunter2"}"#,
        r#"{"p":"hunter2"…"#,
        r#"{"p":"hunter2","p":"x"}"#,
        r#"{"p":"hunter2","q":{"a":1,"a":2}}"#,
        "[7 bytes that are no JSON]",
        "[]",
        &format!(r#"{{"p":"hunter2","d":{}{}}}"#, "[".repeat(40), "]".repeat(40)),
    ] {
        assert_eq!(matches(&text, unknown), None, "{unknown}");
    }
    let prefix = one("p", BoundTo::Prefix("/srv/".into()));
    assert_eq!(matches(&prefix, r#"{"p":"/srv/[redacted, 40 characters]"}"#), None, "it may lead elsewhere");
    assert_eq!(matches(&prefix, r#"{"p":"/srv/../[redacted, 40 characters]"}"#), Some(false));
    let word = one("p", BoundTo::Prefix("team-".into()));
    assert_eq!(matches(&word, r#"{"p":"team-[redacted, 40 characters]"}"#), Some(true));
    assert_eq!(matches(&prefix, r#"{"p":"/etc/[redacted, 40 characters]"}"#), Some(false));
    assert_eq!(matches(&prefix, r#"{"p":"/s[redacted, 40 characters]"}"#), None);
}

#[test]
fn a_prefix_is_no_way_out() {
    let fits = |prefix: &str, value: &str| {
        matches(&one("p", BoundTo::Prefix(prefix.into())), &serde_json::json!({ "p": value }).to_string())
    };
    for (prefix, good, bad) in [
        ("/srv/", "/srv/a.b", "/srv/../etc"),
        ("/srv/", "/srv/a", "/srv/%2e%2e/etc"),
        ("https://good.example", "https://good.example/x", "https://good.example.evil.example/"),
        ("team-", "team-..", "tea"),
    ] {
        assert_eq!(fits(prefix, good), Some(true), "{prefix} {good}");
        assert_eq!(fits(prefix, bad), Some(false), "{prefix} {bad}");
    }
}

#[test]
fn a_preview_fits_what_the_call_fits() {
    let arguments = r#"{"p":"a\n\"b\\ \u202e","n":1e2,"f":1.25}"#;
    let preview = preview::of_arguments(arguments.as_bytes());
    for bounds in [
        one("p", BoundTo::Text("a\n\"b\\ \u{202e}".into())),
        one("n", BoundTo::Whole(100)),
        one("f", BoundTo::Text("1.25".into())),
    ] {
        assert_eq!(matches(&bounds, arguments), Some(true));
        assert_eq!(matches(&bounds, &preview), Some(true));
    }
}

proptest::proptest! {
    #[test]
    fn every_proposal_fits_its_own_call(owner in ".{0,12}", path in "[a-z./~\\\\]{0,12}", url in "https?://[a-z./@:]{0,14}", n: i64) {
        let arguments = serde_json::json!({ "owner": owner, "path": path, "url": url, "project": n }).to_string();
        for set in proposals(&arguments, None) {
            proptest::prop_assert_eq!(matches(&set, &arguments), Some(true));
            proptest::prop_assert!(set.iter().all(|bound| bound.to != BoundTo::Prefix(String::new())));
        }
    }

    #[test]
    fn any_text_is_answered(text: String) {
        let _ = (proposals(&text, Some(&text)), matches(&one("a", BoundTo::Flag(true)), &text));
    }
}

#[test]
fn what_can_be_bound_is_plain_and_declared_and_costs_little_however_much_there_is() {
    let arguments = r#"{"note":"x","channel":"C1","token":"ghp_0123456789abcdefghijklmnopqrstuvwxyz","deep":{"a":1},"path":"/srv/app/a.txt","loud":true,"n":3}"#;
    let names: Vec<_> = bindable(arguments, None).into_iter().map(|one| (one.exact.argument, one.is_target)).collect();
    let expected = [("note", false), ("channel", true), ("path", true), ("loud", false), ("n", false)];
    assert_eq!(names, expected.map(|(name, is_target)| (name.to_owned(), is_target)));
    let path = &bindable(arguments, None)[2];
    assert_eq!(path.prefix.as_ref().map(|bound| bound.to.clone()), Some(BoundTo::Prefix("/srv/app/".into())));
    let schema = r#"{"properties":{"note":{}}}"#;
    assert_eq!(bindable(arguments, Some(schema)).len(), 1);

    let many: Vec<String> = (0..9_000).map(|n| format!(r#""a{n}":"{n}""#)).collect();
    let padded = format!(r#"{{{},"to":"eve"}}"#, many.join(","));
    let found = bindable(&padded, None);
    assert_eq!((found.len(), found[0].exact.argument.as_str()), (MOST_BINDABLE, "to"), "the target is among them");
}

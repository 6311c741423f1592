use super::*;

fn only(arguments: &str) -> Row {
    let table = rows(arguments);
    assert_eq!((table.rows.len(), table.further, table.unread), (1, 0, None), "{arguments}");
    table.rows.into_iter().next().unwrap()
}

#[test]
fn every_argument_has_its_row_in_order() {
    let table = rows(r#" {"to":"ann@x.example","n":1.50,"dry":true,"list":[1,{"a":"b"}],"none":null,"o":{}} "#);
    let seen: Vec<_> = table.rows.iter().map(|row| (row.name.as_str(), row.value.as_str(), row.kind)).collect();
    assert_eq!(
        seen,
        [
            ("to", "ann@x.example", ValueKind::Text),
            ("n", "1.50", ValueKind::Number),
            ("dry", "true", ValueKind::Flag),
            ("list", r#"[1,{"a":"b"}]"#, ValueKind::Array),
            ("none", "null", ValueKind::Null),
            ("o", "{}", ValueKind::Object),
        ]
    );
    assert_eq!(rows(""), Rows::default());
}

#[test]
fn a_secret_is_hidden_wherever_it_stands() {
    for arguments in [
        r#"{"api_key":"hunter2"}"#,
        r#"{"auth":{"user":"hunter2"}}"#,
        r#"{"text":"use ghp_16C7e42F292c6912E7710c838347Ae178B4a hunter2"}"#,
        r#"{"x":[{"password":"hunter2"}]}"#,
    ] {
        let row = only(arguments);
        assert!(row.value.contains("redacted") && row.notes.contains(&RowNote::SecretLooking), "{row:?}");
        assert!(
            !row.value.contains("ghp_") && (arguments.contains("ghp_") || !row.value.contains("hunter2")),
            "{row:?}"
        );
    }
    let plain = only(r#"{"max_tokens":4096}"#);
    assert_eq!((plain.value.as_str(), plain.notes.len()), ("4096", 0));
}

#[test]
fn a_giant_value_hides_no_argument_behind_it() {
    let table = rows(&format!(
        r#"{{"note":"{}","to":"attacker@evil.example","pad":"{}","n":{{"x":["{}"]}}}}"#,
        "pad ".repeat(500_000),
        " ".repeat(300_000),
        "y ".repeat(9000)
    ));
    assert_eq!(table.unread, None);
    assert_eq!(table.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["note", "to", "pad", "n"]);
    assert_eq!(table.rows[0].clipped, 2_000_000 - MOST_SHOWN);
    assert!(table.rows.iter().all(|row| row.value.chars().count() <= MOST_SHOWN + 1));
    assert!(table.rows[3].clipped > 10_000);
    assert_eq!(table.rows[1].notes, [RowNote::Destination]);
}

#[test]
fn flagged_rows_are_never_among_the_dropped() {
    let mut many: Vec<String> = (0..1000).map(|n| format!(r#""a{n}":{n}"#)).collect();
    many.push(r#""to":"x""#.to_owned());
    many.insert(500, r#""path":"/x""#.to_owned());
    let table = rows(&format!("{{{}}}", many.join(",")));
    assert_eq!((table.rows.len(), table.further, table.unread), (MOST_ROWS, 802, None));
    for name in ["to", "path", "a0"] {
        assert!(table.rows.iter().any(|row| row.name == name), "{name}");
    }
    let flagged: Vec<String> = (0..5000).map(|n| format!(r#""p{n}_path":"x""#)).collect();
    let table = rows(&format!("{{{}}}", flagged.join(",")));
    assert_eq!((table.rows.len(), table.unread), (MOST_FLAGGED, Some(Unread::TooMany)));
}

#[test]
fn what_hides_or_reorders_is_written_out_and_counted() {
    let row = only(r#"{"a\u202e":"x\u200by\u202e"}"#);
    assert_eq!((row.name.as_str(), row.value.as_str(), row.hidden_characters), ("a\\u202e", "x\\u200by\\u202e", 3));
    assert_eq!(only(r#"{"a":[{"b\u200b":"\udb40\udc41"}]}"#).hidden_characters, 2);
}

#[test]
fn a_reader_is_led_to_what_matters() {
    let notes = |arguments: &str| only(arguments).notes;
    assert_eq!(notes(r#"{"amount":5}"#), [RowNote::Amount]);
    assert_eq!(notes(r#"{"command":"ls"}"#), [RowNote::Command]);
    assert_eq!(notes(r##"{"channel":"#ops"}"##), [RowNote::Destination]);
    assert_eq!(notes(r#"{"x":["a@b.example"]}"#), [RowNote::Destination]);
    assert_eq!(notes(r#"{"message":{"to":["x"]}}"#), [RowNote::Destination]);
    assert_eq!(notes(r#"{"x":"~/.ssh/id_rsa"}"#), [RowNote::Path]);
    assert_eq!(
        notes(r#"{"x":"go to https://good.example@evil.example/ now"}"#),
        [RowNote::Url { host: "evil.example".to_owned(), warning: None }]
    );
    assert_eq!(
        notes(r#"{"x":"https://\u0430pple.example"}"#),
        [RowNote::Url { host: "xn--pple-43d.example".to_owned(), warning: Some(HostWarning::MixedScript) }]
    );
}

#[test]
fn what_the_schema_does_not_know_is_marked() {
    let definition = r#"{"name":"t","inputSchema":{"type":"object","properties":{"a":{"type":"string"}}}}"#;
    let table = rows_against(r#"{"a":"1","b":"2"}"#, definition);
    assert_eq!((table.rows[0].notes.len(), &table.rows[1].notes[..]), (0, &[RowNote::NotInSchema][..]));
    for open in
        ["{}", r#"{"properties":{"a":{}},"allOf":[]}"#, r#"{"properties":{},"patternProperties":{".":{}}}"#, "no"]
    {
        assert!(rows_against(r#"{"b":"2"}"#, open).rows[0].notes.is_empty(), "{open}");
    }
}

#[test]
fn what_cannot_be_read_whole_says_so() {
    assert_eq!(rows("[1]").unread, Some(Unread::NotAnObject));
    assert_eq!(rows("{\"a\":").unread, Some(Unread::NotAnObject));
    assert_eq!(rows(&format!(r#"{{"a":{}{}}}"#, "[".repeat(100), "]".repeat(100))).unread, Some(Unread::TooDeep));
    assert_eq!(rows(&" ".repeat(MOST_BYTES + 1)).unread, Some(Unread::TooLong));
}

proptest::proptest! {
    #[test]
    fn any_arguments_give_harmless_rows(names: Vec<(String, String)>) {
        let object: serde_json::Map<String, serde_json::Value> =
            names.into_iter().map(|(name, value)| (name, value.into())).collect();
        let count = object.len();
        let table = rows(&serde_json::Value::Object(object).to_string());
        proptest::prop_assert_eq!(table.rows.len() + table.further, count);
        for row in table.rows {
            proptest::prop_assert!(!row.name.chars().chain(row.value.chars()).any(is_deceptive));
            proptest::prop_assert!(row.value.chars().count() <= MOST_SHOWN + 1 && row.name.chars().count() <= MOST_NAME + 1);
        }
    }

    #[test]
    fn any_text_is_answered(text: String) {
        let _ = (rows(&text), rows_against("{\"a\":1}", &text));
    }
}

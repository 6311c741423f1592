use super::*;

fn names(page: &Definitions) -> Vec<&str> {
    page.kept.iter().map(|definition| definition.name.as_str()).collect()
}

#[test]
fn every_part_of_a_definition_counts_and_its_spelling_does_not() {
    let whole = r#"{"name":"t","title":"T","description":"d","inputSchema":{"type":"object","properties":{"a":{"description":"x","default":1,"enum":["p","q"]}}},"outputSchema":{},"annotations":{"readOnlyHint":true},"icons":[{"src":"https://a.example/i"}],"execution":{"taskSupport":"optional"},"_meta":{"v":1},"unheard":0}"#;
    let digest = |text: &str| Definition::new(DefinitionKind::Tool, "t".to_owned(), text.to_owned()).unwrap().digest;
    assert_eq!(digest(whole), digest(&whole.replace(':', " : ").replace("https : ", "https:")));
    for (from, to) in [
        ("\"T\"", "\"U\""),
        ("\"d\"", "\"d \""),
        ("\"x\"", "\"y\""),
        ("\"default\":1", "\"default\":1.0"),
        ("\"p\",\"q\"", "\"q\",\"p\""),
        ("\"outputSchema\":{}", "\"outputSchema\":true"),
        ("true", "false"),
        ("/i\"", "/j\""),
        ("optional", "required"),
        ("\"v\":1", "\"v\":2"),
        (",\"unheard\":0", ""),
    ] {
        assert_ne!(digest(whole), digest(&whole.replace(from, to)), "{from}");
    }
    let prompt = Definition::new(DefinitionKind::Prompt, "t".to_owned(), whole.to_owned()).unwrap();
    assert_ne!(prompt.digest, digest(whole), "the kind counts too");
}

#[test]
fn two_tools_of_one_name_are_both_refused() {
    let result = r#"{"tools":[{"name":"a","x":1},{"name":"b"},{"n\u0061me":"\u0061","x":2},{"name":"c"},{"name":"c","inputSchema":{"properties":{"p":{"x-mcp-header":"P"}}}}],"nextCursor":"2"}"#;
    let page = read_tools(result).unwrap();
    assert_eq!(names(&page), ["b"], "also where one of the two was left out for another reason");
    assert_eq!(page.dropped.iter().filter(|dropped| dropped.name == "a" && dropped.why == DOUBLE).count(), 2);
    assert_eq!(page.next.as_deref(), Some("\"2\""));
}

#[test]
fn doubles_are_found_across_pages_and_kinds_are_kept_apart() {
    let one = |kind, name: &str| Definition::new(kind, name.to_owned(), "{}".to_owned()).unwrap();
    let (tool, prompt) = (DefinitionKind::Tool, DefinitionKind::Prompt);
    let (kept, dropped) = refuse_doubles(vec![one(tool, "a"), one(prompt, "a"), one(tool, "b"), one(tool, "b")]);
    assert_eq!(kept, [one(tool, "a"), one(prompt, "a")]);
    assert_eq!(dropped.len(), 2);
}

#[test]
fn what_has_no_one_meaning_is_left_out_with_a_reason_and_the_rest_stays() {
    let deep = format!("{}1{}", "[".repeat(80), "]".repeat(80));
    let result = format!(
        r#"{{"prompts":[{{"name":"twice","a":1,"a":2}},{{"name":"deep","a":{deep}}},{{"name":"half","a":"\ud800"}},{{"name":"long","a":"{}"}},{{"title":"x"}},7,{{"name":""}},{{"name":"good"}}]}}"#,
        "x".repeat(LONGEST)
    );
    let page = read_prompts(&result).unwrap();
    assert_eq!(names(&page), ["good"]);
    assert_eq!(page.dropped.len(), 7);
    assert!(page.dropped.iter().all(|dropped| !dropped.why.is_empty()));
}

#[test]
fn resources_and_templates_are_named_by_their_addresses() {
    let page = read_resources(r#"{"resources":[{"uri":"a:1","name":"x"},{"uri":"a:2","name":"x"}]}"#).unwrap();
    assert_eq!(names(&page), ["a:1", "a:2"]);
    let page = read_templates(r#"{"resourceTemplates":[{"uriTemplate":"a:{x}","name":"x"}]}"#).unwrap();
    assert_eq!((names(&page), page.kept[0].kind), (vec!["a:{x}"], DefinitionKind::ResourceTemplate));
    for bad in ["{}", "[]", r#"{"resources":{}}"#, ""] {
        assert!(read_resources(bad).is_err(), "{bad}");
    }
}

#[test]
fn instructions_are_pinned_as_the_text_that_the_model_gets() {
    let of = |result: &str| read_instructions(result).unwrap().map(|definition| definition.digest);
    assert_eq!(of(r#"{"instructions":"\u0041"}"#), of(r#"{"x":1,"instructions":"A"}"#));
    assert_ne!(of(r#"{"instructions":"A"}"#), of(r#"{"instructions":"A "}"#));
    assert_eq!(of("{}"), None);
    for bad in [r#"{"instructions":["A"]}"#, r#"{"instructions":"A","instructions":"B"}"#, "[]"] {
        assert!(read_instructions(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_rewritten_page_holds_the_pinned_bytes_and_nothing_else_changes() {
    let result = r#"{"a":1.0,"tools":[{"name":"x", "n":1e2},{"name":"y"}],"_meta":{"k":"\u0041"},"nextCursor":"n"}"#;
    let page = read_tools(result).unwrap();
    assert_eq!(
        rewrite_page(result, "tools", &[&page.kept[0].text]).unwrap(),
        r#"{"a":1.0,"tools":[{"name":"x", "n":1e2}],"_meta":{"k":"\u0041"},"nextCursor":"n"}"#
    );
    assert!(rewrite_page(result, "tools", &[]).unwrap().contains("\"tools\":[],"));
    assert!(rewrite_page("[1]", "tools", &[]).is_err(), "what cannot be cut is not handed on");
}

#[test]
fn the_names_of_arguments_are_told_only_where_they_are_listed() {
    let of = |schema: &str| schema_properties(&format!("{{\"inputSchema\":{schema}}}"));
    let listed = of(r#"{"properties":{"a":{"properties":{"deep":{}}},"b":true}}"#).unwrap();
    assert_eq!(listed, ["a", "b"].map(str::to_owned).into());
    assert_eq!(of(r#"{"type":"object"}"#), Some(BTreeSet::new()));
    for open in
        [r#"{"$ref":"x"}"#, r#"{"properties":{},"allOf":[]}"#, r#"{"properties":[]}"#, "true", r#"{"a":1,"a":2}"#]
    {
        assert_eq!(of(open), None, "{open}");
    }
    assert_eq!(schema_properties("{}"), None);
}

#[test]
fn the_words_of_kinds_read_back() {
    for kind in DefinitionKind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(kind));
    }
    assert!("tools".parse::<DefinitionKind>().is_err());
}

use super::*;
use proptest::prelude::*;

fn standing(host: &str, name: &str, annotations: &str, trust: Trust) -> Standing {
    let definition = format!(r#"{{"name":"x","annotations":{annotations}}}"#);
    Standing::of(&Tool { name, definition: &definition, host, trust })
}

fn tier(name: &str, annotations: &str, trust: Trust) -> Tier {
    standing("mcp.example", name, annotations, trust).tier
}

#[test]
fn unknown_tools_of_untrusted_servers_start_at_send() {
    for name in ["get_issue", "frobnicate", "create_note", "", "\u{202e}"] {
        for annotations in ["{}", r#"{"readOnlyHint":true}"#, r#"{"destructiveHint":false,"openWorldHint":false}"#] {
            assert_eq!(tier(name, annotations, Trust::Untrusted), Tier::Send, "{name} {annotations}");
        }
    }
    assert_eq!(tier("delete_all", r#"{"readOnlyHint":true}"#, Trust::Untrusted), Tier::Destroy);
}

#[test]
fn a_trusted_servers_word_lowers_by_one_tier_at_most() {
    let read_only = r#"{"readOnlyHint":true}"#;
    for (name, without, with) in [
        ("get_issue", Tier::Change, Tier::Look),
        ("create_note", Tier::Change, Tier::Change),
        ("send_mail", Tier::Send, Tier::Change),
        ("frobnicate", Tier::Send, Tier::Change),
        ("delete_all", Tier::Destroy, Tier::Destroy),
    ] {
        assert_eq!(tier(name, "{}", Trust::Trusted), without, "{name}");
        assert_eq!(tier(name, read_only, Trust::Trusted), with, "{name}");
    }
    for unclear in [r#"{"readOnlyHint":"true"}"#, r#"{"readOnlyHint":true,"readOnlyHint":false}"#, "[]", "7"] {
        assert_eq!(tier("get_issue", unclear, Trust::Trusted), Tier::Change, "{unclear}");
    }
}

#[test]
fn what_is_said_explicitly_raises() {
    for trust in [Trust::Trusted, Trust::Untrusted] {
        assert_eq!(tier("get_x", r#"{"readOnlyHint":true,"destructiveHint":true}"#, trust), Tier::Destroy);
        assert_eq!(tier("get_x", r#"{"readOnlyHint":true,"openWorldHint":true}"#, trust), Tier::Send);
    }
    let known = standing("mcp.linear.app", "get_issue", r#"{"destructiveHint":true}"#, Trust::Trusted);
    assert!(known.tier == Tier::Destroy && known.labels.has(Label::Destroys));
}

#[test]
fn a_known_tool_is_known_by_its_host() {
    let known = standing("mcp.linear.app", "list_issues", "{}", Trust::Untrusted);
    assert_eq!((known.tier, known.known), (Tier::Look, Known::Catalogued));
    let other = standing("linear.example", "list_issues", "{}", Trust::Untrusted);
    assert_eq!((other.tier, other.known), (Tier::Send, Known::Guessed));
    assert_eq!(standing("linear.example", "frobnicate", "{}", Trust::Untrusted).known, Known::Unknown);
}

#[test]
fn the_headline_is_ours_and_says_where_it_goes() {
    let comment = standing("api.githubcopilot.com", "add_issue_comment", "{}", Trust::Untrusted);
    assert_eq!(
        comment.headline(r#"{"owner":"acme","repo":"site","body":"x"}"#),
        "Comment on an issue in \u{201c}acme/site\u{201d}"
    );
    assert_eq!(comment.headline("no json"), "Comment on an issue");
    let other = standing("mcp.example", "send\u{202e}\u{201d} x", "{}", Trust::Untrusted);
    assert_eq!(other.headline(r#"{"to":["a","b","c"]}"#), "Run \u{201c}send\\u202e\" x\u{201d} for 3 recipients");
    let hidden = other.headline(r#"{"channel":"ghp_16C7e42F292c6912E7710c838347Ae178B4a"}"#);
    assert!(!hidden.contains("ghp_"), "{hidden}");
    let long = standing("mcp.example", &"x".repeat(5000), "{}", Trust::Untrusted)
        .headline(&format!(r#"{{"to":"{long}"}}"#, long = "y ".repeat(9000)));
    assert!(long.chars().count() < 220, "{long}");
}

fn any_annotations() -> impl Strategy<Value = String> {
    let hint = prop_oneof![Just("true"), Just("false"), Just("null"), Just("\"true\""), Just("1")];
    let name = prop_oneof![
        Just("readOnlyHint"),
        Just("destructiveHint"),
        Just("idempotentHint"),
        Just("openWorldHint"),
        Just("title"),
    ];
    prop::collection::vec((name, hint), 0..6).prop_map(|hints| {
        let members: Vec<String> = hints.into_iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    })
}

proptest! {
    #[test]
    fn no_annotation_of_an_untrusted_server_lowers(name in "(get|create|send|delete|x)?_?[a-zA-Z_]{0,12}", annotations in any_annotations()) {
        let bare = Standing::of(&Tool { name: &name, definition: "{}", host: "mcp.example", trust: Trust::Untrusted });
        let claimed = standing("mcp.example", &name, &annotations, Trust::Untrusted);
        prop_assert!(claimed.tier >= bare.tier && claimed.tier >= Tier::Send);
        prop_assert!(claimed.labels.covers(bare.labels));
    }

    #[test]
    fn trust_lowers_a_hinted_tool_by_one_tier_at_most(name in "(get|create|send|delete|x)?_?[a-zA-Z_]{0,12}") {
        let (without, with) = (tier(&name, "{}", Trust::Trusted), tier(&name, r#"{"readOnlyHint":true}"#, Trust::Trusted));
        prop_assert!(with <= without && with >= without.lowered());
    }

    #[test]
    fn any_tool_is_judged(name: String, definition: String, host: String, arguments: String) {
        let standing = Standing::of(&Tool { name: &name, definition: &definition, host: &host, trust: Trust::Untrusted });
        prop_assert!(standing.tier >= Tier::Send && standing.assess(&arguments).tier >= standing.tier);
        prop_assert!(!standing.headline(&arguments).chars().any(keyholder_model::untrusted::is_deceptive));
    }
}

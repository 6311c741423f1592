//! `docs/policy.md`: its examples are run, and its table of facts is held against the schema.
#![allow(clippy::unwrap_used, reason = "a test that fails so says where")]

use cedar_policy::SchemaFragment;
use keyholder_model::clock::Timestamp;
use keyholder_model::digest::Digest;
use keyholder_model::grant::ScopeSet;
use keyholder_model::risk::{Labels, Tier};
use keyholder_model::server::Account;
use keyholder_policy::{Action, Facts, Policy, Rates, Situation, Sources, Verdict};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const BOOK: &str = include_str!("../../../docs/policy.md");
const SCHEMA: &str = include_str!("../src/schema.cedarschema");

#[test]
fn every_example_does_what_the_page_says() {
    let examples: Vec<_> = BOOK.split("\n### ").filter(|part| part.contains("```cedar")).collect();
    assert_eq!(examples.len(), 10);
    for (number, example) in examples.iter().enumerate() {
        assert!(example.starts_with(&format!("{}. ", number + 1)), "{example}");
        let (rule, rest) = example.split_once("```cedar\n").unwrap().1.split_once("```").unwrap();
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("example.cedar"), rule).unwrap();
        let policy = Policy::load(&Sources { person: home.path().to_owned(), ..Sources::default() });
        assert_eq!(policy.problems(), [], "{rule}");
        let rest = rest.split("\n## ").next().unwrap();
        let calls: Vec<_> = rest.lines().filter_map(|line| line.strip_prefix("<!-- ")?.strip_suffix(" -->")).collect();
        assert!(calls.len() >= 3, "example {} is hardly tried", number + 1);
        let verdicts: BTreeSet<_> = calls.iter().map(|call| run(&policy, call)).collect();
        assert!(verdicts.len() > 1, "example {} makes no difference", number + 1);
    }
}

/// `call {…} => ask`: the word that comes out.
fn run(policy: &Policy, line: &str) -> &'static str {
    let (request, expected) = line.rsplit_once(" => ").unwrap();
    let (action, given) = request.split_once(' ').unwrap();
    // The arguments are taken as they are written: a repeated key in them is part of the example.
    let members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(given).unwrap();
    let known = [
        "app",
        "arguments",
        "calls_hour",
        "group",
        "hour",
        "labels",
        "screen_locked",
        "server",
        "signer",
        "tier",
        "tool",
        "weekday",
    ];
    assert!(members.keys().all(|name| known.contains(&name.as_str())), "{line}");
    let arguments = members.get("arguments").map_or("{}", |raw| raw.get());
    let value = |name: &str| members.get(name).map(|raw| serde_json::from_str::<Value>(raw.get()).unwrap());
    let text = |name: &str| value(name).and_then(|value| value.as_str().map(str::to_owned));
    let number = |name: &str, otherwise: u64| value(name).map_or(otherwise, |value| value.as_u64().unwrap());

    let mut situation = Situation::at(Timestamp::from_millis(1_795_262_400_000), Duration::ZERO);
    (situation.hour, situation.weekday) =
        (u8::try_from(number("hour", 12)).unwrap(), u8::try_from(number("weekday", 3)).unwrap());
    situation.screen_locked = value("screen_locked").and_then(|value| value.as_bool());
    situation.calls = Rates { hour: u32::try_from(number("calls_hour", 0)).unwrap(), ..Rates::default() };
    let labels: Labels = value("labels")
        .unwrap_or(json!([]))
        .as_array()
        .unwrap()
        .iter()
        .map(|label| label.as_str().unwrap().parse().unwrap())
        .collect::<Vec<_>>()
        .into_iter()
        .collect();
    let tier = Tier::ALL[usize::try_from(number("tier", 2)).unwrap()];
    let (app, tool) = (text("app").unwrap_or("claude".to_owned()), text("tool").unwrap_or("tool".to_owned()));
    let (signer, group) = (text("signer"), text("group"));
    let scopes = ScopeSet::default();
    let facts = Facts {
        person: "ana",
        app: &app,
        app_path: None,
        instance: "1@1",
        processes: &[],
        signer: signer.as_deref(),
        server: &text("server").unwrap_or("server".to_owned()).parse().unwrap(),
        host: "mcp.example.org",
        group: group.as_deref(),
        account: &Account::default(),
        action: match action {
            "call" => Action::Call { tool: &tool, arguments: arguments.as_bytes(), tier, labels, pinned: None },
            "connect" => Action::Connect { issuer: None, scopes: &scopes },
            "read" => Action::Read { method: "resources/read", uri: None },
            other => panic!("no such action in an example: {other}"),
        },
        situation: &situation,
        request: Digest::of_parts(&[b"example"]),
    };
    let word = match policy.decide(&facts) {
        Verdict::Allow(_) => "allow",
        Verdict::Ask(_) => "ask",
        Verdict::Deny(_) => "deny",
    };
    assert_eq!(word, expected, "{line}");
    word
}

#[test]
fn every_fact_of_the_schema_stands_in_the_table_with_its_type() {
    let table = BOOK.split_once("<!-- facts: begin -->").unwrap().1.split_once("<!-- facts: end -->").unwrap().0;
    let told: BTreeMap<String, String> = table
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| `")?.split(" | ");
            Some((cells.next()?.trim_end_matches('`').to_owned(), cells.next()?.replace('`', "")))
        })
        .filter(|(fact, _)| fact.contains('.'))
        .collect();
    assert_eq!(told, facts_of_the_schema());
}

fn facts_of_the_schema() -> BTreeMap<String, String> {
    let schema = SchemaFragment::from_cedarschema_str(SCHEMA).unwrap().0.to_json_value().unwrap();
    let mut facts = BTreeMap::new();
    let mut add = |variable: &str, attributes: &Value| {
        for (name, shape) in attributes.as_object().unwrap() {
            let kind = match shape["type"].as_str().unwrap() {
                "Set" => format!("Set of {}", shape["element"]["name"].as_str().unwrap()),
                "Record" => "record".to_owned(),
                _ => shape["name"].as_str().unwrap().to_owned(),
            };
            let optional = if shape["required"] == json!(false) { ", optional" } else { "" };
            facts.insert(format!("{variable}.{name}"), format!("{kind}{optional}"));
        }
    };
    add("principal", &schema[""]["entityTypes"]["App"]["shape"]["attributes"]);
    add("resource", &schema[""]["entityTypes"]["Server"]["shape"]["attributes"]);
    add("resource", &schema[""]["entityTypes"]["Tool"]["shape"]["attributes"]);
    for action in schema[""]["actions"].as_object().unwrap().values() {
        add("context", &action["appliesTo"]["context"]["attributes"]);
    }
    facts
}

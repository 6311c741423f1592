use super::*;
use crate::counter::carry_out;
use crate::counter::tests::House;
use crate::counter::tools::{Uses, of_site};
use keyholder_approval::Answer as Given;
use keyholder_console::order::Order;
use keyholder_console::rules::{RuleOrigin, RuleState, RuleView};
use keyholder_console::servers::Verdict;
use keyholder_console::tools::ToolView;
use keyholder_mcp::definition::{Definition, DefinitionKind};
use keyholder_risk::{Standing, Trust};
use std::time::Duration;

/// What the server lists, as the person agreed to it.
async fn lists(house: &House, tool: &str, description: &str) -> Arc<Site> {
    let server = house.broker.settings.server(&"notes".parse().unwrap()).unwrap();
    let site = house.broker.site_of(&server, &Account::default()).unwrap();
    let text = format!(r#"{{"name":"{tool}","description":"{description}","inputSchema":{{"type":"object"}}}}"#);
    let definition = Definition::new(DefinitionKind::Tool, tool.to_owned(), text.clone()).unwrap();
    let host = server.url.host();
    let described = keyholder_risk::Tool { name: tool, definition: &text, host, trust: Trust::Untrusted };
    let (key, digest) = (catalog::key(&definition), definition.digest);
    site.catalog.put(Known {
        headers: Vec::new(),
        claims: None,
        standing: Standing::of(&described),
        trust: Trust::Untrusted,
        suspicions: Vec::new(),
        definition,
    });
    house.broker.change_book(|book| book.admit(site.place(), &key, digest)).await.unwrap();
    site
}

fn order(tool: &str, usage: Option<Shown>) -> Order {
    Order::SetToolUse { server: "notes".into(), account: "default".into(), tool: tool.into(), usage }
}

async fn by_face(house: &House, tool: &str, usage: Option<Shown>) -> Result<Answer, ConsoleError> {
    carry_out(&house.broker, Giver::Face, order(tool, usage)).await
}

fn view(house: &House, site: &Arc<Site>, tool: &str) -> ToolView {
    of_site(&house.broker, site, &Uses::default()).into_iter().find(|view| view.name == tool).unwrap()
}

fn usage_and_verdict(house: &House, site: &Arc<Site>, tool: &str) -> (Option<Shown>, Option<Verdict>) {
    let view = view(house, site, tool);
    (view.usage, view.verdict)
}

async fn answers(house: &mut House) -> Vec<RuleView> {
    let Ok(Answer::Rules(rules)) = house.obeyed(Order::Rules).await else { panic!("no rules") };
    rules.into_iter().filter(|rule| rule.origin == RuleOrigin::Answer).collect()
}

#[tokio::test]
async fn what_the_person_says_of_a_tool_counts_for_every_app_and_is_one_rule() {
    let mut house = House::new();
    let site = lists(&house, "store", "Stores a note.").await;
    let at = |house: &House| usage_and_verdict(house, &site, "store");
    assert_eq!(at(&house), (None, Some(Verdict::Ask)));
    for (usage, verdict, effect) in [
        (Shown::Silent, Verdict::Allow, Verdict::Allow),
        (Shown::Ask, Verdict::Ask, Verdict::Ask),
        (Shown::Off, Verdict::Deny, Verdict::Deny),
        (Shown::Silent, Verdict::Allow, Verdict::Allow),
    ] {
        by_face(&house, "store", Some(usage)).await.unwrap();
        assert_eq!(at(&house), (Some(usage), Some(verdict)));
        let [rule] = answers(&mut house).await.try_into().unwrap();
        assert_eq!((rule.effect, rule.state, rule.binds_arguments), (Some(effect), RuleState::InForce, Some(false)));
        assert!(
            rule.summary.contains("every app") && rule.bound_to.contains(&"account default".to_owned()),
            "{rule:?}"
        );
    }
    // It is taken back here or among the rules.
    by_face(&house, "store", None).await.unwrap();
    assert_eq!(at(&house), (None, Some(Verdict::Ask)));
    by_face(&house, "store", Some(Shown::Silent)).await.unwrap();
    let id = answers(&mut house).await[0].id.clone();
    house.obeyed(Order::RemoveRule { rule: id }).await.unwrap();
    assert_eq!(at(&house), (None, Some(Verdict::Ask)));
}

#[tokio::test]
async fn a_program_asks_for_what_may_allow_more_and_not_for_what_allows_less() {
    let mut house = House::new();
    let site = lists(&house, "store", "Stores a note.").await;
    let (shown, done) = house.answered(order("store", Some(Shown::Silent)), Given::Deny).await;
    assert!(shown.contains("runs without a question") && shown.contains("store"), "{shown}");
    assert_eq!(done.unwrap_err().code, Code::Denied);
    assert_eq!(view(&house, &site, "store").usage, None);
    house.obeyed(order("store", Some(Shown::Ask))).await.unwrap();
    house.obeyed(order("store", Some(Shown::Off))).await.unwrap();
    let (shown, _) = house.answered(order("store", Some(Shown::Ask)), Given::Deny).await;
    assert!(shown.contains("until now it is switched off"), "{shown}");
    house.answered(order("store", None), Given::AllowOnce).await.1.unwrap();
    house.answered(order("store", Some(Shown::Silent)), Given::AllowOnce).await.1.unwrap();
    house.obeyed(order("store", None)).await.unwrap();
}

#[tokio::test]
async fn only_a_known_tool_that_destroys_nothing_runs_without_a_question() {
    let mut house = House::new();
    let code = |done: Result<Answer, ConsoleError>| done.unwrap_err().code;
    assert_eq!(code(by_face(&house, "store", Some(Shown::Silent)).await), Code::NotFound, "nothing has listed it");
    let site = lists(&house, "delete_note", "Deletes a note.").await;
    assert_eq!(view(&house, &site, "delete_note").tier, "destroy");
    let why = by_face(&house, "delete_note", Some(Shown::Silent)).await.unwrap_err();
    assert!(why.code == Code::Denied && why.detail.is_some_and(|detail| detail.contains("destroys")));
    // Off is said of any name, of a sensible length.
    by_face(&house, "not_listed", Some(Shown::Off)).await.unwrap();
    assert_eq!(code(by_face(&house, &"x".repeat(300), Some(Shown::Off)).await), Code::Invalid);
    assert_eq!(code(by_face(&house, "", Some(Shown::Off)).await), Code::Invalid);
    let other = Order::SetToolUse { server: "other".into(), account: "default".into(), tool: "x".into(), usage: None };
    assert_eq!(code(house.obeyed(other).await), Code::NotFound);
}

#[tokio::test]
async fn a_tool_that_changed_asks_again_until_it_is_said_anew() {
    let mut house = House::new();
    lists(&house, "store", "Stores a note.").await;
    by_face(&house, "store", Some(Shown::Silent)).await.unwrap();
    // Another definition, which the person agreed to as such.
    let site = lists(&house, "store", "Stores a note, and tells everybody.").await;
    assert_eq!(usage_and_verdict(&house, &site, "store"), (None, Some(Verdict::Ask)));
    assert_eq!(answers(&mut house).await[0].state, RuleState::Suspended);
    by_face(&house, "store", Some(Shown::Silent)).await.unwrap();
    assert_eq!(usage_and_verdict(&house, &site, "store"), (Some(Shown::Silent), Some(Verdict::Allow)));
    assert_eq!(answers(&mut house).await.len(), 1);
    // As long as a definition is held back nothing of the kind can be said.
    let known = site.catalog.tool("store").unwrap();
    let key = catalog::key(&known.definition);
    house.broker.change_book(|book| book.refuse(site.place(), &key, known.definition.digest)).await.unwrap();
    assert_eq!(by_face(&house, "store", Some(Shown::Silent)).await.unwrap_err().code, Code::Conflict);
}

#[tokio::test]
async fn what_runs_without_a_question_ends_when_nobody_uses_it() {
    let house = House::new();
    let site = lists(&house, "store", "Stores a note.").await;
    by_face(&house, "store", Some(Shown::Silent)).await.unwrap();
    house.clock.advance(Duration::from_hours(24 * 91));
    assert_eq!(usage_and_verdict(&house, &site, "store"), (None, Some(Verdict::Ask)));
}

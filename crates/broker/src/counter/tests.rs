//! Promises of the counter as a whole: what asks, what does not, and that what was shown is what is done.

use super::imagined::{Imagined, Place};
use super::*;
use crate::parts::{Browser, IdleExit, NoScreen, Parts, VaultChoice};
use crate::review::Held;
use crate::upkeep;
use crate::who::Who;
use keyholder_approval::{Answer as Given, Approver, Ending, Question, Reachable, Subject};
use keyholder_audit::{Anchor, Entry, Intent, Open, Risk};
use keyholder_book::{FileRule, Stand};
use keyholder_console::activity::LogQuery;
use keyholder_console::explanation::CallView;
use keyholder_console::rules::{RuleState, RuleView};
use keyholder_console::status::FaceView;
use keyholder_mcp::definition::{Definition, DefinitionKind};
use keyholder_model::caller::Signature;
use keyholder_model::clock::{Clock, FakeClock, FakeRng, Timestamp};
use keyholder_model::digest::Digest;
use keyholder_model::event::Outcome;
use keyholder_model::id::{CallId, QuestionId, SessionId};
use keyholder_model::risk::{Label, Labels, Tier};
use keyholder_oauth::VettedUrl;
use keyholder_settings::Server;
use keyholder_vault::NoteName;
use keyholder_wire::place::Places;
use std::collections::BTreeMap;
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

mod house;

pub(super) use house::House;
use house::{code, content, give};

const PERMITS: &str = "permit(principal, action == Action::\"call_unattended\", resource == Tool::\"notes/read\");";
const FORBIDS: &str = "forbid(principal, action == Action::\"call\", resource == Tool::\"notes/send\");";

#[tokio::test]
async fn a_rule_that_permits_asks_with_its_text_and_one_that_forbids_does_not() {
    let mut house = House::new();
    house.obeyed(Order::AddRule { text: FORBIDS.to_owned() }).await.unwrap();
    let (shown, done) = house.answered(Order::AddRule { text: PERMITS.to_owned() }, Given::Deny).await;
    assert!(shown.contains(PERMITS) && !shown.contains("add_rule"), "{shown}");
    assert_eq!(code(done), Code::Denied);
    let answers = |rules: Vec<RuleView>| rules.into_iter().filter(|rule| rule.made.is_some()).collect::<Vec<_>>();
    assert_eq!(answers(house.rules().await).len(), 1);
    house.answered(Order::AddRule { text: PERMITS.to_owned() }, Given::AllowOnce).await.1.unwrap();
    let added = answers(house.rules().await);
    assert_eq!(added.len(), 2);

    // The other way round when they are taken away.
    let of = |verdict| added.iter().find(|rule| rule.effect == Some(verdict)).unwrap().id.clone();
    house.obeyed(Order::RemoveRule { rule: of(Verdict::Allow) }).await.unwrap();
    let (shown, done) = house.answered(Order::RemoveRule { rule: of(Verdict::Deny) }, Given::AllowOnce).await;
    assert!(shown.contains(FORBIDS), "{shown}");
    done.unwrap();
    assert!(answers(house.rules().await).is_empty());
    assert_eq!(code(house.obeyed(Order::RemoveRule { rule: of(Verdict::Deny) }).await), Code::NotFound);
    assert_eq!(code(house.obeyed(Order::AddRule { text: "nonsense".to_owned() }).await), Code::Invalid);
}

#[tokio::test]
async fn what_changed_while_the_person_was_reading_is_not_confirmed() {
    let mut house = House::new();
    house.broker.protect_files().await;
    house.write(PERMITS);
    let pending = |rules: Vec<RuleView>| rules.into_iter().filter(|rule| rule.state == RuleState::Pending).count();
    assert_eq!(pending(house.rules().await), 1);
    let confirming = house.give(Order::ConfirmRules);
    let question = house.asked.recv().await.unwrap();
    house.write(&format!("{PERMITS}\npermit(principal, action, resource);"));
    house.broker.answer(question.id, &question.request, Given::AllowOnce).unwrap();
    confirming.await.unwrap().unwrap();
    assert!(content(&question).contains(PERMITS));
    let rules = house.rules().await;
    assert!(rules.iter().any(|rule| rule.source == PERMITS && rule.state == RuleState::InForce));
    assert_eq!(pending(rules), 1, "the wide one still waits");

    // Taking a confirmed forbid away waits as well; a file that cannot be read confirms nothing.
    house.write(&format!("{PERMITS}\n{FORBIDS}"));
    house.obeyed(Order::ConfirmRules).await.unwrap();
    house.write(PERMITS);
    let (shown, done) = house.answered(Order::ConfirmRules, Given::Deny).await;
    assert!(shown.contains("no longer in own.cedar") && shown.contains(FORBIDS), "{shown}");
    assert_eq!(code(done), Code::Denied);
    house.write("nonsense");
    assert_eq!(code(house.obeyed(Order::ConfirmRules).await), Code::ConfigInvalid);
}

#[tokio::test]
async fn a_confirmed_rule_that_cannot_be_restored_closes_until_the_person_lets_it_go() {
    let mut house = House::new();
    let meaning = Digest::of_parts(&[b"of another version"]);
    let lost = FileRule { meaning, permits: false, text: "nonsense".to_owned(), file: "own.cedar".to_owned() };
    house.broker.change_book(|book| book.confirm_files(vec![lost], BTreeMap::new())).await.unwrap();
    assert!(!house.broker.policy.problems().is_empty());
    let (shown, done) = house.answered(Order::ConfirmRules, Given::AllowOnce).await;
    assert!(shown.contains("no longer in own.cedar"), "{shown}");
    done.unwrap();
    assert!(house.broker.policy.problems().is_empty());
}

#[tokio::test]
async fn asking_less_asks_and_asking_more_does_not() {
    let mut house = House::new();
    let mode = |mode| Order::SetMode { mode };
    house.obeyed(mode(AskMode::Careful)).await.unwrap();
    house.answered(mode(AskMode::Balanced), Given::AllowOnce).await.1.unwrap();
    house.answered(mode(AskMode::Learning), Given::AllowOnce).await.1.unwrap();
    house.call("write", "{}", Labels::NONE, "rule asking/learning");
    house.call("write", "{}", Labels::NONE, "rule own.cedar:1");
    let Ok(Answer::Mode(view)) = house.obeyed(Order::Mode).await else { panic!("no mode") };
    assert_eq!((view.mode, view.learning_until.is_some()), (AskMode::Learning, true));
    assert_eq!(view.learned.iter().map(|one| (one.tool.as_str(), one.times)).collect::<Vec<_>>(), [("write", 1)]);
    house.obeyed(mode(AskMode::Balanced)).await.unwrap();
}

#[tokio::test]
async fn labels_that_may_go_ask_and_labels_that_only_come_do_not() {
    let mut house = House::new();
    let set = |labels: &[&str]| Order::SetLabels {
        server: "notes".to_owned(),
        tool: "send".to_owned(),
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
    };
    // What a tool that nobody has listed does is not known.
    house.answered(set(&["sends_outward"]), Given::AllowOnce).await.1.unwrap();
    house.obeyed(set(&["sends_outward", "destroys"])).await.unwrap();
    let (shown, done) = house.answered(set(&["destroys"]), Given::Deny).await;
    assert!(shown.contains("no longer: sends_outward"), "{shown}");
    assert_eq!(code(done), Code::Denied);
    assert!(house.broker.known_book().labels(&"notes".parse().unwrap(), "send").unwrap().has(Label::SendsOutward));
    assert_eq!(code(house.obeyed(set(&["harmless"])).await), Code::Invalid);
}

#[tokio::test]
async fn a_server_is_believed_after_a_yes_at_its_host_alone_and_no_longer_at_once() {
    let mut house = House::new();
    let name = || "notes".to_owned();
    let (shown, done) = house.answered(Order::Trust { server: name() }, Given::AllowOnce).await;
    assert!(shown.contains("notes.example"), "{shown}");
    done.unwrap();
    let notes = "notes".parse().unwrap();
    let trusts = |house: &House, host| house.broker.known_book().trusts(&notes, host);
    assert!(trusts(&house, "notes.example") && !trusts(&house, "evil.example"));
    house.obeyed(Order::Distrust { server: name() }).await.unwrap();
    assert!(!trusts(&house, "notes.example"));
    assert_eq!(code(house.obeyed(Order::Trust { server: "other".to_owned() }).await), Code::NotFound);
}

#[tokio::test]
async fn what_a_session_has_read_is_forgotten_only_as_far_as_it_was_shown() {
    let mut house = House::new();
    let read = |house: &House, tool: &str, label| {
        let reason = keyholder_model::permit::Reason::Routine;
        house.broker.note_call("claude", format!("notes/{tool}"), Labels::NONE.with(label), &reason);
    };
    let reset = || Order::ResetHistory { app: "claude".to_owned() };
    assert_eq!(code(house.obeyed(reset()).await), Code::NotFound);
    read(&house, "read", Label::ReadsPrivate);
    let resetting = house.give(reset());
    let question = house.asked.recv().await.unwrap();
    assert!(content(&question).contains("notes/read: read private data"));
    read(&house, "fetch", Label::SeesUntrusted);
    house.broker.answer(question.id, &question.request, Given::AllowOnce).unwrap();
    assert_eq!(code(resetting.await.unwrap()), Code::Conflict);
    house.answered(reset(), Given::AllowOnce).await.1.unwrap();
    let Ok(Answer::Histories(left)) = house.obeyed(Order::History { app: None }).await else { panic!("no list") };
    assert!(left.is_empty());
}

#[tokio::test]
async fn a_call_that_nobody_makes_is_explained() {
    let mut house = House::new();
    house.obeyed(Order::AddRule { text: FORBIDS.to_owned() }).await.unwrap();
    let call = |tool: &str, arguments: &str| Order::Explain {
        call: CallView {
            app: None,
            server: "notes".to_owned(),
            account: None,
            tool: tool.to_owned(),
            arguments: arguments.to_owned(),
        },
    };
    let Ok(Answer::Explanation(told)) = house.obeyed(call("send", r#"{"to":"ops"}"#)).await else { panic!("none") };
    assert_eq!(told.verdict, Verdict::Deny);
    assert!(told.considered.iter().any(|rule| rule.rule == told.rule));
    assert!(told.facts.iter().any(|fact| fact.name == "resource.host" && fact.value == "notes.example"));
    assert_eq!(code(house.obeyed(call("send", "[1]")).await), Code::Invalid);
    assert_eq!(house.broker.log().unwrap().head().unwrap().count, 1, "only the rule was written down");
}

#[tokio::test]
async fn other_rules_are_tried_on_the_calls_of_the_past() {
    let mut house = House::new();
    let start = house.clock.now();
    house.call("send", r#"{"to":"ops"}"#, Labels::NONE, "answered: allow once");
    house.call("send", r#"{"password":"hunter2hunter2"}"#, Labels::NONE, "answered: allow once");
    house.call("read", r#"{"password":"hunter2hunter2"}"#, Labels::NONE, "answered: allow once");
    let text = "forbid(principal, action == Action::\"call\", resource == Tool::\"notes/send\") \
         when { context.arguments has to && context.first_use };";
    let simulate = |since: Timestamp, replaces: Option<&str>| Order::Simulate {
        since: since.to_string(),
        text: text.to_owned(),
        replaces: replaces.map(str::to_owned),
    };
    let Ok(Answer::Simulation(found)) = house.obeyed(simulate(start, None)).await else { panic!("none") };
    assert_eq!((found.calls, found.unknown, found.before.asked), (3, 1, 2));
    assert_eq!(found.changed.iter().map(|call| call.tool.as_str()).collect::<Vec<_>>(), ["send"]);
    let later = start.plus(Duration::from_secs(1));
    let Ok(Answer::Simulation(found)) = house.obeyed(simulate(later, None)).await else { panic!("none") };
    assert_eq!((found.calls, found.changed.len()), (2, 0));
    assert_eq!(code(house.obeyed(simulate(start, Some("../config.toml"))).await), Code::NotFound);
    assert!(house.rules().await.iter().all(|rule| rule.source != text), "nothing was changed");
}

#[tokio::test]
async fn a_question_is_shown_whole_and_a_server_can_be_denied_as_a_whole() {
    let mut house = House::new();
    let waiting = house.give(Order::Trust { server: "notes".to_owned() });
    let question = house.asked.recv().await.unwrap();
    let show = Order::ShowQuestion { question: question.id.to_string() };
    let Ok(Answer::Question(detail)) = house.obeyed(show).await else { panic!("none") };
    assert_eq!(detail.digest, question.request.to_string());
    assert_eq!(detail.choices.iter().map(|one| one.choice.as_str()).collect::<Vec<_>>(), ["allow_once", "deny"]);
    house.obeyed(Order::DenyAll { server: "notes".to_owned() }).await.unwrap();
    assert_eq!(code(waiting.await.unwrap()), Code::Denied);
}

#[tokio::test]
async fn unlocking_and_resuming_ask_and_their_opposites_do_not() {
    let mut house = House::new();
    house.obeyed(Order::Lock).await.unwrap();
    let (shown, done) = house.answered(Order::Unlock, Given::Deny).await;
    assert!(shown.contains("Unlock") && code(done) == Code::Denied && house.broker.is_locked());
    house.answered(Order::Unlock, Given::AllowOnce).await.1.unwrap();
    house.obeyed(Order::Pause { server: "notes".to_owned() }).await.unwrap();
    let (shown, done) = house.answered(Order::Resume { server: "notes".to_owned() }, Given::AllowOnce).await;
    assert!(shown.contains("notes.example"), "{shown}");
    done.unwrap();
}

#[tokio::test]
async fn a_definition_is_let_in_after_a_yes_as_it_was_shown_and_kept_out_at_once() {
    let mut house = House::new();
    let server = house.broker.settings.server(&"notes".parse().unwrap()).unwrap();
    let site = house.broker.site_of(&server, &Account::default()).unwrap();
    let hold = |text: &str| {
        let definition = Definition::new(DefinitionKind::Tool, "send".to_owned(), text.to_owned()).unwrap();
        let digest = definition.digest;
        site.catalog.hold(Held {
            key: crate::catalog::key(&definition),
            definition,
            stand: Stand::New,
            difference: Vec::new(),
            suspicions: vec!["It speaks of another tool.".to_owned()],
            since: house.clock.now(),
        });
        digest
    };
    let stand = |digest| house.broker.known_book().stand(site.place(), "tool send", &digest);
    let admit = || Order::Admit { review: "tool notes/send".to_owned() };

    let first = hold(r#"{"name":"send","description":"one"}"#);
    let Ok(Answer::Reviews(list)) = give(&house.broker, Order::Review).await.unwrap() else { panic!("none") };
    assert_eq!(list.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["tool notes/send"]);
    let admitting = give(&house.broker, admit());
    let question = house.asked.recv().await.unwrap();
    let Subject::Admit { difference, suspicions, .. } = &question.subject else { panic!("{question:?}") };
    assert!(difference[0].contains("one"));
    assert_eq!(suspicions.as_slice(), ["It speaks of another tool."]);
    let second = hold(r#"{"name":"send","description":"two"}"#);
    house.broker.answer(question.id, &question.request, Given::AllowOnce).unwrap();
    admitting.await.unwrap().unwrap();
    assert_eq!((stand(first), stand(second)), (Stand::Admitted, Stand::Changed));

    hold(r#"{"name":"send","description":"two"}"#);
    give(&house.broker, Order::Refuse { review: "tool notes/send".to_owned() }).await.unwrap().unwrap();
    assert_eq!((stand(first), stand(second)), (Stand::Admitted, Stand::Refused));
    assert!(house.asked.try_recv().is_err(), "a no asks nobody");
}

#[tokio::test]
async fn a_log_that_the_keychain_contradicts_is_never_called_verified() {
    let house = House::new();
    let log = house.broker.log().unwrap();
    house.call("read", "{}", Labels::NONE, "routine");
    let verified = || async {
        match give(&house.broker, Order::VerifyLog).await.unwrap() {
            Ok(Answer::VerifyLog(report)) => (report.intact, report.anchored),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(verified().await, (true, None), "nothing vouches for it yet");
    upkeep::anchor(&house.broker).await;
    assert_eq!(verified().await, (true, Some(true)));
    let kept = Anchor { count: 1, hash: Digest::of_parts(&[b"another entry"]) };
    let vault = house.broker.vault().await.unwrap();
    vault.set_note(NoteName::AuditAnchor, kept.to_string().as_bytes()).await.unwrap();
    upkeep::anchor(&house.broker).await;
    assert_eq!(house.broker.verified(), Some(false));
    assert_eq!(verified().await, (false, Some(false)), "what was kept is not written over");
    let noted = log.read(&keyholder_audit::Query::default()).unwrap();
    assert_eq!(noted[0].event, "tamper");
}

#[tokio::test]
async fn the_uses_of_a_rule_are_counted_once_whether_or_not_they_are_written_down() {
    let mut house = House::new();
    house.answered(Order::AddRule { text: PERMITS.to_owned() }, Given::AllowOnce).await.1.unwrap();
    let imagined = Imagined {
        who: Who::named("claude"),
        place: Place { server: "notes".parse().unwrap(), host: "notes.example".to_owned(), group: None },
        account: Account::default(),
        situation: house.broker.situation("claude", Some("notes/read")),
        tier: Tier::Send,
        labels: Labels::NONE,
        pinned: None,
    };
    for expected in 1..=3 {
        let verdict = house.broker.policy.decide(&imagined.facts("ana", "read", b"{}"));
        assert!(matches!(verdict, keyholder_policy::Verdict::Allow(_)));
        let uses = |rules: Vec<RuleView>| rules.into_iter().find(|rule| rule.source == PERMITS).map(|rule| rule.uses);
        assert_eq!(uses(house.rules().await), Some(expected));
        house.broker.write_down_counts();
        assert_eq!(uses(house.rules().await), Some(expected));
    }
    let rule = house.rules().await.into_iter().find(|rule| rule.source == PERMITS).unwrap();
    assert_eq!(
        (rule.effect, rule.last_used.is_some(), rule.summary.as_str()),
        (Some(Verdict::Allow), true, "added from the command line")
    );
    house.obeyed(Order::RemoveRule { rule: rule.id }).await.unwrap();
    assert!(house.broker.settings.uses().unwrap().is_empty());
}

#[test]
fn an_answer_that_would_be_too_long_is_a_short_refusal() {
    let long = Answer::Done(Receipt { note: Some("x".repeat(Kind::Result.ceiling() as usize)) });
    let sent = written(&Reply::Answer(long)).unwrap();
    assert!(sent.len() < 1_000);
    assert!(matches!(serde_json::from_slice(&sent), Ok(Reply::Error(error)) if error.code == Code::Invalid));
}

#[tokio::test]
async fn the_log_is_searched_shown_and_summed_up_through_the_side_door() {
    let mut house = House::new();
    house.call("read", r#"{"path":"/report"}"#, Labels::NONE, "rule asking/look");
    house.call("send", r#"{"to":"ops"}"#, Labels::NONE, "answered: allow once");
    let query = LogQuery { words: Some("by:me tool:SEND OPS after:1h".into()), ..LogQuery::default() };
    let Ok(Answer::Log(report)) = house.obeyed(Order::Log(query)).await else { panic!() };
    assert_eq!((report.entries.len(), report.next), (1, None));
    let number = report.entries[0].number;
    let Ok(Answer::Entry(entry)) = house.obeyed(Order::ShowEntry { number }).await else { panic!() };
    assert_eq!((entry.entry.number, entry.rule, entry.method.as_deref()), (number, None, Some("tools/call")));
    let query = LogQuery { words: Some("tool:read".into()), ..LogQuery::default() };
    let Ok(Answer::Log(report)) = house.obeyed(Order::Log(query)).await else { panic!() };
    let number = report.entries[0].number;
    let Ok(Answer::Entry(entry)) = house.obeyed(Order::ShowEntry { number }).await else { panic!() };
    assert_eq!(entry.rule.map(|rule| rule.id).as_deref(), Some("asking/look"));
    let Ok(Answer::Summary(sum)) = house.obeyed(Order::Summary { days: 2 }).await else { panic!() };
    assert_eq!(sum.days.iter().map(|day| (day.by_rule, day.by_person)).collect::<Vec<_>>(), [(0, 0), (1, 1)]);
    assert_eq!(code(house.obeyed(Order::ShowEntry { number: 4711 }).await), Code::NotFound);
    for days in [0, 91] {
        assert_eq!(code(house.obeyed(Order::Summary { days }).await), Code::Invalid);
    }
    let query = LogQuery { words: Some("colour:red".into()), ..LogQuery::default() };
    let why = house.obeyed(Order::Log(query)).await.unwrap_err();
    assert!(why.code == Code::Invalid && why.detail.is_some_and(|detail| detail.contains("colour:red")));
}

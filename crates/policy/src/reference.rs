//! The decision against a naive reference over a small world (catalogue L14): two apps, two servers, two tools, a few arguments.

use crate::facts::{Action, Facts};
use crate::policy::Policy;
use crate::policy::tests::facts;
use crate::sources::{Remembered, Sources};
use crate::verdict::Verdict;
use keyholder_model::digest::Digest;
use keyholder_model::risk::{Labels, Tier};
use keyholder_model::server::{Account, ServerName};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::sync::Arc;

/// A rule in its simplest form.
#[derive(Clone, Debug)]
struct Simple {
    forbids: bool,
    app: Option<usize>,
    /// Of `call`, `call_unattended`, `read`, `read_unattended`; none means any.
    actions: Option<[bool; 4]>,
    resource: Where,
    condition: Condition,
}

#[derive(Clone, Copy, Debug)]
enum Where {
    Any,
    Server(usize),
    Tool(usize, usize),
    Tools,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Condition {
    None,
    ArgumentIsOne,
    ArgumentIsLarge,
    HasArgument,
    PathIsP,
    WorkAccount,
}

/// What would happen.
#[derive(Clone, Copy, Debug)]
struct Event {
    app: usize,
    has_path: bool,
    server: usize,
    works: bool,
    /// A call of this tool with these arguments; otherwise a read.
    call: Option<(usize, usize)>,
}

const APPS: [&str; 2] = ["a", "b"];
const SERVERS: [&str; 2] = ["s", "t"];
const TOOLS: [&str; 2] = ["x", "y"];
const ACTIONS: [&str; 4] = ["call", "call_unattended", "read", "read_unattended"];
/// Arguments, and what is known of `n` in them.
const ARGUMENTS: [(&str, N); 6] = [
    ("{}", N::Absent),
    ("{\"n\":1}", N::Long(1)),
    ("{\"n\":20e0}", N::Long(20)),
    ("{\"n\":\"1\"}", N::Other),
    ("{\"n\":1.5}", N::Other),
    ("{\"n\":1,\"n\":20}", N::Unseen),
];

#[derive(Clone, Copy, PartialEq, Debug)]
enum N {
    Absent,
    Long(i64),
    Other,
    Unseen,
}

impl Simple {
    fn text(&self) -> String {
        let principal = self.app.map_or(String::new(), |app| format!(" == App::\"{}\"", APPS[app]));
        let action = self.actions.map_or(String::new(), |chosen| {
            let names: Vec<_> = ACTIONS
                .iter()
                .zip(chosen)
                .filter(|(_, chosen)| *chosen)
                .map(|(name, _)| format!("Action::\"{name}\""))
                .collect();
            format!(" in [{}]", names.join(", "))
        });
        let resource = match self.resource {
            Where::Any => String::new(),
            Where::Server(server) => format!(" in Server::\"{}\"", SERVERS[server]),
            Where::Tool(server, tool) => format!(" == Tool::\"{}/{}\"", SERVERS[server], TOOLS[tool]),
            Where::Tools => " is Tool".to_owned(),
        };
        let condition = match self.condition {
            Condition::None => "",
            Condition::ArgumentIsOne => " when { context.arguments.n == 1 }",
            Condition::ArgumentIsLarge => " when { context.arguments.n > 10 }",
            Condition::HasArgument => " when { context has arguments && context.arguments has n }",
            Condition::PathIsP => " when { principal.path == \"/p\" }",
            Condition::WorkAccount => " when { resource.account == \"work\" }",
        };
        let effect = if self.forbids { "forbid" } else { "permit" };
        format!("{effect}(principal{principal}, action{action}, resource{resource}){condition};\n")
    }

    /// Whether it matches; none where that cannot be said.
    fn matches(&self, action: usize, event: &Event) -> Option<bool> {
        let here = match (self.resource, event.call) {
            (Where::Any, _) | (Where::Tools, Some(_)) => true,
            (Where::Server(server), _) => server == event.server,
            (Where::Tool(server, tool), Some((called, _))) => server == event.server && tool == called,
            (Where::Tool(..) | Where::Tools, None) => false,
        };
        if !here || self.app.is_some_and(|app| app != event.app) || self.actions.is_some_and(|chosen| !chosen[action]) {
            return Some(false);
        }
        let n = event.call.map(|(_, arguments)| ARGUMENTS[arguments].1);
        match self.condition {
            Condition::None => Some(true),
            Condition::ArgumentIsOne => match n {
                None | Some(N::Absent | N::Unseen) => None,
                Some(n) => Some(n == N::Long(1)),
            },
            Condition::ArgumentIsLarge => match n {
                Some(N::Long(n)) => Some(n > 10),
                _ => None,
            },
            Condition::HasArgument => Some(matches!(n, Some(N::Long(_) | N::Other))),
            Condition::PathIsP => event.has_path.then_some(true),
            Condition::WorkAccount => Some(event.works),
        }
    }
}

/// The whole of the decision, as simply as it can be said.
fn reference(rules: &[Simple], event: &Event) -> &'static str {
    let permitted = |action: usize| {
        let forbidden = rules.iter().any(|rule| rule.forbids && rule.matches(action, event) != Some(false));
        !forbidden && rules.iter().any(|rule| !rule.forbids && rule.matches(action, event) == Some(true))
    };
    let first = if event.call.is_some() { 0 } else { 2 };
    let unseen = event.call.is_some_and(|(_, arguments)| ARGUMENTS[arguments].1 == N::Unseen);
    match (permitted(first), permitted(first + 1) && !unseen) {
        (false, _) => "deny",
        (true, false) => "ask",
        (true, true) => "allow",
    }
}

fn decided(policy: &Policy, event: &Event) -> &'static str {
    let server: ServerName = SERVERS[event.server].parse().unwrap();
    let account: Account = if event.works { "work" } else { "home" }.parse().unwrap();
    let action = event.call.map_or(Action::Read { method: "resources/read", uri: None }, |(tool, arguments)| {
        let arguments = ARGUMENTS[arguments].0.as_bytes();
        Action::Call { tool: TOOLS[tool], arguments, tier: Tier::Send, labels: Labels::NONE, pinned: None }
    });
    let request = Digest::of_parts(&[format!("{event:?}").as_bytes()]);
    let app_path = event.has_path.then_some("/p");
    let facts =
        Facts { app: APPS[event.app], app_path, server: &server, account: &account, action, request, ..facts("", b"") };
    match policy.decide(&facts) {
        Verdict::Allow(permit) => {
            assert!(permit.spend(&request).is_ok());
            "allow"
        }
        Verdict::Ask(asked) => {
            assert!(asked.settle("yes").spend(&request).is_ok());
            "ask"
        }
        Verdict::Deny(_) => "deny",
    }
}

/// The rules as one remembered text; the starter rules are switched on by the world itself, which starts from them.
fn sources(rules: &[Simple]) -> Sources {
    let text = rules.iter().fold(String::new(), |mut text, rule| {
        let _ = write!(text, "{}", rule.text());
        text
    });
    Sources {
        remembered: vec![Remembered { id: "world".to_owned(), text, life: Arc::default() }],
        ..Sources::default()
    }
}

/// What the starter rules say of calls and reads.
fn with_starter(rules: &[Simple]) -> Vec<Simple> {
    let plain = |actions| Simple {
        forbids: false,
        app: None,
        actions: Some(actions),
        resource: Where::Any,
        condition: Condition::None,
    };
    let mut all = rules.to_vec();
    all.extend([plain([true, false, false, false]), plain([false, false, true, true])]);
    all
}

fn strictness(word: &str) -> usize {
    ["allow", "ask", "deny"].iter().position(|one| *one == word).unwrap()
}

prop_compose! {
    fn a_rule()(forbids in any::<bool>(), app in prop::option::of(0..2_usize), actions in prop::option::of(any::<[bool; 4]>()),
        resource in prop_oneof![Just(Where::Any), (0..2_usize).prop_map(Where::Server), (0..2_usize, 0..2_usize).prop_map(|(s, t)| Where::Tool(s, t)), Just(Where::Tools)],
        condition in prop_oneof![4 => Just(Condition::None), 1 => Just(Condition::ArgumentIsOne), 1 => Just(Condition::ArgumentIsLarge), 1 => Just(Condition::HasArgument), 1 => Just(Condition::PathIsP), 1 => Just(Condition::WorkAccount)])
        -> Simple { Simple { forbids, app, actions, resource, condition } }
}

prop_compose! {
    fn an_event()(app in 0..2_usize, has_path in any::<bool>(), server in 0..2_usize, works in any::<bool>(), call in prop::option::of((0..2_usize, 0..6_usize))) -> Event {
        Event { app, has_path, server, works, call }
    }
}

fn some_rules() -> impl Strategy<Value = Vec<Simple>> {
    prop::collection::vec(a_rule(), 0..8)
}

fn some_events() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec(an_event(), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Also with decisions that were kept from the events before, and after a reload.
    #[test]
    fn every_decision_is_the_references(before in some_rules(), after in some_rules(), events in some_events()) {
        let policy = Policy::load(&sources(&before));
        prop_assert!(policy.problems().is_empty(), "{:?}", policy.problems());
        for rules in [before, after] {
            policy.reload(&sources(&rules));
            let rules = with_starter(&rules);
            for event in events.iter().chain(&events) {
                prop_assert_eq!(decided(&policy, event), reference(&rules, event), "{:?}", event);
            }
        }
    }

    /// Against a policy that has decided nothing before.
    #[test]
    fn a_kept_decision_is_the_decision(rules in some_rules(), events in some_events()) {
        let kept = Policy::load(&sources(&rules));
        for event in &events {
            decided(&kept, event);
        }
        for event in &events {
            prop_assert_eq!(decided(&kept, event), decided(&Policy::load(&sources(&rules)), event));
        }
    }

    #[test]
    fn the_order_of_rules_does_not_matter(rules in some_rules(), events in some_events()) {
        let mut turned = rules.clone();
        turned.reverse();
        let (one, other) = (Policy::load(&sources(&rules)), Policy::load(&sources(&turned)));
        for event in &events {
            prop_assert_eq!(decided(&one, event), decided(&other, event));
        }
    }

    #[test]
    fn a_further_forbid_never_widens(rules in some_rules(), forbid in a_rule(), events in some_events()) {
        let mut tighter = rules.clone();
        tighter.push(Simple { forbids: true, ..forbid });
        let (one, tighter) = (Policy::load(&sources(&rules)), Policy::load(&sources(&tighter)));
        for event in &events {
            prop_assert!(strictness(decided(&tighter, event)) >= strictness(decided(&one, event)));
        }
    }
}

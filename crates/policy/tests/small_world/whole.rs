//! The decision by Cedar alone, with all rules and all facts: no index, no slice, nothing kept, nothing left out.

use super::evaluator::Reference;
use super::event::{ACTIONS, Event};
use cedar_policy::{
    AuthorizationError, Authorizer, Context, Decision, Effect, Entities, EntityUid, Policy, PolicyId, PolicySet,
    Request,
};
use keyholder_model::risk::Label;
use keyholder_policy::{Action, Facts};
use serde_json::{Value, json};

/// All rules of a world, parsed one by one.
#[derive(Debug)]
pub struct Whole {
    policies: Vec<Policy>,
}

impl Whole {
    pub fn of(reference: &Reference) -> Self {
        let parse = |(place, (name, rule, _)): (usize, &(String, super::rule::Simple, Option<usize>))| {
            Policy::parse(Some(PolicyId::new(place.to_string())), rule.text())
                .unwrap_or_else(|why| panic!("{name}: {why}"))
        };
        Self { policies: reference.rules.iter().enumerate().map(parse).collect() }
    }

    /// What must be decided.
    pub fn decide(&self, reference: &Reference, event: &Event) -> &'static str {
        let alive = self.policies.iter().enumerate().filter(|(place, _)| reference.is_alive(*place, event));
        let set =
            PolicySet::from_policies(alive.map(|(_, policy)| policy.clone())).expect("rules have names of their own");
        let facts = event.facts();
        let entities = Entities::from_json_value(entities(&facts), None).expect("entities");
        let context = context(event, &facts, reference.is_open(event));
        let permitted = |place: usize| {
            let uid = |kind: &str, id: &str| {
                EntityUid::from_json(json!({ "type": kind, "id": id })).expect("an entity's name")
            };
            let resource = uid(kind_of(&facts), &id_of(&facts));
            let context = Context::from_json_value(context.clone(), None).expect("a context");
            let request = Request::new(uid("App", facts.app), uid("Action", ACTIONS[place]), resource, context, None);
            let response = Authorizer::new().is_authorized(&request.expect("a request"), &set, &entities);
            let is_broken_forbid = |error: &AuthorizationError| {
                let AuthorizationError::PolicyEvaluationError(broken) = error;
                set.policy(broken.policy_id()).is_none_or(|policy| policy.effect() == Effect::Forbid)
            };
            response.decision() == Decision::Allow && !response.diagnostics().errors().any(is_broken_forbid)
        };
        let attended = event.kind.place();
        let is_seen = event.arguments().is_none_or(|arguments| arguments.cedar.is_some());
        match (permitted(attended), permitted(attended + 1) && is_seen) {
            (false, _) => "deny",
            (true, false) => "ask",
            (true, true) => "allow",
        }
    }
}

fn kind_of(facts: &Facts<'_>) -> &'static str {
    if matches!(facts.action, Action::Admit { .. } | Action::Call { .. }) { "Tool" } else { "Server" }
}

fn id_of(facts: &Facts<'_>) -> String {
    match facts.action {
        Action::Admit { tool, .. } | Action::Call { tool, .. } => format!("{}/{tool}", facts.server),
        _ => facts.server.to_string(),
    }
}

fn entities(facts: &Facts<'_>) -> Value {
    let person = json!({ "type": "Person", "id": facts.person });
    let server = json!({ "type": "Server", "id": facts.server.as_str() });
    let mut app = json!({ "name": facts.app, "instance": facts.instance, "processes": facts.processes });
    if let Some(path) = facts.app_path {
        app["path"] = json!(path);
    }
    if let Some(signer) = facts.signer {
        app["signer"] = json!(signer);
    }
    let mut place = json!({ "name": facts.server.as_str(), "host": facts.host, "account": facts.account.as_str() });
    if let Some(group) = facts.group {
        place["group"] = json!(group);
    }
    let group = facts.group.map(|group| json!({ "type": "Group", "id": group }));
    let mut all = vec![
        json!({ "uid": person, "attrs": {}, "parents": [] }),
        json!({ "uid": { "type": "App", "id": facts.app }, "attrs": app, "parents": [person] }),
        json!({ "uid": server, "attrs": place, "parents": group.iter().collect::<Vec<_>>() }),
    ];
    all.extend(group.iter().map(|group| json!({ "uid": group, "attrs": {}, "parents": [] })));
    if let Action::Admit { tool, .. } | Action::Call { tool, .. } = facts.action {
        place["name"] = json!(tool);
        place["server"] = json!({ "__entity": server });
        if let Action::Call { labels, pinned, .. } = facts.action {
            place["labels"] = labels.iter().map(Label::as_str).collect();
            if let Some(pinned) = pinned {
                place["pinned"] = json!(pinned.to_string());
            }
        }
        all.push(json!({ "uid": { "type": "Tool", "id": id_of(facts) }, "attrs": place, "parents": [server] }));
    }
    Value::Array(all)
}

fn context(event: &Event, facts: &Facts<'_>, is_open: bool) -> Value {
    let moment = &event.situation;
    let rates =
        |rates: keyholder_policy::Rates| json!({ "minute": rates.minute, "hour": rates.hour, "day": rates.day });
    let mut context = match facts.action {
        Action::Admit { change, suspicious, .. } => json!({ "change": change.as_str(), "suspicious": suspicious }),
        Action::Answer { kind } => json!({ "kind": kind }),
        Action::Call { arguments, tier, .. } => {
            let seen = event.arguments().and_then(|arguments| arguments.cedar);
            let cedar: Value = seen.map_or(json!({}), |cedar| serde_json::from_str(cedar).expect("JSON"));
            json!({
                "arguments": cedar,
                "uninspectable": seen.is_none(),
                "arguments_digest": keyholder_policy::canonical_digest(arguments).unwrap_or_default(),
                "tier": tier.as_number(),
                "first_use": moment.first_use,
                "calls": rates(moment.calls),
                "unasked": rates(moment.unasked),
                "unasked_destroying": moment.unasked_destroying,
                "unasked_sending": moment.unasked_sending,
            })
        }
        Action::Connect { issuer, scopes } => {
            let mut context = json!({ "scopes": scopes.iter().collect::<Vec<_>>() });
            if let Some(issuer) = issuer {
                context["issuer"] = json!(issuer);
            }
            context
        }
        Action::Read { method, uri } => {
            let mut context = json!({ "method": method });
            if let Some(uri) = uri {
                context["uri"] = json!(uri);
            }
            context
        }
    };
    context["now"] = json!({ "__extn": { "fn": "datetime", "arg": moment.at.to_string() } });
    context["hour"] = json!(moment.hour);
    context["weekday"] = json!(moment.weekday);
    if let Some(locked) = moment.screen_locked {
        context["screen_locked"] = json!(locked);
    }
    context["mode"] = json!(moment.mode.as_str());
    context["open"] = json!(is_open);
    context["seen"] = moment.seen.iter().map(Label::as_str).collect();
    context
}

//! Rules that can be parsed, name nothing wrong, and yet can never mean what they say: a scope that matches no request, a fact
//! compared with what it never is.
//!
//! For a permit that would only be a nuisance. A forbid that never matches is a hole that its writer believes to be closed, so
//! all of them are errors.

use crate::facts::Change;
use crate::schema::{Kind, vocabulary};
use cedar_policy::{ActionConstraint, EntityUid, Policy, PrincipalConstraint, ResourceConstraint};
use keyholder_model::asking::AskMode;
use keyholder_model::risk::Label;
use serde_json::Value;

/// What in a rule can never be so, in one sentence.
pub(crate) fn fault_of(policy: &Policy, json: &Value) -> Option<String> {
    fault_of_principal(policy).or_else(|| fault_of_resource(policy)).or_else(|| fault_of_json(json))
}

fn fault_of_principal(policy: &Policy) -> Option<String> {
    let (is_one, kind) = match policy.principal_constraint() {
        PrincipalConstraint::Any => return None,
        PrincipalConstraint::Eq(one) => (true, one.type_name().to_string()),
        PrincipalConstraint::In(one) | PrincipalConstraint::IsIn(_, one) => (false, one.type_name().to_string()),
        PrincipalConstraint::Is(kind) => (true, kind.to_string()),
    };
    match (is_one, kind.as_str()) {
        (_, "App") | (false, "Person") => None,
        (true, "Person") => Some("no app is a person; write principal in Person::\"\u{2026}\"".to_owned()),
        _ => Some(format!("no app is a {kind}, nor in one")),
    }
}

fn fault_of_resource(policy: &Policy) -> Option<String> {
    let actions: Vec<String> = match policy.action_constraint() {
        ActionConstraint::Any => Vec::new(),
        ActionConstraint::Eq(one) => vec![one.id().unescaped().to_owned()],
        ActionConstraint::In(some) => some.iter().map(|one| one.id().unescaped().to_owned()).collect(),
    };
    // No list means every action.
    let on = |kind: &str| actions.is_empty() || actions.iter().any(|action| vocabulary().is_on(action, kind));
    let fits = |one: &EntityUid, is_exact: bool| match one.type_name().to_string().as_str() {
        "Tool" => on("Tool"),
        "Server" => !is_exact || on("Server"),
        "Group" => !is_exact,
        _ => false,
    };
    let is_fit = match policy.resource_constraint() {
        ResourceConstraint::Any => true,
        ResourceConstraint::Eq(one) => fits(&one, true),
        ResourceConstraint::In(one) => fits(&one, false),
        ResourceConstraint::Is(kind) => on(&kind.to_string()),
        ResourceConstraint::IsIn(kind, one) => on(&kind.to_string()) && fits(&one, false),
    };
    (!is_fit).then(|| {
        "no request has such an action on such a resource; the tools of a server are resource in Server::\"\u{2026}\"".to_owned()
    })
}

fn fault_of_json(json: &Value) -> Option<String> {
    match json {
        Value::Array(items) => items.iter().find_map(fault_of_json),
        Value::Object(fields) => fields.iter().find_map(|(operator, operands)| {
            let sides = operands.get("left").zip(operands.get("right"));
            sides
                .and_then(|(left, right)| fault_of_operation(operator, left, right))
                .or_else(|| fault_of_json(operands))
        }),
        _ => None,
    }
}

fn fault_of_operation(operator: &str, left: &Value, right: &Value) -> Option<String> {
    match operator {
        "==" | "!=" => compared(left, right).or_else(|| compared(right, left)),
        "in" => compared(left, right).or_else(|| each(right).iter().find_map(|item| compared(left, item))),
        "contains" => contained(left, right).or_else(|| each(left).iter().find_map(|item| compared(right, item))),
        "containsAll" | "containsAny" => each(right)
            .iter()
            .find_map(|item| contained(left, item))
            .or_else(|| each(left).iter().find_map(|item| contained(right, item))),
        _ => None,
    }
}

/// A fact that is compared with a literal of another type, or with a word that it never is.
fn compared(fact: &Value, literal: &Value) -> Option<String> {
    let (name, kind) = fact_of(fact)?;
    let literal = literal.get("Value")?;
    let is_possible = match (kind, literal) {
        (Kind::Bool, Value::Bool(_)) | (Kind::Long, Value::Number(_)) | (Kind::Other, _) => true,
        (Kind::Entity(kinds), Value::Object(_)) => {
            let kind = literal.pointer("/__entity/type").and_then(Value::as_str).unwrap_or_default();
            kinds.contains(&kind)
        }
        (Kind::Text, Value::String(word)) => is_word(&name, word),
        _ => false,
    };
    (!is_possible).then(|| format!("{name} is never {}", shown(literal)))
}

/// The same of the members of a set.
fn contained(fact: &Value, literal: &Value) -> Option<String> {
    let (name, kind) = fact_of(fact)?;
    let literal = literal.get("Value")?;
    let is_possible = match (kind, literal) {
        (Kind::Texts, Value::String(word)) => is_word(&name, word),
        (Kind::Texts, _) => false,
        // Cedar fails on any other: then the rule counts as broken, and closes.
        _ => true,
    };
    (!is_possible).then(|| format!("{name} never contains {}", shown(literal)))
}

/// The fact that an expression reads, and what kind of value it has.
fn fact_of(expression: &Value) -> Option<(String, Kind)> {
    if let Some(variable) = expression.get("Var").and_then(Value::as_str) {
        let kinds: &[&str] = match variable {
            "principal" => &["App", "Person"],
            "resource" => &["Group", "Server", "Tool"],
            "action" => &["Action"],
            _ => return None,
        };
        return Some((variable.to_owned(), Kind::Entity(kinds)));
    }
    let access = expression.get(".")?;
    let (variable, attribute) = (access.pointer("/left/Var")?.as_str()?, access.get("attr")?.as_str()?);
    Some((format!("{variable}.{attribute}"), vocabulary().kind(variable, attribute)?))
}

/// Whether a fact that has a closed list of words can be this one.
fn is_word(fact: &str, word: &str) -> bool {
    match fact {
        "context.change" => [Change::Changed, Change::New].iter().any(|change| change.as_str() == word),
        "context.mode" => word.parse::<AskMode>().is_ok(),
        "context.seen" | "resource.labels" => word.parse::<Label>().is_ok(),
        _ => true,
    }
}

fn each(set: &Value) -> &[Value] {
    set.get("Set").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn shown(literal: &Value) -> String {
    literal.pointer("/__entity").map_or_else(
        || literal.to_string(),
        |entity| {
            let part = |name| entity.get(name).and_then(Value::as_str).unwrap_or_default();
            format!("{}::\"{}\"", part("type"), part("id"))
        },
    )
}

#[cfg(test)]
mod tests {
    use crate::policy::tests::{facts, home, load, with, word};

    #[test]
    fn a_rule_that_can_never_match_is_refused() {
        for (rule, what) in [
            ("forbid(principal, action == Action::\"call\", resource == Server::\"github\");", "in Server"),
            ("forbid(principal, action == Action::\"read\", resource == Tool::\"github/x\");", "such a resource"),
            ("forbid(principal, action == Action::\"call\", resource is Server);", "such a resource"),
            ("forbid(principal, action, resource == Group::\"work\");", "such a resource"),
            ("forbid(principal, action, resource in App::\"x\");", "such a resource"),
            ("forbid(principal == Person::\"ana\", action, resource);", "principal in Person"),
            ("forbid(principal == Server::\"x\", action, resource);", "no app is a Server"),
            ("forbid(principal is Tool, action, resource);", "no app is a Tool"),
            ("forbid(principal, action, resource) when { context.seen.contains(\"read_private\") };", "never contains"),
            ("forbid(principal, action, resource) when { context.seen.contains(1) };", "never contains"),
            (
                "forbid(principal, action, resource) when { [\"destroy\"].containsAny(resource.labels) };",
                "never contains",
            ),
            (
                "forbid(principal, action, resource) when { resource.labels.containsAll([\"sends_outwards\"]) };",
                "never contains",
            ),
            ("forbid(principal, action, resource) when { context.mode == \"carefull\" };", "never"),
            ("forbid(principal, action, resource) when { [\"careful\", \"wary\"].contains(context.mode) };", "never"),
            ("forbid(principal, action, resource) when { \"updated\" == context.change };", "never"),
            ("forbid(principal, action, resource) when { context.hour == \"9\" };", "context.hour is never"),
            ("forbid(principal, action, resource) when { resource.server == \"github\" };", "never"),
            ("forbid(principal, action, resource) when { principal == \"claude\" };", "never"),
            ("forbid(principal, action, resource) when { principal in Server::\"github\" };", "never"),
            ("forbid(principal, action, resource) when { resource in [App::\"x\"] };", "never"),
            ("forbid(principal, action, resource) when { context has argumets.x };", "argumets"),
            ("forbid(principal, action, resource) when { context.calls has huor };", "huor"),
            ("forbid(principal, action, resource) when { context has calls.huor && true };", "huor"),
            ("forbid(principal, action, resource) when { resource has server.naem };", "naem"),
            ("forbid(principal, action, resource) when { resource.server.naem == \"x\" };", "naem"),
        ] {
            let policy = load(&home(&[("own.cedar", rule)]));
            let problems = policy.problems();
            assert!(problems.iter().any(|problem| problem.message.contains(what)), "{rule}: {problems:?}");
            assert_eq!(word(&policy.decide(&facts("t", b"{}"))), "deny", "{rule}");
        }
    }

    #[test]
    fn what_can_be_so_is_no_fault() {
        for rule in [
            "forbid(principal, action, resource == Server::\"github\");",
            "forbid(principal, action, resource in Group::\"work\");",
            "forbid(principal in App::\"x\", action, resource in Tool::\"github/x\");",
            "forbid(principal, action == Action::\"read\", resource in Server::\"github\");",
            "forbid(principal, action, resource) when { context has arguments.a.b && context.arguments.a.b == \"x\" };",
            "forbid(principal, action, resource) when { context.arguments.mode == \"wary\" && context.arguments.seen.contains(3) };",
            "forbid(principal, action, resource) when { context.mode == \"careful\" && context.tier != -1 };",
            "forbid(principal, action, resource) when { resource in [Server::\"a\", Group::\"b\"] && action == Action::\"call\" };",
            "forbid(principal, action, resource) when { context.unasked.hour > 3 && resource.server.name == \"x\" };",
        ] {
            with(rule);
        }
    }
}

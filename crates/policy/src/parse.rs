//! Rules files into rules: parsed by Cedar, then checked for names that mean nothing.

use crate::bounds;
use crate::error::{Problem, Weight};
use crate::life::Life;
use crate::reads::Reads;
use crate::rule::{Effect, LifeView, Origin, RuleView, Standing};
use crate::schema;
use crate::sense;
use cedar_policy::{ActionConstraint, PolicyId, PolicySet, PrincipalConstraint, ResourceConstraint};
use keyholder_model::digest::Digest;
use keyholder_model::untrusted;
use miette::Diagnostic as _;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::str::FromStr as _;
use std::sync::Arc;

/// One rule, with what must be known of it at a decision.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) policy: cedar_policy::Policy,
    pub(crate) view: RuleView,
    pub(crate) line: Option<usize>,
    pub(crate) reads: Reads,
    /// Whether it says of itself that it never matches while a bare permit is in force: `when { !context.open && … }`.
    pub(crate) sleeps_when_open: bool,
    /// Where it came from an answer: how long it lives.
    pub(crate) life: Option<Arc<Life>>,
    /// What it says, whatever its layout and its annotations.
    pub(crate) meaning: Digest,
    reason: Option<String>,
}

impl Rule {
    pub(crate) fn effect(&self) -> Effect {
        self.view.effect
    }

    /// Whether its uses are counted.
    pub(crate) fn is_counted(&self) -> bool {
        self.life.as_ref().is_some_and(|life| life.limits().uses.is_some())
    }

    /// The order in which rules at these places are named as the reason: one whose uses are counted only where no other would do.
    pub(crate) fn weakness(&self, place: usize) -> (bool, usize) {
        (self.is_counted(), place)
    }

    /// As a person sees it now.
    pub(crate) fn view(&self) -> RuleView {
        let life = self.life.as_ref().map(|life| LifeView {
            limits: life.limits(),
            uses_left: life.uses_left(),
            used: life.used(),
            last_used: life.last_used(),
        });
        RuleView { life, ..self.view.clone() }
    }

    /// The person's words on why this rule is there: its `@reason`, short and fit to be shown. Whatever may write a rules file
    /// may write a forbid that counts at once, and its words would stand in the question.
    pub(crate) fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Whether it is a bare `permit(principal, action, resource);`. Strictly by its form, for it switches the shipped brakes off:
    /// what says the same in other words does not.
    pub(crate) fn is_bare(&self) -> bool {
        self.view.effect == Effect::Permit
            && self.policy.principal_constraint() == PrincipalConstraint::Any
            && self.policy.action_constraint() == ActionConstraint::Any
            && self.policy.resource_constraint() == ResourceConstraint::Any
            && (!self.policy.has_non_scope_constraint()
                || self.policy.to_json().is_ok_and(|json| is_always_true(&json)))
    }
}

/// Parses one text into `rules`. A text with any fault in it adds a problem and no rule.
pub(crate) fn parse(
    text: &str,
    place: &str,
    file: &str,
    origin: &Origin,
    names: &mut Names,
    rules: &mut Vec<Rule>,
    problems: &mut Vec<Problem>,
) {
    let problem = |line, message: String| Problem {
        file: untrusted::visible(file),
        line,
        message: untrusted::clip(&message, LONGEST_TEXT),
        weight: Weight::Closes,
    };
    if let Some((offset, message)) = bounds::excess(text) {
        return problems.push(problem(Some(line_at(text, offset)), message.to_owned()));
    }
    let set = match PolicySet::from_str(text) {
        Ok(set) => set,
        Err(errors) => {
            let line =
                errors.iter().find_map(|error| error.labels()?.next()).map(|label| line_at(text, label.offset()));
            let message = errors.iter().next().map_or_else(|| errors.to_string(), ToString::to_string);
            return problems.push(problem(line, format!("it cannot be understood: {message}")));
        }
    };
    if set.num_of_templates() > 0 {
        return problems.push(problem(None, "templates (?principal, ?resource) are not supported".to_owned()));
    }
    // Cedar numbers the rules of a text in their order, as `policy0`, `policy1`, ….
    let mut policies: Vec<_> = set.policies().collect();
    policies.sort_by_key(|policy| {
        policy.id().to_string().trim_start_matches("policy").parse::<usize>().unwrap_or(usize::MAX)
    });

    let (mut cursor, mut lines) = (0, 1);
    let mut parsed: Vec<Rule> = Vec::with_capacity(policies.len());
    for policy in policies {
        let written = policy.to_cedar().unwrap_or_default();
        let found = text.get(cursor..).and_then(|rest| rest.find(written.as_str())).map(|at| cursor + at);
        let line = found.map(|at| {
            // Counted on from the rule before: the file is walked once.
            lines += newlines(text.as_bytes().get(cursor..at).unwrap_or_default());
            let line = lines;
            cursor = at + written.len();
            lines += newlines(written.as_bytes());
            line
        });

        // What has no JSON form cannot be checked; it is taken to be the worst.
        let Ok(json) = policy.to_json() else {
            return problems.push(problem(line, "the rule cannot be inspected".to_owned()));
        };
        if let Some(message) = schema::vocabulary().fault_of(policy, &json).or_else(|| sense::fault_of(policy, &json)) {
            return problems.push(problem(line, message));
        }
        let id = names.make(policy, place, line);
        let effect = match policy.effect() {
            cedar_policy::Effect::Permit => Effect::Permit,
            cedar_policy::Effect::Forbid => Effect::Forbid,
        };
        let reads = Reads::of(&json);
        parsed.push(Rule {
            policy: policy.new_id(PolicyId::new(&id)),
            view: RuleView {
                id,
                origin: origin.clone(),
                effect,
                text: written,
                standing: Standing::InForce,
                life: None,
                arguments: reads.on_arguments(),
            },
            line,
            reads,
            sleeps_when_open: sleeps_when_open(&json),
            life: None,
            meaning: meaning(&json),
            reason: policy
                .annotation("reason")
                .filter(|reason| !reason.is_empty())
                .map(|reason| untrusted::clip(reason, LONGEST_TEXT)),
        });
    }
    rules.append(&mut parsed);
}

/// The names that are given away, and how often each was wanted.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<String, usize>);

impl Names {
    /// The name of a rule: its `@id` where that is short and plain, else its line; made unique by a number.
    fn make(&mut self, policy: &cedar_policy::Policy, place: &str, line: Option<usize>) -> String {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ' ');
        let given = policy.annotation("id").filter(|id| (1..=64).contains(&id.len()) && id.chars().all(plain));
        let base = match (given, line) {
            // The file stays part of the name, so that no rule can pass for one of another layer.
            (Some(id), _) if id.starts_with(&format!("{place}/")) => id.to_owned(),
            (Some(id), _) => format!("{place}/{id}"),
            (None, Some(line)) if !place.starts_with("remembered ") => format!("{place}:{line}"),
            (None, _) => place.to_owned(),
        };
        let mut name = base.clone();
        while self.0.contains_key(&name) {
            let wanted = self.0.entry(base.clone()).or_insert(0);
            *wanted += 1;
            name = format!("{base}.{wanted}");
        }
        self.0.insert(name.clone(), 1);
        name
    }
}

/// A rule's digest without its annotations: a comment or another `@reason` makes it no other rule.
fn meaning(json: &Value) -> Digest {
    let mut bare = json.clone();
    if let Some(fields) = bare.as_object_mut() {
        fields.remove("annotations");
    }
    Digest::of_parts(&[sorted(&bare).to_string().as_bytes()])
}

/// With members in the order of their names, whatever order the parser keeps.
fn sorted(json: &Value) -> Value {
    match json {
        Value::Array(items) => items.iter().map(sorted).collect(),
        Value::Object(fields) => {
            let fields: BTreeMap<_, _> = fields.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            Value::Object(fields.into_iter().collect())
        }
        plain => plain.clone(),
    }
}

/// Whether the very first thing that is evaluated of its conditions is `!context.open`, and all the rest only where that holds.
fn sleeps_when_open(json: &Value) -> bool {
    let Some(condition) = json.pointer("/conditions/0").filter(|condition| condition["kind"] == "when") else {
        return false;
    };
    let mut first = &condition["body"];
    while let Some(left) = first.pointer("/&&/left") {
        first = left;
    }
    *first == serde_json::json!({"!": {"arg": {".": {"left": {"Var": "context"}, "attr": "open"}}}})
}

/// Whether all conditions are `when { true }` or `unless { false }`.
fn is_always_true(json: &Value) -> bool {
    json.get("conditions").and_then(Value::as_array).is_some_and(|conditions| {
        conditions.iter().all(|condition| {
            let value = condition.get("body").and_then(|body| body.get("Value")).and_then(Value::as_bool);
            match condition.get("kind").and_then(Value::as_str) {
                Some("when") => value == Some(true),
                Some("unless") => value == Some(false),
                _ => false,
            }
        })
    })
}

/// Characters of a text that is not ours.
const LONGEST_TEXT: usize = 300;

fn line_at(text: &str, offset: usize) -> usize {
    1 + newlines(&text.as_bytes()[..offset.min(text.len())])
}

fn newlines(text: &[u8]) -> usize {
    text.split(|byte| *byte == b'\n').count() - 1
}

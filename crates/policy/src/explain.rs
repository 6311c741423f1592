//! How a decision comes about: every rule that could have a say, asked by itself.

use crate::context;
use crate::decide::{RuleSet, shown};
use crate::facts::Facts;
use crate::life::Vital;
use crate::parse::Rule;
use crate::rule::{Effect, Origin};
use crate::scope;
use crate::slice::Slice;
use crate::verdict::Judgement;
use cedar_policy::{AuthorizationError, Authorizer, Context, Decision, EntityUid, PolicySet, Request};

/// A decision with all that led to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// The decision.
    pub judgement: Judgement,
    /// Every rule whose scope names this app, this server and this action, or nothing narrower; the strongest layer first.
    pub considered: Vec<Considered>,
}

/// What one rule said of one of the two actions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Considered {
    /// The rule's name.
    pub rule: String,
    /// Where it comes from.
    pub origin: Origin,
    /// What it does where it matches.
    pub effect: Effect,
    /// The action's name, such as `call` or `call_unattended`.
    pub action: String,
    /// What it said.
    pub said: Said,
}

/// What one rule said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// It could not be evaluated, and why: a forbid counts as one that matches, a permit as one that does not.
    Broken(String),
    /// Its conditions are met.
    Matched,
    /// They are not.
    Unmatched,
}

impl RuleSet {
    /// Each rule that could have a say, and what it says.
    pub(crate) fn consider(&self, facts: &Facts<'_>) -> Vec<Considered> {
        let Ok(slice) = Slice::of(&self.rules, &self.index, facts, None) else { return Vec::new() };
        let moment = self.moment(facts);
        let lives = |rule: &&Rule| rule.life.as_ref().is_none_or(|life| life.vital(&moment) == Vital::Alive);
        let is_open = self.rules.iter().filter(lives).any(Rule::is_bare);
        let Ok((context, _)) = context::context(facts, &slice.reads, is_open) else { return Vec::new() };
        let parties = &slice.parties;
        let places = self.index.find(parties);
        let rules = places.iter().filter_map(|place| self.rules.get(*place)).filter(lives);
        rules
            .flat_map(|rule| [(rule, &parties.attended), (rule, &parties.unattended)])
            .filter(|(rule, action)| scope::can_match(&rule.policy, parties, action))
            .map(|(rule, action)| Considered {
                rule: rule.view.id.clone(),
                origin: rule.view.origin.clone(),
                effect: rule.effect(),
                action: action.id().unescaped().to_owned(),
                said: ask(rule, &slice, action, &context),
            })
            .collect()
    }
}

fn ask(rule: &Rule, slice: &Slice, action: &EntityUid, context: &Context) -> Said {
    let parties = &slice.parties;
    let alone = PolicySet::from_policies([rule.policy.clone()]);
    let request =
        Request::new(parties.principal.clone(), action.clone(), parties.resource.clone(), context.clone(), None);
    let (alone, request) = match (alone, request) {
        (Ok(alone), Ok(request)) => (alone, request),
        (Err(why), _) => return Said::Broken(shown(&why.to_string())),
        (_, Err(why)) => return Said::Broken(shown(&why.to_string())),
    };
    let response = Authorizer::new().is_authorized(&request, &alone, &parties.entities);
    if let Some(AuthorizationError::PolicyEvaluationError(broken)) = response.diagnostics().errors().next() {
        return Said::Broken(shown(&broken.inner().to_string()));
    }
    let has_matched = match rule.effect() {
        Effect::Forbid => response.diagnostics().reason().next().is_some(),
        Effect::Permit => response.decision() == Decision::Allow,
    };
    if has_matched { Said::Matched } else { Said::Unmatched }
}

//! One decision: two questions to Cedar, and their answers read strictly.

use crate::arguments::{self, Inspection};
use crate::entities::{self, Unbuildable};
use crate::facts::{Action, Facts};
use crate::parse::Rule;
use crate::rule::Effect;
use crate::slice::{Slice, Slices};
use crate::verdict::{Asked, Denial, Verdict, mint};
use cedar_policy::{AuthorizationError, Authorizer, Context, Decision, EntityUid, PolicyId, PolicySet, Request};
use keyholder_model::permit::Reason;
use std::collections::HashMap;

/// The rules of one moment, the strongest layer first. Never changed: a reload makes another.
#[derive(Debug)]
pub(crate) struct RuleSet {
    pub(crate) rules: Vec<Rule>,
    places: HashMap<PolicyId, usize>,
    authorizer: Authorizer,
    pub(crate) slices: Slices,
}

/// A decision before it is bound to a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Allow { rule: String },
    Ask { rule: String, why: String },
    Deny { rule: String, sentence: String },
}

/// What the rules say of one action.
enum Ruling<'a> {
    /// Permitted, by this rule before all others.
    Permitted(&'a Rule),
    /// Forbidden by this rule.
    Forbidden(&'a Rule),
    /// Forbidden, since this rule could not be evaluated; and why.
    Broken(String, String),
    /// No rule speaks of it.
    Silent,
}

impl RuleSet {
    pub(crate) fn of(rules: Vec<Rule>) -> Self {
        let places = rules.iter().enumerate().map(|(place, rule)| (rule.policy.id().clone(), place)).collect();
        Self { rules, places, authorizer: Authorizer::new(), slices: Slices::default() }
    }

    /// Decides, and binds the decision to the request.
    pub(crate) fn decide(&self, facts: &Facts<'_>) -> Verdict {
        let outcome = self.outcome(facts).unwrap_or_else(|Unbuildable| Outcome::Deny {
            rule: "none".to_owned(),
            sentence: "the request cannot be described to the rules".to_owned(),
        });
        match outcome {
            Outcome::Allow { rule } => Verdict::Allow(mint(facts.request, Reason::Rule(rule))),
            Outcome::Ask { rule, why } => Verdict::Ask(Asked { request: facts.request, rule, why }),
            Outcome::Deny { rule, sentence } => Verdict::Deny(Denial { rule, sentence }),
        }
    }

    fn outcome(&self, facts: &Facts<'_>) -> Result<Outcome, Unbuildable> {
        let slice = self.slices.find(&self.rules, facts)?;
        if slice.reads_context {
            let (context, inspection) = entities::context(facts)?;
            return Ok(self.evaluate(&slice, facts, &context).downgraded(inspection));
        }
        let outcome = slice.outcome.get_or_init(|| self.evaluate(&slice, facts, &Context::empty()));
        let inspection = match (outcome, facts.action) {
            (Outcome::Allow { .. }, Action::Call { arguments, .. }) => arguments::inspect(arguments),
            _ => Inspection::Complete,
        };
        Ok(outcome.clone().downgraded(inspection))
    }

    /// Both questions, without any use of what is kept.
    fn evaluate(&self, slice: &Slice, facts: &Facts<'_>, context: &Context) -> Outcome {
        let name = facts.action.name();
        let permitting = match self.rule_on(slice, &slice.attended, &slice.parties.attended, context) {
            Ruling::Permitted(rule) => rule,
            Ruling::Forbidden(rule) => {
                let why = rule.reason().map_or_else(String::new, |reason| format!(": {reason}"));
                return Outcome::Deny {
                    rule: rule.view.id.clone(),
                    sentence: format!("the rule {} forbids it{why}", rule.view.id),
                };
            }
            Ruling::Broken(rule, why) => {
                let sentence = format!("the rule {rule} could not be evaluated and therefore forbids it: {why}");
                return Outcome::Deny { rule, sentence };
            }
            Ruling::Silent => {
                return Outcome::Deny {
                    rule: "none".to_owned(),
                    sentence: format!("no rule permits the action \u{201c}{name}\u{201d} here"),
                };
            }
        };
        match self.rule_on(slice, &slice.unattended, &slice.parties.unattended, context) {
            Ruling::Permitted(rule) => Outcome::Allow { rule: rule.view.id.clone() },
            Ruling::Forbidden(rule) => Outcome::Ask {
                rule: rule.view.id.clone(),
                why: rule
                    .reason()
                    .map_or_else(|| format!("The rule {} wants you to be asked.", rule.view.id), str::to_owned),
            },
            Ruling::Broken(rule, why) => {
                let why = format!("The rule {rule} could not be evaluated, so you are asked: {why}");
                Outcome::Ask { rule, why }
            }
            Ruling::Silent => Outcome::Ask {
                rule: permitting.view.id.clone(),
                why: permitting.reason().map_or_else(
                    || format!("The rule {} permits it after asking you.", permitting.view.id),
                    str::to_owned,
                ),
            },
        }
    }

    fn rule_on(&self, slice: &Slice, rules: &PolicySet, action: &EntityUid, context: &Context) -> Ruling<'_> {
        let parties = &slice.parties;
        let request =
            Request::new(parties.principal.clone(), action.clone(), parties.resource.clone(), context.clone(), None);
        let request = match request {
            Ok(request) => request,
            Err(why) => return Ruling::Broken("none".to_owned(), why.to_string()),
        };
        let response = self.authorizer.is_authorized(&request, rules, &parties.entities);
        if response.decision() == Decision::Deny
            && let Some(rule) = self.foremost(response.diagnostics().reason())
        {
            return Ruling::Forbidden(rule);
        }
        // Cedar passes over a rule that it cannot evaluate. For a forbid that would open what it was written to close.
        for error in response.diagnostics().errors() {
            let AuthorizationError::PolicyEvaluationError(broken) = error;
            match self.places.get(broken.policy_id()).map(|place| &self.rules[*place]) {
                Some(rule) if rule.effect() == Effect::Permit => {}
                _ => return Ruling::Broken(broken.policy_id().to_string(), broken.inner().to_string()),
            }
        }
        match response.decision() {
            Decision::Allow => self.foremost(response.diagnostics().reason()).map_or(Ruling::Silent, Ruling::Permitted),
            Decision::Deny => Ruling::Silent,
        }
    }

    /// The rule of the strongest layer that stands first, so that the reason does not depend on the order of evaluation.
    fn foremost<'a>(&self, ids: impl Iterator<Item = &'a PolicyId>) -> Option<&Rule> {
        ids.filter_map(|id| self.places.get(id)).min().map(|place| &self.rules[*place])
    }
}

impl Outcome {
    /// What the rules could not see is never allowed without a question.
    fn downgraded(self, inspection: Inspection) -> Self {
        match (self, inspection) {
            (Self::Allow { rule }, Inspection::Impossible) => Self::Ask {
                rule,
                why: "The arguments cannot be shown to the rules completely, so you are asked.".to_owned(),
            },
            (outcome, _) => outcome,
        }
    }
}

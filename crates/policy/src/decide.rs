//! One decision: two questions to Cedar, and their answers read strictly.

use crate::arguments::{self, Inspection};
use crate::context;
use crate::entities::{Parties, Unbuildable};
use crate::facts::{Action, Facts};
use crate::index::Index;
use crate::life::{Life, Moment, Trace, UNSEEN, Vital};
use crate::parse::Rule;
use crate::rule::Effect;
use crate::slice::{Half, Slice, Slices};
use cedar_policy::{AuthorizationError, Authorizer, Context, Decision, PolicyId, Request};
use keyholder_model::untrusted;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The rules of one moment, the strongest layer first. Never changed: a reload makes another.
#[derive(Debug)]
pub(crate) struct RuleSet {
    pub(crate) rules: Vec<Rule>,
    pub(crate) index: Index,
    pub(crate) slices: Slices,
    /// The first bare permit among them: it switches the shipped brakes off.
    bare: Option<usize>,
    /// How far the wall clock was ahead of the monotonic one at most, in decisions with this set.
    ahead: AtomicI64,
    places: HashMap<PolicyId, usize>,
    authorizer: Authorizer,
}

/// A decision before it is bound to a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Allow { rule: String },
    Ask { rule: String, why: String, brake: Brake },
    Deny { rule: String, sentence: String },
}

/// Whether a question could be spared by a further permit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Brake {
    /// No: a rule wants the question itself.
    Firm,
    /// Yes: nothing permits it to run unattended.
    None,
}

/// A decision, and the lifetime of the rule that made it.
#[derive(Clone, Debug)]
pub(crate) struct Ruled {
    pub(crate) outcome: Outcome,
    pub(crate) life: Option<Arc<Life>>,
}

/// A rule that could have had a say has ended: it must be taken out first.
#[derive(Debug)]
pub(crate) struct Outlived;

/// What the rules say of one action; a rule by its place.
#[derive(Clone, Debug)]
pub(crate) enum Ruling {
    /// Permitted, by this rule before all others.
    Permitted(usize),
    /// Forbidden by this rule.
    Forbidden(usize),
    /// Forbidden, since this rule could not be evaluated; and why.
    Broken(String, String),
    /// No rule speaks of it.
    Silent,
}

impl RuleSet {
    pub(crate) fn of(rules: Vec<Rule>) -> Self {
        let places = rules.iter().enumerate().map(|(place, rule)| (rule.policy.id().clone(), place)).collect();
        let bare = rules.iter().position(Rule::is_bare);
        let index = Index::of(&rules);
        let ahead = AtomicI64::new(UNSEEN);
        Self { rules, index, slices: Slices::default(), bare, ahead, places, authorizer: Authorizer::new() }
    }

    /// The same without the rules that have ended.
    pub(crate) fn without_outlived(&self, moment: &Moment) -> Self {
        let lives = |rule: &&Rule| rule.life.as_ref().is_none_or(|life| life.vital(moment) == Vital::Alive);
        let next = Self::of(self.rules.iter().filter(lives).cloned().collect());
        next.ahead.store(moment.ahead, Ordering::Relaxed);
        next
    }

    /// The first bare permit.
    pub(crate) fn bare(&self) -> Option<&Rule> {
        self.bare.map(|place| &self.rules[place])
    }

    /// The moment of the facts, for a look that leaves no trace.
    pub(crate) fn moment(&self, facts: &Facts<'_>) -> Moment {
        let moment = Moment::new(facts.situation.at, facts.situation.monotonic);
        Moment { ahead: moment.ahead.max(self.ahead.load(Ordering::Relaxed)), ..moment }
    }

    /// The moment of the facts, for a decision: what it shows of the clocks is kept.
    pub(crate) fn witness(&self, facts: &Facts<'_>) -> Moment {
        let moment = self.moment(facts);
        self.ahead.fetch_max(moment.ahead, Ordering::Relaxed);
        Moment { trace: Trace::Kept, ..moment }
    }

    /// Hands what was seen of the clocks to the lives, which outlast this set.
    pub(crate) fn bequeath(&self) {
        let ahead = self.ahead.load(Ordering::Relaxed);
        self.rules.iter().filter_map(|rule| rule.life.as_ref()).for_each(|life| life.inherit(ahead));
    }

    /// What the rules say. No use of a rule is counted by this.
    pub(crate) fn rule_on(&self, facts: &Facts<'_>, moment: &Moment) -> Result<Ruled, Outlived> {
        let undescribable = |_: Unbuildable| Ruled {
            outcome: Outcome::Deny {
                rule: "none".to_owned(),
                sentence: "the request cannot be described to the rules".to_owned(),
            },
            life: None,
        };
        let slice = match self.slice(facts) {
            Ok(slice) => slice,
            Err(why) => return Ok(undescribable(why)),
        };
        slice.lives.iter().for_each(|life| life.witness(moment));
        if slice.lives.iter().any(|life| life.vital(moment) == Vital::Dead) {
            return Err(Outlived);
        }
        Ok(self.rule_within(&slice, facts).unwrap_or_else(undescribable))
    }

    /// The rules that can apply to the parties of these facts.
    pub(crate) fn slice(&self, facts: &Facts<'_>) -> Result<Arc<Slice>, Unbuildable> {
        self.slices.find(&self.rules, &self.index, facts, self.bare)
    }

    fn rule_within(&self, slice: &Slice, facts: &Facts<'_>) -> Result<Ruled, Unbuildable> {
        if slice.reads.is_empty() {
            let ruled = self.evaluate(slice, facts, &Context::empty());
            let inspection = match (&ruled.outcome, facts.action) {
                (Outcome::Allow { .. }, Action::Call { arguments, .. }) => arguments::inspect(arguments),
                _ => Inspection::Complete,
            };
            return Ok(ruled.downgraded(inspection));
        }
        let (context, inspection) = context::context(facts, &slice.reads, self.bare.is_some())?;
        Ok(self.evaluate(slice, facts, &context).downgraded(inspection))
    }

    /// Both questions.
    fn evaluate(&self, slice: &Slice, facts: &Facts<'_>, context: &Context) -> Ruled {
        let name = facts.action.name();
        let deny = |rule: String, sentence: String| Ruled { outcome: Outcome::Deny { rule, sentence }, life: None };
        let permitting = match self.ruling(slice, &slice.attended, context) {
            Ruling::Permitted(place) => &self.rules[place],
            Ruling::Forbidden(place) => {
                let rule = &self.rules[place];
                let why = rule.reason().map_or_else(String::new, |reason| format!(": {reason}"));
                return deny(rule.view.id.clone(), format!("the rule {} forbids it{why}", rule.view.id));
            }
            Ruling::Broken(rule, why) => {
                let sentence = format!("the rule {rule} could not be evaluated and therefore forbids it: {why}");
                return deny(rule, sentence);
            }
            Ruling::Silent => {
                let sentence = format!("no rule permits the action \u{201c}{name}\u{201d} here");
                return deny("none".to_owned(), sentence);
            }
        };
        let ask = |rule: String, why: String, brake| Ruled { outcome: Outcome::Ask { rule, why, brake }, life: None };
        match self.ruling(slice, &slice.unattended, context) {
            Ruling::Permitted(place) => {
                let rule = &self.rules[place];
                Ruled { outcome: Outcome::Allow { rule: rule.view.id.clone() }, life: rule.life.clone() }
            }
            Ruling::Forbidden(place) => {
                let rule = &self.rules[place];
                let plain = || format!("The rule {} wants you to be asked.", rule.view.id);
                ask(rule.view.id.clone(), rule.reason().map_or_else(plain, str::to_owned), Brake::Firm)
            }
            Ruling::Broken(rule, why) => {
                let why = format!("The rule {rule} could not be evaluated, so you are asked: {why}");
                ask(rule, why, Brake::Firm)
            }
            Ruling::Silent => {
                let plain = || format!("The rule {} permits it after asking you.", permitting.view.id);
                ask(permitting.view.id.clone(), permitting.reason().map_or_else(plain, str::to_owned), Brake::None)
            }
        }
    }

    fn ruling(&self, slice: &Slice, half: &Half, context: &Context) -> Ruling {
        if half.is_fixed {
            return half.ruling.get_or_init(|| self.ask(&slice.parties, half, &Context::empty())).clone();
        }
        self.ask(&slice.parties, half, context)
    }

    /// One question, without any use of what is kept.
    fn ask(&self, parties: &Parties, half: &Half, context: &Context) -> Ruling {
        let request = Request::new(
            parties.principal.clone(),
            half.action.clone(),
            parties.resource.clone(),
            context.clone(),
            None,
        );
        let request = match request {
            Ok(request) => request,
            Err(why) => return Ruling::Broken("none".to_owned(), shown(&why.to_string())),
        };
        let response = self.authorizer.is_authorized(&request, &half.rules, &parties.entities);
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
                _ => return Ruling::Broken(broken.policy_id().to_string(), shown(&broken.inner().to_string())),
            }
        }
        match response.decision() {
            Decision::Allow => self.foremost(response.diagnostics().reason()).map_or(Ruling::Silent, Ruling::Permitted),
            Decision::Deny => Ruling::Silent,
        }
    }

    /// The strongest of these rules.
    fn foremost<'a>(&self, ids: impl Iterator<Item = &'a PolicyId>) -> Option<usize> {
        ids.filter_map(|id| self.places.get(id)).copied().min_by_key(|place| self.rules[*place].weakness(*place))
    }
}

/// Cedar's words on a rule that it could not evaluate, which may hold names of arguments: a model chose those.
pub(crate) fn shown(text: &str) -> String {
    untrusted::clip(text, LONGEST_TEXT)
}

/// Characters of a text that is not ours.
const LONGEST_TEXT: usize = 300;

impl Ruled {
    /// What the rules could not see is never allowed without a question.
    fn downgraded(self, inspection: Inspection) -> Self {
        match (self.outcome, inspection) {
            (Outcome::Allow { rule }, Inspection::Impossible) => Self {
                outcome: Outcome::Ask {
                    rule,
                    why: "The arguments cannot be shown to the rules completely, so you are asked.".to_owned(),
                    brake: Brake::Firm,
                },
                life: None,
            },
            (outcome, _) => Self { outcome, life: self.life },
        }
    }
}

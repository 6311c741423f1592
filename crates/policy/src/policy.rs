//! The policy: the rules in force, exchanged whole.

use crate::decide::{Outcome, Outlived, RuleSet};
use crate::error::{Problem, Weight};
use crate::explain::Explanation;
use crate::facts::{Facts, Upkeep};
use crate::life::{Moment, Vital};
use crate::parse::Rule;
use crate::rule::{ConfirmedRule, OnArguments, Openness, RuleView};
use crate::slice::Slice;
use crate::sources::{self, Sources};
use crate::verdict::{Asked, Denial, Judgement, Verdict, mint};
use arc_swap::ArcSwap;
use keyholder_model::digest::Digest;
use keyholder_model::permit::{Permit, Reason};
use std::sync::Arc;

/// The rules in force. Shared by `Arc`; every decision sees one set of rules, never half of two.
#[derive(Debug)]
pub struct Policy {
    now: ArcSwap<State>,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) set: RuleSet,
    pending: Vec<Rule>,
    written: Vec<ConfirmedRule>,
    problems: Vec<Problem>,
    /// Where something cannot be read: the denial of everything.
    pub(crate) closed: Option<Denial>,
}

impl Policy {
    /// Reads the rules. Never fails: what cannot be read or parsed makes every decision a denial that names file and line, and
    /// stands in [`problems`](Self::problems).
    pub fn load(sources: &Sources) -> Self {
        Self { now: ArcSwap::from_pointee(State::read(sources)) }
    }

    /// Reads the rules anew. The next decision sees the new ones; a decision under way ends with the old ones.
    pub fn reload(&self, sources: &Sources) {
        let next = Arc::new(State::read(sources));
        self.now.load().set.bequeath();
        // Again afterwards, for what was decided meanwhile.
        self.now.swap(next).set.bequeath();
    }

    /// What is wrong with the rules.
    pub fn problems(&self) -> Vec<Problem> {
        self.now.load().problems.clone()
    }

    /// Whether whatever no rule forbids runs without a question: by a bare `permit(principal, action, resource);`, or by permits
    /// that are spelt differently and say the same to an app and a server that nobody has heard of.
    pub fn is_wide_open(&self) -> Openness {
        self.now.load().set.openness()
    }

    /// Decides on one request. A permit is bound to `facts.request`. Counts a use of the rule that permits it.
    pub fn decide(&self, facts: &Facts<'_>) -> Verdict {
        loop {
            let state = self.now.load_full();
            if let Some(denial) = &state.closed {
                return Verdict::Deny(denial.clone());
            }
            let moment = state.set.witness(facts);
            let Ok(ruled) = state.set.rule_on(facts, &moment) else {
                // Those that are taken out must know of this moment too, or the next reload would bring them back.
                state.set.bequeath();
                // Each round has fewer rules, or somebody else exchanged them meanwhile: then theirs are looked at.
                self.now.compare_and_swap(&state, Arc::new(state.without_outlived(&moment)));
                continue;
            };
            match ruled.outcome {
                // Another call may have taken the rule's last use in this moment: then it is decided on anew, without it.
                Outcome::Allow { rule } => {
                    if ruled.life.is_none_or(|life| life.use_once(&moment) == Vital::Alive) {
                        return Verdict::Allow(mint(facts.request, Reason::Rule(rule)));
                    }
                }
                Outcome::Ask { rule, why, brake } => {
                    return Verdict::Ask(Asked { request: facts.request, rule, why, brake });
                }
                Outcome::Deny { rule, sentence } => return Verdict::Deny(Denial { rule, sentence }),
            }
        }
    }

    /// What [`decide`](Self::decide) would say, without a permit and without any trace: nothing is counted, and a moment that is
    /// only imagined (a simulation) ends no rule.
    pub fn judge(&self, facts: &Facts<'_>) -> Judgement {
        self.now.load().judge(facts)
    }

    /// How a decision comes about, rule by rule. Leaves no trace either.
    pub fn explain(&self, facts: &Facts<'_>) -> Explanation {
        let state = self.now.load();
        let considered = if state.closed.is_some() { Vec::new() } else { state.set.consider(facts) };
        Explanation { judgement: state.judge(facts), considered }
    }

    /// Whether what is said of a call could depend on its arguments: some rule that can have a say reads them.
    pub fn reads_arguments(&self, facts: &Facts<'_>) -> bool {
        let state = self.now.load();
        let set = &state.set;
        let reads = |slice: Arc<Slice>| slice.reads.on_arguments() == OnArguments::Bound;
        state.closed.is_none() && set.slice(facts).is_ok_and(reads)
    }

    /// The rules of this moment.
    pub(crate) fn now(&self) -> Arc<State> {
        self.now.load_full()
    }

    /// A permit for a conversation's own upkeep, of which no rule speaks.
    #[allow(clippy::unused_self, reason = "who has no policy has no permits")]
    pub fn routine(&self, request: Digest, upkeep: Upkeep) -> Permit {
        match upkeep {
            Upkeep::Cancel
            | Upkeep::End
            | Upkeep::Handshake
            | Upkeep::List
            | Upkeep::Listen
            | Upkeep::Notify
            | Upkeep::Ping
            | Upkeep::Respond => mint(request, Reason::Routine),
        }
    }

    /// All rules, the strongest layer first: managed, the person's files by name, remembered, shipped; then those that wait for
    /// the person's confirmation.
    pub fn rules(&self) -> Vec<RuleView> {
        let state = self.now.load();
        state.set.rules.iter().chain(&state.pending).map(Rule::view).collect()
    }

    /// The person's own rules as their files have them now: what confirming them would confirm.
    pub fn written(&self) -> Vec<ConfirmedRule> {
        self.now.load().written.clone()
    }
}

impl State {
    fn read(sources: &Sources) -> Self {
        let found = sources::read(sources);
        for problem in &found.problems {
            tracing::warn!(%problem, "a rules file has a problem");
        }
        let closed = found.problems.iter().find(|problem| problem.weight == Weight::Closes).map(|problem| Denial {
            rule: "unreadable rules".to_owned(),
            sentence: format!("nothing is allowed until the rules can be read: {problem}"),
        });
        let unknown = sources.unknown.as_ref().map(|why| Denial {
            rule: "unknown decisions".to_owned(),
            sentence: format!("nothing is allowed until it is known what you decided: {why}"),
        });
        let closed = closed.or(unknown);
        Self {
            set: RuleSet::of(found.rules),
            pending: found.pending,
            written: found.written,
            problems: found.problems,
            closed,
        }
    }

    fn judge(&self, facts: &Facts<'_>) -> Judgement {
        if let Some(Denial { rule, sentence }) = self.closed.clone() {
            return Outcome::Deny { rule, sentence }.into();
        }
        let moment = self.set.moment(facts);
        match self.set.rule_on(facts, &moment) {
            Ok(ruled) => ruled.outcome.into(),
            Err(Outlived) => self.without_outlived(&moment).judge(facts),
        }
    }

    fn without_outlived(&self, moment: &Moment) -> Self {
        Self {
            set: self.set.without_outlived(moment),
            pending: self.pending.clone(),
            written: self.written.clone(),
            problems: self.problems.clone(),
            closed: self.closed.clone(),
        }
    }
}

#[cfg(test)]
mod attacks;
#[cfg(test)]
pub(crate) mod tests;

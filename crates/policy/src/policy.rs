//! The policy: the rules in force, exchanged whole.

use crate::decide::RuleSet;
use crate::error::{Problem, Weight};
use crate::facts::{Facts, Upkeep};
use crate::rule::{Openness, RuleView};
use crate::sources::{self, Sources};
use crate::verdict::{Denial, Verdict, mint};
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
struct State {
    set: RuleSet,
    problems: Vec<Problem>,
    /// Where something cannot be read: the denial of everything.
    closed: Option<Denial>,
}

impl Policy {
    /// Reads the rules. Never fails: what cannot be read or parsed makes every decision a denial that names file and line, and
    /// stands in [`problems`](Self::problems).
    pub fn load(sources: &Sources) -> Self {
        Self { now: ArcSwap::from_pointee(State::read(sources)) }
    }

    /// Reads the rules anew. The next decision sees the new ones; a decision under way ends with the old ones.
    pub fn reload(&self, sources: &Sources) {
        self.now.store(Arc::new(State::read(sources)));
    }

    /// What is wrong with the rules.
    pub fn problems(&self) -> Vec<Problem> {
        self.now.load().problems.clone()
    }

    /// Whether a bare `permit(principal, action, resource);` is in force, so that whatever no rule forbids runs without a
    /// question.
    pub fn is_wide_open(&self) -> Openness {
        let wide = |openness: &Openness| *openness != Openness::Guarded;
        self.now.load().set.rules.iter().map(crate::parse::Rule::openness).find(wide).unwrap_or(Openness::Guarded)
    }

    /// Decides on one request. A permit is bound to `facts.request`.
    pub fn decide(&self, facts: &Facts<'_>) -> Verdict {
        let state = self.now.load();
        match &state.closed {
            Some(denial) => Verdict::Deny(denial.clone()),
            None => state.set.decide(facts),
        }
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

    /// The rules in force, the strongest layer first: managed, the person's files by name, remembered, shipped.
    pub fn rules(&self) -> Vec<RuleView> {
        self.now.load().set.rules.iter().map(|rule| rule.view.clone()).collect()
    }
}

impl State {
    fn read(sources: &Sources) -> Self {
        let (rules, problems) = sources::read(sources);
        for problem in &problems {
            tracing::warn!(%problem, "a rules file has a problem");
        }
        let closed = problems.iter().find(|problem| problem.weight == Weight::Closes).map(|problem| Denial {
            rule: "unreadable rules".to_owned(),
            sentence: format!("nothing is allowed until the rules can be read: {problem}"),
        });
        Self { set: RuleSet::of(rules), problems, closed }
    }
}

#[cfg(test)]
#[path = "policy/tests.rs"]
pub(crate) mod tests;

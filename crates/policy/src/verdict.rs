//! What comes out of a decision.

use crate::decide::{Brake, Outcome};
use keyholder_model::digest::Digest;
use keyholder_model::permit::{Permit, Reason};

/// What the rules say of one request.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may be sent, without a question.
    Allow(Permit),
    /// The person must be asked.
    Ask(Asked),
    /// It may not be sent, and the person is not asked.
    Deny(Denial),
}

/// A request that waits for the person. Not `Clone`: one question, at most one permit.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    pub(crate) request: Digest,
    pub(crate) rule: String,
    pub(crate) why: String,
    pub(crate) brake: Brake,
}

/// What the rules say of a request, bound to nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judgement {
    /// What would happen.
    pub word: Word,
    /// The name of the rule that decides; `none` where no rule permits it.
    pub rule: String,
    /// Why, in one sentence for the person.
    pub why: String,
}

/// A verdict in one word. A later one is stricter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Word {
    /// It runs without a question.
    Allow,
    /// The person is asked.
    Ask,
    /// It does not run.
    Deny,
}

impl From<Outcome> for Judgement {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Allow { rule } => {
                let why = format!("the rule {rule} permits it without a question");
                Self { word: Word::Allow, rule, why }
            }
            Outcome::Ask { rule, why, .. } => Self { word: Word::Ask, rule, why },
            Outcome::Deny { rule, sentence } => Self { word: Word::Deny, rule, why: sentence },
        }
    }
}

impl Asked {
    /// Whether a rule wants this very question, so that no answer can spare the next one.
    pub fn is_firm(&self) -> bool {
        self.brake == Brake::Firm
    }

    /// The name of the rule because of which the person is asked.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// Why the person is asked, in one sentence for the person. Not for the host (case 186).
    pub fn why(&self) -> &str {
        &self.why
    }

    /// The request on which a yes would be good.
    pub fn request(&self) -> &Digest {
        &self.request
    }

    /// The person said yes: a permit for exactly the bytes that were decided on. `how` goes into the log, such as `allow once`.
    pub fn settle(self, how: &str) -> Permit {
        mint(self.request, Reason::Answer(how.to_owned()))
    }
}

/// A refusal by the rules.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Denial {
    /// The name of the rule that forbids it; `none` where no rule permits it; `unreadable rules` where that is the cause.
    pub rule: String,
    /// Why, in one sentence for the person and the log. The host gets a fixed text instead (case 186).
    pub sentence: String,
}

/// The one place where a permit comes into being (invariant 3).
#[allow(
    clippy::disallowed_methods,
    reason = "the policy is the only mint of permits; every road to one leads through here"
)]
pub(crate) fn mint(request: Digest, reason: Reason) -> Permit {
    Permit::mint(request, reason)
}

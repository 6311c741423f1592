//! Rules as a person sees them.

use std::path::PathBuf;

/// One rule that is in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleView {
    /// Its name, as it stands in the log: `starter/call`, `work.cedar:12`, `managed work.cedar:12`, `remembered 01J…`.
    pub id: String,
    /// Where it comes from.
    pub origin: Origin,
    /// What it does where it matches.
    pub effect: Effect,
    /// Its text in Cedar, as written.
    pub text: String,
}

/// Where a rule comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The organisation's file. It can only tighten.
    Managed(PathBuf),
    /// The person's own file.
    Person(PathBuf),
    /// An answer that the person gave for good; its id.
    Remembered(String),
    /// Shipped with Keyholder.
    Shipped,
}

/// What a rule does where it matches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Wins over every permit.
    Forbid,
    /// Counts where nothing forbids.
    Permit,
}

/// Whether anything is still asked at all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Openness {
    /// Rules distinguish.
    Guarded,
    /// A bare `permit(principal, action, resource);` is in force: whatever no rule forbids runs without a question.
    WideOpen {
        /// The name of that rule.
        rule: String,
    },
}

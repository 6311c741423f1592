//! Rules as a person sees them.

use crate::life::Limits;
use keyholder_model::clock::Timestamp;
use keyholder_model::digest::Digest;
use std::path::PathBuf;

/// One rule.
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
    /// Whether it counts.
    pub standing: Standing,
    /// Where it came from an answer: how long it lives.
    pub life: Option<LifeView>,
    /// Whether it looks at a call's arguments.
    pub arguments: OnArguments,
}

/// Whether a rule looks at a call's arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnArguments {
    /// It says something about them, or may.
    Bound,
    /// Whatever they are, it says the same.
    Free,
}

/// What is left of a rule's life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LifeView {
    /// What ends it.
    pub limits: Limits,
    /// How many uses are left, where they are counted.
    pub uses_left: Option<u32>,
    /// How often it decided since it was read.
    pub used: u64,
    /// When it last decided, or was made.
    pub last_used: Timestamp,
}

/// Whether a rule counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It counts.
    InForce,
    /// It stands in a file and allows more than the person confirmed: it does not count until they confirm it.
    Pending,
    /// It was taken out of its file, which allows more: it counts until the person confirms that.
    Withdrawn,
}

/// A rule of the person's own files as they last confirmed it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfirmedRule {
    /// What it says, whatever its layout and its annotations.
    pub meaning: Digest,
    /// What it does where it matches.
    pub effect: Effect,
    /// Its text in Cedar.
    pub text: String,
    /// The name of its file.
    pub file: String,
}

/// Which rules of the person's own files they confirmed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Confirmed {
    /// Nothing is held against the files: they count as they are. So before there is anything to protect.
    #[default]
    Everything,
    /// These and no others.
    Only(Vec<ConfirmedRule>),
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
    /// A bare `permit(principal, action, resource);`, or what says the same, is in force: whatever no rule forbids runs without a
    /// question.
    WideOpen {
        /// The name of that rule.
        rule: String,
    },
}

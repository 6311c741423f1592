//! How dangerous a tool and a call are, by Keyholder's own knowledge.
//!
//! What a server claims may only raise the danger, unless the person trusts the server (catalogue case 167); a call's arguments
//! only ever raise it. What nobody knows counts as [`Tier::Send`](keyholder_model::risk::Tier::Send). Pure functions: no I/O,
//! no clock, no rule of what may run.
//!
//! To teach it a tool: a line in `catalogue`. A word: a line in `verbs`. A sign in arguments: a variant of [`FindingKind`], its
//! sentence, and the place in `arguments` that sees it.

mod arguments;
mod assessment;
mod catalogue;
mod commands;
mod paths;
mod sql;
mod standing;
mod suspicion;
mod verbs;

pub use assessment::{Assessment, Finding, FindingKind};
pub use standing::{Known, Standing, Tool, Trust};
pub use suspicion::{Elsewhere, MOST_SUSPICIONS, Severity, Suspicion, SuspicionKind, suspicions};

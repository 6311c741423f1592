//! The Cedar engine: facts in, verdict out; the only mint of [`Permit`](keyholder_model::permit::Permit).
//!
//! It does not know who asks a person, what is sent, or where tokens are. It reads rules from three layers ([`Sources`]) and the
//! starter rules that Keyholder ships, and decides one request at a time.
//!
//! # Two actions a thing
//!
//! Cedar answers allow or deny only. So each thing that may happen has two actions, `X` and `X_unattended`:
//!
//! | `X` | `X_unattended` | verdict |
//! |---|---|---|
//! | not permitted | – | [`Verdict::Deny`] |
//! | permitted | not permitted | [`Verdict::Ask`] |
//! | permitted | permitted | [`Verdict::Allow`] |
//!
//! A `forbid` always wins over any `permit`. A `forbid` whose condition cannot be evaluated counts as one that matches; a
//! `permit` whose condition cannot be evaluated counts as one that does not.
//!
//! # What cannot be read denies
//!
//! A rules file that cannot be read or parsed, or that names an action or entity type that does not exist, makes every decision a
//! denial that names file and line, until it is mended. A *missing* directory is no fault: the starter rules are in force.
//!
//! # What a rule sees of a call's arguments
//!
//! `context.arguments` is a record of the JSON object (RFC 8259), in which
//!
//! | JSON | Cedar |
//! |---|---|
//! | object, string, `true`, `false` | record, String, Bool |
//! | array | Set: order and repetition are not visible |
//! | number that is a whole number, however it is written (`100`, `1e2`, `100.0`) | Long |
//! | any other number | String, its shortest decimal text (`"0.5"`) |
//! | `null` | the entity `Json::"null"` |
//!
//! Arguments that are not one JSON object, that repeat a key, that are nested deeper than 32, or that hold more than 10 000
//! values, more than 4 MiB, or a number that double precision cannot hold (written with a point or an exponent, and 2^53 or
//! more), are *uninspectable*: `context.uninspectable` is true, `context.arguments` is empty, and whatever the rules say the
//! call is never allowed unattended: it asks. What a server claims of its tools is no fact at all (T-260).
//!
//! To add a thing that may happen: a pair of actions in `schema.cedarschema`, a variant of [`Action`] with its facts in
//! `entities.rs`, a line in `policies/starter.cedar` with its test.

mod arguments;
mod bounds;
mod check;
mod context;
mod decide;
pub mod draft;
mod entities;
mod error;
mod explain;
mod facts;
mod hides;
mod index;
mod life;
mod open;
mod parse;
mod policy;
mod reads;
mod rule;
mod schema;
mod scope;
mod sense;
mod slice;
mod sources;
mod verdict;

pub use arguments::canonical_digest;
pub use check::{check, on_arguments};
pub use error::{Problem, Weight};
pub use explain::{Considered, Explanation, Said};
pub use facts::{Action, Change, Facts, Rates, Situation, Upkeep};
pub use life::{Life, Limits};
pub use policy::Policy;
pub use rule::{Confirmed, ConfirmedRule, Effect, LifeView, OnArguments, Openness, Origin, RuleView, Standing};
pub use sources::{Extra, Remembered, Sources};
pub use verdict::{Asked, Denial, Judgement, Verdict, Word};

#[cfg(test)]
#[path = "../../../policies/asking_tests.rs"]
mod asking_tests;
#[cfg(test)]
#[path = "../../../policies/quantities_tests.rs"]
mod quantities_tests;
#[cfg(test)]
#[path = "../../../policies/sequences_tests.rs"]
mod sequences_tests;
#[cfg(test)]
#[path = "../../../policies/starter_tests.rs"]
mod starter_tests;

//! The tamper-evident log: what was asked, what was decided and why, how it ended.
//!
//! One SQLite file in which every row carries the SHA-256 of the row before it and of its own fields (`chain`). The intent to
//! call is written *before* the first byte leaves (architecture, invariant 4); the outcome is a row of its own that names the
//! intent. The [`Anchor`] (count and hash of the newest row) is what the broker keeps in the keychain: with it,
//! [`Log::verify`] notices an edited, swapped, deleted, inserted or cut-off row, and an older file put back. It also notices an
//! index that shows other rows than the chain holds, and anything in the file that is not ours (`schema`).
//!
//! Searching ([`Log::page`]) and counting ([`Log::look`]) go by what says nothing that the rows do not say: `called`, the calls of
//! each tool; `listed`, what entries are searched by as numbers of names; and `hints`, which stretches cannot hold a word in their
//! arguments. None is written with a call, which would make it wait: [`Log::flush`] takes rows up behind it, and a search walks
//! through those that are not taken up yet.
//!
//! What it does not promise: rows newer than the last anchor can be cut off unnoticed, and whoever controls both the file and
//! the keychain can rewrite everything. The log never holds a token, and holds arguments only as a digest and a redacted
//! [preview](keyholder_excerpt::preview).
//!
//! This room knows no policy, no person and no network. To add a kind of event: a variant of [`Event`], its word in
//! [`Event::as_str`], a line in the broker where it happens. To add a column: a migration in `store`, a name at the *end* of
//! `chain::COLUMNS` (old rows hash as before because absent fields are left out), and its place in [`Row`]. That is how `tier` and
//! `labels` came in: a row says which of its fields are present, a bit each, so one more column changes no older row's hash, and
//! no second version of the chain is needed.

mod anchor;
mod called;
mod calls;
mod chain;
mod entry;
mod error;
mod event;
mod glance;
mod hints;
mod listed;
mod log;
mod place;
mod query;
mod read;
mod schema;
mod search;
mod store;
mod verify;

pub use anchor::{Anchor, NotAnAnchor};
pub use calls::{CallQuery, Fate, Order, PastCall};
pub use entry::{Closed, Entry, Intent, Note, Open, Risk};
pub use error::AuditError;
pub use event::Event;
pub use glance::{Glance, Name, Names};
pub use log::{Durability, Log};
pub use place::set_aside;
pub use query::{Condition, Field, Folded, Query, Test};
pub use read::{Ended, Ending, Row};
pub use search::Page;
pub use verify::{Breach, Fault, Report};

//! What a person may see and order, whoever carries it: the `keyholder` command at the side door, or the face's channel.
//!
//! Plain data made for the screen, one file a subject. Times are RFC 3339 in UTC, identifiers are texts. There is no field in
//! which a credential could stand (invariant 1), so none can be shown by accident. No sentences for screens either: errors
//! are a closed [`error::Code`] with a subject, and the door that shows them has the words.
//!
//! Every order says how it touches authority ([`order::Authority`]): what raises it is, at a door with a name, only a question
//! to the person at the broker's own face (invariant 7), and an answer to a question is not taken there at all.
//!
//! To add an order: a variant in [`order::Order`] with its authority, its view in its subject's file, a variant in
//! [`order::Answer`].

pub mod activity;
pub mod approvals;
pub mod attention;
pub mod envelope;
pub mod error;
pub mod explanation;
pub mod grants;
pub mod history;
pub mod hosts;
pub mod mode;
pub mod news;
pub mod order;
pub mod organisations;
pub mod reviews;
pub mod rules;
pub mod servers;
pub mod settings;
pub mod simulation;
pub mod status;
pub mod tools;

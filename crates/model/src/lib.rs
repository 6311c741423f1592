//! The nouns that every room of Keyholder shares.
//!
//! Plain values and pure functions: no I/O, no async, and no clock of its own (rooms are handed a [`clock::Clock`] and a
//! [`clock::Rng`]). A value that exists is a value that was checked: newtypes are built only by parsing.
//!
//! To add a noun: a file of its own, a parsing constructor that says in one sentence what is wrong, a test with the grammar's
//! edge cases.

pub mod asking;
pub mod bound;
pub mod caller;
pub mod clock;
pub mod digest;
pub mod event;
pub mod grant;
pub mod id;
pub mod permit;
pub mod risk;
pub mod server;
pub mod untrusted;

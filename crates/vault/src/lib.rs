//! The OS keychain, and what a person may choose in its place.
//!
//! One versioned item a grant, updated in place, read back and compared; keys, notes and the rule book of other rooms beside them.
//! What is too large for an item is sealed in a file under a key that only the keychain holds. Nothing is ever written in the
//! clear, and nothing here falls back to another place by itself: no keychain means [`VaultError::Missing`] (requirement K3).
//!
//! This room must not know what a credential is for: it neither refreshes nor sends one.
//!
//! To add a place for items: a file that implements `Items` (see `memory.rs`, the shortest), a variant of [`Kind`], and a line in
//! the list of places in `tests.rs`.

mod disk;
mod error;
mod items;
mod keychain;
mod memory;
mod passphrase;
mod record;
mod seal;
mod sealed;
#[cfg(test)]
mod tests;
mod vault;

pub use error::VaultError;
pub use vault::{KeyName, Kind, Namespace, NoteName, Vault};

//! The two doors with a name: the front door for bridges, the side door for the command line.

pub mod listener;
pub mod outbox;
pub mod peer;

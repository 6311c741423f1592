//! What passes between Keyholder's programs, and where they meet.
//!
//! Frames on a local socket ([`frame`]), the greeting of a bridge ([`hello`]), what a bridge must know of a line without
//! understanding it ([`scan`]), the folders ([`place`]) and the sockets in them ([`endpoint`]), what one of the programs inherits from
//! the next ([`session`]), and how they are closed to their neighbours ([`hardening`]).
//!
//! It knows no MCP beyond "this line wants an answer", no credential, no async and no clock. Neither direction has a field
//! that could hold a token (invariant 1): a host's lines and a server's lines pass as they are, everything else is listed in
//! [`hello`].
//!
//! To add a kind of frame: a variant with its number and its limit in [`frame::Kind`], a sentence in its documentation about
//! who sends it, a line in the tests of [`frame`].

pub mod endpoint;
pub mod frame;
pub mod hardening;
pub mod hello;
pub mod place;
pub mod scan;
pub mod session;

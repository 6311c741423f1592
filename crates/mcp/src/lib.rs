//! JSON-RPC 2.0 and the few MCP shapes that the broker must understand. Pure: bytes in, bytes out.
//!
//! The rule of this crate is **raw bytes**: what passes through Keyholder is cut and joined at the top level only, never parsed
//! into values and written anew. Numbers beyond 2^53, unknown members, key order and escapes arrive as they were sent (T-269),
//! and what a person approved is what is sent.
//!
//! - [`envelope`] reads one message; [`strict`] refuses what two parsers could read differently.
//! - [`outgoing`] composes what goes to a server; [`reply`] what goes back to a host.
//! - [`era`] holds the differences between protocol revisions; [`tool`] and [`header`] what a tool definition says.
//! - [`definition`] is what a person pins of a server, [`canonical`] what makes two of them the same, [`difference`] what tells a
//!   person how they differ.

pub mod canonical;
pub mod definition;
pub mod difference;
pub mod envelope;
pub mod era;
pub mod fault;
pub mod header;
pub mod members;
pub mod outgoing;
pub mod reply;
pub mod strict;
pub mod tool;

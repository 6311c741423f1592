//! One MCP server, as it is spoken to over Streamable HTTP: revision 2026-07-28 ("modern") and 2025-03-26 to 2025-11-25
//! ("legacy").
//!
//! A [`Link`] sends what it is permitted to send, with the token that it is handed for that one send, and hands back the
//! server's messages as raw bytes. It knows nothing of policy, hosts or OAuth, and writes no JSON of its own but the greeting.
//!
//! The way of one request: `link` spends the permit, `wire` makes the headers and the POST, `presented` those that open the server, `answer` judges the status,
//! `reply` yields the messages, `sse` cuts a stream into events. `era` finds out which protocol a server speaks.
//!
//! To add a transport (the old HTTP+SSE of 2024-11-05): a variant of [`Era`], its detection as the third step in `era`, and a
//! sibling of `wire` that yields the same [`Reply`].

mod answer;
mod batch;
mod era;
mod error;
mod link;
mod presented;
mod reply;
mod sse;
mod wire;

pub use era::{Era, Greeting, Hello};
pub use error::UpstreamError;
pub use link::{Endpoint, Link, Unsent};
pub use presented::Presented;
pub use reply::{AnswerAt, Reply};

#[cfg(test)]
mod tests;

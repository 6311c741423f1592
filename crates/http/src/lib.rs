//! The one guarded HTTP client: every byte that Keyholder sends over a network leaves through it.
//!
//! It owns the network and knows nothing of OAuth or MCP. A [`Client`] has one connection pool, filters addresses when it dials
//! (so a name that changes its mind, catalogue case 27, gains nothing), follows no redirect by itself, keeps no cookies, trusts
//! the operating system's certificates and those that the person added, and caps size and time of every answer.
//!
//! To add a limit: a field of [`Limits`] with its reason; its enforcement in `client` or `body`; a hostile server in the tests.

mod address;
mod body;
mod client;
mod error;
mod guard;
mod limits;
mod proxy;
mod request;
mod resolver;

pub use address::Address;
pub use body::Body;
pub use client::{Client, Setup};
pub use error::{HttpError, Phase};
pub use guard::{Reach, Whereabouts};
pub use limits::Limits;
pub use proxy::Proxy;
pub use request::{Opened, Redirects, Request, Response};

//! Practice servers on loopback: an authorization server and an MCP server that keeps a few notes.
//!
//! `keyholder demo` shows sign-in, a question, an answer, the log and a revocation against them, without an account anywhere, and
//! the stories use them as the servers that can be told to misbehave. They are ordinary servers: strict where the standards are
//! strict, so that what works here works elsewhere. They know nothing of Keyholder's own rooms, and Keyholder treats them like
//! any other server.
//!
//! To add a fault: a field in [`Faults`] that is off by default, one line where it bites, and a test here that it does bite.
//!
//! ```no_run
//! # async fn demo() -> std::io::Result<()> {
//! use std::sync::Arc;
//! use keyholder_demo::{Options, Person, Practice};
//! use keyholder_model::clock::{SystemClock, SystemRng};
//!
//! let options = Options::new(Arc::new(SystemClock::new()), Arc::new(SystemRng));
//! let practice = Practice::start(Options { person: Person::AutoApprove, ..options }).await?;
//! let url = practice.server_url();
//! practice.stop().await;
//! # Ok(()) }
//! ```

mod authorization;
mod browser;
mod event;
mod faults;
mod mcp;
mod options;
mod practice;
mod reply;
mod world;

pub use browser::{BrowserError, Visit, press_allow};
pub use event::{Event, Tally};
pub use faults::{Faults, Iss, Rotation};
pub use options::{Eras, Options, Person, Protection};
pub use practice::Practice;

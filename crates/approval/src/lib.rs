//! The person: questions that only a human being may answer, and the desk on which they lie.
//!
//! A [`Desk`] takes a [`Question`], shows it through an [`Approver`] (a terminal, a window, a scripted person in a story), and
//! settles the waiting call when it is answered, withdrawn, or when the host's deadline is near. It does not know rules,
//! tokens or servers, and it never decides by itself: silence is no answer.
//!
//! A call gets exactly one [`Settled`]. Whether an answer came in time or late is decided once, under the desk's lock; a late
//! answer is parked and serves the next identical call of the same app, once (T-242). So a request goes out only where somebody
//! is there to take its result (T-243).
//!
//! To add a finer answer: a variant in `answer.rs`, its meaning in [`Answer::reach`] (how many of the waiting identical calls
//! it serves) and in [`Answer::if_late`] (what is left of it once the host gave up), a test in `desk/tests.rs`.

mod answer;
mod approver;
mod board;
mod desk;
mod error;
mod flood;
mod parked;
mod question;

pub use answer::{Answer, Reach};
pub use approver::{Approver, Reachable};
pub use board::{Landing, Receipt};
pub use desk::{Desk, Settled};
pub use error::ApprovalError;
pub use flood::{DENIALS, DENIALS_WITHIN, OPEN_PER_SERVER, OPEN_TOTAL, SNOOZE};
pub use parked::{PARKED_FOR, Parked};
pub use question::{Question, Subject};

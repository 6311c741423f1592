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
//! An answer is bound to the digest of the request that was displayed, must be one of the [`Offers`] of its question, and is not
//! taken in the first moment after the question came into view. Where the person is asked too much, the flood brake pauses an
//! app, a server or a tool, and [`Desk::attention`] says how the answers look.
//!
//! To add a finer answer: a variant in `answer.rs`, its meaning in [`Answer::reach`] (how many of the waiting identical calls
//! it serves) and in [`Answer::if_late`] (what is left of it once the host gave up), its place in [`Offers::for_tier`], a test in
//! `desk/tests.rs`.

mod answer;
mod approver;
mod attention;
mod batch;
mod board;
mod desk;
mod error;
mod flood;
mod guard;
mod minutes;
mod offers;
mod parked;
mod question;
mod queue;
mod receipt;
mod subject;

pub use answer::{Answer, FEWEST_TIMES, MOST_TIMES, Reach};
pub use approver::{Approver, Ending, Paused, Reachable};
pub use attention::{Attention, LATELY};
pub use batch::{BATCH_FROM, Batch, BatchAnswer};
pub use desk::{Desk, Settled};
pub use error::ApprovalError;
pub use flood::{Brake, DENIALS, DENIALS_WITHIN, OPEN_PER_SERVER, OPEN_TOTAL, QUESTIONS, QUESTIONS_WITHIN, SNOOZE};
pub use guard::Guard;
pub use minutes::{Minutes, NotMinutes};
pub use offers::{Choice, Identified, MOST_PATTERNS, Matched, OfferedPattern, Offers};
pub use parked::{PARKED_FOR, Parked};
pub use question::{Brief, Question, QuestionRow};
pub use queue::Queued;
pub use receipt::{Landing, Receipt};
pub use subject::{Subject, Way};

//! The book: everything that the person decided and that lasts, as one document.
//!
//! Answers that were given for good, which rules in files they confirmed, which definitions of tools they agreed to, which labels
//! they corrected, how much they want to be asked. It is kept whole in the vault, where an older copy that is put back, or an
//! edit by anybody else, is noticed; no file with a name holds any of it. So whoever can only write files gains nothing.
//!
//! Plain data and pure changes: it does not know the vault, the rules' language or a clock. What it says of an unknown thing is
//! always the narrower: a definition that is not in it was not agreed to.
//!
//! To add a kind of decision: a field in [`Book`] with `#[serde(default)]`, a change in a file of its own.

mod answered;
mod asking;
mod book;
mod files;
mod labels;
mod pins;
mod text;
mod usage;

pub use answered::Answered;
pub use asking::{Asking, LEARNING};
pub use book::{Book, BookError};
pub use files::FileRule;
pub use labels::{Labelled, tool_key};
pub use pins::{Pins, Place, Stand, place_key};
pub use usage::{ToolUse, Usage};

//! What a person may see of a call's arguments, and what may be said of them.
//!
//! Arguments come from a model and are hostile text: everything here takes bounded time and memory, is redacted and escaped
//! before it can be shown, and says what it left out. Pure functions: no I/O, no clock, no policy, no opinion on danger.
//!
//! | looking for | module |
//! |---|---|
//! | one line for the log | [`preview`] |
//! | a table for a question, one row an argument | [`rows`] |
//! | what changed since the last call | [`difference`] |
//! | bounds that a person may put on a rule, and whether a call fits them | [`pattern`] |
//! | what a name or a text seems to be | [`sign`] |

pub mod difference;
mod members;
pub mod pattern;
pub mod preview;
pub mod rows;
pub mod sign;
mod words;

/// How deep arrays and objects may nest. What is deeper is refused long before (`keyholder-mcp`), and not read here.
pub const MOST_DEPTH: usize = 64;

/// Bytes of arguments that are read. More is refused long before, and not read here.
pub const MOST_BYTES: usize = 4 << 20;

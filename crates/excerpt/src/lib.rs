//! What a person may see of a call's arguments, and what may be said of them.
//!
//! Arguments come from a model and are hostile text: everything here takes bounded time and memory, is redacted and escaped
//! before it can be shown, and says what it left out. Pure functions: no I/O, no clock.

pub mod preview;

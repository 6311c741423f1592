//! Values that cannot be printed.
//!
//! A type of this crate has no content-bearing `Debug`, no `Display`, no `Serialize`, no `Deref` and no `Clone` (architecture,
//! invariant 2): a view, a frame, an event or a log line cannot hold one, because it would not compile. The bytes come out
//! through [`Token::expose`](token::AccessToken::expose) alone, and each place that calls it begins with a comment
//! `EXPOSE:` that says where they go and why that is safe.
//!
//! To add a kind of secret: one line in the `secrets!` list of [`token`]; a compile-fail case in `tests/unprintable`; and if it
//! is live while calls run, a word in the scrubber's list (`keyholder-broker`, `credential`).

pub mod credential;
pub mod scrub;
pub mod token;

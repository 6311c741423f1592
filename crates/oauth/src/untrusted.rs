//! Text of servers, made fit for one line on a screen.

/// Longest piece of a server's text that is shown, in characters.
const LONGEST: usize = 200;

/// The first 200 characters, with control and direction characters replaced: nothing in it can break a line, hide a part or
/// reorder what stands beside it.
pub(crate) fn clip(text: &str) -> String {
    keyholder_model::untrusted::clip(text, LONGEST)
}

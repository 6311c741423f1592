//! Text of hosts and servers, made fit to stand beside our own words.
//!
//! Tool names, arguments, error texts and addresses come from outside; each may try to break a line, hide a part of itself or
//! reorder what stands next to it (catalogue cases 180, 192, 240).

use std::fmt::Write as _;

/// The text on one line: control characters, line and paragraph separators, bidirectional controls, invisible and tag characters
/// are written as `\u202e`. Nothing else is changed, and nothing is left out.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    text.chars().for_each(|character| push_visible(&mut shown, character));
    shown
}

/// The first `most` characters of a server's text, with deceptive ones replaced: for quoting a server in a sentence of ours.
pub fn clip(text: &str, most: usize) -> String {
    text.chars().take(most).map(|c| if is_deceptive(c) { '\u{fffd}' } else { c }).collect()
}

/// Appends one character in its visible form.
pub fn push_visible(text: &mut String, character: char) {
    if !is_deceptive(character) {
        return text.push(character);
    }
    match character {
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        '\t' => text.push_str("\\t"),
        _ => {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
}

/// Whether a character moves, hides or reorders text (Unicode `Cc`, `Zl`, `Zp`, and the `Cf` and filler characters that are
/// known from attacks).
pub fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_hide_or_reorder() {
        assert_eq!(visible("a\u{202e}b\u{200b}c\x1b[31m\n"), "a\\u202eb\\u200bc\\u001b[31m\\n");
        assert_eq!(visible("\u{e0041}"), "\\udb40\\udc41");
        assert_eq!(visible("plain \u{e9}\u{4e16}"), "plain \u{e9}\u{4e16}");
    }

    #[test]
    fn a_quoted_text_stays_short_and_on_its_line() {
        assert_eq!(clip("a\r\nb\u{202e}c", 200), "a\u{fffd}\u{fffd}b\u{fffd}c");
        assert_eq!(clip(&"x".repeat(5000), 200).len(), 200);
    }
}

//! Text for a terminal: what came from a server or a host must not be able to draw on it.

use std::fmt::Write as _;

/// The text with everything invisible, or able to move the cursor or turn the direction of reading, spelled out.
pub(crate) fn escape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if is_deceptive(c) {
            // Writing to a string cannot fail.
            let _ = write!(plain, "\\u{{{:x}}}", u32::from(c));
        } else {
            plain.push(c);
        }
    }
    plain
}

/// Control characters (C0, C1), directions (Unicode UAX 9), zero widths, line separators, fillers, variation selectors, tags
/// and other invisible letters: the same ones as in `keyholder_model::untrusted`, which cannot be linked here.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn text_of_a_server_cannot_draw_on_the_terminal() {
        assert_eq!(escape("a\u{1b}[2Jb\rc\n"), "a\\u{1b}[2Jb\\u{d}c\\u{a}");
        assert_eq!(escape("pay\u{202e}lave"), "pay\\u{202e}lave");
        assert_eq!(escape("a\u{200b}b\u{e0041}\u{9b}"), "a\\u{200b}b\\u{e0041}\\u{9b}");
        assert_eq!(escape("a\u{34f}b\u{2800}c\u{fe0f}"), "a\\u{34f}b\\u{2800}c\\u{fe0f}");
        assert_eq!(escape("\u{fc}\u{4e2d}\u{1f600} ok"), "\u{fc}\u{4e2d}\u{1f600} ok");
    }
}

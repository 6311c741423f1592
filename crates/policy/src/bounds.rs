//! A look at a rules text before it is parsed: one rule that nests without end would overflow the stack, and with it bring down
//! the process that guards everything else.

/// The first rule that is too large, or too intricate, to be parsed: where it goes beyond, in bytes, and what it is.
pub(crate) fn excess(text: &str) -> Option<(usize, &'static str)> {
    let (mut start, mut joints, mut depth, mut word) = (0_usize, 0_usize, 0_usize, 0_usize);
    let mut place = Place::Code;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        place = match (place, byte) {
            (Place::Code, b'/') if bytes.get(at + 1) == Some(&b'/') => Place::Comment,
            (Place::Text, b'\\') => Place::Escape,
            (Place::Code, b'"') | (Place::Escape, _) => Place::Text,
            (Place::Text, b'"') | (Place::Comment, b'\n' | b'\r') => Place::Code,
            (place, _) => place,
        };
        if place == Place::Code {
            if byte.is_ascii_alphanumeric() || *byte == b'_' {
                word += 1;
            } else {
                // An `if` nests in the `else` of the one before and is closed by nothing.
                depth += usize::from(word == 2 && bytes[..at].ends_with(b"if"));
                word = 0;
            }
            joints += usize::from(b"|&!-+*.<>=".contains(byte));
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                b';' => (start, joints, depth) = (at + 1, 0, 0),
                _ => {}
            }
        }
        if at.saturating_sub(start) > MOST_BYTES {
            return Some((at, "the rule is larger than 64 KiB"));
        }
        if joints > MOST_JOINTS || depth > DEEPEST {
            return Some((at, "the rule is too intricate: split it"));
        }
    }
    None
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Code,
    Comment,
    Escape,
    Text,
}

const MOST_BYTES: usize = 64 << 10;
/// Operators in one rule. Items of a list do not count.
const MOST_JOINTS: usize = 1_000;
/// Brackets within brackets, and `if`s in one rule.
const DEEPEST: usize = 48;

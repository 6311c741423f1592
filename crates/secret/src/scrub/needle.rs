//! The spellings of a secret that have one form each; those with many forms are undone in `view`.

use super::SHORTEST;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

/// One spelling of one secret; wiped when dropped.
pub(super) type Needle = Zeroizing<Vec<u8>>;

/// A secret raw, in hexadecimal, in Base64 of both alphabets at the three alignments (RFC 4648 §4, §5), and as a form writes a
/// space (`+`). At least [`SHORTEST`] bytes each.
pub(super) fn spellings(secret: &str) -> Vec<Needle> {
    let raw = secret.as_bytes();
    let mut all = vec![Zeroizing::new(raw.to_vec()), hex(raw, b"0123456789abcdef"), hex(raw, b"0123456789ABCDEF")];
    if raw.contains(&b' ') {
        all.push(Zeroizing::new(raw.iter().map(|&byte| if byte == b' ' { b'+' } else { byte }).collect()));
    }
    for ahead in 0..3 {
        all.push(base64(&STANDARD_NO_PAD, raw, ahead));
        all.push(base64(&URL_SAFE_NO_PAD, raw, ahead));
    }
    let without_start: Vec<Needle> = all.iter().flat_map(|needle| behind_a_percent_sign(needle)).collect();
    all.extend(without_start);
    all.retain(|needle| needle.len() >= SHORTEST);
    all
}

/// What is left of a needle whose first one or two characters were read as the digits of an escape, since a percent sign stood
/// before it (RFC 3986 §2.1): `%` and then `0a…`.
fn behind_a_percent_sign(needle: &[u8]) -> impl Iterator<Item = Needle> {
    let digits = needle.iter().take(2).take_while(|byte| byte.is_ascii_hexdigit()).count();
    (1..=digits).map(|eaten| Zeroizing::new(needle[eaten..].to_vec()))
}

fn hex(raw: &[u8], digits: &[u8; 16]) -> Needle {
    Zeroizing::new(
        raw.iter().flat_map(|byte| [digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]).collect(),
    )
}

/// The characters of Base64 that depend on the secret alone when `ahead` bytes (0, 1 or 2) stand before it in its group.
fn base64(engine: &impl Engine, raw: &[u8], ahead: usize) -> Needle {
    let mut padded = Zeroizing::new(vec![0; ahead]);
    padded.extend_from_slice(raw);
    let encoded = Zeroizing::new(engine.encode(&padded[..]));
    let first = (ahead * 8).div_ceil(6);
    let end = padded.len() * 8 / 6;
    Zeroizing::new(encoded.as_bytes()[first..end].to_vec())
}

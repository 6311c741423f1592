//! What looks like a secret.

/// A stretch of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Piece<'a> {
    Plain(&'a str),
    Secret(&'a str),
}

/// Whether a field of this name holds a secret, as far as a name can tell: `Authorization`, `api-key`, `dbPassword`.
pub fn is_secret_name(name: &str) -> bool {
    // Called for every word of a text and every name: nothing is allocated for the ordinary ones.
    let (mut plain, mut length) = ([0; 128], 0);
    for byte in name.bytes().filter(u8::is_ascii_alphanumeric).take(plain.len()) {
        plain[length] = byte.to_ascii_lowercase();
        length += 1;
    }
    let plain = &plain[..length];
    if plain == b"pass" {
        return true;
    }
    if !SECRET_NAMES.iter().any(|part| holds(plain, part)) {
        return false;
    }
    // Ordinary words that merely contain one of the parts are taken out first, longer ones before shorter.
    let mut rest = String::from_utf8_lossy(plain).into_owned();
    if !rest.contains("authoriz") && !rest.contains("authoris") {
        for harmless in HARMLESS {
            rest = rest.replace(harmless, "");
        }
    }
    rest == "pass" || SECRET_NAMES.iter().any(|part| rest.contains(part))
}

/// As `str::contains`, without the preparations that pay off in long texts only.
fn holds(text: &[u8], part: &str) -> bool {
    let part = part.as_bytes();
    text.windows(part.len()).any(|window| window[0] == part[0] && window == part)
}

/// How sure it is that a stretch is a secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Shape {
    /// A digest or an identifier in hexadecimal digits; keys look the same.
    Hexadecimal,
    /// Too well mixed for a word.
    Random,
    /// A well-known kind of token or key, or a password in an address.
    Known,
}

/// The surest sign of a secret in a text, by shape alone: what prose announces (`password: x`) does not count. Linear in the
/// text.
pub fn strongest(text: &str) -> Option<Shape> {
    if text.len() < LEAST {
        return None;
    }
    if text.contains(PEM) {
        return Some(Shape::Known);
    }
    let (mut found, mut rest) = (None, 0);
    while let Some((from, to)) = next_word(text, rest) {
        let word = &text[from..to];
        let separator = &text[rest..from];
        rest = to;
        if separator.ends_with("://")
            && let Some(end) = end_of_user_info(text, to)
        {
            // `ssh://git@host` names a user; only a password is a secret.
            if text[from..end].contains(':') {
                return Some(Shape::Known);
            }
            rest = end;
        } else if let Some(end) = end_of_mixed_run(text, from) {
            found = found.max(Some(Shape::Random));
            rest = end;
        } else if to - from >= LEAST {
            match shape_of(word) {
                Some(Shape::Known) => return Some(Shape::Known),
                shape => found = found.max(shape),
            }
        }
    }
    found
}

/// Cuts a text into what may be shown and what looks like a secret.
pub(super) fn split<'a>(text: &'a str, mut give: impl FnMut(Piece<'a>)) {
    if text.contains(PEM) {
        return give(Piece::Secret(text));
    }
    let mut plain_from = 0;
    let mut announced = Announced::No;
    let mut rest = 0;
    while let Some((from, to)) = next_word(text, rest) {
        let word = &text[from..to];
        let separator = &text[rest..from];
        let is_announced = match announced {
            Announced::No => false,
            // `password=x`, `password: x`, `password="x"`.
            Announced::ByName => separator.contains(['=', ':']) && !separator.contains(['\n', ';', ',', '&']),
            Announced::ByScheme => separator == " ",
        };
        let follows_scheme = word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic");
        // `https://user:password@host`
        if separator.ends_with("://")
            && let Some(end) = end_of_user_info(text, to)
        {
            give(Piece::Plain(&text[plain_from..from]));
            give(Piece::Secret(&text[from..end]));
            (plain_from, rest, announced) = (end, end, Announced::No);
            continue;
        }
        if let Some(end) = end_of_mixed_run(text, from) {
            give(Piece::Plain(&text[plain_from..from]));
            give(Piece::Secret(&text[from..end]));
            (plain_from, rest, announced) = (end, end, Announced::No);
            continue;
        }
        // `Authorization: Bearer x` announces twice: the scheme itself is shown.
        if !follows_scheme && ((is_announced && word.len() > 1) || looks_secret(word)) {
            give(Piece::Plain(&text[plain_from..from]));
            give(Piece::Secret(word));
            plain_from = to;
        }
        announced = if follows_scheme {
            Announced::ByScheme
        } else if is_secret_name(word) {
            Announced::ByName
        } else {
            Announced::No
        };
        rest = to;
    }
    give(Piece::Plain(&text[plain_from..]));
}

/// Whether the word before said that a secret follows.
#[derive(Clone, Copy)]
enum Announced {
    ByName,
    ByScheme,
    No,
}

/// Where the user info of a web address ends that goes on at `from`, if it has one (RFC 3986 §3.2.1).
fn end_of_user_info(text: &str, from: usize) -> Option<usize> {
    let rest = &text[from..];
    let authority =
        &rest[..rest.find(|c: char| matches!(c, '/' | '?' | '#' | '"') || c.is_whitespace()).unwrap_or(rest.len())];
    authority.rfind('@').map(|at| from + at)
}

/// The next run of characters of which tokens are made.
fn next_word(text: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let is_word =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+' | b'~' | b'!' | b'$');
    let start = from + bytes.get(from..)?.iter().position(is_word)?;
    let length = bytes.get(start..)?.iter().position(|byte| !is_word(byte)).unwrap_or(bytes.len() - start);
    Some((start, start + length))
}

fn looks_secret(word: &str) -> bool {
    shape_of(word).is_some()
}

fn shape_of(word: &str) -> Option<Shape> {
    if word.len() < LEAST {
        return None;
    }
    let is_known = PREFIXES.iter().any(|(prefix, least)| word.len() >= *least && word.starts_with(prefix))
        || is_slack_token(word)
        || is_jwt(word);
    if is_known {
        Some(Shape::Known)
    } else if is_random(word) {
        let is_hexadecimal = word.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(if is_hexadecimal { Shape::Hexadecimal } else { Shape::Random })
    } else {
        None
    }
}

/// Where a run of base64 ends that begins at `from` and is too well mixed for a path: upper case, lower case and digits change
/// places all the time. Runs within a longer run are not looked at again, so that the work stays linear.
fn end_of_mixed_run(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if from > 0 && matches!(bytes[from - 1], b'/' | b'=') {
        return None;
    }
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+' | b'=');
    let length = bytes[from..].iter().take(1024).position(|byte| !is_base64(byte)).unwrap_or(bytes.len() - from);
    if !(32..1024).contains(&length) {
        return None;
    }
    let run = &bytes[from..from + length];
    let (mut upper, mut lower, mut changes, mut before) = (0, 0, 0, 0);
    for byte in run {
        let class = match byte {
            b'A'..=b'Z' => 1,
            b'a'..=b'z' => 2,
            b'0'..=b'9' => 3,
            _ => before,
        };
        upper += usize::from(class == 1);
        lower += usize::from(class == 2);
        changes += usize::from(class != before);
        before = class;
    }
    (upper >= 4 && lower >= 4 && changes * 3 >= length).then_some(from + length)
}

/// `xoxb-…`, `xoxp-…` and their relatives.
fn is_slack_token(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() >= 12 && word.starts_with("xox") && bytes[3].is_ascii_lowercase() && bytes[4] == b'-'
}

/// Three parts, of which the first is base64url of `{"` (RFC 7519 §3).
fn is_jwt(word: &str) -> bool {
    word.starts_with("eyJ") && word.len() >= 20 && word.contains('.')
}

/// Long, and of letters and digits too well mixed for a name: at least 3.3 bits a character. A UUID is shown, being a name.
fn is_random(word: &str) -> bool {
    if word.len() < 24 || is_uuid(word) {
        return false;
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    if digits < 3 || letters < 3 || (digits + letters) * 10 < word.len() * 9 {
        return false;
    }
    bits_a_character(word) >= 3.3
}

fn is_uuid(word: &str) -> bool {
    word.len() == 36
        && word.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Shannon's entropy of the word's own characters.
fn bits_a_character(word: &str) -> f64 {
    let mut counts = [0_u32; 256];
    // A few hundred characters tell enough.
    let sample = &word.as_bytes()[..word.len().min(512)];
    for byte in sample {
        counts[usize::from(*byte)] += 1;
    }
    let length = f64::from(u32::try_from(sample.len()).unwrap_or(1));
    counts.iter().filter(|count| **count > 0).fold(0.0, |bits, count| {
        let share = f64::from(*count) / length;
        bits - share * share.log2()
    })
}

/// No token is shorter.
const LEAST: usize = 12;

const PEM: &str = "PRIVATE KEY-----";

const SECRET_NAMES: [&str; 18] = [
    "accesskey",
    "apikey",
    "auth",
    "bearer",
    "clientkey",
    "cookie",
    "credential",
    "jwt",
    "passcode",
    "passphrase",
    "passw",
    "private",
    "pwd",
    "secret",
    "session",
    "signingkey",
    "token",
    "userpass",
];

const HARMLESS: [&str; 2] = ["authority", "author"];

/// Beginnings of well-known tokens, with the length from which they count.
const PREFIXES: [(&str, usize); 20] = [
    ("AIza", 30),
    ("AKIA", 16),
    ("ASIA", 16),
    ("EAACEdEose0cBA", 20),
    ("SG.", 20),
    ("dop_v1_", 20),
    ("github_pat_", 16),
    ("ghe_", 16),
    ("gho_", 16),
    ("ghp_", 16),
    ("ghr_", 16),
    ("ghs_", 16),
    ("ghu_", 16),
    ("glpat-", 16),
    ("hf_", 20),
    ("npm_", 20),
    ("pypi-", 20),
    ("rk_live_", 16),
    ("sk-", 16),
    ("sk_live_", 16),
];

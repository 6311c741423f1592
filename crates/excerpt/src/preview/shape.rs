//! What looks like a secret.

/// A stretch of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Piece<'a> {
    Plain(&'a str),
    Secret(&'a str),
}

/// Whether a field of this name holds a secret, as far as a name can tell: `Authorization`, `api-key`, `dbPassword`.
pub fn is_secret_name(name: &str) -> bool {
    let mut plain: String = name.chars().filter(char::is_ascii_alphanumeric).take(128).collect();
    plain.make_ascii_lowercase();
    // Ordinary words that merely contain one of the parts are taken out first, longer ones before shorter.
    for harmless in HARMLESS {
        if plain.contains(harmless) && !plain.contains("authoriz") && !plain.contains("authoris") {
            plain = plain.replace(harmless, "");
        }
    }
    plain == "pass" || SECRET_NAMES.iter().any(|part| plain.contains(part))
}

/// Cuts a text into what may be shown and what looks like a secret.
pub(super) fn split<'a>(text: &'a str, mut give: impl FnMut(Piece<'a>)) {
    if text.contains("PRIVATE KEY-----") {
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
    PREFIXES.iter().any(|(prefix, least)| word.len() >= *least && word.starts_with(prefix))
        || is_slack_token(word)
        || is_jwt(word)
        || is_random(word)
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

use super::{MARK, SHORTEST, Scrubber};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use std::fmt::Write;

const SECRET: &str = "KHCANARY-e5/yJhbGc+i:Oi\"J~xyz.42";

/// Text as the inside of a JSON string, with the escapes that JSON demands.
fn json(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    quoted[1..quoted.len() - 1].to_owned()
}

fn percent(text: &str, everything: bool, lower: bool) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if !everything && (byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)) {
            out.push(char::from(byte));
        } else if lower {
            write!(out, "%{byte:02x}").unwrap();
        } else {
            write!(out, "%{byte:02X}").unwrap();
        }
        out
    })
}

fn escaped(text: &str, chosen: impl Fn(usize) -> bool) -> String {
    text.char_indices().fold(String::new(), |mut out, (index, c)| {
        match c {
            '/' if chosen(index) => out.push_str("\\/"),
            _ if chosen(index) => write!(out, "\\u{:04x}", u32::from(c)).unwrap(),
            _ => out.push_str(&json(&c.to_string())),
        }
        out
    })
}

/// The ways in which a secret is written inside a JSON string. `random` picks which characters are escaped.
fn spellings(secret: &str, random: u64) -> Vec<String> {
    let base64 = |ahead: &str| STANDARD.encode(format!("{ahead}{secret}\nmore"));
    let lines: Vec<String> =
        base64("").as_bytes().chunks(11).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    let hex: String = secret.bytes().fold(String::new(), |out, byte| out + &format!("{byte:02x}"));
    let plain = [
        secret.to_owned(),
        base64(""),
        base64("a"),
        base64("ab"),
        base64("abc"),
        STANDARD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(format!("x{secret}")),
        lines.join("\r\n"),
        hex.to_uppercase(),
        hex,
        percent(secret, false, false),
        percent(secret, false, true),
        percent(secret, true, false),
        percent(secret, true, true),
        percent(&percent(secret, true, true), true, true),
        format!("{{\"token\":\"{}\"}}", json(secret)),
        format!("{{\"inner\":\"{}\"}}", json(&format!("{{\"token\":\"{}\"}}", escaped(secret, |_| true)))),
    ];
    let mut all: Vec<String> = plain.iter().map(|text| json(text)).collect();
    all.extend(plain.iter().map(|text| escaped(text, |index| random >> (index % 64) & 1 == 1)));
    all.push(escaped(secret, |_| true));
    all
}

/// Cleans the message, and shows that nothing is left and that JSON is still JSON.
fn clean(scrubber: &Scrubber, message: &str) -> (String, usize) {
    let scrubbed = scrubber.scrub(message.as_bytes()).unwrap_or_else(|| panic!("not found in {message}"));
    let text = String::from_utf8(scrubbed.bytes).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "no JSON any more: {message} became {text}");
    assert!(text.contains(MARK));
    assert!(!scrubber.contains(text.as_bytes()), "a trace is left: {message} became {text}");
    (text, scrubbed.found)
}

fn secret() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Za-z0-9_-]{8,60}", "[ -~]{10,40}", "eyJ[A-Za-z0-9_-]{20,90}\\.[A-Za-z0-9_-]{20,60}"]
}

#[test]
fn a_percent_sign_before_a_secret_does_not_hide_it() {
    for secret in ["0a  AAA0aA", "f-/aaaaaaaaa", "Ab+cdefghij"] {
        let scrubber = Scrubber::of([secret]);
        for before in ["%", "%0", "%25", "%250", "%%"] {
            clean(&scrubber, &format!(r#"{{"text":"{before}{}"}}"#, percent(secret, false, false)));
        }
    }
}

proptest! {
    // Each case searches some forty spellings, with an automaton of its own.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn a_secret_is_found_in_every_spelling_at_every_place(
        secret in secret(), before in "\\PC{0,40}", after in "\\PC{0,40}", random: u64,
    ) {
        let scrubber = Scrubber::of([secret.as_str()]);
        for spelling in spellings(&secret, random) {
            let message = format!(
                r#"{{"jsonrpc":"2.0","id":1,"result":{{"content":[{{"type":"text","text":"{}{spelling}{}"}}]}}}}"#, json(&before), json(&after),
            );
            clean(&scrubber, &message);
        }
    }

    #[test]
    fn a_secret_split_over_text_blocks_is_found(secret in secret(), random: u64, cut in 1..7_usize, second in 1..7_usize) {
        let scrubber = Scrubber::of([secret.as_str()]);
        let (one, rest) = secret.split_at(cut);
        let (two, three) = rest.split_at(second.min(rest.len()));
        let escape = |text: &str| escaped(text, |index| random >> (index % 64) & 1 == 1);
        let message = format!(
            r#"{{"content":[{{"type":"text","text":"say {}"}},{{"text" : "{}","type":"text"}},{{"type":"text","text":"{} yes"}}]}}"#,
            escape(one), escape(two), escape(three),
        );
        let (text, _) = clean(&scrubber, &message);
        prop_assert!(text.contains("say ") && text.contains(" yes"));
    }

    #[test]
    fn a_message_without_it_passes_untouched(text in "\\PC{0,200}", noise in "([a-z0-9]|\\\\|%[0-9a-f]{2}|\\\\u00[0-9a-f]{2}|\"){0,120}") {
        let scrubber = Scrubber::of([SECRET]);
        assert!(scrubber.scrub(format!(r#"{{"text":"{}"}}"#, json(&text)).as_bytes()).is_none());
        prop_assert!(scrubber.scrub(noise.as_bytes()).is_none());
    }

    #[test]
    fn no_bytes_make_it_fail(bytes in proptest::collection::vec(any::<u8>(), 0..300), pieces in proptest::collection::vec(0..12_usize, 0..40)) {
        let scrubber = Scrubber::of([SECRET, "12345678", "nABCDEFGH", "abcdefgh\\", "\\u0061\\u0062", "\",\"text\":\"", "%41%42%43"]);
        let _ = scrubber.scrub(&bytes);
        let parts = ["\\", "\"", "12345678", "u0061", "\\u0062", SECRET, "nABCDEFGH", "\"text\":\"", "%", "41", "{", "abcdefgh"];
        let message: String = pieces.iter().map(|&piece| parts[piece]).collect();
        if let Some(scrubbed) = scrubber.scrub(message.as_bytes()) {
            prop_assert!(scrubbed.found > 0 || !message.contains(SECRET));
            let before: Result<serde_json::Value, _> = serde_json::from_str(&message);
            prop_assert!(before.is_err() || serde_json::from_slice::<serde_json::Value>(&scrubbed.bytes).is_ok());
        }
    }

    #[test]
    fn json_stays_json_whatever_the_secrets_are(
        secrets in proptest::collection::vec("[nu0a\"\\\\:,{}1-3]{8,10}", 1..30), text in "[nu0a\"\\\\:,{}1-3]{0,300}", number: u64,
    ) {
        let scrubber = Scrubber::of(secrets.iter().map(String::as_str).chain([&text[..text.len().min(9)], &number.to_string()]));
        let message = format!(r#"{{"{}":[{number},-{number}.5e3,"{}",true,null]}}"#, json(&text), json(&text));
        if let Some(scrubbed) = scrubber.scrub(message.as_bytes()) {
            let text = String::from_utf8(scrubbed.bytes).unwrap();
            prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{} became {}", message, text);
        }
    }
}

#[test]
fn the_rest_of_the_message_stays_byte_for_byte() {
    let scrubber = Scrubber::of([SECRET, "other-secret"]);
    let message = format!(r#"{{ "a" : "x {} y", "b":["other-secret\u0021other-secret"],"n":1.50 }}"#, json(SECRET));
    let (text, found) = clean(&scrubber, &message);
    assert_eq!(text, format!(r#"{{ "a" : "x {MARK} y", "b":["{MARK}\u0021{MARK}"],"n":1.50 }}"#));
    assert_eq!(found, 3);
}

#[test]
fn a_number_that_is_a_secret_becomes_a_string() {
    let (text, _) = clean(&Scrubber::of(["1234567890"]), r#"{"pin":-1234567890,"ok":true}"#);
    assert_eq!(text, format!(r#"{{"pin":"{MARK}","ok":true}}"#));
}

#[test]
fn an_escape_is_never_cut_in_half() {
    let (text, _) = clean(&Scrubber::of(["nABCDEFGH"]), r#"{"a":"line\nABCDEFGH"}"#);
    assert_eq!(text, format!(r#"{{"a":"line{MARK}"}}"#));
}

#[test]
fn what_is_too_short_to_be_told_from_chance_is_not_searched_for() {
    assert!(Scrubber::of(["seven77"]).is_empty());
    assert_eq!(SHORTEST, 8);
    assert!(Scrubber::of(["eight888"]).contains(b"an eight888 here"));
    assert!(Scrubber::of([]).scrub(b"anything").is_none());
}

#[test]
fn outgoing_arguments_are_searched_too() {
    let scrubber = Scrubber::of([SECRET]);
    assert!(scrubber.contains(format!(r#"{{"note":"{}"}}"#, STANDARD.encode(SECRET)).as_bytes()));
    assert!(!scrubber.contains(br#"{"note":"KHCANARY"}"#));
}

#[test]
fn a_self_similar_secret_does_not_stall_the_search() {
    let secret = format!("{}b{}", "a".repeat(60_000), "a".repeat(60_000));
    let message = "a".repeat(1 << 20);
    // What counts is that this ends; that it ends with a verdict of "found" is the safe side.
    let _ = Scrubber::of([secret.as_str()]).scrub(message.as_bytes());
}

#[test]
fn debug_shows_how_many_and_nothing_else() {
    let scrubber = Scrubber::of([SECRET]);
    assert!(!format!("{scrubber:?}").contains("KHCANARY"));
    assert!(format!("{:?}", scrubber.scrub(SECRET.as_bytes())).starts_with("Some(<message of"));
}

//! Refuses JSON that two parsers could read differently.
//!
//! `{"path":"/tmp/x","path":"/etc/shadow"}` is one thing to a parser that keeps the first key and another to one that keeps the
//! last. Since a person approves what Keyholder reads, and the server acts on what it reads, a message with a repeated key is
//! refused before anyone is asked (catalogue case 96). Depth is bounded, so that no reader runs out of stack (case 94).

use crate::fault::{Code, Fault};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The keys of one object so far. A tree, so that a hostile object with a million keys costs n log n.
type Keys<'a> = BTreeSet<Cow<'a, str>>;

/// How deep arrays and objects may nest.
pub const MAX_DEPTH: usize = 64;

/// Checks a text that is known to be valid JSON.
///
/// # Errors
/// [`Fault`] naming the repeated key, or the depth.
pub fn check(json: &str) -> Result<(), Fault> {
    let bytes = json.as_bytes();
    // One entry per open container: the keys of an object so far, or `None` for an array.
    let mut open: Vec<Option<Keys<'_>>> = Vec::new();
    let mut expects_key = false;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => {
                if open.len() == MAX_DEPTH {
                    return Err(Fault::new(
                        Code::InvalidRequest,
                        format!("the message is nested deeper than {MAX_DEPTH} levels"),
                    ));
                }
                expects_key = bytes[at] == b'{';
                open.push(expects_key.then(Keys::new));
            }
            b'}' | b']' => {
                open.pop();
                expects_key = false;
            }
            b',' => expects_key = matches!(open.last(), Some(Some(_))),
            b'"' => {
                let end = string_end(bytes, at);
                if expects_key {
                    remember_key(&mut open, &json[at..end])?;
                    expects_key = false;
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    Ok(())
}

fn remember_key<'a>(open: &mut [Option<Keys<'a>>], token: &'a str) -> Result<(), Fault> {
    let key = if token.contains('\\') {
        let unescaped: String = serde_json::from_str(token)
            .map_err(|_| Fault::new(Code::Parse, "a key of the message is not Unicode text"))?;
        Cow::Owned(unescaped)
    } else {
        Cow::Borrowed(&token[1..token.len() - 1])
    };
    let Some(Some(keys)) = open.last_mut() else { return Ok(()) };
    if keys.contains(&key) {
        let shown: String = key.chars().take(40).flat_map(char::escape_debug).collect();
        return Err(Fault::new(
            Code::InvalidRequest,
            format!("the key \u{201c}{shown}\u{201d} stands twice in the same object"),
        ));
    }
    keys.insert(key);
    Ok(())
}

/// The position behind the closing quote of the string that opens at `start`.
pub(crate) fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_stands_twice_is_refused_however_it_is_spelt() {
        for twice in [
            r#"{"a":1,"a":2}"#,
            r#"{"path":1,"p\u0061th":2}"#,
            r#"{"x":{"b":[{"c":1,"d":[],"c":3}]}}"#,
            r#"[{"a":"\"","a":1}]"#,
        ] {
            assert!(check(twice).is_err(), "{twice}");
        }
        for once in [
            r#"{"a":{"a":1},"b":[{"a":1},{"a":2}]}"#,
            r#"{"a":"a","b":"a"}"#,
            r#""{\"a\":1,\"a\":2}""#,
            "[]",
            "1",
            r#"{"A":1,"a":2}"#,
        ] {
            assert!(check(once).is_ok(), "{once}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert!(check(&deep(MAX_DEPTH)).is_ok());
        assert!(check(&deep(MAX_DEPTH + 1)).is_err());
    }

    #[test]
    fn it_agrees_with_a_parser_that_builds_maps() {
        // serde_json's map keeps the last of two equal keys: the number of members tells whether one was lost.
        let texts = [r#"{"a":1,"b":2}"#, r#"{"a":1,"\u0061":2}"#, r#"{"":1,"":2}"#, r#"{"a":1,"b":{"a":2}}"#];
        for text in texts {
            let value: serde_json::Value = serde_json::from_str(text).unwrap();
            let members = crate::members::of(text).unwrap().len();
            assert_eq!(check(text).is_ok(), value.as_object().unwrap().len() == members, "{text}");
        }
    }
}

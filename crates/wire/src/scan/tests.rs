//! What a line is owed (catalogue cases 92, 97, 98).

use super::*;
use proptest::prelude::*;

fn id(line: &str) -> Option<String> {
    request_id(line.as_bytes()).map(|head| head.id.to_owned())
}

#[test]
fn an_id_is_kept_as_it_was_written() {
    for raw in ["1", "\"1\"", "1.0", "-7", "9223372036854775808", "\"\\u0041\"", "\"\""] {
        let line = format!(r#"{{"jsonrpc":"2.0","params":{{"id":3,"method":"x"}},"id":{raw},"method":"tools/call"}}"#);
        assert_eq!(id(&line).as_deref(), Some(raw));
    }
    let long = format!("\"{}\"", "x".repeat(4 << 10));
    assert_eq!(id(&format!(r#"{{"id":{long},"method":"m"}}"#)), Some(long));
}

#[test]
fn an_escaped_method_is_read() {
    let head = request_id(br#"{"id":1,"method":"tools\/call"}"#).unwrap();
    assert_eq!(head.method, "tools/call");
}

#[test]
fn notifications_and_responses_are_owed_nothing() {
    assert!(matches!(classify(br#"{"method":"notifications/initialized"}"#), LineKind::Notification { .. }));
    assert_eq!(classify(br#"{"id":1,"result":{}}"#), LineKind::Response);
    assert_eq!(classify(br#"{"id":1,"result":null}"#), LineKind::Response);
    assert_eq!(classify(br#"{"id":1,"error":{"code":1,"message":""}}"#), LineKind::Response);
}

#[test]
fn what_cannot_be_read_is_owed_an_error() {
    for line in [
        &b"{"[..],
        b"nonsense",
        b"[]",
        br#"[{"id":1,"method":"m"}]"#,
        br#"{"id":null,"method":"m"}"#,
        br#"{"id":{},"method":"m"}"#,
        br#"{"id":true,"method":"m"}"#,
        br#"{"id":1,"id":2,"method":"m"}"#,
        br#"{"id":1,"method":7}"#,
        br#"{"id":1}"#,
        br#"{"id":1,"result":{},"error":{}}"#,
        b"{}",
        b"{\"id\":1,\"method\":\"m\",\"params\":\"\xff\"}",
        b"{\"id\":1,\"method\":\"\xed\xa0\x80\"}",
        b"\0",
    ] {
        assert_eq!(classify(line), LineKind::Unreadable, "{}", line.escape_ascii());
    }
    let id = "9".repeat(MAX_ID + 1);
    assert_eq!(classify(format!(r#"{{"id":{id},"method":"m"}}"#).as_bytes()), LineKind::Unreadable);
}

#[test]
fn deep_nesting_does_not_exhaust_the_stack() {
    let line = format!(r#"{{"id":1,"method":"m","params":{}{}}}"#, "[".repeat(200_000), "]".repeat(200_000));
    // Whether it counts as a request or as unreadable, it is owed an answer.
    assert!(matches!(classify(line.as_bytes()), LineKind::Request(_) | LineKind::Unreadable));
}

proptest! {
    #[test]
    fn no_line_makes_it_panic(line in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = classify(&line);
    }
}

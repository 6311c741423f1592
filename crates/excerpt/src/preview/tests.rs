use super::*;

fn of(json: &str) -> String {
    of_arguments(json.as_bytes())
}

#[test]
fn values_under_secret_names_are_hidden_whatever_they_are() {
    for name in [
        "password",
        "Pass",
        "api_key",
        "apiKey",
        "X-API-Key",
        "authToken",
        "Authorization",
        "COOKIE",
        "client_secret",
        "session_id",
        "privateKey",
        "bearer",
    ] {
        let shown = of(&format!(r#"{{"{name}":"hunter2","nested":{{"{name}":["hunter2",{{"x":"hunter2"}}]}}}}"#));
        assert!(!shown.contains("hunter2"), "{name}: {shown}");
        assert!(shown.contains("[redacted, 7 characters]"), "{shown}");
    }
}

#[test]
fn ordinary_arguments_stay_readable() {
    for json in [
        r#"{"path":"/home/me/notes.txt","max_tokens":4096,"dry":true,"none":null,"list":[1,-2,"x"]}"#,
        r#"{"author":"Ada","passenger":"Bob","query":"how to rotate a key","id":"123e4567-e89b-12d3-a456-426614174000"}"#,
        r#"{"url":"https://example.com/a/very-long-path-of-words/that-goes-on-and-on"}"#,
        "{}",
    ] {
        assert_eq!(of(json), json);
    }
}

#[test]
fn values_of_a_secret_shape_are_hidden_in_any_text() {
    for secret in [
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuv",
        "xoxb-1234567890-abcdef",
        "sk-proj-abcdefghijklmnop1234",
        "AKIAIOSFODNN7EXAMPLE",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefgh",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "Zk3vQ9xL2mT7wR4yB8nC1pD6sF0gH5jK",
    ] {
        for text in [
            secret.to_owned(),
            format!("curl -H 'X: {secret}' https://x"),
            format!("a/{secret}/b"),
            format!("k={secret}&b"),
        ] {
            let shown = of(&serde_json::json!({ "cmd": text }).to_string());
            assert!(!shown.contains(secret), "{shown}");
            assert!(shown.contains("redacted"), "{shown}");
        }
    }
    let key = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----";
    assert!(!of_text(key).contains("abc"));
}

#[test]
fn a_secret_that_is_announced_in_prose_is_hidden() {
    for text in [
        "Authorization: Bearer hunter2",
        "authorization: basic hunter2",
        "password=hunter2",
        "the password: \"hunter2\"",
        "https://me:hunter2@example.com/x",
        "https://hunter2@example.com/x",
    ] {
        let shown = of_text(text);
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    assert_eq!(of_text("write to me@example.com: all is well"), "write to me@example.com: all is well");
}

#[test]
fn nothing_breaks_the_line_or_reorders_it() {
    let shown = of(r#"{"a\u001b[31m":"x\n\u202ey\u200b\u009b\udb40\udc41\u2028","q":"\"},{\"fake\":\"1"}"#);
    assert_eq!(shown, r#"{"a\u001b[31m":"x\n\u202ey\u200b\u009b\udb40\udc41\u2028","q":"\"},{\"fake\":\"1"}"#);
    assert_eq!(visible("a\r\nb\u{7f}"), "a\\r\\nb\\u007f");
}

#[test]
fn a_preview_is_bounded_and_says_that_it_was_cut() {
    for json in [
        format!(r#"{{"a":"{}"}}"#, "word ".repeat(100_000)),
        format!("[{}1]", "1,".repeat(100_000)),
        format!(r#"{{"a":"{}"}}"#, "\\u202e".repeat(100_000)),
        format!(r#"{{"{}":1}}"#, "n".repeat(100_000)),
    ] {
        let shown = of(&json);
        assert!(shown.len() <= LIMIT && shown.ends_with('\u{2026}'), "{} bytes", shown.len());
    }
}

#[test]
fn a_long_secret_does_not_hide_that_something_follows_it() {
    let shown = of(&format!(r#"{{"a":"{} delete everything"}}"#, "ghp_1a2B3c4D5e6F".repeat(600)));
    assert!(shown.ends_with('\u{2026}'), "{shown}");
}

#[test]
fn random_text_is_hidden_and_names_and_paths_are_not() {
    for secret in ["wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY", "qWkZpLxVtRbNcMgHsJdFyTuEoAiQzXsW"] {
        let shown = of_text(&format!("use {secret} now"));
        assert!(!shown.contains(&secret[..8]) && shown.starts_with("use ") && shown.ends_with(" now"), "{shown}");
    }
    for plain in [
        "/home/me/Projects/2024/Keyholder/src/lib.rs/and/so/on",
        "getUserAuthenticationProviderConfiguration",
        "https://example.com/Some/Long/Path/With/Capital/Letters/10/20/30",
    ] {
        assert_eq!(of_text(plain), plain);
    }
}

#[test]
fn what_is_no_json_shows_nothing_of_itself() {
    for bytes in [&b"hunter2"[..], b"{\"a\":hunter2}", b"{\"a\":1} hunter2", b"\xff\xfe", &[b'['; 5000]] {
        let shown = of_arguments(bytes);
        assert!(!shown.contains("hunter2") && shown.len() <= LIMIT, "{shown}");
    }
    assert_eq!(of_arguments(b""), "");
}

proptest::proptest! {
    #[test]
    fn any_bytes_give_a_harmless_line(bytes: Vec<u8>) {
        let shown = of_arguments(&bytes);
        proptest::prop_assert!(shown.len() <= LIMIT && !shown.chars().any(char::is_control));
    }

    #[test]
    fn any_text_gives_a_harmless_line(text: String) {
        let shown = of_text(&text);
        proptest::prop_assert!(shown.len() <= LIMIT && !shown.chars().any(keyholder_model::untrusted::is_deceptive));
    }
}

//! Judging the redirect (RFC 6749 §4.1.2, RFC 9207) before anything in it is used.

use crate::untrusted::clip;
use keyholder_model::digest::Digest;
use keyholder_model::grant::Issuer;
use keyholder_secret::token::AuthorizationCode;
use url::form_urlencoded;

/// What the redirect of one attempt must carry.
#[derive(Debug)]
pub(crate) struct Expected {
    /// The digest of `state`: compared instead of the value, so that time tells nothing about how much of it was right.
    pub(crate) state: Digest,
    pub(crate) issuer: Issuer,
    /// Whether the authorization server said that it sends `iss` (RFC 9207 §3).
    pub(crate) sends_iss: bool,
}

impl Expected {
    pub(crate) fn digest(state: &str) -> Digest {
        Digest::of_parts(&[b"state", state.as_bytes()])
    }
}

/// What a redirect turned out to be.
#[derive(Debug)]
pub(crate) enum Judged {
    /// It belongs to the attempt and delivers the code.
    Code(AuthorizationCode),
    /// It belongs to the attempt and reports an error; texts are clipped.
    Error { code: String, detail: Option<String> },
    /// It does not belong to the attempt; nothing in it was looked at further.
    Foreign(Mismatch),
}

/// Why a redirect does not belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// The state is right, the issuer is not: a mix-up (RFC 9207 §1).
    Issuer,
    /// A parameter occurs twice (RFC 6749 §3.1), or there is neither code nor error.
    Malformed,
    /// The state is missing or another one.
    State,
}

/// Judges the query of a redirect: first form, then `state`, then `iss`, and only then what it says.
pub(crate) fn judge(query: &str, expected: &Expected) -> Judged {
    let mut parameters: Vec<(String, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if parameters.iter().any(|(seen, _)| *seen == name) {
            return Judged::Foreign(Mismatch::Malformed);
        }
        parameters.push((name.into_owned(), value.into_owned()));
    }
    let value = |name: &str| parameters.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
    if value("state").is_none_or(|state| Expected::digest(state) != expected.state) {
        return Judged::Foreign(Mismatch::State);
    }
    // RFC 9207 §2.4: simple string comparison, nothing normalised; absent is wrong only where presence was promised.
    match value("iss") {
        Some(iss) if iss != expected.issuer.as_str() => return Judged::Foreign(Mismatch::Issuer),
        None if expected.sends_iss => return Judged::Foreign(Mismatch::Issuer),
        _ => {}
    }
    // With both, the error counts and the code is dropped (catalogue case 9).
    if let Some(code) = value("error") {
        return Judged::Error { code: clip(code), detail: value("error_description").map(clip) };
    }
    match value("code").map(|code| AuthorizationCode::new(code.to_owned())) {
        Some(Ok(code)) => Judged::Code(code),
        _ => Judged::Foreign(Mismatch::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(query: &str, sends_iss: bool) -> String {
        let expected =
            Expected { state: Expected::digest("S"), issuer: "https://as.example".parse().unwrap(), sends_iss };
        match judge(query, &expected) {
            Judged::Code(code) => format!("code {}", code.expose()),
            Judged::Error { code, detail } => format!("error {code} {}", detail.unwrap_or_default()),
            Judged::Foreign(why) => format!("{why:?}"),
        }
    }

    #[test]
    fn the_issuer_table_of_rfc_9207_holds() {
        // Catalogue cases 1 to 5.
        let iss = |value: &str| format!("code=C&state=S&iss={value}");
        assert_eq!(outcome(&iss("https%3A%2F%2Fas.example"), true), "code C");
        assert_eq!(outcome("code=C&state=S", true), "Issuer");
        assert_eq!(outcome(&iss("https%3A%2F%2Fas.example"), false), "code C");
        assert_eq!(outcome("code=C&state=S", false), "code C");
        for other in [
            "https://evil.example",
            "https://as.example/",
            "https://AS.example",
            "https://as.example:443",
            "https://as%252Eexample",
            "",
        ] {
            assert_eq!(outcome(&iss(other), true), "Issuer", "{other}");
            assert_eq!(outcome(&iss(other), false), "Issuer", "{other}");
        }
        assert_eq!(outcome("error=x&error_description=call&state=S&iss=https://evil.example", false), "Issuer");
    }

    #[test]
    fn the_state_must_be_ours() {
        // Catalogue case 7.
        for query in ["code=C", "code=C&state=", "code=C&state=other", "code=C&STATE=S", "", "code=C&state=S%00"] {
            assert_eq!(outcome(query, false), "State", "{query}");
        }
    }

    #[test]
    fn a_repeated_parameter_spoils_the_whole_redirect() {
        // Catalogue case 8.
        for query in [
            "code=A&code=B&state=S",
            "code=A&state=S&state=x",
            "code=A&state=S&iss=a&iss=b",
            "code=A&state=S&x=1&x=1",
            "code=A&state=S&st%61te=S",
        ] {
            assert_eq!(outcome(query, false), "Malformed", "{query}");
        }
    }

    #[test]
    fn an_error_goes_before_a_code() {
        // Catalogue case 9.
        assert_eq!(
            outcome("code=C&error=access_denied&error_description=no%0d%0a&state=S", false),
            "error access_denied no\u{fffd}\u{fffd}"
        );
        assert_eq!(outcome("state=S", false), "Malformed");
        assert_eq!(outcome("state=S&code=", false), "Malformed");
        assert_eq!(outcome("state=S&code=a%0ab", false), "Malformed");
    }
}

//! What a token endpoint answers (RFC 6749 §5).

use crate::audience;
use crate::binding::Binding;
use crate::error::OauthError;
use crate::strict_json::{self, Object, parse_object};
use crate::untrusted::clip;
use http::StatusCode;
use keyholder_http::Response;
use keyholder_model::clock::Timestamp;
use keyholder_model::grant::{Issuer, ScopeSet};
use keyholder_model::server::ResourceUri;
use keyholder_secret::credential::Tokens;
use keyholder_secret::token::{AccessToken, RefreshToken};
use serde_json::Value;
use std::time::Duration;

/// A lifetime beyond this is not believed (catalogue case 60): the token is renewed once a day at least.
const LONGEST_LIFE: Duration = Duration::from_hours(24);

/// An OAuth error (RFC 6749 §5.2), its texts clipped.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) detail: Option<String>,
}

impl Refusal {
    /// The error that a document names, if it does.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        Self::of(&parse_object(body).ok()?)
    }

    pub(crate) fn of(object: &Object) -> Option<Self> {
        let code = strict_json::text(object, "error").filter(|code| !code.is_empty())?;
        Some(Self { code: clip(code), detail: strict_json::text(object, "error_description").map(clip) })
    }

    /// Code and explanation in one line.
    pub(crate) fn describe(&self) -> String {
        self.detail.as_ref().map_or_else(|| self.code.clone(), |detail| format!("{}: {detail}", self.code))
    }
}

/// Why a 200 is no success.
#[derive(Debug)]
pub(crate) enum Fault {
    /// It holds an error after all, as some servers do.
    Refused(Refusal),
    /// It cannot be used; one clause says why and quotes nothing.
    Unusable(String),
}

/// What kinds of token are taken (RFC 6749 §7.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kinds {
    /// Those that open for whoever has them.
    Bearer,
    /// Those that are bound to the key that the request was proven with, and no others (RFC 9449 §5).
    Bound,
    /// Both: the authorization server decides.
    Either,
}

impl Kinds {
    /// What is taken in answer to a request under this binding.
    pub(crate) fn of(binding: Binding) -> Self {
        match binding {
            Binding::None => Self::Bearer,
            Binding::Offered => Self::Either,
            Binding::Required => Self::Bound,
        }
    }
}

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Requested<'a> {
    /// What a missing `scope` in the answer means (RFC 6749 §5.1).
    pub(crate) scopes: Option<&'a ScopeSet>,
    /// The resource that stood in the request (RFC 8707), if one did.
    pub(crate) resource: Option<&'a ResourceUri>,
    pub(crate) kinds: Kinds,
}

/// Tokens, and whether they are bound.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) tokens: Tokens,
    pub(crate) is_bound: bool,
}

/// Judges the answer to a request for the first tokens of a grant.
pub(crate) fn first(
    response: &Response,
    issuer: &Issuer,
    now: Timestamp,
    requested: Requested<'_>,
) -> Result<Issued, OauthError> {
    let unusable = |why| OauthError::TokenResponse { issuer: issuer.clone(), why };
    if response.status == StatusCode::OK {
        return parse(&response.body, now, requested).map_err(|fault| match fault {
            Fault::Refused(Refusal { code, detail }) => OauthError::of_refusal(issuer, code, detail),
            Fault::Unusable(why) => unusable(why),
        });
    }
    Err(refused(response, issuer))
}

/// What an answer that is no 200 says.
pub(crate) fn refused(response: &Response, issuer: &Issuer) -> OauthError {
    let status = response.status;
    match Refusal::read(&response.body) {
        _ if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
            OauthError::Outage { host: response.url.host().to_owned(), status: status.as_u16() }
        }
        Some(Refusal { code, detail }) => OauthError::of_refusal(issuer, code, detail),
        None => OauthError::TokenResponse { issuer: issuer.clone(), why: format!("status {}", status.as_u16()) },
    }
}

/// Reads the body of a 200.
pub(crate) fn parse(body: &[u8], now: Timestamp, requested: Requested<'_>) -> Result<Issued, Fault> {
    let Requested { scopes: requested, resource, kinds } = requested;
    let unusable = |why: &str| Fault::Unusable(why.to_owned());
    let mut object = parse_object(body).map_err(Fault::Unusable)?;
    let Some(Value::String(access)) = object.remove("access_token") else {
        return Err(
            Refusal::of(&object).map_or_else(|| unusable("\u{201c}access_token\u{201d} is missing"), Fault::Refused)
        );
    };
    // RFC 6749 §7.1: a token of a kind that is not understood is not used (case 59).
    let is_bound = match strict_json::text(&object, "token_type") {
        Some(kind) if kind.eq_ignore_ascii_case("bearer") && kinds != Kinds::Bound => false,
        Some(kind) if kind.eq_ignore_ascii_case("dpop") && kinds != Kinds::Bearer => true,
        Some(kind) => return Err(unusable(&format!("it is of the kind \u{201c}{}\u{201d}", clip(kind)))),
        None => return Err(unusable("\u{201c}token_type\u{201d} is missing")),
    };
    // RFC 6750 §2.1: it will stand in a header, where a space would end it (case 61).
    if access.contains(' ') {
        return Err(unusable("access token holds characters that it must not hold"));
    }
    let access = AccessToken::new(access).map_err(|why| Fault::Unusable(why.to_string()))?;
    if resource.is_some_and(|resource| audience::is_for_another(&access, resource)) {
        return Err(unusable("it is made out for another resource than the one that was asked for"));
    }
    let refresh = match object.remove("refresh_token") {
        Some(Value::String(text)) if !text.is_empty() => {
            Some(RefreshToken::new(text).map_err(|why| Fault::Unusable(why.to_string()))?)
        }
        None | Some(Value::Null | Value::String(_)) => None,
        Some(_) => return Err(unusable("\u{201c}refresh_token\u{201d} is not a text")),
    };
    let scopes = match object.get("scope") {
        None | Some(Value::Null) => requested.cloned().unwrap_or_default(),
        Some(Value::String(text)) => text.parse().map_err(|_| unusable("\u{201c}scope\u{201d} is malformed"))?,
        Some(_) => return Err(unusable("\u{201c}scope\u{201d} is not a text")),
    };
    let expires = object.get("expires_in").and_then(lifetime).map(|life| now.plus(life));
    Ok(Issued { tokens: Tokens { access, refresh, expires, scopes }, is_bound })
}

/// Catalogue case 60: digits in a text count, fractions are rounded down, nothing is negative or longer than a day; `None` where
/// nothing of use was said, and then the first 401 tells.
fn lifetime(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(seconds), ..) => seconds,
            (None, Some(_), _) => 0,
            // A float to u64 saturates, and NaN does not occur in JSON.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturation is what is wanted")]
            (None, None, Some(seconds)) => seconds as u64,
            (None, None, None) => return None,
        },
        Value::String(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.parse().unwrap_or(u64::MAX)
        }
        _ => return None,
    };
    Some(Duration::from_secs(seconds).min(LONGEST_LIFE))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn read(body: &str) -> Result<Tokens, Fault> {
        let scopes = "asked".parse().unwrap();
        let requested = Requested { scopes: Some(&scopes), resource: None, kinds: Kinds::Bearer };
        parse(body.as_bytes(), NOW, requested).map(|issued| issued.tokens)
    }

    fn with(more: &str) -> Result<Tokens, Fault> {
        read(&format!(r#"{{"access_token":"at","token_type":"Bearer"{more}}}"#))
    }

    #[test]
    fn the_lifetime_is_never_forever() {
        // Catalogue case 60.
        let seconds =
            |text: &str| with(&format!(",\"expires_in\":{text}")).unwrap().expires.map(|end| end.since(NOW).as_secs());
        for (text, expected) in [
            ("0", Some(0)),
            ("-1", Some(0)),
            ("-1.5", Some(0)),
            ("\"3600\"", Some(3600)),
            ("3600.5", Some(3600)),
            ("1e308", Some(86_400)),
            ("9223372036854775807", Some(86_400)),
            ("\"99999999999999999999999\"", Some(86_400)),
            ("null", None),
            ("true", None),
            ("\"soon\"", None),
            ("\"\"", None),
            ("[]", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
        assert!(with("").unwrap().expires.is_none());
    }

    #[test]
    fn only_bearer_tokens_are_used() {
        // Catalogue case 59.
        assert!(read(r#"{"access_token":"at","token_type":"bEARER"}"#).is_ok());
        for kind in [r#""mac""#, r#""N_A""#, r#""DPoP""#, r#""Bearer ""#, "null", "5"] {
            assert!(read(&format!(r#"{{"access_token":"at","token_type":{kind}}}"#)).is_err(), "{kind}");
        }
        assert!(read(r#"{"access_token":"at"}"#).is_err());
    }

    #[test]
    fn a_token_that_is_bound_is_taken_only_where_it_can_be_proven() {
        let read = |kind: &str, kinds| {
            let body = format!(r#"{{"access_token":"at","token_type":"{kind}"}}"#);
            let requested = Requested { scopes: None, resource: None, kinds };
            parse(body.as_bytes(), NOW, requested).ok().map(|issued| issued.is_bound)
        };
        let taken = |kinds| (read("Bearer", kinds), read("dpop", kinds));
        assert_eq!(taken(Kinds::Bearer), (Some(false), None));
        assert_eq!(taken(Kinds::Either), (Some(false), Some(true)));
        assert_eq!(taken(Kinds::Bound), (None, Some(true)), "no quiet step down (RFC 9449 \u{a7}5)");
    }

    #[test]
    fn a_token_that_could_break_a_header_is_discarded() {
        // Catalogue case 61.
        for bad in ["", "a b", "a\\r\\nX: 1", "a\\u0000b", "caf\\u00e9", &"a".repeat(1 << 20)] {
            assert!(read(&format!(r#"{{"access_token":"{bad}","token_type":"Bearer"}}"#)).is_err());
        }
    }

    #[test]
    fn the_body_is_read_strictly() {
        // Catalogue case 62.
        assert!(read("<html>").is_err());
        assert!(with(r#","access_token":"other""#).is_err());
        assert!(with(r#","refresh_token":5"#).is_err());
        assert!(with(r#","id_token":"garbage","extra":{"a":[1,{}]}"#).is_ok());
        assert!(
            matches!(read(r#"{"error":"bad_verification_code"}"#), Err(Fault::Refused(refusal)) if refusal.code == "bad_verification_code")
        );
    }

    #[test]
    fn what_was_granted_is_recorded() {
        // Catalogue cases 52 and 71.
        assert_eq!(with("").unwrap().scopes.to_string(), "asked");
        assert_eq!(with(r#","scope":"more asked""#).unwrap().scopes.to_string(), "asked more");
        assert!(with(r#","scope":"""#).unwrap().scopes.is_empty());
        assert!(with(r#","refresh_token":null"#).unwrap().refresh.is_none());
        assert!(with(r#","refresh_token":"rt""#).unwrap().refresh.unwrap().matches(b"rt"));
    }
}

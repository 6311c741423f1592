//! Whom an access token is for, where it says so itself.
//!
//! A client need not understand access tokens (RFC 6749 §1.4), and most say nothing. One that is a JWT (RFC 9068) for another
//! resource is of no use to us, and at that resource of great use to whoever we would send it to: it is not used.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keyholder_model::server::ResourceUri;
use keyholder_secret::token::AccessToken;
use serde::Deserialize;
use url::Url;

#[derive(Deserialize)]
struct Claims {
    aud: Option<Audience>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Whether a token speaks of other resources only. The signature is not looked at: nothing is believed here, one reason for
/// mistrust is looked for. Names that are no web addresses (an API's own id) say nothing that could be compared.
pub(crate) fn is_for_another(token: &AccessToken, resource: &ResourceUri) -> bool {
    // EXPOSE: read here, and forgotten; one claim of it is compared.
    let Some(claims) = read(token.expose()) else { return false };
    let audiences = match claims.aud {
        None => return false,
        Some(Audience::One(one)) => vec![one],
        Some(Audience::Several(several)) => several,
    };
    let Ok(ours) = Url::parse(resource.as_str()) else { return false };
    let is_foreign = |audience: &String| {
        Url::parse(audience).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.origin() != ours.origin())
    };
    !audiences.is_empty() && audiences.iter().all(is_foreign)
}

fn read(token: &str) -> Option<Claims> {
    let mut parts = token.split('.');
    let (_, claims, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else { return None };
    // Without its signature a token opens nothing.
    let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
    serde_json::from_slice(&claims).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(claims: &str) -> bool {
        let token = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims));
        let resource = "https://mcp.example/mcp".parse().unwrap();
        is_for_another(&AccessToken::new(token).unwrap(), &resource)
    }

    #[test]
    fn a_jwt_for_another_resource_only_is_told_from_all_others() {
        // Catalogue case 64.
        for ours in [
            r#"{"aud":"https://mcp.example/mcp"}"#,
            r#"{"aud":"https://mcp.example"}"#,
            r#"{"aud":["https://id.example/userinfo","https://mcp.example/"]}"#,
            r#"{"aud":"api://5a1c"}"#,
            r#"{"aud":["5a1c","https://other.example"]}"#,
            r#"{"aud":[]}"#,
            r#"{"aud":5}"#,
            r#"{"sub":"x"}"#,
            "no claims",
        ] {
            assert!(!foreign(ours), "{ours}");
        }
        for theirs in [
            r#"{"aud":"https://bank.example/api"}"#,
            r#"{"aud":"http://mcp.example/mcp"}"#,
            r#"{"aud":"https://mcp.example:8443/mcp"}"#,
            r#"{"aud":["https://bank.example","https://id.example/userinfo"]}"#,
        ] {
            assert!(foreign(theirs), "{theirs}");
        }
    }

    #[test]
    fn what_is_no_jwt_says_nothing() {
        let resource = "https://mcp.example/mcp".parse().unwrap();
        for token in ["opaque", "a.b", "a.b.c.d", "e30.!!!.x", "e30..x"] {
            assert!(!is_for_another(&AccessToken::new(token.to_owned()).unwrap(), &resource), "{token}");
        }
    }
}

use super::*;
use serde_json::{Value, json};

const ISSUER: &str = "https://as.example";

fn good() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://as.example/authorize",
        "token_endpoint": "https://as.example/token",
        "code_challenge_methods_supported": ["S256", "plain"],
    })
}

fn with(name: &str, value: Value) -> Result<ServerMetadata, OauthError> {
    let mut document = good();
    document[name] = value;
    parse(document.as_object().unwrap(), &ISSUER.parse().unwrap(), GrantKind::AuthorizationCode, Loopback::Refused)
}

#[test]
fn a_plain_document_is_enough() {
    let metadata = with("unknown", json!(1)).unwrap();
    assert_eq!(metadata.token_endpoint, "https://as.example/token");
    assert!(!metadata.sends_iss);
}

#[test]
fn the_issuer_is_compared_byte_for_byte() {
    // Catalogue cases 34 and 47.
    for bad in [
        json!("https://as.example/"),
        json!("https://AS.example"),
        json!("https://as.example:443"),
        json!("https://evil.example"),
        Value::Null,
        json!(5),
    ] {
        assert!(matches!(with("issuer", bad.clone()), Err(OauthError::ServerMetadata { .. })), "{bad}");
    }
    let mut document = good();
    document.as_object_mut().unwrap().remove("issuer");
    document["Issuer"] = json!(ISSUER);
    document["i\u{17f}suer"] = json!(ISSUER);
    assert!(
        parse(document.as_object().unwrap(), &ISSUER.parse().unwrap(), GrantKind::AuthorizationCode, Loopback::Refused)
            .is_err()
    );
}

#[test]
fn without_s256_there_is_no_sign_in() {
    // Catalogue case 15.
    for bad in [json!(null), json!([]), json!(["plain"]), json!(["s256"])] {
        assert!(matches!(with("code_challenge_methods_supported", bad), Err(OauthError::NoPkce { .. })));
    }
    assert!(with("code_challenge_methods_supported", json!("S256")).is_err());
}

#[test]
fn endpoints_are_on_the_web_and_protected() {
    // Catalogue cases 22 to 24, A-022, A-023.
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "registration_endpoint",
        "revocation_endpoint",
        "pushed_authorization_request_endpoint",
    ] {
        for bad in [
            "http://as.example/x",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://u:p@as.example/",
            "https://as.example/#x",
            "https:///x",
            "/token",
            "http://127.0.0.1/x",
            "https://localhost/",
        ] {
            assert!(with(name, json!(bad)).is_err(), "{name} {bad}");
        }
        assert!(with(name, json!(["https://as.example/x"])).is_err());
    }
    assert!(with("token_endpoint", Value::Null).is_err());
}

#[test]
fn only_the_code_flow_with_a_query_is_spoken() {
    // Catalogue case 56.
    assert!(with("response_types_supported", json!(["token"])).is_err());
    assert!(with("response_modes_supported", json!(["fragment", "form_post"])).is_err());
    assert!(with("grant_types_supported", json!(["implicit"])).is_err());
    assert!(with("require_signed_request_object", json!(true)).is_err());
    assert!(with("require_pushed_authorization_requests", json!(true)).is_err(), "no place to push to");
    assert!(with("response_modes_supported", json!(["query", "fragment"])).is_ok());
}

#[test]
fn flags_are_booleans_and_nothing_else() {
    assert!(with("authorization_response_iss_parameter_supported", json!(true)).unwrap().sends_iss);
    assert!(!with("client_id_metadata_document_supported", json!("true")).unwrap().takes_metadata_documents);
}

#[test]
fn well_known_addresses_follow_the_order_of_the_specification() {
    let texts = |issuer: &str| {
        well_known(&issuer.parse().unwrap()).unwrap().iter().map(|a| a.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        texts("https://as.example/t1"),
        [
            "https://as.example/.well-known/oauth-authorization-server/t1",
            "https://as.example/.well-known/openid-configuration/t1",
            "https://as.example/t1/.well-known/openid-configuration"
        ]
    );
    assert_eq!(texts("https://as.example/").len(), 2);
}

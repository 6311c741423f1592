use super::fake::*;
use crate::{ClientSettings, OauthError, OlderDiscovery, Preregistered, ResourceSetting};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keyholder_secret::credential::ClientAuthentication;
use keyholder_secret::token::ClientSecret;
use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use serde_json::json;

#[test]
fn the_challenge_is_the_one_of_rfc_7636_appendix_b() {
    let verifier = PkceCodeVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
    assert_eq!(
        PkceCodeChallenge::from_code_verifier_sha256(&verifier).as_str(),
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    );
}

#[tokio::test]
async fn a_sign_in_ends_with_a_credential() {
    let fake = Fake::start([]).await;
    let credential = fake.sign_in().await.unwrap();
    assert!(credential.tokens.access.matches(b"AT"));
    assert!(credential.tokens.refresh.unwrap().matches(b"RT"));
    assert_eq!(credential.client.id, "dyn");
    assert_eq!(credential.issuer.as_str(), fake.base);
    assert_eq!(credential.resource.as_str(), format!("{}/mcp", fake.base));
    assert_eq!(credential.token_endpoint, format!("{}/token", fake.base));
}

#[tokio::test]
async fn requests_carry_what_the_standards_ask_for_and_agree_with_each_other() {
    let fake = Fake::start([resource(json!({ "scopes_supported": ["read", "write"] }))]).await;
    let waiting = fake.begin(&ClientSettings::default()).await.unwrap();
    let redirect = Redirect::of(&waiting);
    let query = format!("code=C&state={}&iss={}", redirect.state, encode(&fake.base));
    let (done, page) = tokio::join!(waiting.finish(&fake.http, PATIENT), redirect.visit(&query));
    done.unwrap();
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("Connected"), "{page}");

    let asked = &redirect.asked;
    let form = fake.asked("/token")[0].form();
    let registered: serde_json::Value = serde_json::from_str(&fake.asked("/register")[0].body).unwrap();
    assert_eq!(asked["response_type"], "code");
    assert_eq!(asked["code_challenge_method"], "S256");
    assert_eq!(asked["scope"], "read write");
    assert_eq!(asked["resource"], format!("{}/mcp", fake.base));
    assert!(asked["state"].len() >= 43, "256 bits");
    assert_eq!(registered["redirect_uris"], json!([asked["redirect_uri"]]));
    assert_eq!(registered["application_type"], "native");
    assert_eq!(registered["grant_types"], json!(["authorization_code", "refresh_token"]));
    assert_eq!(registered["token_endpoint_auth_method"], "none");
    let digest = ring::digest::digest(&ring::digest::SHA256, form["code_verifier"].as_bytes());
    assert_eq!(asked["code_challenge"], URL_SAFE_NO_PAD.encode(digest.as_ref()));
    for (name, value) in [("grant_type", "authorization_code"), ("code", "C"), ("client_id", "dyn")] {
        assert_eq!(form[name], value);
    }
    assert_eq!((&form["redirect_uri"], &form["resource"]), (&asked["redirect_uri"], &asked["resource"]));
}

#[tokio::test]
async fn a_bare_origin_is_sent_without_the_slash_it_was_not_published_with() {
    let fake = Fake::start([
        on(PRM, 404, ""),
        on(ROOT_PRM, 200, r#"{"resource":"{base}","authorization_servers":["{base}"]}"#),
    ])
    .await;
    let waiting = fake.begin(&ClientSettings::default()).await.unwrap();
    assert_eq!(Redirect::of(&waiting).asked["resource"], fake.base);
}

#[tokio::test]
async fn nobody_named_scopes_so_none_is_sent() {
    let fake = Fake::start([metadata(json!({ "scopes_supported": ["openid", "offline_access", "email"] }))]).await;
    let waiting = fake.begin(&ClientSettings::default()).await.unwrap();
    assert!(!Redirect::of(&waiting).asked.contains_key("scope"));
    let registered = &fake.asked("/register")[0].body;
    assert!(!registered.contains("\"scope\""), "{registered}");
}

#[tokio::test]
async fn staying_signed_in_is_asked_for_with_consent() {
    let offered = metadata(json!({ "scopes_supported": ["offline_access"] }));
    let fake = Fake::start([resource(json!({ "scopes_supported": ["a"] })), offered]).await;
    let asked = Redirect::of(&fake.begin(&ClientSettings::default()).await.unwrap()).asked;
    assert_eq!((asked["scope"].as_str(), asked["prompt"].as_str()), ("a offline_access", "consent"));
}

#[tokio::test]
async fn the_endpoints_own_query_is_kept_but_cannot_set_our_parameters() {
    let endpoint = "{base}/authorize?tenant=t%201&redirect_uri=https%3A%2F%2Fevil.example&state=x";
    let fake = Fake::start([metadata(json!({ "authorization_endpoint": endpoint }))]).await;
    let waiting = fake.begin(&ClientSettings::default()).await.unwrap();
    let url = waiting.url().as_str();
    assert!(url.contains("?tenant=t+1&"), "{url}");
    assert_eq!(url.matches("redirect_uri=").count(), 1);
    assert_eq!(url.matches("state=").count(), 1);
    assert!(!url.contains("evil"));
}

#[tokio::test]
async fn a_request_is_pushed_where_that_is_demanded() {
    let pushed = metadata(
        json!({ "require_pushed_authorization_requests": true, "pushed_authorization_request_endpoint": "{base}/par" }),
    );
    let fake = Fake::start([pushed, on("/par", 201, r#"{"request_uri":"urn:x:1","expires_in":60}"#)]).await;
    let waiting = fake.begin(&ClientSettings::default()).await.unwrap();
    let asked = Redirect::of(&waiting).asked;
    assert_eq!(asked.len(), 2);
    assert_eq!((asked["client_id"].as_str(), asked["request_uri"].as_str()), ("dyn", "urn:x:1"));
    let form = fake.asked("/par")[0].form();
    assert_eq!((form["client_id"].as_str(), form["code_challenge_method"].as_str()), ("dyn", "S256"));
    assert!(form.contains_key("resource") && form.contains_key("state"));
    fake.begin(&by_hand("id", Some("s"))).await.unwrap();
    let second = &fake.asked("/par")[1];
    assert_eq!(second.body.matches("client_id=id").count(), 1, "in the form, although the proof is in the header");
    assert!(second.headers["authorization"].starts_with("Basic "));
}

#[tokio::test]
async fn a_token_endpoint_that_redirects_gets_nothing_more() {
    // Catalogue case 29.
    for status in [302, 303, 307, 308] {
        let fake = Fake::start([on("/token", status, "").with("location", "{base}/elsewhere")]).await;
        assert!(fake.sign_in().await.is_err());
        assert_eq!(fake.asked("/token").len(), 1);
        assert!(fake.asked("/elsewhere").is_empty());
    }
}

#[tokio::test]
async fn a_refused_code_is_tried_once() {
    // Catalogue case 14.
    let fake = Fake::start([on("/token", 400, r#"{"error":"invalid_grant","error_description":"a\u202eb"}"#)]).await;
    let Err(OauthError::Refused { code, detail, .. }) = fake.sign_in().await else { panic!("refused") };
    assert_eq!((code.as_str(), detail.as_deref()), ("invalid_grant", Some("a\u{fffd}b")));
    assert_eq!(fake.asked("/token").len(), 1);
}

#[tokio::test]
async fn unusable_tokens_are_discarded() {
    // Catalogue cases 59, 61, 62.
    for bad in [
        tokens(json!({ "token_type": "mac" })),
        tokens(json!({ "access_token": "a\r\nb" })),
        on("/token", 200, r#"{"access_token":"a","access_token":"b","token_type":"Bearer"}"#),
        on("/token", 200, "<html>"),
    ] {
        let fake = Fake::start([bad]).await;
        assert!(matches!(fake.sign_in().await, Err(OauthError::TokenResponse { .. })));
    }
    let fake = Fake::start([on("/token", 200, " ".repeat(300 << 10))]).await;
    assert!(fake.sign_in().await.is_err());
}

#[tokio::test]
async fn whose_fault_it_was_is_told_apart() {
    let outcome = async |route| Fake::start([route]).await.sign_in().await.unwrap_err();
    assert!(outcome(on("/token", 503, "")).await.is_transient());
    assert!(matches!(
        outcome(on("/token", 401, r#"{"error":"invalid_client"}"#)).await,
        OauthError::ClientUnknown { .. }
    ));
    assert!(matches!(outcome(on("/token", 400, "?")).await, OauthError::TokenResponse { .. }));
}

#[tokio::test]
async fn granted_scopes_are_recorded_as_the_server_names_them() {
    // Catalogue case 52.
    let fake = Fake::start([resource(json!({ "scopes_supported": ["a"] })), tokens(json!({ "scope": "a b" }))]).await;
    assert_eq!(fake.sign_in().await.unwrap().tokens.scopes.to_string(), "a b");
}

#[tokio::test]
async fn the_older_discovery_needs_permission() {
    let silent = || [on(PRM, 404, ""), on(AS, 404, "")];
    let fake = Fake::start(silent()).await;
    assert!(matches!(fake.sign_in().await, Err(OauthError::NoAuthorizationServer { .. })));
    let fake = Fake::start(silent()).await;
    let settings = ClientSettings { older_discovery: OlderDiscovery::Allowed, ..Default::default() };
    let waiting = fake.begin(&settings).await.unwrap();
    let redirect = Redirect::of(&waiting);
    let query = format!("code=C&state={}", redirect.state);
    let (credential, _) = tokio::join!(waiting.finish(&fake.http, PATIENT), redirect.visit(&query));
    assert!(!credential.unwrap().sends_resource);
    assert_eq!(fake.asked(AS)[0].headers["mcp-protocol-version"], "2025-03-26");
    assert_eq!(redirect.asked["code_challenge_method"], "S256");
    assert!(!redirect.asked.contains_key("resource"));
}

#[tokio::test]
async fn a_client_registered_by_hand_is_used_as_it_is() {
    // Catalogue case 86: the secret is form-encoded before Basic.
    let fake = Fake::start([metadata(json!({ "registration_endpoint": null }))]).await;
    let settings = by_hand("id:1", Some("s:%\u{7e} +"));
    let credential = fake.sign_in_as(&settings).await.unwrap();
    assert_eq!(credential.client.authentication, ClientAuthentication::ClientSecretBasic);
    let asked = &fake.asked("/token")[0];
    let pair = base64::engine::general_purpose::STANDARD.encode("id%3A1:s%3A%25%7E+%2B");
    assert_eq!(asked.headers["authorization"], format!("Basic {pair}"));
    assert!(!asked.form().contains_key("client_id") && !asked.form().contains_key("client_secret"));
}

#[tokio::test]
async fn the_method_that_the_server_offers_is_used() {
    // Catalogue case 86.
    let offers = |methods: serde_json::Value| metadata(json!({ "token_endpoint_auth_methods_supported": methods }));
    let fake = Fake::start([offers(json!(["client_secret_post"]))]).await;
    fake.sign_in_as(&by_hand("id", Some("s3cret"))).await.unwrap();
    let form = fake.asked("/token")[0].form();
    assert_eq!((form["client_id"].as_str(), form["client_secret"].as_str()), ("id", "s3cret"));

    let fake = Fake::start([offers(json!(["private_key_jwt"]))]).await;
    assert!(matches!(fake.sign_in_as(&by_hand("id", Some("s3cret"))).await, Err(OauthError::ServerMetadata { .. })));
    assert!(fake.asked("/token").is_empty());
}

#[tokio::test]
async fn the_resource_can_be_fixed_or_left_out() {
    let fake = Fake::start([]).await;
    let settings = ClientSettings { resource: ResourceSetting::Omitted, ..Default::default() };
    assert!(!fake.sign_in_as(&settings).await.unwrap().sends_resource);
    assert!(!fake.asked("/token")[0].form().contains_key("resource"));
    let settings =
        ClientSettings { resource: ResourceSetting::Fixed("https://api.example/x".to_owned()), ..Default::default() };
    fake.sign_in_as(&settings).await.unwrap();
    assert_eq!(fake.asked("/token")[1].form()["resource"], "https://api.example/x");
}

pub(super) fn by_hand(id: &str, secret: Option<&str>) -> ClientSettings {
    let secret = secret.map(|text| ClientSecret::new(text.to_owned()).unwrap());
    ClientSettings {
        preregistered: Some(Preregistered { issuer: None, id: id.to_owned(), secret, key: None }),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_jwt_for_another_resource_is_not_used() {
    // Catalogue case 64.
    let jwt = |audience: &str| {
        let claims = URL_SAFE_NO_PAD.encode(json!({ "aud": audience }).to_string());
        tokens(json!({ "access_token": format!("e30.{claims}.x") }))
    };
    let refused = Fake::start([jwt("https://bank.example/api")]).await.sign_in().await;
    assert!(matches!(refused, Err(OauthError::TokenResponse { .. })), "{refused:?}");
    // Whoever says that nothing is to be asked for by name gets what there is.
    let fake = Fake::start([jwt("https://bank.example/api")]).await;
    let settings = ClientSettings { resource: ResourceSetting::Omitted, ..ClientSettings::default() };
    assert!(fake.sign_in_as(&settings).await.is_ok());
    assert!(Fake::start([jwt("api://5a1c")]).await.sign_in().await.is_ok());
}

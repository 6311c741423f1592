use super::fake::*;
use crate::{ClientSettings, OauthError};
use keyholder_secret::credential::ClientAuthentication;
use serde_json::{Value, json};

/// A registration endpoint that answers with this.
fn registers(document: &Value) -> Route {
    on("/register", 201, document.to_string())
}

async fn outcome(document: Value) -> Result<(), OauthError> {
    Fake::start([registers(&document)]).await.begin(&ClientSettings::default()).await.map(|_| ())
}

#[tokio::test]
async fn a_registration_that_is_not_ours_is_refused() {
    // Catalogue case 39.
    for bad in [
        json!({ "client_id": "x", "redirect_uris": ["https://evil.example/"] }),
        json!({ "client_id": "x", "redirect_uris": [] }),
        json!({ "client_id": "x", "redirect_uris": "http://127.0.0.1/" }),
        json!({}),
        json!({ "client_id": "" }),
        json!({ "client_id": 5 }),
        json!({ "client_id": "a\nb" }),
        json!({ "client_id": "x".repeat(1 << 17) }),
        json!({ "client_id": "x", "client_secret": "s", "client_secret_expires_at": 1 }),
        json!({ "client_id": "x", "client_secret": "a\r\nb" }),
        json!({ "client_id": "x", "token_endpoint_auth_method": "private_key_jwt" }),
        json!({ "client_id": "x", "token_endpoint_auth_method": "client_secret_basic" }),
    ] {
        let refused = outcome(bad.clone()).await;
        assert!(
            matches!(refused, Err(OauthError::Registration { .. })),
            "{} {refused:?}",
            &bad.to_string()[..bad.to_string().len().min(90)]
        );
    }
    assert!(outcome(json!({ "client_id": "x", "client_secret": "s", "client_secret_expires_at": 0 })).await.is_ok());
}

#[tokio::test]
async fn a_secret_that_nobody_asked_for_is_kept_and_never_printed() {
    // Catalogue case 40.
    let fake = Fake::start([registers(
        &json!({ "client_id": "x", "client_secret": "KHCANARY", "token_endpoint_auth_method": "none" }),
    )])
    .await;
    let credential = fake.sign_in().await.unwrap();
    assert!(credential.client.secret.as_ref().unwrap().matches(b"KHCANARY"));
    assert_eq!(credential.client.authentication, ClientAuthentication::None);
    assert!(!format!("{credential:?}").contains("KHCANARY"));
    assert!(!fake.asked("/token")[0].body.contains("KHCANARY"));
}

#[tokio::test]
async fn what_the_server_returns_is_used() {
    let offers =
        metadata(json!({ "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"] }));
    let fake = Fake::start([
        offers,
        registers(
            &json!({ "client_id": "x", "client_secret": "s", "token_endpoint_auth_method": "client_secret_post" }),
        ),
    ])
    .await;
    fake.sign_in().await.unwrap();
    let asked: Value = serde_json::from_str(&fake.asked("/register")[0].body).unwrap();
    assert_eq!(asked["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(fake.asked("/token")[0].form()["client_secret"], "s");
}

#[tokio::test]
async fn the_management_address_is_kept_within_its_origin_and_never_fetched() {
    // Catalogue case 39.
    let management = |uri: &str| {
        registers(&json!({ "client_id": "x", "registration_client_uri": uri, "registration_access_token": "RAT" }))
    };
    let fake = Fake::start([management("{base}/register/x")]).await;
    assert!(fake.sign_in().await.unwrap().client.management.is_some());
    assert!(fake.asked("/register/x").is_empty());
    for foreign in ["http://10.0.0.1/register/x", "https://evil.example/", "not a url"] {
        assert!(Fake::start([management(foreign)]).await.sign_in().await.unwrap().client.management.is_none());
    }
}

#[tokio::test]
async fn a_disliked_document_is_tried_once_more_and_no_oftener() {
    // Catalogue case 41.
    let fake =
        Fake::start([on("/register", 400, r#"{"error":"invalid_client_metadata","error_description":"<b>no"}"#)]).await;
    assert!(matches!(fake.begin(&ClientSettings::default()).await, Err(OauthError::Refused { .. })));
    let bodies: Vec<Value> =
        fake.asked("/register").iter().map(|asked| serde_json::from_str(&asked.body).unwrap()).collect();
    assert_eq!(bodies.len(), 2);
    assert!(bodies[0].get("software_id").is_some() && bodies[1].get("software_id").is_none());

    let fake = Fake::start([on("/register", 400, r#"{"error":"invalid_redirect_uri"}"#)]).await;
    assert!(fake.begin(&ClientSettings::default()).await.is_err());
    assert_eq!(fake.asked("/register").len(), 1);
}

#[tokio::test]
async fn without_a_way_to_register_the_person_is_asked() {
    let fake = Fake::start([metadata(json!({ "registration_endpoint": null }))]).await;
    assert!(matches!(fake.begin(&ClientSettings::default()).await, Err(OauthError::CannotRegister { .. })));
}

#[tokio::test]
async fn a_metadata_document_is_the_client_id_verbatim() {
    let fake = Fake::start([metadata(json!({ "client_id_metadata_document_supported": true }))]).await;
    let document = "https://kh.example/oauth/client.json";
    let settings = ClientSettings { metadata_document: Some(document.to_owned()), ..Default::default() };
    assert_eq!(fake.sign_in_as(&settings).await.unwrap().client.id, document);
    assert!(fake.asked("/register").is_empty());
    assert_eq!(fake.asked("/token")[0].form()["client_id"], document);
    for bad in [
        "http://kh.example/c.json",
        "https://kh.example",
        "https://kh.example/a/../c.json",
        "https://u:p@kh.example/c.json",
        "https://kh.example/c#x",
    ] {
        let settings = ClientSettings { metadata_document: Some(bad.to_owned()), ..Default::default() };
        assert!(matches!(fake.begin(&settings).await, Err(OauthError::Setting { .. })), "{bad}");
    }
}

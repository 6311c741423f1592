//! An organisation's word for one of its people.

use super::fake::*;
use crate::{Audience, ClientSettings, GrantKind, IdentityProvider, OauthError, Preregistered};
use keyholder_model::clock::FakeRng;
use keyholder_model::grant::ScopeSet;
use keyholder_secret::token::{Assertion, ClientSecret};
use serde_json::{Value, json};

const ID_JAG: &str = "urn:ietf:params:oauth:token-type:id-jag";

fn settings() -> ClientSettings {
    let secret = Some(ClientSecret::new("s3cret".to_owned()).unwrap());
    ClientSettings {
        grant: GrantKind::TokenExchange,
        preregistered: Some(Preregistered { issuer: None, id: "corp-client".to_owned(), secret, key: None }),
        ..ClientSettings::default()
    }
}

/// The document of an organisation that vouches.
fn vouches(more: &Value) -> Route {
    let document = json!({
        "grant_types_supported": ["authorization_code", "urn:ietf:params:oauth:grant-type:token-exchange"],
        "identity_chaining_requested_token_types_supported": [ID_JAG],
    });
    metadata(merged(document, more))
}

fn merged(mut document: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        document[name] = value.clone();
    }
    document
}

fn word(more: &Value) -> Route {
    tokens(merged(json!({ "access_token": "the-word", "issued_token_type": ID_JAG, "token_type": "N_A" }), more))
}

async fn asked(fake: &Fake) -> Result<Assertion, OauthError> {
    let provider = IdentityProvider::find(&fake.http, &fake.base.parse().unwrap(), &settings()).await?;
    let id_token = Assertion::new("the-id-token".to_owned()).unwrap();
    let issuer = "https://ras.example".parse().unwrap();
    let resource = "https://mcp.example/mcp".parse().unwrap();
    let scopes: ScopeSet = "read".parse().unwrap();
    let audience = Audience { issuer: &issuer, resource: &resource, scopes: Some(&scopes) };
    provider.vouch(&fake.http, &*fake.clock, &FakeRng::default(), &id_token, audience).await
}

#[tokio::test]
async fn the_word_is_asked_for_one_authorization_server_and_one_resource() {
    let fake = Fake::start([vouches(&json!({})), word(&json!({}))]).await;
    assert!(asked(&fake).await.unwrap().matches(b"the-word"));
    let sent = fake.asked("/token").pop().unwrap();
    let form = sent.form();
    for (name, value) in [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("requested_token_type", ID_JAG),
        ("audience", "https://ras.example"),
        ("resource", "https://mcp.example/mcp"),
        ("scope", "read"),
        ("subject_token", "the-id-token"),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:id_token"),
    ] {
        assert_eq!(form[name], value);
    }
    assert!(sent.headers["authorization"].starts_with("Basic "), "the client is authenticated there, too");
}

#[tokio::test]
async fn what_is_no_such_word_is_not_passed_on() {
    for more in [
        json!({ "issued_token_type": "urn:ietf:params:oauth:token-type:access_token" }),
        json!({ "issued_token_type": null }),
        json!({ "token_type": "Bearer" }),
        json!({ "token_type": null }),
        json!({ "access_token": null }),
        json!({ "access_token": "two words\n" }),
    ] {
        let fake = Fake::start([vouches(&json!({})), word(&more)]).await;
        let refused = asked(&fake).await;
        assert!(matches!(refused, Err(OauthError::TokenResponse { .. })), "{more}: {refused:?}");
    }
}

#[tokio::test]
async fn an_organisation_that_does_not_vouch_is_not_shown_the_id_token() {
    for more in [
        json!({ "grant_types_supported": ["authorization_code"] }),
        json!({ "identity_chaining_requested_token_types_supported": ["x"] }),
    ] {
        let fake = Fake::start([vouches(&more)]).await;
        let refused = asked(&fake).await;
        assert!(matches!(refused, Err(OauthError::ServerMetadata { .. })), "{refused:?}");
        assert!(fake.asked("/token").is_empty());
    }
}

#[tokio::test]
async fn a_no_of_the_organisation_names_it() {
    for (status, code) in
        [(403, "access_denied"), (400, "invalid_grant"), (400, "invalid_target"), (401, "invalid_client")]
    {
        let fake = Fake::start([vouches(&json!({})), on("/token", status, format!(r#"{{"error":"{code}"}}"#))]).await;
        let why = asked(&fake).await.unwrap_err();
        assert!(matches!(why, OauthError::Denied { .. }) || why.to_string().contains(&fake.base), "{why}");
        assert!(!why.is_transient(), "{why}");
    }
    let fake = Fake::start([vouches(&json!({})), on("/token", 503, "")]).await;
    assert!(asked(&fake).await.unwrap_err().is_transient());
}

//! Tokens without a person.

use super::fake::*;
use crate::{ClientSettings, GrantKind, MachineGrant, OauthError, Preregistered, RefreshError, reissue};
use keyholder_jose::SigningKey;
use keyholder_model::clock::{Clock, FakeRng};
use keyholder_secret::credential::{ClientKey, Credential, Renewal};
use keyholder_secret::token::{Assertion, ClientSecret};
use serde_json::{Value, json};

/// A client that was registered by hand and asks for itself.
fn client(secret: Option<&str>, key: Option<ClientKey>) -> ClientSettings {
    let secret = secret.map(|text| ClientSecret::new(text.to_owned()).unwrap());
    ClientSettings {
        grant: GrantKind::ClientCredentials,
        preregistered: Some(Preregistered { issuer: None, id: "machine".to_owned(), secret, key }),
        ..ClientSettings::default()
    }
}

/// A document of a server that signs nobody in: no page, no PKCE.
fn for_machines(more: &Value) -> Route {
    let mut document = json!({
        "authorization_endpoint": null,
        "registration_endpoint": null,
        "code_challenge_methods_supported": null,
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
    });
    for (name, value) in more.as_object().unwrap() {
        document[name] = value.clone();
    }
    metadata(document)
}

async fn asked(fake: &Fake, settings: &ClientSettings, grant: MachineGrant<'_>) -> Result<Credential, OauthError> {
    let discovery = fake.discover(settings).await?;
    discovery.request(&fake.http, &*fake.clock, &FakeRng::default(), grant).await
}

#[tokio::test]
async fn a_client_with_a_secret_asks_for_itself_and_again_at_the_end() {
    let scopes = resource(json!({ "scopes_supported": ["read"] }));
    let fake = Fake::start([for_machines(&json!({})), scopes]).await;
    let settings = client(Some("s3cret"), None);
    let credential = asked(&fake, &settings, MachineGrant::ClientCredentials).await.unwrap();
    assert_eq!(credential.renewal, Renewal::ClientCredentials);
    assert!(credential.renews() && credential.tokens.refresh.is_none(), "what is not used is not kept");
    let rng = FakeRng::default();
    reissue(&fake.http, &*fake.clock, &rng, &credential, MachineGrant::ClientCredentials).await.unwrap();
    let sent = fake.asked("/token");
    for asked in &sent {
        let form = asked.form();
        assert_eq!((form["grant_type"].as_str(), form["scope"].as_str()), ("client_credentials", "read"));
        assert_eq!(form["resource"], format!("{}/mcp", fake.base));
        assert!(!form.contains_key("client_id") && asked.headers["authorization"].starts_with("Basic "));
    }
    assert_eq!(sent.len(), 2);
    assert!(!fake.paths().iter().any(|path| path == "/register" || path == "/authorize"));
}

#[tokio::test]
async fn a_client_with_a_key_signs_for_this_server_and_this_minute() {
    let fake =
        Fake::start([for_machines(&json!({ "token_endpoint_auth_signing_alg_values_supported": ["ES256"] }))]).await;
    let pem = SigningKey::generate().unwrap();
    let key = SigningKey::from_pem(&pem).unwrap();
    let settings = client(None, Some(ClientKey { pem, id: Some("k1".to_owned()) }));
    let rng = FakeRng::default();
    let discovery = fake.discover(&settings).await.unwrap();
    let grant = MachineGrant::ClientCredentials;
    let credential = discovery.request(&fake.http, &*fake.clock, &rng, grant).await.unwrap();
    reissue(&fake.http, &*fake.clock, &rng, &credential, grant).await.unwrap();
    let claims: Vec<Value> = fake
        .asked("/token")
        .iter()
        .map(|asked| {
            let form = asked.form();
            assert_eq!(form["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
            let header = part(&form["client_assertion"], 0);
            assert_eq!((header["alg"].as_str(), header["kid"].as_str()), (Some("ES256"), Some("k1")));
            assert!(header.get("jwk").is_none(), "the server has the public half");
            part(&form["client_assertion"], 1)
        })
        .collect();
    let [first, second] = &claims[..] else { panic!("{claims:?}") };
    let now = fake.clock.now().as_millis() / 1000;
    for claims in [first, second] {
        assert_eq!((claims["iss"].as_str(), claims["sub"].as_str()), (Some("machine"), Some("machine")));
        assert_eq!(claims["aud"].as_str(), Some(fake.base.as_str()));
        assert_eq!((claims["iat"].as_i64(), claims["exp"].as_i64()), (Some(now), Some(now + 60)));
    }
    assert_ne!(first["jti"], second["jti"], "each is used once");
    assert_eq!(key.algorithm().as_str(), "ES256");
}

#[tokio::test]
async fn an_assertion_is_brought_once_and_nothing_else_is_tried() {
    let settings = ClientSettings { grant: GrantKind::JwtBearer, ..client(None, None) };
    let word = Assertion::new("eyJ.a.b".to_owned()).unwrap();
    let fake = Fake::start([for_machines(&json!({}))]).await;
    let credential = asked(&fake, &settings, MachineGrant::JwtBearer(&word)).await.unwrap();
    assert_eq!(credential.renewal, Renewal::Assertion);
    let form = fake.asked("/token")[0].form();
    assert_eq!((form["assertion"].as_str(), form["client_id"].as_str()), ("eyJ.a.b", "machine"));

    let refused = on("/token", 400, r#"{"error":"invalid_grant","error_description":"audience"}"#);
    let fake = Fake::start([for_machines(&json!({})), refused]).await;
    let why = asked(&fake, &settings, MachineGrant::JwtBearer(&word)).await.unwrap_err();
    assert!(matches!(why, OauthError::Refused { ref code, .. } if code == "invalid_grant"), "{why}");
    assert_eq!(fake.asked("/token").len(), 1);
    let rng = FakeRng::default();
    let credential = Credential { token_endpoint: format!("{}/token", fake.base), ..credential };
    let renewed = reissue(&fake.http, &*fake.clock, &rng, &credential, MachineGrant::JwtBearer(&word)).await;
    assert!(matches!(renewed, Err(RefreshError::Ended { .. })));
}

#[tokio::test]
async fn what_the_server_does_not_offer_is_said_before_anything_is_sent() {
    let key = || Some(ClientKey { pem: SigningKey::generate().unwrap(), id: None });
    for (document, settings, why) in [
        (json!({ "grant_types_supported": ["authorization_code"] }), client(Some("s"), None), "grant_types_supported"),
        (
            json!({ "token_endpoint_auth_methods_supported": ["client_secret_post"] }),
            client(None, key()),
            "no way to authenticate",
        ),
        (json!({ "token_endpoint_auth_methods_supported": null }), client(None, key()), "no way to authenticate"),
        (json!({ "token_endpoint_auth_signing_alg_values_supported": ["RS256"] }), client(None, key()), "ES256"),
    ] {
        let fake = Fake::start([for_machines(&document)]).await;
        let found = asked(&fake, &settings, MachineGrant::ClientCredentials).await.unwrap_err();
        assert!(found.to_string().contains(why), "{found}");
        assert!(fake.asked("/token").is_empty());
    }
    let nobody = ClientSettings { preregistered: None, ..client(None, None) };
    let fake = Fake::start([for_machines(&json!({ "registration_endpoint": "{base}/register" }))]).await;
    let found = asked(&fake, &nobody, MachineGrant::ClientCredentials).await.unwrap_err();
    assert!(matches!(found, OauthError::CannotRegister { .. }), "{found}");
    assert!(fake.asked("/register").is_empty(), "a machine does not make itself known");
}

#[tokio::test]
async fn where_a_person_signs_in_a_page_and_pkce_are_still_asked_for() {
    let fake = Fake::start([for_machines(&json!({ "grant_types_supported": null }))]).await;
    assert!(matches!(fake.discover(&ClientSettings::default()).await, Err(OauthError::NoPkce { .. })));
}

fn part(token: &str, place: usize) -> Value {
    use base64::Engine;
    let text = token.split('.').nth(place).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

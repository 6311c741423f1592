//! Tokens that are bound to a key (RFC 9449).

use super::fake::*;
use crate::{ClientSettings, OauthError, RefreshError, refresh};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keyholder_jose::SigningKey;
use keyholder_model::clock::FakeRng;
use serde_json::{Value, json};

const CHALLENGE: &str = "DPoP resource_metadata=\"{base}/.well-known/oauth-protected-resource/mcp\"";

fn binds() -> Route {
    metadata(json!({ "dpop_signing_alg_values_supported": ["RS256", "ES256"] }))
}

fn takes() -> Route {
    resource(json!({ "dpop_signing_alg_values_supported": ["ES256"] }))
}

fn bound() -> Route {
    tokens(json!({ "token_type": "DPoP" }))
}

/// Header and claims of the proof that came with a request.
fn proof(asked: &Asked) -> Option<(Value, Value)> {
    let part = |text: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap();
    let mut parts = asked.headers.get("dpop")?.split('.');
    Some((part(parts.next().unwrap()), part(parts.next().unwrap())))
}

#[tokio::test]
async fn tokens_are_bound_where_both_sides_take_it() {
    let fake = Fake::start([binds(), takes(), bound()]).await;
    let waiting = fake.begin(&ClientSettings::default()).await.unwrap();
    let redirect = Redirect::of(&waiting);
    let query = format!("code=C&state={}&iss={}", redirect.state, encode(&fake.base));
    let (credential, _) = tokio::join!(waiting.finish(&fake.http, PATIENT), redirect.visit(&query));
    let credential = credential.unwrap();
    let key = SigningKey::from_pem(credential.dpop_key.as_ref().expect("the grant has a key")).unwrap();
    assert_eq!(redirect.asked["dpop_jkt"], key.thumbprint(), "the code is bound to the same key");
    let (header, claims) = proof(&fake.asked("/token")[0]).expect("the request is proven");
    assert_eq!((header["typ"].as_str(), &header["jwk"]), (Some("dpop+jwt"), key.public()));
    assert_eq!((claims["htm"].as_str(), &claims["htu"]), (Some("POST"), &json!(format!("{}/token", fake.base))));
    assert!(claims.get("ath").is_none());

    refresh(&fake.http, &*fake.clock, &FakeRng::default(), &credential).await.unwrap();
    let (again, _) = proof(&fake.asked("/token")[1]).expect("the renewal is proven, by the same key");
    assert_eq!(again["jwk"], header["jwk"]);
}

#[tokio::test]
async fn two_grants_have_two_keys() {
    let fake = Fake::start([binds(), takes(), bound()]).await;
    let (one, two) = (fake.sign_in().await.unwrap(), fake.sign_in().await.unwrap());
    let thumbprint = |pem| SigningKey::from_pem(pem).unwrap().thumbprint();
    assert_ne!(one.dpop_key.as_ref().map(thumbprint), two.dpop_key.as_ref().map(thumbprint));
}

#[tokio::test]
async fn a_challenge_of_that_kind_is_enough() {
    let fake = Fake::start([binds(), bound()]).await;
    let settings = ClientSettings::default();
    let discovery = fake.discover_with(&settings, Some(CHALLENGE), "", None).await.unwrap();
    let waiting = fake.open(discovery).await.unwrap();
    assert!(Redirect::of(&waiting).asked.contains_key("dpop_jkt"));
}

#[tokio::test]
async fn where_one_side_does_not_take_it_nothing_is_bound() {
    for routes in [
        vec![binds()],
        vec![takes()],
        vec![metadata(json!({ "dpop_signing_alg_values_supported": ["RS256"] })), takes()],
    ] {
        let fake = Fake::start(routes).await;
        let credential = fake.sign_in().await.unwrap();
        assert!(credential.dpop_key.is_none() && proof(&fake.asked("/token")[0]).is_none());
    }
    // The authorization server may decide not to bind: then it is a bearer token, and said to be one.
    let fake = Fake::start([binds(), takes()]).await;
    assert!(fake.sign_in().await.unwrap().dpop_key.is_none());
}

#[tokio::test]
async fn a_server_that_insists_is_not_given_less() {
    let insists = || resource(json!({ "dpop_bound_access_tokens_required": true }));
    let fake = Fake::start([insists()]).await;
    assert!(matches!(fake.sign_in().await, Err(OauthError::ServerMetadata { .. })));
    assert!(!fake.paths().contains(&"/register".to_owned()), "it is found out before anything is registered");
    let fake = Fake::start([binds(), insists()]).await;
    assert!(matches!(fake.sign_in().await, Err(OauthError::TokenResponse { .. })), "a bearer token");
}

#[tokio::test]
async fn a_bound_token_that_nobody_asked_for_is_not_taken() {
    let fake = Fake::start([bound()]).await;
    assert!(matches!(fake.sign_in().await, Err(OauthError::TokenResponse { .. })));
}

#[tokio::test]
async fn a_renewal_does_not_step_down() {
    let fake = Fake::start([binds(), takes(), bound()]).await;
    let mut credential = fake.sign_in().await.unwrap();
    let other = Fake::start([]).await;
    credential.token_endpoint = format!("{}/token", other.base);
    let refused = refresh(&other.http, &*other.clock, &FakeRng::default(), &credential).await;
    assert!(matches!(refused, Err(RefreshError::Unusable { .. })), "{refused:?}");
}

#[tokio::test]
async fn the_servers_nonce_is_used_once_and_not_chased() {
    let wants = on("/token", 400, r#"{"error":"use_dpop_nonce"}"#).with("dpop-nonce", "n-1");
    let fake = Fake::start([binds(), takes(), wants.clone()]).await;
    assert!(fake.sign_in().await.is_err());
    let proofs: Vec<Value> = fake.asked("/token").iter().map(|asked| proof(asked).unwrap().1).collect();
    let nonces: Vec<Option<&str>> = proofs.iter().map(|claims| claims["nonce"].as_str()).collect();
    assert_eq!(nonces, [None, Some("n-1")]);
    assert_ne!(proofs[0]["jti"], proofs[1]["jti"]);

    // To a request without a proof it says nothing.
    let fake = Fake::start([wants]).await;
    assert!(fake.sign_in().await.is_err());
    assert_eq!(fake.asked("/token").len(), 1);
}

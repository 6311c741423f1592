use super::fake::*;
use crate::{ClientSettings, Receipt, RefreshError, Returned, Revoked, refresh, revoke};
use keyholder_model::clock::FakeRng;
use keyholder_secret::credential::{Credential, Management, Tokens};
use keyholder_secret::token::RegistrationToken;
use serde_json::json;
use std::time::Duration;

/// A credential as if it had been got from this fake.
async fn signed_in(fake: &Fake) -> Credential {
    let other = Fake::start([resource(json!({ "scopes_supported": ["a"] }))]).await;
    let mut credential = other.sign_in().await.unwrap();
    credential.token_endpoint = format!("{}/token", fake.base);
    credential.revocation_endpoint = Some(format!("{}/revoke", fake.base));
    credential
}

async fn renewed(route: Route) -> (Result<Tokens, RefreshError>, Fake) {
    let fake = Fake::start([route]).await;
    let credential = signed_in(&fake).await;
    (refresh(&fake.http, &*fake.clock, &FakeRng::default(), &credential).await, fake)
}

#[tokio::test]
async fn renewing_asks_the_recorded_endpoint_for_the_same_resource_and_no_more() {
    // Catalogue cases 74, 75.
    let fake = Fake::start([]).await;
    let credential = signed_in(&fake).await;
    refresh(&fake.http, &*fake.clock, &FakeRng::default(), &credential).await.unwrap();
    assert_eq!(fake.paths(), ["/token"], "nothing is discovered anew");
    let form = fake.asked("/token")[0].form();
    assert_eq!(
        (form["grant_type"].as_str(), form["refresh_token"].as_str(), form["client_id"].as_str()),
        ("refresh_token", "RT", "dyn")
    );
    assert_eq!(form["resource"], credential.resource.as_str());
    assert!(!form.contains_key("scope"));
}

#[tokio::test]
async fn an_old_refresh_token_stays_where_no_new_one_comes() {
    // Catalogue case 71.
    let (tokens_, _) = renewed(tokens(json!({ "refresh_token": null }))).await;
    let tokens_ = tokens_.unwrap();
    assert!(tokens_.refresh.is_none());
    assert_eq!(tokens_.scopes.to_string(), "a", "scopes stay as they were granted");
    assert!(renewed(tokens(json!({ "refresh_token": "RT2" }))).await.0.unwrap().refresh.unwrap().matches(b"RT2"));
}

#[tokio::test]
async fn only_the_authorization_servers_word_ends_a_grant() {
    // Catalogue cases 72, 76, A-067.
    let error = |status, code: &str| on("/token", status, format!(r#"{{"error":"{code}","error_description":"d"}}"#));
    assert!(
        matches!(renewed(error(400, "invalid_grant")).await.0, Err(RefreshError::Ended { why }) if why == "invalid_grant: d")
    );
    assert!(matches!(renewed(error(200, "invalid_grant")).await.0, Err(RefreshError::Ended { .. })));
    for code in ["invalid_client", "unauthorized_client"] {
        assert!(matches!(renewed(error(401, code)).await.0, Err(RefreshError::ClientUnknown { .. })));
    }
    for code in ["invalid_scope", "unsupported_grant_type", "invalid_target"] {
        assert!(matches!(renewed(error(400, code)).await.0, Err(RefreshError::Refused { .. })));
    }
    for status in [408, 429, 500, 502, 503] {
        assert!(
            matches!(renewed(error(status, "invalid_grant")).await.0, Err(RefreshError::Transient { .. })),
            "{status}"
        );
    }
    for route in [
        on("/token", 400, "<html>"),
        on("/token", 200, "<html>"),
        tokens(json!({ "token_type": "mac" })),
        on("/token", 307, "").with("location", "{base}/x"),
    ] {
        let (outcome, fake) = renewed(route).await;
        assert!(matches!(outcome, Err(RefreshError::Unusable { .. })), "{outcome:?}");
        assert_eq!(fake.paths(), ["/token"]);
    }
}

#[tokio::test]
async fn a_server_that_is_away_does_not_sign_anybody_out() {
    let fake = Fake::start([]).await;
    let mut credential = signed_in(&fake).await;
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    credential.token_endpoint = format!("http://{gone}/token");
    assert!(matches!(
        refresh(&fake.http, &*fake.clock, &FakeRng::default(), &credential).await,
        Err(RefreshError::Transient { .. })
    ));
    credential.tokens.refresh = None;
    assert!(matches!(
        refresh(&fake.http, &*fake.clock, &FakeRng::default(), &credential).await,
        Err(RefreshError::NotRenewable)
    ));
}

#[tokio::test]
async fn a_wait_that_the_server_imposes_is_bounded() {
    for (said, expected) in [
        ("30", Some(Duration::from_secs(30))),
        ("999999999", Some(Duration::from_hours(1))),
        ("soon", None),
        ("-1", None),
    ] {
        let (outcome, _) = renewed(on("/token", 503, "").with("retry-after", said)).await;
        assert!(
            matches!(outcome, Err(RefreshError::Transient { retry_after, .. }) if retry_after == expected),
            "{said}"
        );
    }
}

#[tokio::test]
async fn signing_out_gives_back_the_refresh_token_first() {
    // Catalogue case 78.
    let fake = Fake::start([]).await;
    let receipts = revoke(&fake.http, &*fake.clock, &FakeRng::default(), &signed_in(&fake).await).await;
    let expected =
        [Revoked::RefreshToken, Revoked::AccessToken].map(|what| Receipt { what, result: Returned::Confirmed });
    assert_eq!(receipts, expected);
    let asked: Vec<(String, String)> = fake
        .asked("/revoke")
        .iter()
        .map(|asked| (asked.form()["token"].clone(), asked.form()["token_type_hint"].clone()))
        .collect();
    assert_eq!(asked, [("RT".to_owned(), "refresh_token".to_owned()), ("AT".to_owned(), "access_token".to_owned())]);
}

#[tokio::test]
async fn a_receipt_says_what_the_server_said() {
    let result = async |route| {
        let fake = Fake::start([route]).await;
        revoke(&fake.http, &*fake.clock, &FakeRng::default(), &signed_in(&fake).await).await.remove(0).result
    };
    assert!(matches!(result(on("/revoke", 503, "")).await, Returned::Later { .. }));
    assert!(
        matches!(result(on("/revoke", 400, r#"{"error":"unsupported_token_type"}"#)).await, Returned::Refused { why } if why == "unsupported_token_type")
    );
    assert!(matches!(result(on("/revoke", 307, "").with("location", "{base}/x")).await, Returned::Refused { .. }));
    let fake = Fake::start([]).await;
    let mut credential = signed_in(&fake).await;
    credential.revocation_endpoint = None;
    assert!(
        revoke(&fake.http, &*fake.clock, &FakeRng::default(), &credential)
            .await
            .iter()
            .all(|receipt| matches!(receipt.result, Returned::Skipped { .. }))
    );
}

#[tokio::test]
async fn a_registration_is_given_back_where_it_can_be() {
    // A-097.
    let fake = Fake::start([on("/register/x", 204, "")]).await;
    let mut credential = signed_in(&fake).await;
    let token = RegistrationToken::new("RAT".to_owned()).unwrap();
    credential.client.management = Some(Management { uri: format!("{}/register/x", fake.base), token });
    let receipts = revoke(&fake.http, &*fake.clock, &FakeRng::default(), &credential).await;
    assert_eq!(receipts[2], Receipt { what: Revoked::Registration, result: Returned::Confirmed });
    let asked = &fake.asked("/register/x")[0];
    assert_eq!((asked.method.as_str(), asked.headers["authorization"].as_str()), ("DELETE", "Bearer RAT"));
}

#[tokio::test]
async fn a_full_round_needs_no_further_discovery() {
    let fake = Fake::start([]).await;
    let credential = fake.sign_in_as(&ClientSettings::default()).await.unwrap();
    assert!(
        credential
            .tokens
            .expires
            .is_some_and(|end| end.since(keyholder_model::clock::Clock::now(&*fake.clock)) == Duration::from_hours(1))
    );
    refresh(&fake.http, &*fake.clock, &FakeRng::default(), &credential).await.unwrap();
    assert_eq!(fake.asked(PRM).len() + fake.asked(AS).len(), 2);
}

//! The practice authorization server keeps the promises of its RFCs.

mod plain;

use std::time::Duration;

use keyholder_demo::{Event, Faults, Iss, Options, Person, Rotation};
use plain::{authorize, form, modern, practice, redeem, refresh, register, send, sign_in};
use serde_json::json;

fn as_is(_: &mut Options) {}

#[tokio::test]
async fn a_sign_in_gives_tokens_with_markers_state_and_issuer() {
    let (practice, _) = practice(as_is).await;
    let client = register(&practice).await;
    let back = authorize(&practice, &client, &[]).await;
    assert_eq!(back.status, 303);
    assert_eq!(back.returned("state").as_deref(), Some("s t&te"));
    assert_eq!(back.returned("iss"), Some(practice.issuer()));
    let answer = redeem(&practice, &client, &back.returned("code").expect("a code")).await;
    let tokens = answer.json();
    assert!(tokens["access_token"].as_str().is_some_and(|token| token.starts_with("KHCANARY-AT-")));
    assert!(tokens["refresh_token"].as_str().is_some_and(|token| token.starts_with("KHCANARY-RT-")));
    assert_eq!(answer.header("cache-control").as_deref(), Some("no-store"));
    assert_eq!(practice.tally().codes_redeemed, 1);
}

#[tokio::test]
async fn the_metadata_names_s256_alone_and_the_issuer() {
    let (practice, _) = practice(as_is).await;
    let url = format!("{}/.well-known/oauth-authorization-server", practice.issuer());
    let metadata = send("GET", &url, &[], "").await.expect("an answer").json();
    assert_eq!(metadata["issuer"], practice.issuer());
    assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
    practice.set_faults(Faults {
        server_metadata_patch: Some(
            json!({ "issuer": "http://127.0.0.1:1", "code_challenge_methods_supported": null }),
        ),
        ..Faults::default()
    });
    let patched = send("GET", &url, &[], "").await.expect("an answer").json();
    assert_eq!(patched["issuer"], "http://127.0.0.1:1");
    assert!(patched.get("code_challenge_methods_supported").is_none());
    assert_eq!(patched["token_endpoint"], metadata["token_endpoint"]);
}

#[tokio::test]
async fn plain_and_missing_proofs_are_refused() {
    let (practice, _) = practice(as_is).await;
    let client = register(&practice).await;
    for change in [("code_challenge_method", "plain"), ("code_challenge_method", ""), ("code_challenge", "")] {
        let back = authorize(&practice, &client, &[change]).await;
        assert_eq!(back.returned("error").as_deref(), Some("invalid_request"), "{change:?}");
        assert_eq!(back.returned("code"), None);
    }
}

#[tokio::test]
async fn a_foreign_resource_or_scope_is_refused() {
    let (practice, _) = practice(as_is).await;
    let client = register(&practice).await;
    let other = authorize(&practice, &client, &[("resource", "https://elsewhere.example/mcp")]).await;
    assert_eq!(other.returned("error").as_deref(), Some("invalid_target"));
    let none = authorize(&practice, &client, &[("resource", "")]).await;
    assert_eq!(none.returned("error").as_deref(), Some("invalid_target"));
    let admin = authorize(&practice, &client, &[("scope", "notes:admin")]).await;
    assert_eq!(admin.returned("error").as_deref(), Some("invalid_scope"));
}

#[tokio::test]
async fn an_unregistered_redirect_is_never_followed() {
    let (practice, _) = practice(as_is).await;
    let client = register(&practice).await;
    for elsewhere in ["https://evil.example/callback", "http://127.0.0.1:40001/other", "javascript:alert(1)"] {
        let answer = authorize(&practice, &client, &[("redirect_uri", elsewhere)]).await;
        assert_eq!(answer.status, 400, "{elsewhere}");
        assert_eq!(answer.header("location"), None);
    }
    // RFC 8252 §7.3: only the port may differ.
    let other_port = authorize(&practice, &client, &[("redirect_uri", "http://127.0.0.1:40002/callback")]).await;
    assert_eq!(other_port.status, 303);
}

#[tokio::test]
async fn only_native_public_clients_on_loopback_can_register() {
    let (practice, _) = practice(as_is).await;
    let url = format!("{}/register", practice.issuer());
    for (body, error) in [
        (r#"{"redirect_uris":["https://app.example/cb"]}"#, "invalid_redirect_uri"),
        (r#"{"redirect_uris":[]}"#, "invalid_redirect_uri"),
        (
            r#"{"redirect_uris":["http://127.0.0.1/cb"],"token_endpoint_auth_method":"client_secret_basic"}"#,
            "invalid_client_metadata",
        ),
        (r#"{"redirect_uris":["http://127.0.0.1/cb"],"application_type":"web"}"#, "invalid_client_metadata"),
        ("[]x", "invalid_client_metadata"),
    ] {
        let answer = send("POST", &url, &[], body).await.expect("an answer");
        assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some(error)), "{body}");
    }
    assert_eq!(practice.tally().registrations, 0);
}

#[tokio::test]
async fn a_code_is_good_once_and_its_second_use_kills_the_first_ones_tokens() {
    let (practice, _) = practice(as_is).await;
    let client = register(&practice).await;
    let code = authorize(&practice, &client, &[]).await.returned("code").expect("a code");
    let tokens = redeem(&practice, &client, &code).await.json();
    let again = redeem(&practice, &client, &code).await;
    assert_eq!((again.status, again.json()["error"].as_str()), (400, Some("invalid_grant")));
    let token = tokens["access_token"].as_str().expect("a token");
    let answer = modern(&practice, token, "tools/list", &json!({}), &[]).await.expect("an answer");
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn a_code_needs_its_verifier_its_client_and_its_time() {
    let (practice, clock) = practice(as_is).await;
    let client = register(&practice).await;
    let code = authorize(&practice, &client, &[]).await.returned("code").expect("a code");
    let url = format!("{}/token", practice.issuer());
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", client.as_str()),
        ("code", code.as_str()),
        ("redirect_uri", plain::REDIRECT),
        ("code_verifier", "not-the-verifier-not-the-verifier-not-the-verifier"),
    ];
    assert_eq!(form(&url, &fields).await.json()["error"], "invalid_grant");
    let other = register(&practice).await;
    assert_eq!(redeem(&practice, &other, &code).await.json()["error"], "invalid_grant");
    clock.advance(Duration::from_secs(61));
    assert_eq!(redeem(&practice, &client, &code).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_refresh_token_used_twice_revokes_the_family() {
    let (practice, _) = practice(as_is).await;
    let (client, access, first) = sign_in(&practice, "notes:read").await;
    let renewed = refresh(&practice, &client, &first).await.json();
    let (newer, second) = (renewed["access_token"].as_str(), renewed["refresh_token"].as_str());
    let (newer, second) = (newer.expect("a token"), second.expect("a token"));
    assert_ne!(first, second);
    assert_eq!(refresh(&practice, &client, &first).await.json()["error"], "invalid_grant");
    assert_eq!(refresh(&practice, &client, second).await.json()["error"], "invalid_grant");
    for dead in [access.as_str(), newer] {
        let answer = modern(&practice, dead, "tools/list", &json!({}), &[]).await.expect("an answer");
        assert_eq!(answer.status, 401);
    }
    assert!(practice.events().contains(&Event::FamilyRevoked));
    assert_eq!((practice.tally().refreshes, practice.tally().refreshes_refused), (1, 2));
}

#[tokio::test]
async fn a_refresh_cannot_widen_the_scope() {
    let (practice, _) = practice(as_is).await;
    let (client, _, token) = sign_in(&practice, "notes:read").await;
    let url = format!("{}/token", practice.issuer());
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", client.as_str()),
        ("refresh_token", token.as_str()),
        ("scope", "notes:read notes:write"),
    ];
    assert_eq!(form(&url, &fields).await.json()["error"], "invalid_scope");
    assert_eq!(refresh(&practice, &client, &token).await.status, 200, "the token was not spent by the refusal");
}

#[tokio::test]
async fn rotation_can_be_told_to_keep_or_to_swallow() {
    let (practice, _) = practice(as_is).await;
    let (client, _, token) = sign_in(&practice, "notes:read").await;
    practice.set_faults(Faults { rotation: Rotation::Keep, ..Faults::default() });
    for _ in 0..2 {
        let kept = refresh(&practice, &client, &token).await;
        assert_eq!((kept.status, kept.json().get("refresh_token")), (200, None));
    }
    practice.set_faults(Faults { rotation: Rotation::Swallow, ..Faults::default() });
    assert!(refresh(&practice, &client, &token).await.json().get("refresh_token").is_none());
    assert_eq!(refresh(&practice, &client, &token).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_revoked_refresh_token_takes_its_access_tokens_along() {
    let (practice, _) = practice(as_is).await;
    let (client, access, token) = sign_in(&practice, "notes:read").await;
    let url = format!("{}/revoke", practice.issuer());
    let fields = [("client_id", client.as_str()), ("token", token.as_str()), ("token_type_hint", "refresh_token")];
    assert_eq!(form(&url, &fields).await.status, 200);
    assert_eq!(form(&url, &[("client_id", &client), ("token", "unknown")]).await.status, 200);
    let answer = modern(&practice, &access, "tools/list", &json!({}), &[]).await.expect("an answer");
    assert_eq!(answer.status, 401);
    assert_eq!(practice.tally().revocations, 1);
}

#[tokio::test]
async fn a_parameter_that_stands_twice_is_refused() {
    let (practice, _) = practice(as_is).await;
    let client = register(&practice).await;
    let answer = authorize(&practice, &client, &[("scope", "notes:read"), ("scope", "notes:write")]).await;
    assert_eq!((answer.status, answer.header("location")), (400, None));
}

#[tokio::test]
async fn the_page_shows_hostile_names_as_text_and_its_form_answers_once() {
    let (practice, _) = practice(|options| options.person = Person::Page).await;
    let client = register(&practice).await;
    let page = authorize(&practice, &client, &[]).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("by &lt;hand&gt;") && !page.body.contains("<hand>"));
    assert!(page.header("content-security-policy").is_some_and(|policy| policy.starts_with("default-src 'none'")));
    let ticket = page.body.split("name=\"ticket\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let decide = format!("{}/authorize/decide", practice.issuer());
    let fields = [("ticket", ticket.expect("a ticket")), ("answer", "allow")];
    assert!(form(&decide, &fields).await.returned("code").is_some());
    assert_eq!(form(&decide, &fields).await.status, 400, "a page answers once");
    assert_eq!(form(&decide, &[("ticket", "once-guessed"), ("answer", "allow")]).await.status, 400);
}

#[tokio::test]
async fn a_person_who_denies_sends_access_denied_back() {
    let (practice, _) = practice(|options| options.person = Person::Deny).await;
    let client = register(&practice).await;
    assert_eq!(authorize(&practice, &client, &[]).await.returned("error").as_deref(), Some("access_denied"));
    assert!(practice.events().contains(&Event::Denied));
}

#[tokio::test]
async fn the_issuer_in_the_redirect_can_be_wrong_or_missing() {
    let (practice, _) = practice(as_is).await;
    let client = register(&practice).await;
    let elsewhere = "https://other.example".to_owned();
    practice.set_faults(Faults { iss: Iss::Wrong(elsewhere.clone()), ..Faults::default() });
    assert_eq!(authorize(&practice, &client, &[]).await.returned("iss"), Some(elsewhere));
    practice.set_faults(Faults { iss: Iss::Missing, ..Faults::default() });
    assert_eq!(authorize(&practice, &client, &[]).await.returned("iss"), None);
}

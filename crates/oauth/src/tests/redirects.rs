use super::fake::*;
use crate::{ClientSettings, OauthError};
use serde_json::json;
use std::time::Duration;

/// Begins an attempt, lets the browser make these visits in turn, and says how it ended and what the browser saw last.
async fn ended(fake: &Fake, visits: &[&str]) -> (Result<(), OauthError>, String) {
    let waiting = fake.begin(&ClientSettings::default()).await.unwrap();
    let redirect = Redirect::of(&waiting);
    let browse = async {
        let mut page = String::new();
        for visit in visits {
            page =
                redirect.visit(&visit.replace("{state}", &redirect.state).replace("{iss}", &encode(&fake.base))).await;
        }
        page
    };
    let (outcome, page) = tokio::join!(waiting.finish(&fake.http, PATIENT), browse);
    (outcome.map(|_| ()), page)
}

#[tokio::test]
async fn a_redirect_of_another_issuer_is_refused_before_any_token_request() {
    // Catalogue cases 1, 3, 4.
    for iss in ["https%3A%2F%2Fevil.example", "{iss}%2F", "HTTP%3A%2F%2F127.0.0.1"] {
        for promised in [true, false] {
            let fake =
                Fake::start([metadata(json!({ "authorization_response_iss_parameter_supported": promised }))]).await;
            let (outcome, page) = ended(&fake, &[&format!("code=C&state={{state}}&iss={iss}")]).await;
            assert!(matches!(outcome, Err(OauthError::IssuerMismatch { .. })), "{iss} {outcome:?}");
            assert!(page.contains("does not belong"), "{page}");
            assert!(fake.asked("/token").is_empty());
        }
    }
}

#[tokio::test]
async fn a_promised_issuer_that_is_missing_is_refused() {
    // Catalogue case 2.
    let fake = Fake::start([]).await;
    assert!(matches!(ended(&fake, &["code=C&state={state}"]).await.0, Err(OauthError::IssuerMismatch { .. })));
    let fake = Fake::start([metadata(json!({ "authorization_response_iss_parameter_supported": null }))]).await;
    assert!(ended(&fake, &["code=C&state={state}"]).await.0.is_ok());
}

#[tokio::test]
async fn words_of_a_wrong_issuer_are_not_shown() {
    // Catalogue case 5.
    let fake = Fake::start([]).await;
    let (outcome, page) = ended(
        &fake,
        &["error=access_denied&error_description=call+555&error_uri=x&state={state}&iss=https://evil.example"],
    )
    .await;
    assert!(!outcome.unwrap_err().to_string().contains("555"));
    assert!(!page.contains("555") && !page.contains("evil"), "{page}");
}

#[tokio::test]
async fn what_does_not_belong_does_not_use_up_the_attempt() {
    // Catalogue cases 6 to 8.
    let fake = Fake::start([]).await;
    let (outcome, page) = ended(
        &fake,
        &[
            "code=C&state={state}&iss=https://evil.example",
            "code=C",
            "code=C&state=",
            "code=C&state=other&iss={iss}",
            "code=A&code=B&state={state}&iss={iss}",
            "code=A&state={state}&state={state}&iss={iss}",
            "code=A&state={state}&iss={iss}&iss={iss}",
            "",
            "code=GOOD&state={state}&iss={iss}",
        ],
    )
    .await;
    outcome.unwrap();
    assert!(page.contains("Connected"), "{page}");
    assert_eq!(fake.asked("/token").len(), 1);
    assert_eq!(fake.asked("/token")[0].form()["code"], "GOOD");
}

#[tokio::test]
async fn a_state_counts_once_and_the_port_closes() {
    // Catalogue case 7, A-051.
    let fake = Fake::start([]).await;
    let waiting = fake.begin(&ClientSettings::default()).await.unwrap();
    let redirect = Redirect::of(&waiting);
    let query = format!("code=C&state={}&iss={}", redirect.state, encode(&fake.base));
    let target = format!("{}?{query}", redirect.path());
    let host = redirect.host();
    let (done, first) = tokio::join!(waiting.finish(&fake.http, PATIENT), get(&host, &target));
    done.unwrap();
    assert!(first.starts_with("HTTP/1.1 303") && first.contains("location: /done"), "{first}");
    let again = get(&redirect.host(), &target).await;
    assert!(again.contains("Already used"), "{again}");
    assert!(get(&redirect.host(), "/done").await.contains("Connected"));
    assert_eq!(fake.asked("/token").len(), 1);
}

#[tokio::test]
async fn a_state_of_601_seconds_is_too_old() {
    // Catalogue case 7.
    let fake = Fake::start([]).await;
    let waiting = fake.begin(&ClientSettings::default()).await.unwrap();
    let redirect = Redirect::of(&waiting);
    fake.clock.advance(Duration::from_secs(601));
    let query = format!("code=C&state={}&iss={}", redirect.state, encode(&fake.base));
    let (outcome, page) = tokio::join!(waiting.finish(&fake.http, PATIENT), redirect.visit(&query));
    assert!(matches!(outcome, Err(OauthError::Expired)));
    assert!(page.contains("Too late"), "{page}");
    assert!(fake.asked("/token").is_empty());
}

#[tokio::test]
async fn a_no_is_final_and_an_error_goes_before_a_code() {
    // Catalogue case 9, A-057.
    let fake = Fake::start([]).await;
    let (outcome, page) =
        ended(&fake, &["code=C&error=access_denied&error_description=No%0aThanks&state={state}&iss={iss}"]).await;
    let Err(OauthError::Denied { detail }) = outcome else { panic!("{outcome:?}") };
    assert_eq!(detail.as_deref(), Some("No\u{fffd}Thanks"));
    assert!(page.contains("denied") && !page.contains("Thanks"), "{page}");
    assert!(fake.asked("/token").is_empty());
    let (outcome, _) = ended(&fake, &["error=invalid_scope&state={state}&iss={iss}"]).await;
    assert!(matches!(outcome, Err(OauthError::Refused { code, .. }) if code == "invalid_scope"));
}

#[tokio::test]
async fn the_page_tells_the_true_result() {
    let fake = Fake::start([on("/token", 400, r#"{"error":"invalid_grant"}"#)]).await;
    let (outcome, page) = ended(&fake, &["code=C&state={state}&iss={iss}"]).await;
    assert!(outcome.is_err());
    assert!(page.contains("did not work") && !page.contains("Connected"), "{page}");
}

#[tokio::test]
async fn when_nobody_comes_the_port_closes() {
    // Catalogue case 20.
    let fake = Fake::start([]).await;
    let waiting = fake.begin(&ClientSettings::default()).await.unwrap();
    let host = Redirect::of(&waiting).host();
    assert!(matches!(waiting.finish(&fake.http, Duration::from_millis(20)).await, Err(OauthError::Expired)));
    closed(&host).await;
    let waiting = fake.begin(&ClientSettings::default()).await.unwrap();
    let host = Redirect::of(&waiting).host();
    drop(waiting);
    closed(&host).await;
}

/// The port closes as soon as the aborted task has been taken down; this waits for that, not for a time.
async fn closed(host: &str) {
    let refused = async {
        while get(host, "/").await != "refused" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENT, refused).await.expect("the port is closed");
}

#[tokio::test]
async fn two_attempts_do_not_answer_for_each_other() {
    // Catalogue case 255: a redirect of somebody else's attempt is dropped.
    let fake = Fake::start([]).await;
    let one = Redirect::of(&fake.begin(&ClientSettings::default()).await.unwrap());
    let waiting = fake.begin(&ClientSettings::default()).await.unwrap();
    let other = Redirect::of(&waiting);
    assert_ne!(one.uri, other.uri);
    let foreign =
        Redirect { uri: other.uri.clone(), state: String::new(), asked: std::collections::HashMap::default() };
    let (outcome, page) = tokio::join!(
        waiting.finish(&fake.http, Duration::from_millis(300)),
        foreign.visit("code=C&state=of-another-attempt")
    );
    assert!(matches!(outcome, Err(OauthError::Expired)));
    assert!(page.contains("does not belong"));
}

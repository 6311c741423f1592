use super::fake::*;
use super::sign_in::by_hand;
use crate::{ClientSettings, GrantKind, OauthError, Registration, Warning};
use keyholder_model::grant::Issuer;
use serde_json::json;

async fn refused(route: Route) -> OauthError {
    let fake = Fake::start([route]).await;
    let why = fake.discover(&ClientSettings::default()).await.unwrap_err();
    assert!(fake.asked("/register").is_empty() && fake.asked("/token").is_empty());
    why
}

#[tokio::test]
async fn metadata_is_looked_for_in_the_order_of_the_specification() {
    let fake = Fake::start([on(PRM, 404, ""), on(AS, 404, "")]).await;
    assert!(fake.discover(&by_hand("id", None)).await.is_err());
    assert_eq!(fake.paths(), [PRM, ROOT_PRM]);

    let document = r#"{"resource":"{base}/mcp","authorization_servers":["{base}/t1"]}"#;
    let found = metadata(json!({ "issuer": "{base}/t1" }));
    let at = |path: &str| [on(PRM, 200, document), Route::moved(&found, path)];
    let fake = Fake::start(at("/t1/.well-known/openid-configuration")).await;
    assert_eq!(fake.discover(&ClientSettings::default()).await.unwrap().issuer().as_str(), format!("{}/t1", fake.base));
    let expected = [PRM, &format!("{AS}/t1"), &format!("{OIDC}/t1"), "/t1/.well-known/openid-configuration"];
    assert_eq!(fake.paths(), expected);
}

#[tokio::test]
async fn the_challenge_names_the_only_place_to_look() {
    let fake = Fake::start([on("/meta", 200, r#"{"resource":"{base}/mcp","authorization_servers":["{base}"]}"#)]).await;
    let discovered = |text: &'static str| fake.discover_with(&DEFAULT, Some(text), "", None);
    assert!(discovered("Bearer resource_metadata=\"{base}/meta\"").await.is_ok());
    assert_eq!(fake.paths(), ["/meta", AS]);
    assert!(matches!(
        discovered("Bearer resource_metadata=\"{base}/gone\"").await,
        Err(OauthError::ResourceMetadata { .. })
    ));
    assert!(fake.asked(PRM).is_empty());
}

#[tokio::test]
async fn a_pointer_to_another_origin_is_not_followed() {
    // Catalogue cases 25 and 31: nothing is dialled there.
    let trap = Fake::start([]).await;
    let fake = Fake::start([]).await;
    for pointer in
        [trap.base.as_str(), "http://169.254.169.254", "http://metadata.google.internal", "//relative", "ftp://x"]
    {
        let challenge = format!("Bearer resource_metadata=\"{pointer}/latest/meta-data/\"");
        let discovery = fake.discover_with(&DEFAULT, Some(&challenge), "", None).await.unwrap();
        assert!(discovery.warnings().iter().any(|warning| matches!(warning, Warning::ForeignResourceMetadata { .. })));
    }
    assert!(trap.paths().is_empty());
}

#[tokio::test]
async fn a_resource_that_is_not_the_server_is_refused() {
    // Catalogue case 32.
    for other in ["https://evil.example/mcp", "{base}/other", "{base}/mcp/deeper", "{base}x/mcp"] {
        let why = refused(resource(json!({ "resource": other }))).await;
        assert!(matches!(why, OauthError::ResourceMismatch { .. }), "{other}: {why}");
    }
    assert!(matches!(refused(resource(json!({ "resource": null }))).await, OauthError::ResourceMetadata { .. }));
    assert!(matches!(
        refused(resource(json!({ "bearer_methods_supported": ["query"] }))).await,
        OauthError::ResourceMetadata { .. }
    ));
    assert!(matches!(
        refused(resource(json!({ "authorization_servers": [] }))).await,
        OauthError::ResourceMetadata { .. }
    ));
}

#[tokio::test]
async fn an_issuer_that_calls_itself_otherwise_is_refused() {
    // Catalogue cases 34, 35.
    for other in ["{base}/", "https://evil.example", "{base}/t1"] {
        assert!(matches!(refused(metadata(json!({ "issuer": other }))).await, OauthError::ServerMetadata { .. }));
    }
}

#[tokio::test]
async fn without_s256_nothing_starts() {
    // Catalogue case 15.
    for methods in [json!(null), json!(["plain"])] {
        let why = refused(metadata(json!({ "code_challenge_methods_supported": methods }))).await;
        assert!(matches!(why, OauthError::NoPkce { .. }));
    }
}

#[tokio::test]
async fn a_malformed_document_is_no_document() {
    // Catalogue cases 44 to 46.
    for bad in ["\u{feff}{}", "[]", "<html>", "{} {}", r#"{"issuer":"https://good","issuer":"{base}"}"#] {
        assert!(matches!(refused(on(AS, 200, bad)).await, OauthError::ServerMetadata { .. }), "{bad}");
    }
    for bad in [
        "{\"resource\":\"{base}/mcp\",\"resource\":\"{base}/mcp\"}".to_owned(),
        "[".repeat(200_000),
        " ".repeat(300 << 10),
    ] {
        assert!(matches!(refused(on(PRM, 200, bad)).await, OauthError::ResourceMetadata { .. }));
    }
}

#[tokio::test]
async fn out_of_order_is_not_absent() {
    // Catalogue case 44.
    for status in [429, 500, 503] {
        for path in [PRM, AS] {
            assert!(refused(on(path, status, "")).await.is_transient(), "{path} {status}");
        }
    }
    let fake = Fake::start([on(AS, 500, ""), Route::moved(&metadata(json!({})), OIDC)]).await;
    assert!(fake.discover(&DEFAULT).await.is_ok(), "the next address still counts");
}

#[tokio::test]
async fn a_long_list_of_issuers_causes_no_storm() {
    // Catalogue case 36.
    let mut listed = vec![json!(5), json!("http://as.example"), json!("ftp://x")];
    listed.extend((0..50).map(|_| json!("{base}")));
    let fake = Fake::start([resource(json!({ "authorization_servers": listed }))]).await;
    assert!(fake.discover(&DEFAULT).await.is_ok());
    assert_eq!(fake.paths(), [PRM, AS]);
}

#[tokio::test]
async fn the_recorded_issuer_stays_preferred_and_its_absence_is_told() {
    // Catalogue case 37, A-014.
    let fake = Fake::start([resource(json!({ "authorization_servers": ["https://new.example", "{base}"] }))]).await;
    let recorded: Issuer = fake.base.parse().unwrap();
    let discovery = fake.discover_with(&DEFAULT, None, "", Some(&recorded)).await.unwrap();
    assert_eq!(discovery.issuer(), &recorded);

    let fake = Fake::start([]).await;
    let old: Issuer = "https://old.example".parse().unwrap();
    let discovery = fake.discover_with(&DEFAULT, None, "", Some(&old)).await.unwrap();
    assert!(
        discovery
            .warnings()
            .iter()
            .any(|warning| matches!(warning, Warning::IssuerChanged { from, .. } if *from == old))
    );
}

#[tokio::test]
async fn a_client_of_one_issuer_is_not_shown_to_another() {
    // Catalogue case 38.
    let mut settings = by_hand("id", Some("s"));
    if let Some(client) = &mut settings.preregistered {
        client.issuer = Some("https://other.example".parse().unwrap());
    }
    let fake = Fake::start([]).await;
    assert!(matches!(fake.discover(&settings).await, Err(OauthError::ForeignIssuer { .. })));
    let old: Issuer = "https://old.example".parse().unwrap();
    let moved = fake.discover_with(&by_hand("id", None), None, "", Some(&old)).await;
    assert!(matches!(moved, Err(OauthError::ForeignIssuer { .. })));
    assert!(fake.asked(AS).is_empty());
}

#[tokio::test]
async fn nothing_else_in_the_metadata_is_fetched() {
    // Catalogue case 48.
    let trap = Fake::start([]).await;
    let bait = |name: &str| format!("{}/{name}", trap.base);
    let fake = Fake::start([metadata(json!({
        "jwks_uri": bait("jwks"), "introspection_endpoint": bait("i"), "service_documentation": bait("d"), "op_policy_uri": bait("p"), "logo_uri": bait("l"),
    }))])
    .await;
    fake.sign_in().await.unwrap();
    assert!(trap.paths().is_empty());
}

#[tokio::test]
async fn what_a_person_should_know_is_told() {
    // Catalogue cases 24, 35, 51.
    let fake = Fake::start([
        resource(json!({ "scopes_supported": ["files:read", "admin:org"], "resource_name": "Notes\u{202e}" })),
        metadata(json!({ "authorization_endpoint": "https://\u{430}uth.example/authorize" })),
    ])
    .await;
    let discovery = fake.discover(&DEFAULT).await.unwrap();
    assert_eq!(discovery.authorization_host(), "xn--uth-5cd.example");
    assert_eq!(discovery.token_host(), "127.0.0.1");
    assert_eq!(discovery.resource_name(), Some("Notes\u{fffd}"));
    let told = discovery.warnings();
    assert!(told.iter().any(|w| matches!(w, Warning::Punycode { .. })), "{told:?}");
    assert!(
        told.iter().any(|w| matches!(w, Warning::EndpointElsewhere { endpoint: "authorization_endpoint", .. })),
        "{told:?}"
    );
    assert!(
        told.iter().any(|w| matches!(w, Warning::BroadScopes { scopes } if scopes.to_string() == "admin:org")),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_step_up_asks_for_the_union() {
    let fake = Fake::start([]).await;
    let challenge = "Bearer error=\"insufficient_scope\", scope=\"write\"";
    let discovery = fake.discover_with(&DEFAULT, Some(challenge), "read", None).await.unwrap();
    assert_eq!(discovery.scopes().unwrap().to_string(), "read write");
}

#[tokio::test]
async fn ways_to_register_are_tried_in_order() {
    let with_document =
        ClientSettings { metadata_document: Some("https://kh.example/client.json".to_owned()), ..Default::default() };
    let way = async |settings: &ClientSettings, more| {
        Fake::start([metadata(more)]).await.discover(settings).await.unwrap().registration()
    };
    let takes = || json!({ "client_id_metadata_document_supported": true });
    assert_eq!(way(&by_hand("id", None), takes()).await, Registration::Preregistered);
    assert_eq!(way(&with_document, takes()).await, Registration::MetadataDocument);
    assert_eq!(way(&with_document, json!({})).await, Registration::Dynamic);
    assert_eq!(way(&DEFAULT, takes()).await, Registration::Dynamic);
    assert_eq!(way(&DEFAULT, json!({ "registration_endpoint": null })).await, Registration::Impossible);
}

const DEFAULT: ClientSettings = ClientSettings {
    grant: GrantKind::AuthorizationCode,
    preregistered: None,
    metadata_document: None,
    scopes: None,
    resource: crate::ResourceSetting::AsPublished,
    older_discovery: crate::OlderDiscovery::Refused,
};

//! T-080 to T-087: one server for each branch.

use super::fake::*;
use crate::{Era, UpstreamError};

const INITIALIZED: &str =
    r#"{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"x","version":"1"}}"#;

/// A server that answers `server/discover` so, and greets in the legacy way.
async fn dual(discover: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Fake {
    Fake::start(move |request| {
        if request.contains("server/discover") {
            discover(request)
        } else if request.contains("\"initialize\"") {
            json(200, &result(request, INITIALIZED))
        } else {
            answer(202, "", "")
        }
    })
    .await
}

#[tokio::test]
async fn a_modern_server_is_greeted_once_and_its_words_are_kept() {
    let server = modern(|_| vec![]).await;
    let (link, greeting) = server.connect(None).await.unwrap();
    assert_eq!(link.era(), &Era::Modern { version: "2026-07-28".to_owned() });
    assert_eq!(greeting.result, DISCOVERED);
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].contains("mcp-protocol-version: 2026-07-28") && seen[0].contains("mcp-method: server/discover"));
}

#[tokio::test]
async fn whatever_is_no_modern_word_means_legacy() {
    let code = |status, code| move |request: &str| json(status, &error(request, code, ""));
    let servers = vec![
        dual(code(400, -32600)).await,
        dual(code(404, -32601)).await,
        dual(code(200, -32601)).await,
        dual(code(400, -32602)).await,
        dual(code(400, -32000)).await,
        dual(code(400, -32020)).await,
        dual(code(400, -32021)).await,
        dual(|_| json(400, &error("", -32000, ""))).await,
        dual(|_| answer(404, "Content-Type: text/html\r\n", "<html>404</html>")).await,
        dual(|_| answer(400, "", "")).await,
        dual(|_| answer(405, "", "")).await,
        dual(|_| answer(200, "Content-Type: text/html\r\n", "<html>hi</html>")).await,
        dual(|_| answer(202, "", "")).await,
        dual(|_| json(200, "not json")).await,
        dual(|request| json(200, &result(request, "{}"))).await,
        dual(|request| json(200, &result(request, r#"{"supportedVersions":["2025-06-18"]}"#))).await,
        dual(|request| json(400, &error(request, -32022, r#","data":{"supported":["2025-11-25"]}"#))).await,
        dual(|request| json(400, &error(request, -32022, ""))).await,
    ];
    for (index, server) in servers.iter().enumerate() {
        let (link, greeting) = server.connect(None).await.unwrap_or_else(|why| panic!("server {index}: {why}"));
        assert_eq!(link.era(), &Era::Legacy { version: "2025-11-25".to_owned() }, "server {index}");
        assert_eq!(greeting.result, INITIALIZED);
        let seen = server.seen();
        let initialize = seen.iter().find(|request| request.contains("\"initialize\"")).unwrap();
        assert!(!initialize.contains("mcp-protocol-version"), "before the version is agreed on, none is named");
        assert!(seen.last().unwrap().contains("notifications/initialized"));
        assert!(seen.last().unwrap().contains("mcp-protocol-version: 2025-11-25"));
    }
}

#[tokio::test]
async fn an_outage_and_a_missing_sign_in_say_nothing_about_the_era() {
    for status in [429, 500, 502, 503, 504] {
        let server = dual(move |_| answer(status, "Retry-After: 7\r\n", "down\u{202e}\nfor lunch")).await;
        match server.connect(None).await.unwrap_err() {
            UpstreamError::Status { status: seen, retry_after, excerpt } => {
                assert_eq!(
                    (seen, retry_after.map(|wait| wait.as_secs()), &*excerpt),
                    (status, Some(7), "down for lunch")
                );
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(server.seen().len(), 1);
    }
    let server = dual(|_| answer(401, "WWW-Authenticate: Bearer a=\"b\"\r\nWWW-Authenticate: Basic\r\n", "")).await;
    let asked = server.connect(None).await.unwrap_err();
    assert!(matches!(&asked, UpstreamError::Unauthorized { challenges } if challenges == &["Bearer a=\"b\"", "Basic"]));
    let server = dual(|_| answer(403, "", "")).await;
    assert!(matches!(server.connect(None).await.unwrap_err(), UpstreamError::Forbidden { .. }));
    let server = dual(|_| vec![Step::Close]).await;
    assert!(matches!(server.connect(None).await.unwrap_err(), UpstreamError::Network(_)));
    let server = dual(|_| answer(302, "Location: https://example.com/\r\n", "")).await;
    assert!(matches!(server.connect(None).await.unwrap_err(), UpstreamError::Network(_)));
}

#[tokio::test]
async fn no_common_version_names_both_lists() {
    let server = dual(|request| json(200, &result(request, r#"{"supportedVersions":["2027-01-01"]}"#))).await;
    let told = server.connect(None).await.unwrap_err().to_string();
    assert!(told.contains("2027-01-01") && told.contains("2026-07-28") && told.contains("2025-11-25"), "{told}");
    let server = Fake::start(|request| {
        if request.contains("server/discover") {
            answer(404, "", "")
        } else {
            json(200, &result(request, r#"{"protocolVersion":"1999-01-01"}"#))
        }
    })
    .await;
    assert!(matches!(server.connect(None).await.unwrap_err(), UpstreamError::NoCommonVersion { .. }));
}

#[tokio::test]
async fn a_version_quarrel_is_retried_once() {
    let server = dual(|request| json(400, &error(request, -32022, r#","data":{"supported":["2026-07-28"]}"#))).await;
    assert!(matches!(server.connect(None).await.unwrap_err(), UpstreamError::NoCommonVersion { .. }));
    assert_eq!(server.seen().iter().filter(|request| request.contains("server/discover")).count(), 2);
}

#[tokio::test]
async fn what_is_no_mcp_server_is_called_so() {
    let server = Fake::start(|_| answer(404, "Content-Type: text/html\r\n", "<html>")).await;
    let told = server.connect(None).await.unwrap_err();
    assert!(
        matches!(&told, UpstreamError::NotMcp { status: 404, content_type, .. } if content_type == "text/html"),
        "{told:?}"
    );
    let stubborn = Fake::start(|request| json(400, &error(request, -32020, ""))).await;
    assert!(matches!(stubborn.connect(None).await.unwrap_err(), UpstreamError::Refused { code: -32020, .. }));
}

#[tokio::test]
async fn a_prior_verdict_saves_the_question_and_is_not_believed_forever() {
    let legacy = Era::Legacy { version: "2025-11-25".to_owned() };
    let server = dual(|_| panic!("nobody should ask")).await;
    assert_eq!(server.connect(Some(&legacy)).await.unwrap().0.era(), &legacy);
    let upgraded = modern(|_| answer(404, "", "")).await;
    assert!(matches!(upgraded.connect(Some(&legacy)).await.unwrap().0.era(), Era::Modern { .. }));
}

#[tokio::test]
async fn a_session_id_that_could_break_a_header_is_refused() {
    for bad in ["a b", "caf\u{e9}", "a\tb"] {
        let headers = format!("Content-Type: application/json\r\nMcp-Session-Id: {bad}\r\n");
        let server = Fake::start(move |request| {
            if request.contains("server/discover") {
                answer(404, "", "")
            } else {
                answer(200, &headers, &result(request, INITIALIZED))
            }
        })
        .await;
        assert!(matches!(server.connect(None).await.unwrap_err(), UpstreamError::Unsendable { .. }), "{bad}");
    }
}

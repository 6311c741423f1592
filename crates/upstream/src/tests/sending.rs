//! One request and what comes of it.

use super::fake::*;
use crate::{Presented, UpstreamError};
use keyholder_jose::SigningKey;
use keyholder_model::clock::{FakeClock, FakeRng, Timestamp};
use keyholder_model::digest::Digest;
use keyholder_model::permit::{Permit, Reason};
use keyholder_secret::token::AccessToken;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::mpsc;

async fn send(link: &crate::Link) -> Result<crate::Reply, UpstreamError> {
    let outgoing = call(link, "k-1");
    let permit = permit(&outgoing);
    link.send(outgoing, permit, None).await.map_err(|unsent| unsent.why)
}

fn calls(server: &Fake) -> usize {
    server.seen().iter().filter(|request| request.contains("tools/call")).count()
}

#[tokio::test]
#[allow(clippy::disallowed_methods, reason = "a permit for something else")]
async fn nothing_leaves_without_a_permit_for_these_bytes() {
    let server = modern(|request| json(200, &result(request, "{}"))).await;
    let link = server.link().await;
    let wrong = Permit::mint(Digest::of_parts(&[b"other"]), Reason::Routine);
    let refused = link.send(call(&link, "k-1"), wrong, None).await.unwrap_err().why;
    assert!(matches!(refused, UpstreamError::Permit(_)) && !refused.outcome_unknown());
    assert_eq!(calls(&server), 0);
}

#[tokio::test]
async fn a_json_answer_passes_byte_for_byte_with_the_headers_of_its_era() {
    let server = modern(|request| json(200, &result(request, "{ \"n\":1.10, \"big\":9007199254740993 }"))).await;
    let link = server.link().await;
    let outgoing = call(&link, "k-1");
    let token = Arc::new(Presented::bearer(AccessToken::new("tok".to_owned()).unwrap()));
    let (body, permit) = (outgoing.body.clone(), permit(&outgoing));
    let mut reply = link.send(outgoing, permit, Some(&token)).await.unwrap();
    assert_eq!(
        reply.next().await.unwrap().unwrap(),
        r#"{"jsonrpc":"2.0","id":"k-1","result":{ "n":1.10, "big":9007199254740993 }}"#
    );
    assert_eq!(reply.next().await.unwrap(), None);
    let sent = server.seen().pop().unwrap();
    for header in [
        "mcp-method: tools/call",
        "mcp-name: t",
        "mcp-protocol-version: 2026-07-28",
        "authorization: bearer tok",
        "accept: application/json, text/event-stream",
        "content-type: application/json",
    ] {
        assert!(sent.contains(header), "{header} in {sent}");
    }
    assert!(!sent.contains("mcp-session-id"));
    assert!(sent.ends_with(std::str::from_utf8(&body).unwrap()));
}

#[tokio::test]
async fn legacy_headers_follow_the_version() {
    for (version, named) in [("2025-03-26", false), ("2025-06-18", true), ("2025-11-25", true)] {
        let server = legacy(version, |request| json(200, &result(request, "{}"))).await;
        let link = server.link().await;
        send(&link).await.unwrap().next().await.unwrap().unwrap();
        let sent = server.seen().pop().unwrap();
        assert_eq!(sent.contains(&format!("mcp-protocol-version: {version}")), named, "{sent}");
        assert!(sent.contains("mcp-session-id: sess-1") && !sent.contains("mcp-method"), "{sent}");
        link.close(None).await;
        assert!(server.seen().pop().unwrap().starts_with("delete /mcp"));
    }
}

#[tokio::test]
async fn a_stream_yields_its_messages_and_then_the_answer() {
    let server = modern(|request| {
        let progress = r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"k-1"}}"#;
        let asks = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
        whole(&format!(
            ": hi\n\ndata: {progress}\n\ndata: {asks}\n\ndata: junk\n\nevent: other\ndata: x\n\ndata: {}\n\n",
            result(request, "{}")
        ))
    })
    .await;
    let mut reply = send(&server.link().await).await.unwrap();
    assert!(reply.next().await.unwrap().unwrap().starts_with(br#"{"jsonrpc":"2.0","method":"notifications/progress""#));
    assert!(reply.next().await.unwrap().unwrap().ends_with(br#""result":{}}"#));
    assert_eq!(reply.next().await.unwrap(), None);
}

#[tokio::test]
async fn fifty_thousand_undecodable_events_hide_no_answer() {
    let server =
        modern(|request| whole(&format!("{}data: {}\n\n", "data: {junk\n\n".repeat(50_000), result(request, "{}"))))
            .await;
    let mut reply = send(&server.link().await).await.unwrap();
    assert!(reply.next().await.unwrap().is_some());
}

#[tokio::test]
async fn a_modern_call_that_is_cut_is_sent_once_and_its_outcome_is_unknown() {
    let cuts: [fn(&str) -> Vec<Step>; 4] = [
        |_| whole("id: 1\ndata:\n\n"),
        |_| [events("id: 1\ndata:\n\n"), vec![Step::Close]].concat(),
        |_| vec![Step::Close],
        |request| whole(&format!("data: {}\n\n", &result(request, "{\"a\":1}")[..40])),
    ];
    for (index, cut) in cuts.into_iter().enumerate() {
        let server = modern(cut).await;
        let link = server.link().await;
        let why = match send(&link).await {
            Err(why) => why,
            Ok(mut reply) => reply.next().await.unwrap_err(),
        };
        assert!(why.outcome_unknown(), "cut {index}: {why:?}");
        assert_eq!(calls(&server), 1, "cut {index}");
        assert_eq!(server.seen().len(), 2, "cut {index}: no resumption in the modern era");
    }
}

#[tokio::test]
async fn the_last_blank_line_may_be_missing() {
    let server = modern(|request| whole(&format!("data: {}", result(request, "{}")))).await;
    assert!(send(&server.link().await).await.unwrap().next().await.unwrap().is_some());
    let broken =
        modern(|request| [events(&format!("data: {}", result(request, "{}"))), vec![Step::Close]].concat()).await;
    let why = send(&broken.link().await).await.unwrap().next().await.unwrap_err();
    assert!(matches!(why, UpstreamError::UnknownOutcome), "{why:?}");
}

#[tokio::test]
async fn dropping_a_reply_closes_its_stream() {
    let (gone, mut told) = mpsc::unbounded_channel();
    let server = modern(move |_| [events(": working\n\n"), vec![Step::Watch(gone.clone())]].concat()).await;
    let reply = send(&server.link().await).await.unwrap();
    drop(reply);
    told.recv().await.expect("the server sees the end of the stream");
}

#[tokio::test]
async fn a_cut_legacy_stream_is_resumed_after_the_delay_and_the_call_is_sent_once() {
    let rounds = AtomicUsize::new(0);
    let server = legacy("2025-11-25", move |request| {
        if request.starts_with("post") {
            return whole("id: e1\nretry: 30\ndata:\n\n");
        }
        match rounds.fetch_add(1, Ordering::SeqCst) {
            0 => whole("id: e2\ndata:\n\n"),
            1 => answer(503, "", ""),
            _ => whole("data: {\"jsonrpc\":\"2.0\",\"id\":\"k-1\",\"result\":{}}\n\n"),
        }
    })
    .await;
    let begun = tokio::time::Instant::now();
    let mut reply = send(&server.link().await).await.unwrap();
    assert!(reply.next().await.unwrap().is_some());
    assert!(begun.elapsed() >= std::time::Duration::from_millis(90), "three delays of at least 30 ms");
    let seen = server.seen();
    assert_eq!(calls(&server), 1);
    let resumed: Vec<&String> = seen.iter().filter(|request| request.starts_with("get")).collect();
    assert!(resumed[0].contains("last-event-id: e1") && resumed[1].contains("last-event-id: e2"), "{resumed:?}");
    assert!(resumed.iter().all(|request| request.contains("mcp-session-id: sess-1")));
}

#[tokio::test]
async fn a_lost_session_is_told_and_nothing_is_repeated() {
    let server = legacy("2025-06-18", |request| json(404, &error(request, -32001, ""))).await;
    let why = send(&server.link().await).await.unwrap_err();
    assert!(matches!(why, UpstreamError::SessionLost));
    assert_eq!(calls(&server), 1);
}

#[tokio::test]
async fn a_batch_is_split_for_the_one_revision_that_has_them() {
    let both = |request: &str| format!(r#"[{{"jsonrpc":"2.0","method":"n"}} , {}]"#, result(request, "{ }"));
    let server = legacy("2025-03-26", move |request| json(200, &both(request))).await;
    let mut reply = send(&server.link().await).await.unwrap();
    assert_eq!(reply.next().await.unwrap().unwrap(), r#"{"jsonrpc":"2.0","method":"n"}"#);
    assert_eq!(reply.next().await.unwrap().unwrap(), r#"{"jsonrpc":"2.0","id":"k-1","result":{ }}"#);
    let server = legacy("2025-06-18", move |request| json(200, &both(request))).await;
    let mut reply = send(&server.link().await).await.unwrap();
    assert!(matches!(reply.next().await.unwrap_err(), UpstreamError::Malformed));
}

#[tokio::test]
async fn a_json_rpc_error_is_an_answer_whatever_the_status() {
    for status in [200, 400, 404, 500] {
        let server = modern(move |request| json(status, &error(request, -32601, ""))).await;
        let message = send(&server.link().await).await.unwrap().next().await.unwrap().unwrap();
        assert_eq!(message, error("\"id\":\"k-1\"}", -32601, ""));
    }
    let server = modern(|_| json(400, &error("", -32020, ""))).await;
    let message = send(&server.link().await).await.unwrap().next().await.unwrap().unwrap();
    assert_eq!(message, error("\"id\":\"k-1\"}", -32020, ""), "an answer without our id gets it");
}

#[tokio::test]
async fn every_odd_answer_is_one_definite_error() {
    let odd: Vec<(u16, &str, &str)> = vec![
        (200, "", ""),
        (200, "Content-Type: application/json\r\n", ""),
        (200, "Content-Type: application/json\r\n", "{\"jsonrpc\":\"2.0\",\"id\":\"k-1\",\"resu"),
        (200, "Content-Type: text/html\r\n", "<html>log in</html>"),
        (200, "Content-Type: text/plain\r\n", "hello"),
        (202, "", ""),
        (204, "", ""),
        (206, "Content-Type: application/json\r\n", "{}"),
        (300, "", ""),
        (302, "Location: /login\r\n", ""),
        (304, "", ""),
        (400, "Content-Type: text/html\r\n", "<html>bad</html>"),
        (404, "", ""),
        (405, "", ""),
        (406, "", ""),
        (413, "", ""),
        (415, "", ""),
        (418, "", "teapot"),
        (500, "", "oops"),
        (502, "", ""),
        (503, "", ""),
        (504, "", ""),
        (520, "", ""),
        (999, "", ""),
    ];
    for (status, headers, body) in odd {
        let server = modern(move |_| answer(status, headers, body)).await;
        // A body that cannot be read is found out when it is read.
        let why = match send(&server.link().await).await {
            Err(why) => why,
            Ok(mut reply) => reply.next().await.unwrap_err(),
        };
        let told = why.to_string();
        assert!(told.chars().count() < 400 && !told.contains("<html>"), "{status}: {told}");
        assert_eq!(why.outcome_unknown(), !(400..500).contains(&status), "{status}: {why:?}");
        assert_eq!(calls(&server), 1, "{status}");
    }
}

#[tokio::test]
async fn a_notification_needs_no_answer() {
    for status in [200, 202, 204] {
        let server = legacy("2025-11-25", move |_| answer(status, "", "")).await;
        let link = server.link().await;
        let outgoing = keyholder_mcp::outgoing::response(
            keyholder_mcp::outgoing::Subject { server: "s", account: "a" },
            "7",
            "result",
            "{}",
        );
        let permit = permit(&outgoing);
        assert_eq!(link.send(outgoing, permit, None).await.unwrap().next().await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_server_without_a_stream_of_its_own_is_asked_once() {
    let server = legacy("2025-11-25", |_| answer(405, "", "")).await;
    let link = server.link().await;
    assert!(link.listen(None).await.unwrap().is_none());
    assert!(link.listen(None).await.unwrap().is_none());
    assert_eq!(server.seen().iter().filter(|request| request.starts_with("get")).count(), 1);

    let speaking = legacy("2025-11-25", |_| {
        [events("data: {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n\n"), vec![Step::Hold]].concat()
    })
    .await;
    let mut stream = speaking.link().await.listen(None).await.unwrap().unwrap();
    assert!(stream.next().await.unwrap().unwrap().ends_with(b"\"ping\"}"));
}

#[tokio::test]
async fn an_endless_event_stops_at_its_limit() {
    let server = modern(|_| {
        [events("data: "), vec![Step::Endless([b"10000\r\n".as_slice(), &[b'a'; 65536], b"\r\n"].concat())]].concat()
    })
    .await;
    let why = send(&server.link().await).await.unwrap().next().await.unwrap_err();
    assert!(matches!(why, UpstreamError::TooLarge { limit } if limit == 16 << 20), "{why:?}");
    let server = modern(|_| {
        [
            events(": "),
            vec![Step::Endless(
                [
                    b"10000\r\n".as_slice(),
                    &[b":".as_slice(), &[b'k'; 4093], b"\n"].concat().repeat(16),
                    &[b'k'; 15],
                    b"a\r\n",
                ]
                .concat(),
            )],
        ]
        .concat()
    })
    .await;
    let why = send(&server.link().await).await.unwrap().next().await.unwrap_err();
    assert!(matches!(why, UpstreamError::TooLarge { limit } if limit == 64 << 20), "comments count as well: {why:?}");
}

#[tokio::test]
async fn a_connection_is_used_again_after_a_streamed_answer() {
    let server = modern(|request| whole(&format!("data: {}\n\n", result(request, "{}")))).await;
    let link = server.link().await;
    for _ in 0..3 {
        let mut reply = send(&link).await.unwrap();
        assert!(reply.next().await.unwrap().is_some());
    }
    assert_eq!(calls(&server), 3);
}

/// A token that is bound to a new key.
fn bound(token: &str) -> Arc<Presented> {
    let key = SigningKey::from_pem(&SigningKey::generate().unwrap()).unwrap();
    let token = AccessToken::new(token.to_owned()).unwrap();
    let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_800_000_000_000)));
    Arc::new(Presented::bound(token, key, clock, Arc::new(FakeRng::default())))
}

#[tokio::test]
async fn a_bound_token_goes_with_a_proof_of_its_own_each_time_and_never_as_bearer() {
    let server = modern(|request| json(200, &result(request, "{}"))).await;
    let (link, token) = (server.link().await, bound("tok"));
    for id in ["k-1", "k-2"] {
        let outgoing = call(&link, id);
        let permit = permit(&outgoing);
        link.send(outgoing, permit, Some(&token)).await.unwrap();
    }
    let seen = server.seen();
    let calls: Vec<&String> = seen.iter().filter(|request| request.contains("tools/call")).collect();
    assert!(calls.iter().all(|sent| sent.contains("authorization: dpop tok")));
    let proof = |sent: &str| sent.lines().find_map(|line| line.strip_prefix("dpop: ").map(str::to_owned)).unwrap();
    assert_ne!(proof(calls[0]), proof(calls[1]));
}

#[tokio::test]
async fn a_nonce_that_is_wanted_is_given_once_and_kept_for_the_next_request() {
    // In lower case, as the fake notes headers: the second part of a proof tells whether there is a nonce by its length.
    let wants = "HTTP/1.1 401 X\r\nWWW-Authenticate: DPoP error=\"use_dpop_nonce\"\r\nDPoP-Nonce: n-1\r\nContent-Length: 0\r\n\r\n";
    let refused = AtomicUsize::new(0);
    let server = modern(move |request| {
        if request.contains("tools/call") && refused.fetch_add(1, Ordering::SeqCst) == 0 {
            return vec![Step::Say(wants.to_owned())];
        }
        json(200, &result(request, "{}"))
    })
    .await;
    let (link, token) = (server.link().await, bound("tok"));
    for id in ["k-1", "k-2"] {
        let outgoing = call(&link, id);
        let permit = permit(&outgoing);
        link.send(outgoing, permit, Some(&token)).await.unwrap();
    }
    let lengths: Vec<usize> = server
        .seen()
        .iter()
        .filter(|request| request.contains("tools/call"))
        .filter_map(|sent| sent.lines().find_map(|line| line.strip_prefix("dpop: ").map(str::len)))
        .collect();
    let [without, with, next] = lengths[..] else { panic!("three requests, not {lengths:?}") };
    assert!(with > without && next == with, "{lengths:?}");
}

#[tokio::test]
async fn a_server_that_always_wants_another_nonce_is_not_chased() {
    let count = Arc::new(AtomicUsize::new(0));
    let wants = |number: usize| {
        format!(
            "HTTP/1.1 401 X\r\nWWW-Authenticate: DPoP error=\"use_dpop_nonce\"\r\nDPoP-Nonce: n-{number}\r\nContent-Length: 0\r\n\r\n"
        )
    };
    let counted = Arc::clone(&count);
    let server = modern(move |request| {
        if request.contains("tools/call") {
            return vec![Step::Say(wants(counted.fetch_add(1, Ordering::SeqCst)))];
        }
        json(200, &result(request, "{}"))
    })
    .await;
    let (link, token) = (server.link().await, bound("tok"));
    let outgoing = call(&link, "k-1");
    let permit = permit(&outgoing);
    let refused = link.send(outgoing, permit, Some(&token)).await.unwrap_err();
    assert!(matches!(refused.why, UpstreamError::Unauthorized { .. }) && refused.permit.is_some());
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

//! The practice MCP server is strict where the protocol is strict, and breaks where it is told to.

mod plain;

use std::time::Duration;

use keyholder_demo::{Eras, Event, Faults, Options, Practice, Protection};
use plain::{Answer, Streamed, legacy, modern, practice, send, sign_in};
use serde_json::{Value, json};

fn open(options: &mut Options) {
    options.protection = Protection::Open;
}

async fn call(practice: &Practice, token: &str, tool: &str, arguments: Value) -> Option<Answer> {
    modern(practice, token, "tools/call", &json!({ "name": tool, "arguments": arguments }), &[]).await
}

async fn session(practice: &Practice, capabilities: Value) -> String {
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": capabilities, "clientInfo": {} });
    let hello = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params });
    let answer = legacy(practice, "", "", &hello).await.expect("an answer");
    assert_eq!(answer.json()["result"]["protocolVersion"], "2025-11-25");
    answer.header("mcp-session-id").expect("a session")
}

#[tokio::test]
async fn without_a_token_the_challenge_leads_to_the_metadata() {
    let (practice, _) = practice(|_| {}).await;
    let answer =
        modern(&practice, "", "server/discover", &json!({}), &[("Authorization", "")]).await.expect("an answer");
    assert_eq!(answer.status, 401);
    let challenge = answer.header("www-authenticate").expect("a challenge");
    assert!(!challenge.contains("error="), "{challenge}");
    let address = challenge.split("resource_metadata=\"").nth(1).and_then(|rest| rest.split('"').next());
    let metadata = send("GET", address.expect("an address"), &[], "").await.expect("an answer").json();
    assert_eq!(metadata["resource"], practice.server_url());
    assert_eq!(metadata["authorization_servers"], json!([practice.issuer()]));
}

#[tokio::test]
async fn tokens_of_another_server_lapsed_tokens_and_made_up_ones_are_refused() {
    let (mine, clock) = practice(|options| options.token_lifetime = Duration::from_mins(1)).await;
    let (theirs, _) = practice(|_| {}).await;
    let (_, foreign, _) = sign_in(&theirs, "notes:read").await;
    let (_, own, _) = sign_in(&mine, "notes:read").await;
    for (token, status) in [(own.as_str(), 200), (foreign.as_str(), 401), ("KHCANARY-AT-guess", 401)] {
        let answer = modern(&mine, token, "tools/list", &json!({}), &[]).await.expect("an answer");
        assert_eq!(answer.status, status);
    }
    clock.advance(Duration::from_mins(1));
    let late = modern(&mine, &own, "tools/list", &json!({}), &[]).await.expect("an answer");
    assert_eq!(late.status, 401);
    assert!(late.header("www-authenticate").is_some_and(|challenge| challenge.contains("error=\"invalid_token\"")));
}

#[tokio::test]
async fn writing_needs_the_wider_scope_and_says_so() {
    let (practice, _) = practice(|_| {}).await;
    let (_, narrow, _) = sign_in(&practice, "notes:read").await;
    let note = json!({ "title": "a", "text": "b" });
    let refused = call(&practice, &narrow, "add_note", note.clone()).await.expect("an answer");
    assert_eq!(refused.status, 403);
    let challenge = refused.header("www-authenticate").expect("a challenge");
    assert!(challenge.contains("insufficient_scope") && challenge.contains("notes:read notes:write"), "{challenge}");
    assert_eq!(practice.tally().calls, 0, "a refused call does not run");
    let (_, wide, _) = sign_in(&practice, "notes:read notes:write").await;
    let added = call(&practice, &wide, "add_note", note).await.expect("an answer").json();
    assert_eq!(added["result"]["content"][0]["text"], "Added note 3.");
}

#[tokio::test]
async fn a_modern_server_answers_discover_and_complete_results() {
    let (practice, _) = practice(open).await;
    let found = modern(&practice, "", "server/discover", &json!({}), &[]).await.expect("an answer").json();
    let result = &found["result"];
    assert_eq!(result["resultType"], "complete");
    assert_eq!(result["supportedVersions"][0], "2026-07-28");
    assert_eq!(result["cacheScope"], "private");
    let text = json!({ "text": "hé", "nonce": "n1" });
    let said = call(&practice, "", "echo", text).await.expect("an answer").json();
    assert_eq!(said["result"]["content"][0]["text"], "hé");
    assert_eq!((practice.executions("n1"), practice.executions("n2")), (1, 0));
}

#[tokio::test]
async fn modern_headers_must_agree_with_the_body() {
    let (practice, _) = practice(open).await;
    let params = json!({ "name": "list_notes" });
    for changes in [
        [("Mcp-Method", "tools/list")],
        [("Mcp-Method", "")],
        [("Mcp-Name", "echo")],
        [("Mcp-Name", "")],
        [("MCP-Protocol-Version", "2025-11-25")],
        [("MCP-Protocol-Version", "")],
    ] {
        let answer = modern(&practice, "", "tools/call", &params, &changes).await.expect("an answer");
        assert_eq!((answer.status, answer.json()["error"]["code"].as_i64()), (400, Some(-32020)), "{changes:?}");
    }
    let wrapped = [("Mcp-Name", "=?base64?bGlzdF9ub3Rlcw==?=")];
    assert_eq!(modern(&practice, "", "tools/call", &params, &wrapped).await.expect("an answer").status, 200);
    assert_eq!(practice.tally().calls, 1);
}

#[tokio::test]
async fn an_unknown_version_and_a_missing_meta_have_their_own_errors() {
    let (practice, _) = practice(open).await;
    let meta = json!({ "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2027-01-01",
        "io.modelcontextprotocol/clientCapabilities": {},
    } });
    let changes = [("MCP-Protocol-Version", "2027-01-01")];
    let future = modern(&practice, "", "tools/list", &meta, &changes).await.expect("an answer");
    assert_eq!((future.status, future.json()["error"]["code"].as_i64()), (400, Some(-32022)));
    assert_eq!(future.json()["error"]["data"]["requested"], "2027-01-01");
    let bare = modern(&practice, "", "tools/list", &json!({ "_meta": {} }), &[]).await.expect("an answer");
    assert_eq!((bare.status, bare.json()["error"]["code"].as_i64()), (400, Some(-32602)));
    let unknown = modern(&practice, "", "no/such", &json!({}), &[]).await.expect("an answer");
    assert_eq!((unknown.status, unknown.json()["error"]["code"].as_i64()), (404, Some(-32601)));
}

#[tokio::test]
async fn each_era_can_be_switched_off() {
    let (old, _) = practice(|options| (open(options), options.eras = Eras::LegacyOnly).1).await;
    let answer = modern(&old, "", "server/discover", &json!({}), &[]).await.expect("an answer");
    assert_eq!((answer.status, answer.json()["error"]["code"].as_i64()), (400, Some(-32000)));
    let (new, _) = practice(|options| (open(options), options.eras = Eras::ModernOnly).1).await;
    let hello =
        json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "protocolVersion": "2025-11-25" } });
    let answer = legacy(&new, "", "", &hello).await.expect("an answer");
    assert_eq!((answer.status, answer.json()["error"]["code"].as_i64()), (400, Some(-32022)));
}

#[tokio::test]
async fn a_modern_question_returns_and_its_state_is_good_once() {
    let (practice, _) = practice(open).await;
    let asked = call(&practice, "", "ask_me", json!({})).await.expect("an answer").json();
    assert_eq!(asked["result"]["resultType"], "input_required");
    let mut again = json!({
        "name": "ask_me",
        "arguments": {},
        "requestState": asked["result"]["requestState"],
        "inputResponses": { "colour": { "action": "accept", "content": { "colour": "green" } } },
    });
    let answered = modern(&practice, "", "tools/call", &again, &[]).await.expect("an answer").json();
    assert_eq!(answered["result"]["content"][0]["text"], "The person likes green.");
    assert_eq!(modern(&practice, "", "tools/call", &again, &[]).await.expect("an answer").status, 400);
    let trimmed = asked["result"]["requestState"].as_str().expect("a state").trim().to_owned();
    again["requestState"] = trimmed.into();
    assert_eq!(modern(&practice, "", "tools/call", &again, &[]).await.expect("an answer").status, 400);
    assert_eq!(practice.tally().calls, 1, "a retry with the answer is the same call");
}

#[tokio::test]
async fn a_legacy_session_is_needed_kept_and_ended() {
    let (practice, _) = practice(open).await;
    let list = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" });
    assert_eq!(legacy(&practice, "", "", &list).await.expect("an answer").status, 400);
    let id = session(&practice, json!({})).await;
    let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    assert_eq!(legacy(&practice, "", &id, &ready).await.expect("an answer").status, 202);
    let tools = legacy(&practice, "", &id, &list).await.expect("an answer").json();
    assert!(tools["result"]["tools"].as_array().is_some_and(|tools| tools.len() == 7));
    assert!(tools["result"].get("resultType").is_none());
    assert_eq!(send("GET", &practice.server_url(), &[], "").await.expect("an answer").status, 405);
    let headers = [("Mcp-Session-Id", id.as_str())];
    assert_eq!(send("DELETE", &practice.server_url(), &headers, "").await.expect("an answer").status, 204);
    assert_eq!(legacy(&practice, "", &id, &list).await.expect("an answer").status, 404);
}

#[tokio::test]
async fn a_legacy_question_waits_for_its_answer() {
    let (practice, _) = practice(open).await;
    let id = session(&practice, json!({ "elicitation": {} })).await;
    let asks = json!({ "jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": { "name": "ask_me" } });
    let headers = [("Mcp-Session-Id", id.as_str()), ("MCP-Protocol-Version", "2025-11-25")];
    let mut stream = Streamed::open(&practice, &headers, &asks).await;
    let question = stream.until("elicitation/create").await;
    let number = question.split("\"ask-").nth(1).and_then(|rest| rest.split('"').next()).expect("a question");
    let colour = json!({ "action": "accept", "content": { "colour": "blue" } });
    let answer = json!({ "jsonrpc": "2.0", "id": format!("ask-{number}"), "result": colour });
    assert_eq!(legacy(&practice, "", &id, &answer).await.expect("an answer").status, 202);
    stream.until("The person likes blue.").await;
    // An answer to a question that was never asked changes nothing.
    let stray = json!({ "jsonrpc": "2.0", "id": "ask-stray", "result": { "action": "accept" } });
    assert_eq!(legacy(&practice, "", &id, &stray).await.expect("an answer").status, 400);
    let mute = session(&practice, json!({})).await;
    let refused = legacy(&practice, "", &mute, &asks).await.expect("an answer").json();
    assert_eq!(refused["result"]["isError"], true, "a client that cannot be asked is not asked");
}

#[tokio::test]
async fn progress_streams_and_an_unterminated_event_never_happened() {
    let (practice, _) = practice(open).await;
    let mut params = json!({ "name": "slow", "arguments": { "millis": 0, "steps": 3 }, "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    } });
    params["_meta"]["progressToken"] = "p".into();
    let events = modern(&practice, "", "tools/call", &params, &[]).await.expect("an answer").events();
    assert_eq!(events.len(), 4);
    assert_eq!(events[0]["params"]["progressToken"], "p");
    assert_eq!(events[3]["result"]["resultType"], "complete");
    practice.set_faults(Faults { sse_without_terminator: true, ..Faults::default() });
    let events = modern(&practice, "", "tools/call", &params, &[]).await.expect("an answer").events();
    assert_eq!(events.len(), 3, "the last event is not complete");
}

#[tokio::test]
async fn a_call_ends_when_its_client_gives_up() {
    let (practice, _) = practice(open).await;
    let arguments = json!({ "millis": 600_000, "steps": 1 });
    let abandoned =
        |practice: &Practice| practice.events().iter().filter(|event| matches!(event, Event::Abandoned { .. })).count();
    // Modern: by closing the stream.
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let params = json!({ "name": "slow", "arguments": &arguments, "_meta": meta });
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let headers = [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call"), ("Mcp-Name", "slow")];
    let mut stream = Streamed::open(&practice, &headers, &message).await;
    stream.until("text/event-stream").await;
    drop(stream);
    while abandoned(&practice) < 1 {
        tokio::task::yield_now().await;
    }
    // Legacy: by saying so.
    let id = session(&practice, json!({})).await;
    let headers = [("Mcp-Session-Id", id.as_str()), ("MCP-Protocol-Version", "2025-11-25")];
    let mut legacy_message = message.clone();
    legacy_message["params"] = json!({ "name": "slow", "arguments": arguments });
    let mut stream = Streamed::open(&practice, &headers, &legacy_message).await;
    stream.until("text/event-stream").await;
    let cancel = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 1 } });
    assert_eq!(legacy(&practice, "", &id, &cancel).await.expect("an answer").status, 202);
    while abandoned(&practice) < 2 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_dropped_connection_comes_after_the_tool_ran() {
    let (practice, _) = practice(open).await;
    practice.set_faults(Faults { drop_connection_during: Some("echo".into()), ..Faults::default() });
    assert!(call(&practice, "", "echo", json!({ "text": "x", "nonce": "cut" })).await.is_none());
    assert_eq!(practice.executions("cut"), 1);
}

#[tokio::test]
async fn the_door_faults_bite() {
    let (practice, _) = practice(|_| {}).await;
    let (_, token, _) = sign_in(&practice, "notes:read").await;
    let list = async || modern(&practice, &token, "tools/list", &json!({}), &[]).await.expect("an answer");
    practice.set_faults(Faults { reject_everything_with_401: true, ..Faults::default() });
    assert_eq!(list().await.status, 401);
    practice.set_faults(Faults { reply_with_html: true, ..Faults::default() });
    assert!(list().await.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    practice.set_faults(Faults { answer_with_status: Some(503), ..Faults::default() });
    assert_eq!(list().await.status, 503);
    practice.set_faults(Faults { redirect_to: Some("http://127.0.0.1:1/".into()), ..Faults::default() });
    assert_eq!(list().await.status, 307);
    practice.set_faults(Faults { page_size: Some(3), ..Faults::default() });
    assert_eq!(list().await.json()["result"]["nextCursor"], "from-3");
    practice.set_faults(Faults { changed_description: Some(("echo".into(), "Other".into())), ..Faults::default() });
    assert!(list().await.body.contains("\"description\":\"Other\""));
    practice.set_faults(Faults::default());
    practice.expire_access_tokens();
    assert_eq!(list().await.status, 401);
}

#[tokio::test]
async fn the_nasty_tool_exists_only_on_purpose_and_gives_the_token_away() {
    let (practice, _) = practice(|_| {}).await;
    let (_, token, _) = sign_in(&practice, "notes:read").await;
    let absent = call(&practice, &token, "echo_credentials", json!({})).await.expect("an answer").json();
    assert_eq!(absent["error"]["code"], -32602);
    practice.set_faults(Faults { echo_credentials: true, ..Faults::default() });
    for over in ["json", "stream"] {
        let given = call(&practice, &token, "echo_credentials", json!({ "over": over })).await.expect("an answer");
        assert!(given.body.contains(&token), "{over}");
    }
}

#[tokio::test]
async fn a_page_from_elsewhere_cannot_reach_the_server() {
    let (practice, _) = practice(open).await;
    for strange in [("Origin", "https://evil.example"), ("Host", "evil.example")] {
        let answer = modern(&practice, "", "tools/list", &json!({}), &[strange]).await.expect("an answer");
        assert_eq!(answer.status, 403, "{strange:?}");
    }
    assert!(!practice.events().iter().any(|event| matches!(event, Event::Received { .. })));
}

#[tokio::test]
async fn an_annotated_parameter_is_checked_in_its_header() {
    let (practice, _) = practice(open).await;
    practice.set_faults(Faults { demand_param_header: true, ..Faults::default() });
    let params = json!({ "name": "read_note", "arguments": { "id": 1 } });
    let without = modern(&practice, "", "tools/call", &params, &[]).await.expect("an answer");
    assert_eq!(without.json()["error"]["code"], -32020);
    let with = modern(&practice, "", "tools/call", &params, &[("Mcp-Param-Note-Id", "1")]).await.expect("an answer");
    assert_eq!(with.status, 200);
}

#[tokio::test]
async fn batches_broken_json_and_wrong_media_are_refused() {
    let (practice, _) = practice(open).await;
    let both = "application/json, text/event-stream";
    for (accept, kind, body, status) in [
        (both, "application/json", "[]", 400),
        (both, "application/json", "{", 400),
        (both, "application/json", r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, 400),
        (both, "text/plain", "{}", 415),
        ("application/json", "application/json", "{}", 406),
    ] {
        let headers = [("Accept", accept), ("Content-Type", kind)];
        assert_eq!(
            send("POST", &practice.server_url(), &headers, body).await.expect("an answer").status,
            status,
            "{body}"
        );
    }
}

#[tokio::test]
async fn stopping_closes_both_doors() {
    let (practice, _) = practice(open).await;
    let (server, issuer) = (practice.server_url(), practice.issuer());
    practice.stop().await;
    for url in [server, issuer] {
        let address = url.trim_start_matches("http://").trim_end_matches("/mcp").to_owned();
        assert!(tokio::net::TcpStream::connect(address).await.is_err());
    }
}

//! HTTP by hand: a request is text on a socket, so that the servers are judged by nothing of ours.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::fmt::Write as _;
use std::sync::Arc;

use keyholder_demo::{Options, Person, Practice};
use keyholder_model::clock::{FakeClock, SystemRng, Timestamp};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(crate) const REDIRECT: &str = "http://127.0.0.1:40001/callback";

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let line = |line: &str| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        };
        self.head.lines().find_map(line)
    }

    /// A parameter of the address in `Location`.
    pub(crate) fn returned(&self, name: &str) -> Option<String> {
        let address = url::Url::parse(&self.header("location")?).ok()?;
        address.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// The messages of an event stream.
    pub(crate) fn events(&self) -> Vec<Value> {
        let data = |event: &str| {
            let line = event.lines().find_map(|line| line.strip_prefix("data: "))?;
            serde_json::from_str(line).ok()
        };
        self.body.split_inclusive("\n\n").filter(|event| event.ends_with("\n\n")).filter_map(data).collect()
    }
}

/// One request. `None` where the server cut the connection before an answer.
pub(crate) async fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Option<Answer> {
    let url = url::Url::parse(url).expect("tests name real addresses");
    let authority = format!("127.0.0.1:{}", url.port().expect("with a port"));
    let mut socket = TcpStream::connect(&authority).await.expect("the practice server listens");
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let mut request = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| *name == "Host") {
        let _ = write!(request, "Host: {authority}\r\n");
    }
    for (name, value) in headers {
        let _ = write!(request, "{name}: {value}\r\n");
    }
    socket.write_all(format!("{request}\r\n{body}").as_bytes()).await.expect("the request goes out");
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).await.ok()?;
    let text = String::from_utf8(bytes).expect("answers are text");
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status line");
    let mut answer = Answer { status, head: head.to_owned(), body: body.to_owned() };
    if answer.header("transfer-encoding").is_some() {
        answer.body = unchunk(body);
    }
    Some(answer)
}

fn unchunk(mut rest: &str) -> String {
    let mut whole = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).expect("chunk sizes are hexadecimal");
        whole.push_str(&after[..size]);
        rest = after[size..].trim_start_matches("\r\n");
    }
    whole
}

pub(crate) async fn form(url: &str, fields: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    send("POST", url, &headers, &body).await.expect("an answer")
}

/// Servers with a clock that is moved by hand, where every request is allowed unless `options` says otherwise.
pub(crate) async fn practice(change: impl FnOnce(&mut Options)) -> (Practice, Arc<FakeClock>) {
    let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_795_500_000_000)));
    let shared: Arc<dyn keyholder_model::clock::Clock> = clock.clone();
    let mut options = Options::new(shared, Arc::new(SystemRng));
    options.person = Person::AutoApprove;
    change(&mut options);
    (Practice::start(options).await.expect("loopback has ports"), clock)
}

pub(crate) async fn register(practice: &Practice) -> String {
    let body = format!(r#"{{"redirect_uris":["{REDIRECT}"],"client_name":"by <hand>","application_type":"native"}}"#);
    let url = format!("{}/register", practice.issuer());
    let answer = send("POST", &url, &[("Content-Type", "application/json")], &body).await.expect("an answer");
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()["client_id"].as_str().expect("an id").to_owned()
}

/// Visits `/authorize` with the right parameters, some of them replaced (or, with an empty text, left out).
pub(crate) async fn authorize(practice: &Practice, client: &str, changes: &[(&str, &str)]) -> Answer {
    let resource = practice.server_url();
    let mut fields = vec![
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", REDIRECT),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("resource", &resource),
        ("scope", "notes:read"),
        ("state", "s t&te"),
    ];
    fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    fields.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    send("GET", &format!("{}/authorize?{query}", practice.issuer()), &[], "").await.expect("an answer")
}

/// Redeems a code with the right verifier.
pub(crate) async fn redeem(practice: &Practice, client: &str, code: &str) -> Answer {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", client),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    form(&format!("{}/token", practice.issuer()), &fields).await
}

pub(crate) async fn refresh(practice: &Practice, client: &str, token: &str) -> Answer {
    let fields = [("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token)];
    form(&format!("{}/token", practice.issuer()), &fields).await
}

/// A whole sign-in: client, access token, refresh token.
pub(crate) async fn sign_in(practice: &Practice, scope: &str) -> (String, String, String) {
    let client = register(practice).await;
    let code = authorize(practice, &client, &[("scope", scope)]).await.returned("code").expect("a code");
    let tokens = redeem(practice, &client, &code).await.json();
    let text = |name: &str| tokens[name].as_str().expect("tokens").to_owned();
    (client, text("access_token"), text("refresh_token"))
}

/// A legacy message; session and token as given.
pub(crate) async fn legacy(practice: &Practice, token: &str, session: &str, message: &Value) -> Option<Answer> {
    let bearer = format!("Bearer {token}");
    let mut headers = vec![
        ("Content-Type", "application/json"),
        ("Accept", "application/json, text/event-stream"),
        ("Authorization", bearer.as_str()),
    ];
    if !session.is_empty() {
        headers.extend([("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25")]);
    }
    send("POST", &practice.server_url(), &headers, &message.to_string()).await
}

/// A modern request with right headers, and then some headers replaced (or, with an empty text, left out).
pub(crate) async fn modern(
    practice: &Practice,
    token: &str,
    method: &str,
    params: &Value,
    changes: &[(&str, &str)],
) -> Option<Answer> {
    let mut params = params.clone();
    if params.get("_meta").is_none() {
        params["_meta"] = serde_json::json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": { "elicitation": { "form": {} } },
        });
    }
    let bearer = format!("Bearer {token}");
    let name = params["name"].as_str().or_else(|| params["uri"].as_str()).unwrap_or_default().to_owned();
    let mut headers = vec![
        ("Content-Type", "application/json"),
        ("Accept", "application/json, text/event-stream"),
        ("Authorization", bearer.as_str()),
        ("MCP-Protocol-Version", "2026-07-28"),
        ("Mcp-Method", method),
        ("Mcp-Name", name.as_str()),
    ];
    headers.retain(|(name, value)| !value.is_empty() && !changes.iter().any(|(changed, _)| changed == name));
    headers.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    let body = serde_json::json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
    send("POST", &practice.server_url(), &headers, &body.to_string()).await
}

/// A request whose answer is read piece by piece, for as long as the test likes.
pub(crate) struct Streamed(TcpStream, String);

impl Streamed {
    pub(crate) async fn open(practice: &Practice, headers: &[(&str, &str)], message: &Value) -> Self {
        let authority = practice.server_url().trim_start_matches("http://").trim_end_matches("/mcp").to_owned();
        let mut socket = TcpStream::connect(&authority).await.expect("the practice server listens");
        let body = message.to_string();
        let mut request = format!("POST /mcp HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n");
        let media = [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")];
        for (name, value) in media.iter().chain(headers) {
            let _ = write!(request, "{name}: {value}\r\n");
        }
        let _ = write!(request, "Content-Length: {}\r\n\r\n{body}", body.len());
        socket.write_all(request.as_bytes()).await.expect("the request goes out");
        Self(socket, String::new())
    }

    /// Reads on until the text contains `mark`, and gives all of it.
    pub(crate) async fn until(&mut self, mark: &str) -> &str {
        let mut piece = [0; 1_024];
        while !self.1.contains(mark) {
            let read = self.0.read(&mut piece).await.expect("the stream goes on");
            assert_ne!(read, 0, "the stream ended before {mark}");
            self.1.push_str(&String::from_utf8_lossy(&piece[..read]));
        }
        &self.1
    }
}

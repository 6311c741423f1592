use super::super::tests::House;
use super::*;
use crate::counter::{Giver, carry_out};
use keyholder_approval::Answer as Given;
use keyholder_console::error::Code;
use keyholder_console::order::Order;
use std::sync::Mutex;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const PRM: &str = "/.well-known/oauth-protected-resource/mcp";
const AS: &str = "/.well-known/oauth-authorization-server";
const RESOURCE: &str =
    r#"{"resource":"{base}/mcp","authorization_servers":["{base}"],"scopes_supported":["read","write"]}"#;
const SERVER: &str = r#"{"issuer":"{base}","authorization_endpoint":"{base}/authorize","token_endpoint":"{base}/token",
    "registration_endpoint":"{base}/register","code_challenge_methods_supported":["S256"]}"#;
const CHALLENGE: &str = "WWW-Authenticate: Bearer resource_metadata=\"{base}/.well-known/oauth-protected-resource/mcp\", scope=\"read\"\r\n";

/// What is answered at one path: status, header lines, body. `{base}` is the server's own origin.
type Route = (&'static str, u16, &'static str, &'static str);

/// A server that answers by a script, and remembers what it was asked.
struct Script {
    base: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Script {
    async fn start(routes: &[Route]) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", socket.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (routes, own, log) = (routes.to_vec(), base.clone(), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                tokio::spawn(answer(stream, routes.clone(), own.clone(), Arc::clone(&log)));
            }
        });
        Self { base, asked }
    }

    fn url(&self) -> String {
        format!("{}/mcp", self.base)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(mut stream: TcpStream, routes: Vec<Route>, base: String, log: Arc<Mutex<Vec<String>>>) {
    let Some((line, body)) = read_request(&mut stream).await else { return };
    log.lock().unwrap().push(line.clone());
    let path = line.split(' ').nth(1).unwrap_or_default();
    let (status, headers, text) = match routes.iter().find(|(at, ..)| *at == path) {
        Some((_, 0, ..)) => std::future::pending().await,
        // What speaks MCP answers by the method.
        Some((_, 1, ..)) => (200, "Content-Type: application/json\r\n", initialized(&body)),
        Some((_, status, headers, text)) => (*status, *headers, (*text).to_owned()),
        None => (404, "", String::new()),
    };
    let (headers, text) = (headers.replace("{base}", &base), text.replace("{base}", &base));
    let head = format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", text.len());
    let _ = stream.write_all(format!("{head}{text}").as_bytes()).await;
}

fn initialized(body: &str) -> String {
    let Ok(message) = serde_json::from_str::<serde_json::Value>(body) else { return String::new() };
    let answer = match message["method"].as_str() {
        Some("initialize") => serde_json::json!({ "result": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "serverInfo": { "name": "x", "version": "1" } } }),
        _ => serde_json::json!({ "error": { "code": -32601, "message": "unknown" } }),
    };
    let mut answer = answer;
    answer["jsonrpc"] = "2.0".into();
    answer["id"] = message["id"].clone();
    answer.to_string()
}

async fn read_request(stream: &mut TcpStream) -> Option<(String, String)> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some((head.lines().next()?.to_owned(), body.to_owned()));
        }
    }
}

/// The person's own look.
async fn look(house: &House, url: &str) -> ProbeView {
    match carry_out(&house.broker, Giver::Face, Order::Probe { url: url.to_owned() }).await.unwrap() {
        Answer::Probe(view) => *view,
        other => panic!("{other:?}"),
    }
}

fn steps(view: &ProbeView) -> Vec<(ProbeStep, CheckState)> {
    view.checks.iter().map(|check| (check.step, check.state)).collect()
}

use CheckState::{Fail, Ok as Fine, Warn};
use ProbeStep::{Address as At, Answers, Protocol, Registration as Registering, ResourceMetadata, ServerMetadata};

#[tokio::test]
async fn a_guarded_server_is_looked_at_to_the_end_and_nothing_is_left_behind() {
    let script = Script::start(&[("/mcp", 401, CHALLENGE, ""), (PRM, 200, "", RESOURCE), (AS, 200, "", SERVER)]).await;
    let house = House::new();
    let view = look(&house, &format!(" {} ", script.url())).await;
    // This very machine without TLS is odd enough to be said.
    let all =
        [(Answers, Fine), (Protocol, Fine), (ResourceMetadata, Fine), (ServerMetadata, Fine), (Registering, Fine)];
    assert_eq!(steps(&view), [&[(At, Warn)], &all[..]].concat(), "{view:?}");
    let scope = |name: &str, wanted| ScopeView { name: name.to_owned(), wanted };
    assert_eq!(view.scopes, [scope("read", true), scope("write", false)]);
    assert_eq!((view.issuer.as_deref(), view.authorization_host.as_deref()), (Some(&*script.base), Some("127.0.0.1")));
    assert_eq!(
        (view.url, view.name.as_str(), view.known_as, view.older_discovery),
        (script.url(), "127.0.0.1", None, false)
    );
    for asked in script.asked() {
        assert!(!asked.contains("/register") && !asked.contains("/token") && !asked.contains("/authorize"), "{asked}");
    }
    assert_eq!(house.broker.settings.servers().len(), 1);
    assert!(house.broker.registry.sites().is_empty() && house.broker.settings.grants().unwrap().is_empty());
    assert!(house.broker.settings.era(&script.url()).is_none());
}

#[tokio::test]
async fn an_open_server_speaks_for_itself() {
    let script = Script::start(&[("/mcp", 1, "", "")]).await;
    let view = look(&House::new(), &script.url()).await;
    assert_eq!(steps(&view), [(At, Warn), (Answers, Fine), (Protocol, Fine)], "{view:?}");
    assert!(view.checks[2].detail.as_ref().is_some_and(|detail| detail.contains("2025-06-18")), "{view:?}");
    assert_eq!((view.issuer, view.older_discovery), (None, false));
}

#[tokio::test]
async fn the_look_ends_with_the_first_thing_that_failed() {
    let page = ("/mcp", 200, "Content-Type: text/html\r\n", "<p>hello");
    let foreign = r#"{"resource":"https://elsewhere.example/mcp","authorization_servers":["{base}"]}"#;
    let careless = r#"{"issuer":"{base}","authorization_endpoint":"{base}/a","token_endpoint":"{base}/t"}"#;
    let closed = r#"{"issuer":"{base}","authorization_endpoint":"{base}/a","token_endpoint":"{base}/t","code_challenge_methods_supported":["S256"]}"#;
    let guarded = ("/mcp", 401, CHALLENGE, "");
    for (routes, last, words) in [
        (vec![page], Protocol, "not an MCP server"),
        (vec![("/mcp", 403, "", "")], Protocol, "refuses"),
        (vec![("/mcp", 302, "Location: https://elsewhere.example/\r\n", "")], Protocol, "redirects"),
        (vec![guarded, (PRM, 200, "", foreign)], ResourceMetadata, "another resource"),
        (vec![guarded], ResourceMetadata, "not there"),
        (vec![guarded, (PRM, 200, "", RESOURCE), (AS, 200, "", careless)], ServerMetadata, "PKCE"),
        (vec![guarded, (PRM, 200, "", RESOURCE), (AS, 200, "", closed)], Registering, "client id"),
    ] {
        let script = Script::start(&routes).await;
        let view = look(&House::new(), &script.url()).await;
        let check = view.checks.last().unwrap();
        assert_eq!((check.step, check.state), (last, Fail), "{view:?}");
        assert!(check.detail.as_ref().is_some_and(|detail| detail.contains(words)), "{words}: {view:?}");
        assert!(view.checks[..view.checks.len() - 1].iter().all(|check| check.state != Fail));
    }
}

#[tokio::test]
async fn a_server_of_the_first_revision_is_said_to_be_one() {
    let script = Script::start(&[("/mcp", 401, "", ""), (AS, 200, "", SERVER)]).await;
    let view = look(&House::new(), &script.url()).await;
    assert_eq!(
        steps(&view)[2..],
        [(Protocol, Warn), (ResourceMetadata, Warn), (ServerMetadata, Fine), (Registering, Fine)]
    );
    assert!(view.older_discovery);
    let script = Script::start(&[("/mcp", 401, "", "")]).await;
    let view = look(&House::new(), &script.url()).await;
    assert_eq!(
        steps(&view)[2..],
        [(Protocol, Warn), (ResourceMetadata, Warn), (ServerMetadata, Warn), (Registering, Warn)]
    );
}

#[tokio::test]
async fn what_does_not_answer_is_given_up() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let view = look(&House::new(), &format!("http://{nobody}/mcp")).await;
    assert_eq!(steps(&view), [(At, Warn), (Answers, Fail)], "{view:?}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_given_up_in_time() {
    let script = Script::start(&[("/mcp", 0, "", "")]).await;
    let before = Instant::now();
    let view = look(&House::new(), &script.url()).await;
    assert_eq!(steps(&view).last(), Some(&(Answers, Fail)), "{view:?}");
    assert!(before.elapsed() <= PATIENCE + Duration::from_secs(1));
}

#[tokio::test]
async fn a_program_asks_the_person_before_anything_is_visited() {
    let script = Script::start(&[("/mcp", 1, "", "")]).await;
    let mut house = House::new();
    let order = Order::Probe { url: script.url() };
    let (shown, done) = house.answered(order.clone(), Given::Deny).await;
    assert!(shown.contains(&script.url()), "{shown}");
    assert_eq!(done.unwrap_err().code, Code::Denied);
    assert!(script.asked().is_empty());
    house.answered(order, Given::AllowOnce).await.1.unwrap();
    assert!(!script.asked().is_empty());
    // What is no address is visited by nobody, so nobody is asked.
    for bad in ["http://mcp.example.com/mcp", "https://user:x@mcp.example.com", "", "not an address"] {
        match house.obeyed(Order::Probe { url: bad.to_owned() }).await.unwrap() {
            Answer::Probe(view) => assert_eq!(steps(&view), [(At, Fail)], "{bad}"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_address_that_is_known_is_looked_at_as_it_is_configured() {
    let closed = r#"{"issuer":"{base}","authorization_endpoint":"{base}/a","token_endpoint":"{base}/t","code_challenge_methods_supported":["S256"]}"#;
    let script = Script::start(&[("/mcp", 401, CHALLENGE, ""), (PRM, 200, "", RESOURCE), (AS, 200, "", closed)]).await;
    let house = House::new();
    let mut server = keyholder_settings::Server::new("mine".parse().unwrap(), script.url().parse().unwrap());
    server.client_id = Some("by-hand".to_owned());
    server.scopes = Some("write".parse().unwrap());
    house.broker.settings.add_server(&server).unwrap();
    let view = look(&house, &script.url()).await;
    assert_eq!(steps(&view).last(), Some(&(Registering, Fine)), "{view:?}");
    assert!(view.checks[5].detail.as_ref().is_some_and(|detail| detail.contains("by hand")), "{view:?}");
    assert_eq!(
        view.scopes.iter().filter(|scope| scope.wanted).map(|scope| &*scope.name).collect::<Vec<_>>(),
        ["write"]
    );
    assert_eq!(view.known_as.as_deref(), Some("mine"));
}

#[tokio::test]
async fn an_address_that_is_known_is_said_to_be() {
    let house = House::new();
    let view = Look::of(&house.broker, &"https://notes.example/mcp".parse().unwrap()).view;
    assert_eq!((view.known_as.as_deref(), view.name.as_str()), (Some("notes"), "notes.example"));
}

#[test]
fn an_odd_address_is_called_odd() {
    let of = |url: &str| oddities(&url.parse().unwrap()).join("; ");
    assert_eq!(of("https://mcp.example.com/mcp"), "");
    let guise = of("https://xn--pple-43d.com/mcp");
    assert!(
        guise.contains("\u{430}pple.com") && guise.contains("xn--pple-43d.com") && guise.contains("several scripts")
    );
    assert!(of("https://203.0.113.7/mcp").contains("bare address"));
    assert!(of("https://[2001:db8::1]/mcp").contains("bare address"));
    assert!(of("http://localhost:8080/mcp").contains("not encrypted"));
    assert_eq!(read("mcp.example.com/mcp").unwrap().as_str(), "https://mcp.example.com/mcp");
}

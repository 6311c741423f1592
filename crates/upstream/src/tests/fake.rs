//! A server that does what a script says, and what is needed to speak to it.

use crate::{Endpoint, Era, Greeting, Hello, Link, UpstreamError};
use keyholder_http::{Client, Proxy, Reach, Setup};
use keyholder_mcp::outgoing::{Composer, ModernMeta, Outgoing, Subject, Toward};
use keyholder_model::permit::{Permit, Reason};
use keyholder_model::server::ServerUrl;
use serde_json::value::RawValue;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// What the server does next.
#[derive(Clone)]
pub(super) enum Step {
    Close,
    Endless(Vec<u8>),
    Hold,
    /// Waits until the client has gone, then says so.
    Watch(mpsc::UnboundedSender<()>),
    Say(String),
}

pub(super) struct Fake {
    pub(super) url: ServerUrl,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    pub(super) async fn start(script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (script, log) = (Arc::new(script), Arc::clone(&seen));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (script, log) = (Arc::clone(&script), Arc::clone(&log));
                tokio::spawn(async move { converse(socket, &*script, &log).await });
            }
        });
        Self { url: format!("http://127.0.0.1:{port}/mcp").parse().unwrap(), seen }
    }

    /// All requests so far, headers in lower case and body as sent.
    pub(super) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    pub(super) async fn connect(&self, prior: Option<&Era>) -> Result<(Link, Greeting), UpstreamError> {
        let setup = Setup { reach: Reach::for_server(&self.url), extra_ca: vec![], proxy: Proxy::Direct };
        let endpoint = Endpoint { url: self.url.clone(), http: Client::build(&setup).unwrap() };
        Link::connect(endpoint, &hello(), None, prior).await
    }

    pub(super) async fn link(&self) -> Link {
        self.connect(None).await.unwrap().0
    }
}

async fn converse(mut socket: TcpStream, script: &(impl Fn(&str) -> Vec<Step> + ?Sized), log: &Mutex<Vec<String>>) {
    while let Some(request) = read_request(&mut socket).await {
        log.lock().unwrap().push(request.clone());
        for step in script(&request) {
            match step {
                Step::Close => return,
                Step::Endless(piece) => while socket.write_all(&piece).await.is_ok() {},
                Step::Hold => std::future::pending().await,
                Step::Watch(gone) => {
                    while let Ok(1..) = socket.read(&mut [0; 64]).await {}
                    let _nobody_may_be_asking = gone.send(());
                    return;
                }
                Step::Say(text) => {
                    if socket.write_all(text.as_bytes()).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

async fn read_request(socket: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
            if body.len() >= length {
                return Some(format!("{head}\r\n\r\n{body}"));
            }
        }
        let mut piece = [0; 4096];
        match socket.read(&mut piece).await {
            Ok(n @ 1..) => bytes.extend_from_slice(&piece[..n]),
            _ => return None,
        }
    }
}

pub(super) fn answer(status: u16, headers: &str, body: &str) -> Vec<Step> {
    let length = body.len();
    vec![Step::Say(format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\n\r\n{body}"))]
}

pub(super) fn json(status: u16, body: &str) -> Vec<Step> {
    answer(status, "Content-Type: application/json\r\n", body)
}

/// A stream, in one piece, that stays open.
pub(super) fn events(text: &str) -> Vec<Step> {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    vec![Step::Say(format!("{head}{:x}\r\n{text}\r\n", text.len()))]
}

/// A stream that ends cleanly.
pub(super) fn whole(text: &str) -> Vec<Step> {
    let mut steps = events(text);
    steps.push(Step::Say("0\r\n\r\n".to_owned()));
    steps
}

/// The id of a request, with its quotes.
pub(super) fn id(request: &str) -> String {
    let rest = request.split("\"id\":").nth(1).unwrap_or("null");
    rest.split([',', '}']).next().unwrap().to_owned()
}

pub(super) fn result(request: &str, result: &str) -> String {
    format!("{{\"jsonrpc\":\"2.0\",\"id\":{},\"result\":{result}}}", id(request))
}

pub(super) fn error(request: &str, code: i64, rest: &str) -> String {
    format!("{{\"jsonrpc\":\"2.0\",\"id\":{},\"error\":{{\"code\":{code},\"message\":\"no\"{rest}}}}}", id(request))
}

pub(super) const DISCOVERED: &str = r#"{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{}}"#;

/// Answers the greeting as a modern server; `script` does the rest.
pub(super) async fn modern(script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Fake {
    Fake::start(move |request| {
        if request.contains("server/discover") { json(200, &result(request, DISCOVERED)) } else { script(request) }
    })
    .await
}

/// Answers the greeting as a legacy server with a session; `script` does the rest.
pub(super) async fn legacy(version: &'static str, script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Fake {
    Fake::start(move |request| {
        if request.contains("server/discover") {
            json(400, &error("", -32000, ""))
        } else if request.contains("\"initialize\"") {
            let result = result(request, &format!("{{\"protocolVersion\":\"{version}\",\"capabilities\":{{}}}}"));
            answer(200, "Content-Type: application/json\r\nMcp-Session-Id: sess-1\r\n", &result)
        } else if request.contains("notifications/initialized") {
            answer(202, "", "")
        } else {
            script(request)
        }
    })
    .await
}

fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).unwrap()
}

#[allow(clippy::disallowed_methods, reason = "the test stands in for the policy")]
pub(super) fn permit(outgoing: &Outgoing) -> Permit {
    Permit::mint(outgoing.digest, Reason::Routine)
}

#[allow(clippy::disallowed_methods, reason = "the test stands in for the policy")]
fn hello() -> Hello {
    Hello {
        server: "s".to_owned(),
        account: "default".to_owned(),
        client_info: raw(r#"{"name":"keyholder","version":"0"}"#),
        capabilities: raw("{}"),
        id_seed: "k".to_owned(),
        routine: Arc::new(|digest| Permit::mint(digest, Reason::Routine)),
    }
}

/// A call of the tool `t`.
pub(super) fn call(link: &Link, request_id: &str) -> Outgoing {
    let toward = match link.era() {
        Era::Legacy { .. } => Toward::Legacy,
        Era::Modern { version } => {
            Toward::Modern(ModernMeta { version, client_info: "{}", capabilities: "{}", log_level: None })
        }
    };
    Composer { subject: Subject { server: "s", account: "default" }, toward }
        .request(request_id, "tools/call", Some(&raw(r#"{"name":"t","arguments":{"a":1}}"#)), &[], &[])
        .unwrap()
}

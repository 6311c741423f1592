//! One fake that is MCP server, authorization server and browser, so that a misbehaviour is one route.

use crate::listener::Patience;
use crate::{AwaitRedirect, Challenge, ClientSettings, Discovery, Landing, OauthError, Wish, discover};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use keyholder_http::{Client, Proxy, Reach, Setup};
use keyholder_model::clock::{FakeClock, FakeRng, Timestamp};
use keyholder_model::grant::{Issuer, ScopeSet};
use keyholder_model::server::ServerUrl;
use keyholder_secret::credential::Credential;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::{Url, form_urlencoded};

pub(super) const PRM: &str = "/.well-known/oauth-protected-resource/mcp";
pub(super) const ROOT_PRM: &str = "/.well-known/oauth-protected-resource";
pub(super) const AS: &str = "/.well-known/oauth-authorization-server";
pub(super) const OIDC: &str = "/.well-known/openid-configuration";
pub(super) const PATIENT: Duration = Duration::from_secs(20);
pub(super) const QUICK: Patience = Patience {
    header: Duration::from_millis(200),
    linger: Duration::from_millis(500),
    mix_up: Duration::from_millis(200),
};

/// What the fake answers at one path. `{base}` in the text is its own origin.
#[derive(Clone)]
pub(super) struct Route {
    path: String,
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

pub(super) fn on(path: &str, status: u16, body: impl Into<String>) -> Route {
    Route { path: path.to_owned(), status, headers: Vec::new(), body: body.into() }
}

impl Route {
    /// The same answer at another path; nothing at the usual one.
    pub(super) fn moved(route: &Self, path: &str) -> Self {
        Self { path: path.to_owned(), ..route.clone() }
    }

    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

fn merged(mut document: Value, more: &Value) -> String {
    for (name, value) in more.as_object().unwrap() {
        document[name] = value.clone();
    }
    document.to_string()
}

/// The resource's good document, with these members changed.
#[allow(clippy::needless_pass_by_value, reason = "a case reads better without the sign")]
pub(super) fn resource(more: Value) -> Route {
    on(PRM, 200, merged(json!({ "resource": "{base}/mcp", "authorization_servers": ["{base}"] }), &more))
}

/// The authorization server's good document, with these members changed.
#[allow(clippy::needless_pass_by_value, reason = "as above")]
pub(super) fn metadata(more: Value) -> Route {
    let good = json!({
        "issuer": "{base}",
        "authorization_endpoint": "{base}/authorize",
        "token_endpoint": "{base}/token",
        "registration_endpoint": "{base}/register",
        "revocation_endpoint": "{base}/revoke",
        "code_challenge_methods_supported": ["S256"],
        "response_types_supported": ["code"],
        "authorization_response_iss_parameter_supported": true,
    });
    on(AS, 200, merged(good, &more))
}

/// A good token response, with these members changed.
#[allow(clippy::needless_pass_by_value, reason = "as above")]
pub(super) fn tokens(more: Value) -> Route {
    on(
        "/token",
        200,
        merged(
            json!({ "access_token": "AT", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "RT" }),
            &more,
        ),
    )
}

#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: HashMap<String, String>,
    pub(super) body: String,
}

impl Asked {
    pub(super) fn form(&self) -> HashMap<String, String> {
        form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }
}

pub(super) struct Fake {
    pub(super) base: String,
    pub(super) http: Client,
    pub(super) clock: Arc<FakeClock>,
    log: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fake {
    /// A well-behaved server but for these routes.
    pub(super) async fn start(routes: impl IntoIterator<Item = Route>) -> Self {
        let mut all: Vec<Route> = routes.into_iter().collect();
        all.extend([resource(json!({})), metadata(json!({})), tokens(json!({})), on("/revoke", 200, "")]);
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", socket.local_addr().unwrap());
        let log = Arc::new(Mutex::new(Vec::new()));
        let task = tokio::spawn(serve(socket, base.clone(), all, Arc::clone(&log)));
        let server: ServerUrl = format!("{base}/mcp").parse().unwrap();
        let setup = Setup { reach: Reach::for_server(&server), extra_ca: Vec::new(), proxy: Proxy::Direct };
        let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_800_000_000_000)));
        Self { base, http: Client::build(&setup).unwrap(), clock, log, task }
    }

    /// Every request to `path` so far.
    pub(super) fn asked(&self, path: &str) -> Vec<Asked> {
        self.log.lock().unwrap().iter().filter(|asked| asked.path == path).cloned().collect()
    }

    pub(super) fn paths(&self) -> Vec<String> {
        self.log.lock().unwrap().iter().map(|asked| asked.path.clone()).collect()
    }

    pub(super) async fn discover(&self, settings: &ClientSettings) -> Result<Discovery, OauthError> {
        self.discover_with(settings, None, "", None).await
    }

    pub(super) async fn discover_with(
        &self,
        settings: &ClientSettings,
        challenge: Option<&str>,
        held: &str,
        recorded: Option<&Issuer>,
    ) -> Result<Discovery, OauthError> {
        let server: ServerUrl = format!("{}/mcp", self.base).parse().unwrap();
        let challenge = challenge.map(|text| Challenge::parse(&[text.replace("{base}", &self.base)]).unwrap());
        let held: ScopeSet = held.parse().unwrap();
        discover(&self.http, &Wish { server: &server, challenge: challenge.as_ref(), settings, held: &held, recorded })
            .await
    }

    pub(super) async fn begin(&self, settings: &ClientSettings) -> Result<AwaitRedirect, OauthError> {
        self.open(self.discover(settings).await?).await
    }

    pub(super) async fn open(&self, discovery: Discovery) -> Result<AwaitRedirect, OauthError> {
        let prepared = discovery.prepare_with(Arc::new(FakeRng::default()), self.clock.clone(), QUICK).await?;
        prepared.authorize(&self.http, Landing { app: "Claude".to_owned(), server: "notes".to_owned() }).await
    }

    /// A whole sign-in with a willing person.
    pub(super) async fn sign_in(&self) -> Result<Credential, OauthError> {
        self.sign_in_as(&ClientSettings::default()).await
    }

    pub(super) async fn sign_in_as(&self, settings: &ClientSettings) -> Result<Credential, OauthError> {
        let waiting = self.begin(settings).await?;
        let redirect = Redirect::of(&waiting);
        let query = format!("code=C&state={}&iss={}", redirect.state, encode(&self.base));
        let (credential, _) = tokio::join!(waiting.finish(&self.http, PATIENT), redirect.visit(&query));
        credential
    }
}

/// What the browser knows of one attempt.
#[derive(Clone)]
pub(super) struct Redirect {
    pub(super) uri: String,
    pub(super) state: String,
    pub(super) asked: HashMap<String, String>,
}

impl Redirect {
    pub(super) fn of(waiting: &AwaitRedirect) -> Self {
        let asked: HashMap<String, String> =
            Url::parse(waiting.url().as_str()).unwrap().query_pairs().into_owned().collect();
        let of = |name: &str| asked.get(name).cloned().unwrap_or_default();
        Self { uri: of("redirect_uri"), state: of("state"), asked }
    }

    pub(super) fn host(&self) -> String {
        let url = Url::parse(&self.uri).unwrap();
        format!("127.0.0.1:{}", url.port().unwrap())
    }

    pub(super) fn path(&self) -> String {
        Url::parse(&self.uri).unwrap().path().to_owned()
    }

    /// The browser follows the redirect, and the one after it; the last answer's head and body.
    pub(super) async fn visit(&self, query: &str) -> String {
        let first = get(&self.host(), &format!("{}?{query}", self.path())).await;
        if first.starts_with("HTTP/1.1 303") { get(&self.host(), "/done").await } else { first }
    }
}

pub(super) fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

pub(super) async fn get(host: &str, target: &str) -> String {
    send(host, &format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n")).await
}

/// Sends bytes and reads until the other side closes; empty if it never answered.
pub(super) async fn send(host: &str, request: &str) -> String {
    let Ok(mut stream) = TcpStream::connect(host).await else { return "refused".to_owned() };
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn serve(socket: TcpListener, base: String, routes: Vec<Route>, log: Arc<Mutex<Vec<Asked>>>) {
    let shared = Arc::new((base, routes, log));
    loop {
        let (stream, _) = socket.accept().await.unwrap();
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = hyper::service::service_fn(|request| answer(request, &shared));
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    shared: &(String, Vec<Route>, Arc<Mutex<Vec<Asked>>>),
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (base, routes, log) = shared;
    let (head, body) = request.into_parts();
    let body = String::from_utf8_lossy(&body.collect().await.unwrap().to_bytes()).into_owned();
    let headers =
        head.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    let path = head.uri.path().to_owned();
    log.lock().unwrap().push(Asked {
        method: head.method.to_string(),
        path: path.clone(),
        headers,
        body: body.clone(),
    });
    let Some(route) = routes.iter().find(|route| route.path == path) else {
        let registered = (path == "/register").then(|| {
            let mut document: Value = serde_json::from_str(&body).unwrap();
            document["client_id"] = json!("dyn");
            document.to_string()
        });
        let status = if registered.is_some() { 201 } else { 404 };
        return Ok(Response::builder()
            .status(status)
            .body(Full::new(Bytes::from(registered.unwrap_or_default())))
            .unwrap());
    };
    let mut response = Response::builder().status(route.status);
    for (name, value) in &route.headers {
        response = response.header(*name, value.replace("{base}", base));
    }
    Ok(response.body(Full::new(Bytes::from(route.body.replace("{base}", base)))).unwrap())
}

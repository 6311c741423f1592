//! The loopback listener that receives one redirect (RFC 8252 §7.3, §8.3).
//!
//! It answers `GET` of one exact path with the right `Host`, and afterwards `GET /done`; everything else gets an empty refusal
//! that tells nothing (catalogue cases 10 to 12). Dropping it closes the port and every connection.

use crate::landing::{self, Ending, Landing};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};

/// Connections at a time; further ones are closed at once.
const MOST_CONNECTIONS: usize = 128;
/// Bytes of a request's header; a redirect with a long code stays far below.
const LARGEST_HEADER: usize = 64 << 10;
/// Header fields of a request.
const MOST_FIELDS: usize = 100;
/// Where the browser is sent, so that the code leaves its history.
const DONE: &str = "/done";

/// How long the listener waits; tests wait less.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// For a request's header (case 10: slowloris).
    pub(crate) header: Duration,
    /// For the browser to fetch the last page.
    pub(crate) linger: Duration,
    /// For the genuine redirect, after one with the right state and a wrong issuer (case 6).
    pub(crate) mix_up: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { header: Duration::from_secs(5), linger: Duration::from_secs(5), mix_up: Duration::from_secs(5) }
    }
}

/// A redirect that waits for its answer.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) query: String,
    /// Dropped unanswered, the browser is told that the link was used.
    pub(crate) answer: oneshot::Sender<Answer>,
}

/// What the browser gets.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    /// The page at once.
    Now(Ending),
    /// The way to `/done`, which shows the ending that was set.
    Done,
}

/// The open port.
#[derive(Debug)]
pub(crate) struct Listener {
    redirect_uri: String,
    visits: mpsc::Receiver<Visit>,
    door: Arc<Door>,
    task: JoinHandle<()>,
    pub(crate) patience: Patience,
}

#[derive(Debug)]
struct Door {
    path: String,
    host: String,
    visits: mpsc::Sender<Visit>,
    landing: OnceLock<Landing>,
    ending: Mutex<Option<Ending>>,
    shown: Notify,
}

impl Listener {
    /// Opens an OS-chosen port on 127.0.0.1, never on another address (case 19). `path` begins with a slash.
    pub(crate) async fn bind(path: String, patience: Patience) -> std::io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let host = socket.local_addr()?.to_string();
        let (sender, visits) = mpsc::channel(8);
        let redirect_uri = format!("http://{host}{path}");
        let door = Arc::new(Door {
            path,
            host,
            visits: sender,
            landing: OnceLock::new(),
            ending: Mutex::new(None),
            shown: Notify::new(),
        });
        let task = tokio::spawn(serve(socket, Arc::clone(&door), patience.header));
        Ok(Self { redirect_uri, visits, door, task, patience })
    }

    pub(crate) fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Whom the pages speak of.
    pub(crate) fn introduce(&self, landing: Landing) {
        // The first word counts; there is one caller, and it calls once.
        let _ = self.door.landing.set(landing);
    }

    /// The next redirect. Never ends by itself.
    pub(crate) async fn next(&mut self) -> Visit {
        match self.visits.recv().await {
            Some(visit) => visit,
            // Unreachable while `door` holds a sender; waiting is the safe reading of it.
            None => std::future::pending().await,
        }
    }

    /// Shows the ending at `/done`, and closes when the browser has fetched it or has had its time.
    pub(crate) fn close_with(mut self, ending: Ending, visit: oneshot::Sender<Answer>) {
        *self.door.ending.lock().unwrap_or_else(PoisonError::into_inner) = Some(ending);
        // The browser may be gone by now, which changes nothing.
        let _ = visit.send(Answer::Done);
        self.visits.close();
        tokio::spawn(async move {
            // Either way the port closes now, with the listener.
            let _ = tokio::time::timeout(self.patience.linger, self.door.shown.notified()).await;
            drop(self);
        });
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(socket: TcpListener, door: Arc<Door>, deadline: Duration) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = socket.accept() => match accepted {
                Ok((stream, _)) if connections.len() < MOST_CONNECTIONS => {
                    connections.spawn(converse(stream, Arc::clone(&door), deadline));
                }
                Ok(_) => {}
                // Out of descriptors, for instance: a pause instead of a busy loop.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn converse(stream: TcpStream, door: Arc<Door>, deadline: Duration) {
    let service = hyper::service::service_fn(|request| answer(request, &door));
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(deadline)
        .max_buf_size(LARGEST_HEADER)
        .max_headers(MOST_FIELDS)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(why) = served {
        tracing::debug!(%why, "a connection to the loopback listener ended early");
    }
    if door.is_shown() {
        door.shown.notify_one();
    }
}

async fn answer(request: Request<Incoming>, door: &Door) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path();
    let known = path == door.path || (path == DONE && door.ending().is_some());
    if !door.is_addressed(&request) || !known {
        return Ok(empty(StatusCode::NOT_FOUND));
    }
    if request.method() != Method::GET {
        return Ok(empty(StatusCode::METHOD_NOT_ALLOWED));
    }
    if path == DONE {
        return Ok(door.page(StatusCode::OK, door.take_ending()));
    }
    let (answer, answered) = oneshot::channel();
    let visit = Visit { query: request.uri().query().unwrap_or_default().to_owned(), answer };
    if door.visits.try_send(visit).is_err() {
        return Ok(door.page(StatusCode::GONE, Ending::AlreadyUsed));
    }
    Ok(match answered.await {
        Ok(Answer::Now(ending)) => door.page(StatusCode::BAD_REQUEST, ending),
        Ok(Answer::Done) => {
            let mut response = empty(StatusCode::SEE_OTHER);
            response.headers_mut().insert(header::LOCATION, HeaderValue::from_static(DONE));
            response
        }
        Err(_) => door.page(StatusCode::GONE, Ending::AlreadyUsed),
    })
}

impl Door {
    /// The right `Host` (DNS rebinding, case 11), and a navigation rather than a script's or an image's request (case 12).
    fn is_addressed(&self, request: &Request<Incoming>) -> bool {
        let mut hosts = request.headers().get_all(header::HOST).iter();
        let host = hosts.next().is_some_and(|host| host.as_bytes() == self.host.as_bytes()) && hosts.next().is_none();
        let navigation = request.headers().get("sec-fetch-mode").is_none_or(|mode| mode == "navigate");
        host && navigation
    }

    fn ending(&self) -> Option<Ending> {
        *self.ending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ending, which counts as shown from now on.
    fn take_ending(&self) -> Ending {
        self.ending
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .replace(Ending::AlreadyUsed)
            .unwrap_or(Ending::AlreadyUsed)
    }

    fn is_shown(&self) -> bool {
        self.ending() == Some(Ending::AlreadyUsed)
    }

    fn page(&self, status: StatusCode, ending: Ending) -> Response<Full<Bytes>> {
        let unknown = Landing { app: "your app".to_owned(), server: "the server".to_owned() };
        let html = landing::page(self.landing.get().unwrap_or(&unknown), ending);
        let mut response = Response::new(Full::new(Bytes::from(html)));
        *response.status_mut() = status;
        guard(&mut response);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        response
    }
}

fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = status;
    guard(&mut response);
    response
}

/// On every answer, also the empty ones. There is no CORS field on purpose.
fn guard(response: &mut Response<Full<Bytes>>) {
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&landing::content_security_policy()) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

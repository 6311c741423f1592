use self::server::{Server, Step, ok, redirect, say};
use super::*;
use crate::guard;
use crate::resolver::Addresses;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Mutex;
use tokio::net::TcpListener;

mod server;

fn setup() -> Setup {
    let reach = Reach::for_server(&"http://127.0.0.1/".parse().unwrap());
    Setup { reach, extra_ca: vec![], proxy: Proxy::Direct }
}

fn client() -> Client {
    Client::build(&setup()).unwrap()
}

fn discovery(url: Address) -> Request {
    Request { redirects: Redirects::SameOrigin, ..Request::get(url) }
}

const QUICK: Limits = Limits {
    headers: Duration::from_millis(200),
    idle: Duration::from_millis(200),
    total: Some(Duration::from_secs(5)),
    body: 64 << 10,
};

#[tokio::test]
async fn an_answer_comes_back_whole() {
    let server = Server::start(|_| ok("{\"a\":1}")).await;
    let response = client().fetch(Request::get(server.url("/x?y=1")), &Limits::METADATA).await.unwrap();
    assert_eq!((response.status.as_u16(), &response.body[..]), (200, &b"{\"a\":1}"[..]));
    assert_eq!(response.url, server.url("/x?y=1"));
    let seen = server.seen().remove(0).to_lowercase();
    assert!(seen.starts_with("get /x?y=1 http/1.1"), "{seen}");
    assert!(seen.contains("user-agent: keyholder/") && seen.contains("accept-encoding: gzip\r\n"), "{seen}");
    assert!(!seen.contains("referer") && !seen.contains("cookie"), "{seen}");
}

#[tokio::test]
async fn a_body_in_pieces_comes_back_whole() {
    let server = Server::start(|_| {
        let mut steps = say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        steps.extend((0..50).flat_map(|_| say("5\r\nabcde\r\n")));
        steps.extend(say("0\r\n\r\n"));
        steps
    })
    .await;
    let response = client().fetch(Request::get(server.url("/")), &QUICK).await.unwrap();
    assert_eq!(response.body, "abcde".repeat(50));
}

#[tokio::test]
async fn no_forbidden_spelling_makes_a_connection() {
    let trap = Server::start(|_| ok("caught")).await;
    let outside = Client::build(&Setup { reach: Reach::public(), ..setup() }).unwrap();
    for text in guard::tests::FORBIDDEN {
        let mut url = url::Url::parse(text).unwrap();
        url.set_port(Some(trap.port)).unwrap();
        let refused = outside.fetch(Request::get(Address::parse(url.as_str()).unwrap()), &QUICK).await.unwrap_err();
        assert!(matches!(refused, HttpError::Forbidden { .. }), "{text}: {refused:?}");
    }
    assert_eq!(trap.seen().len(), 0);
}

/// A resolver that says what an attacker wants.
struct Says(Mutex<Vec<IpAddr>>);

impl Lookup for Says {
    fn lookup(&self, _: &str) -> Addresses {
        let answer = self.0.lock().unwrap().clone();
        Box::pin(async move { Ok(answer) })
    }
}

#[tokio::test]
async fn a_public_name_that_resolves_inside_is_not_dialled() {
    let trap = Server::start(|_| ok("caught")).await;
    let lookup = Arc::new(Says(Mutex::new(vec![])));
    let client = Client::assemble(&setup(), lookup.clone(), Routes::new(Proxy::Direct)).unwrap();
    for inside in ["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::7f00:1"] {
        *lookup.0.lock().unwrap() = vec![inside.parse().unwrap()];
        let url = Address::parse(&format!("https://localtest.example:{}/", trap.port)).unwrap();
        let refused = client.fetch(Request::get(url), &QUICK).await.unwrap_err();
        assert!(matches!(refused, HttpError::Forbidden { .. }), "{inside}: {refused:?}");
        assert!(!refused.may_have_been_sent());
    }
    assert_eq!(trap.seen().len(), 0);
}

#[tokio::test]
async fn a_redirect_is_refused_and_carries_nothing_elsewhere() {
    let elsewhere = Server::start(|_| ok("caught")).await;
    let target = elsewhere.url("/steal?code=1").as_str().to_owned();
    for status in [301, 302, 303, 307, 308] {
        for target in [target.clone(), "/same-origin".to_owned()] {
            let server = Server::start(move |_| redirect(status, &target)).await;
            let mut request = Request::post(server.url("/mcp"), Bytes::from_static(b"code=secret"));
            request.headers.insert("authorization", "Bearer KHCANARY".parse().unwrap());
            let refused = client().fetch(request, &QUICK).await.unwrap_err();
            assert!(matches!(refused, HttpError::Redirected { .. }), "{status}: {refused:?}");
            assert!(!refused.to_string().contains("code=1"));
            assert_eq!(server.seen().len(), 1);
        }
    }
    assert_eq!(elsewhere.seen().len(), 0);
}

#[tokio::test]
async fn discovery_follows_three_hops_within_its_origin() {
    let server = Server::start(|request| match request.split(' ').nth(1) {
        Some("/0") => redirect(302, "/1"),
        Some("/1") => redirect(308, "2"),
        Some("/2") => redirect(307, "/3?x=y#z"),
        Some("/3?x=y") => ok("here"),
        _ => redirect(302, "/again"),
    })
    .await;
    let found = client().fetch(discovery(server.url("/0")), &QUICK).await.unwrap();
    assert_eq!((&found.body[..], found.url), (&b"here"[..], server.url("/3?x=y")));
    let endless = client().fetch(discovery(server.url("/again")), &QUICK).await.unwrap_err();
    assert!(matches!(endless, HttpError::Redirected { .. }), "{endless:?}");
    assert_eq!(server.seen().len(), 4 + 4);
}

#[tokio::test]
async fn discovery_leaves_its_origin_for_nobody() {
    let elsewhere = Server::start(|_| ok("caught")).await;
    for target in
        [elsewhere.url("/").as_str(), "https://example.com/", "http://10.0.0.1/", "file:///etc/passwd", "", "\\"]
    {
        let to = target.to_owned();
        let server = Server::start(move |request| {
            if request.starts_with("GET /start") { redirect(302, &to) } else { redirect(302, "http://10.0.0.1/") }
        })
        .await;
        let refused = client().fetch(discovery(server.url("/start")), &QUICK).await.unwrap_err();
        assert!(matches!(refused, HttpError::Redirected { .. }), "{target}: {refused:?}");
    }
    assert_eq!(elsewhere.seen().len(), 0);
}

#[tokio::test]
async fn a_bomb_stops_at_the_limit() {
    let server = Server::start(|_| {
        let bomb = include_bytes!("fixtures/bomb.gz");
        let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", bomb.len());
        vec![Step::Say(head.into_bytes()), Step::Say(bomb.to_vec())]
    })
    .await;
    let refused = client().fetch(Request::get(server.url("/")), &Limits::METADATA).await.unwrap_err();
    assert_eq!(refused, HttpError::TooLarge { host: "127.0.0.1".to_owned(), limit: 256 << 10 });
}

#[tokio::test]
async fn an_encoding_that_was_not_asked_for_is_refused() {
    for encoding in ["br", "gzip, gzip", "gzip, gzip, br", "deflate", "zstd", "x-unknown"] {
        let server = Server::start(move |_| {
            say(&format!("HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: 2\r\n\r\n{{}}"))
        })
        .await;
        let refused = client().fetch(Request::get(server.url("/")), &QUICK).await.unwrap_err();
        assert!(matches!(refused, HttpError::Encoding { .. }), "{encoding}: {refused:?}");
    }
}

#[tokio::test]
async fn an_endless_body_stops_at_the_limit() {
    for head in ["Transfer-Encoding: chunked", "Connection: close"] {
        let server = Server::start(move |_| {
            let mut steps = say(&format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n"));
            steps.push(Step::Endless(b"400\r\n".iter().copied().chain([b'a'; 1024]).chain(*b"\r\n").collect()));
            steps
        })
        .await;
        let refused = client().fetch(Request::get(server.url("/")), &QUICK).await.unwrap_err();
        assert!(matches!(refused, HttpError::TooLarge { .. }), "{head}: {refused:?}");
        assert!(refused.may_have_been_sent());
    }
}

#[tokio::test]
async fn a_lying_length_is_noticed() {
    let huge = Server::start(|_| say("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n{}")).await;
    let refused = client().fetch(Request::get(huge.url("/")), &QUICK).await.unwrap_err();
    assert!(matches!(refused, HttpError::TooLarge { .. }), "{refused:?}");

    let short = Server::start(|_| {
        let mut steps = say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}");
        steps.push(Step::Close);
        steps
    })
    .await;
    let refused = client().fetch(Request::get(short.url("/")), &QUICK).await.unwrap_err();
    assert!(matches!(refused, HttpError::Broken { .. }), "{refused:?}");
    assert!(refused.may_have_been_sent());

    let long = Server::start(|_| say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n\r\n")).await;
    assert_eq!(client().fetch(Request::get(long.url("/")), &QUICK).await.unwrap().body, "{}");
}

#[tokio::test]
async fn silence_ends_in_a_definite_error() {
    let mute = Server::start(|_| vec![Step::Hold]).await;
    let late = client().fetch(Request::get(mute.url("/")), &QUICK).await.unwrap_err();
    assert_eq!(late, HttpError::Timeout { host: "127.0.0.1".to_owned(), phase: Phase::Headers });

    let stalled =
        Server::start(|_| [say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), vec![Step::Hold]].concat()).await;
    let late = client().fetch(Request::get(stalled.url("/")), &QUICK).await.unwrap_err();
    assert_eq!(late, HttpError::Timeout { host: "127.0.0.1".to_owned(), phase: Phase::Body });
    let total = Limits { idle: Duration::from_mins(1), total: Some(Duration::from_millis(200)), ..QUICK };
    let late = client().fetch(Request::get(stalled.url("/")), &total).await.unwrap_err();
    assert_eq!(late, HttpError::Timeout { host: "127.0.0.1".to_owned(), phase: Phase::Total });
    assert!(late.may_have_been_sent());
}

#[tokio::test]
async fn nothing_listening_means_nothing_was_sent() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let url = Address::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
    let refused = client().fetch(Request::get(url), &QUICK).await.unwrap_err();
    assert!(matches!(refused, HttpError::Connect { .. }), "{refused:?}");
    assert!(!refused.may_have_been_sent());
}

#[tokio::test]
async fn a_cookie_is_never_sent_back() {
    let server =
        Server::start(|_| say("HTTP/1.1 200 OK\r\nSet-Cookie: sid=1; Path=/\r\nContent-Length: 2\r\n\r\n{}")).await;
    let client = client();
    for _ in 0..2 {
        client.fetch(Request::get(server.url("/")), &QUICK).await.unwrap();
    }
    assert_eq!(server.seen().len(), 2);
    assert!(server.seen().iter().all(|request| !request.to_lowercase().contains("cookie")));
}

#[tokio::test]
async fn a_stream_hands_over_each_piece_as_it_comes() {
    let server = Server::start(|_| {
        [say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n"), vec![Step::Hold]].concat()
    })
    .await;
    let mut opened = client().open(Request::get(server.url("/")), &Limits::STREAM).await.unwrap();
    assert_eq!(opened.body.chunk().await.unwrap().unwrap(), "one");
}

#[test]
fn printing_shows_no_header_value_and_no_query() {
    let mut request = Request::post(Address::parse("https://example.com/?key=KHCANARY").unwrap(), "KHCANARY".into());
    request.headers.insert("authorization", "Bearer KHCANARY".parse().unwrap());
    let shown = format!("{request:?}");
    assert!(shown.contains("authorization") && !shown.contains("KHCANARY"), "{shown}");
}

fn tls_server() -> tokio_rustls::TlsAcceptor {
    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let certificate = CertificateDer::from_pem_slice(include_bytes!("fixtures/server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("fixtures/server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    tokio_rustls::TlsAcceptor::from(Arc::new(config))
}

#[tokio::test]
async fn an_unknown_certificate_is_refused_and_an_added_authority_is_trusted() {
    let server = Server::start_with(|_| ok("secure"), Some(tls_server())).await;
    let url = |host: &str| Address::parse(&format!("https://{host}:{}/", server.port)).unwrap();
    let refused = client().fetch(Request::get(url("localhost")), &Limits::METADATA).await.unwrap_err();
    assert!(matches!(refused, HttpError::Tls { .. }), "{refused:?}");
    assert!(!refused.may_have_been_sent());

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, include_bytes!("fixtures/ca.pem")).unwrap();
    let trusting = Client::build(&Setup { extra_ca: vec![file], ..setup() }).unwrap();
    assert_eq!(trusting.fetch(Request::get(url("localhost")), &Limits::METADATA).await.unwrap().body, "secure");
    let wrong_host = trusting.fetch(Request::get(url("127.0.0.1")), &Limits::METADATA).await.unwrap_err();
    assert!(matches!(wrong_host, HttpError::Tls { .. }), "{wrong_host:?}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn https_is_never_left_for_http() {
    let trap = Server::start(|_| ok("caught")).await;
    let target = format!("http://localhost:{}/", trap.port);
    let server = Server::start_with(move |_| redirect(302, &target), Some(tls_server())).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, include_bytes!("fixtures/ca.pem")).unwrap();
    let client = Client::build(&Setup { extra_ca: vec![file], ..setup() }).unwrap();
    let url = Address::parse(&format!("https://localhost:{}/", server.port)).unwrap();
    let refused = client.fetch(discovery(url), &Limits::METADATA).await.unwrap_err();
    assert!(matches!(refused, HttpError::Redirected { .. }), "{refused:?}");
    assert_eq!(trap.seen().len(), 0);
}

#[test]
fn a_certificate_file_without_certificate_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "nothing").unwrap();
    for file in [empty, folder.path().join("missing.pem")] {
        let refused = Client::build(&Setup { extra_ca: vec![file], ..setup() }).unwrap_err();
        assert!(matches!(refused, HttpError::Setup(_)), "{refused:?}");
    }
}

use super::fake::*;
use super::sign_in::by_hand;
use crate::landing::{Ending, Landing};
use crate::listener::{Answer, Listener};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// A listener at `/callback/x`, and its `host:port`.
async fn listening() -> (Listener, String) {
    let listener = Listener::bind("/callback/x".to_owned(), QUICK).await.unwrap();
    listener.introduce(Landing { app: "Cl<a>ude".to_owned(), server: "notes".to_owned() });
    let host = Redirect {
        uri: listener.redirect_uri().to_owned(),
        state: String::new(),
        asked: std::collections::HashMap::default(),
    }
    .host();
    (listener, host)
}

/// The genuine redirect still gets through.
async fn still_works(mut listener: Listener, host: &str) {
    let target = format!(
        "GET /callback/x?code=1 HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: cross-site\r\n\r\n"
    );
    let (visit, page) = tokio::join!(
        async {
            let visit = listener.next().await;
            visit.answer.send(Answer::Now(Ending::Connected)).unwrap();
            visit.query
        },
        send(host, &target)
    );
    assert_eq!(visit, "code=1");
    assert!(page.contains("Connected") && page.contains("Cl&lt;a&gt;ude"), "{page}");
}

#[tokio::test]
async fn it_listens_on_loopback_only() {
    // Catalogue cases 18, 19.
    let (listener, host) = listening().await;
    assert!(listener.redirect_uri().starts_with("http://127.0.0.1:"));
    let port = host.rsplit(':').next().unwrap();
    assert!(TcpStream::connect(format!("[::1]:{port}")).await.is_err());
}

#[tokio::test]
async fn only_a_get_of_the_exact_path_at_the_right_host_is_a_redirect() {
    // Catalogue cases 10 to 12.
    let (listener, host) = listening().await;
    let port = host.rsplit(':').next().unwrap();
    let line = |method: &str, target: &str, more: &str| format!("{method} {target} HTTP/1.1\r\n{more}\r\n");
    let right = format!("Host: {host}\r\n");
    for (status, request) in [
        ("405", line("POST", "/callback/x", &format!("{right}Content-Length: 0\r\n"))),
        ("405", line("HEAD", "/callback/x", &right)),
        ("405", line("PUT", "/callback/x", &format!("{right}Content-Length: 0\r\n"))),
        (
            "405",
            line(
                "OPTIONS",
                "/callback/x",
                &format!("{right}Origin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\n"),
            ),
        ),
        ("404", line("GET", "/", &right)),
        ("404", line("GET", "/callback", &right)),
        ("404", line("GET", "/callback/x/", &right)),
        ("404", line("GET", "/callback/%78", &right)),
        ("404", line("GET", "/done", &right)),
        ("404", line("GET", "/callback/x", "Host: evil.example\r\n")),
        ("404", line("GET", "/callback/x", &format!("Host: localhost:{port}\r\n"))),
        ("404", line("GET", "/callback/x", "Host: 127.0.0.1\r\n")),
        ("404", line("GET", "/callback/x", "")),
        ("404", line("GET", "/callback/x", &format!("{right}Host: evil.example\r\n"))),
        ("404", line("GET", "/callback/x", &format!("{right}Sec-Fetch-Mode: no-cors\r\n"))),
        ("404", line("GET", "/callback/x", &format!("{right}Sec-Fetch-Mode: cors\r\n"))),
    ] {
        let answer = send(&host, &request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{request}{answer}");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(body.is_empty(), "{body}");
        assert!(!head.to_lowercase().contains("access-control"), "{head}");
    }
    still_works(listener, &host).await;
}

#[tokio::test]
async fn oversized_and_broken_requests_are_cut_off() {
    // Catalogue case 10.
    let (listener, host) = listening().await;
    let fields: String = "X-Y: 1\r\n".repeat(10_000);
    for request in [
        "GET /callback/x\r\n\r\n".to_owned(),
        format!("GET /callback/x?code={} HTTP/1.1\r\nHost: {host}\r\n\r\n", "a".repeat(1 << 20)),
        format!("GET /callback/x HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n"),
        "\0\u{1}\u{2}\r\n\r\n".to_owned(),
    ] {
        let answer = send(&host, &request).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    still_works(listener, &host).await;
}

#[tokio::test]
async fn whoever_dawdles_is_cut_off() {
    // Catalogue case 10 (slowloris): neither silence nor half a request holds a connection.
    let (listener, host) = listening().await;
    for half in ["", "GET /callback/x HTT"] {
        let mut stream = TcpStream::connect(&host).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, half.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let ended = tokio::time::timeout(PATIENT, stream.read_to_end(&mut answer)).await;
        assert!(ended.is_ok(), "the other side closes by itself");
    }
    still_works(listener, &host).await;
}

#[tokio::test]
async fn every_answer_is_guarded() {
    let (_listener, host) = listening().await;
    let answer = get(&host, "/").await.to_lowercase();
    for field in [
        "default-src 'none'; style-src 'sha256-",
        "frame-ancestors 'none'",
        "referrer-policy: no-referrer",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
    ] {
        assert!(answer.contains(field), "{field}: {answer}");
    }
}

#[tokio::test]
async fn a_client_that_registers_itself_gets_a_path_of_its_own() {
    let fake = Fake::start([]).await;
    let path = |waiting: &crate::AwaitRedirect| Redirect::of(waiting).path();
    let own = path(&fake.begin(&crate::ClientSettings::default()).await.unwrap());
    assert_eq!(own.strip_prefix("/callback/").map(str::len), Some(22), "{own}");
    assert_eq!(path(&fake.begin(&by_hand("id", None)).await.unwrap()), "/callback");
}

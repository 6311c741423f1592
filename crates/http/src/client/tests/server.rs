//! A server on loopback that does what a script says.

use crate::address::Address;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// What a test's server does next.
#[derive(Clone)]
pub(super) enum Step {
    Close,
    Endless(Vec<u8>),
    Hold,
    Say(Vec<u8>),
}

pub(super) struct Server {
    pub(super) port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Serves on loopback; `script` answers the n-th request.
    pub(super) async fn start(script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self::start_with(script, None).await
    }

    pub(super) async fn start_with(
        script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static,
        tls: Option<tokio_rustls::TlsAcceptor>,
    ) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (script, log) = (Arc::new(script), Arc::clone(&seen));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (script, log, tls) = (Arc::clone(&script), Arc::clone(&log), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => converse(socket, &*script, &log).await,
                        Some(tls) => {
                            if let Ok(socket) = tls.accept(socket).await {
                                converse(socket, &*script, &log).await;
                            }
                        }
                    }
                });
            }
        });
        Self { port, seen }
    }

    pub(super) fn url(&self, path: &str) -> Address {
        Address::parse(&format!("http://127.0.0.1:{}{path}", self.port)).unwrap()
    }

    pub(super) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    mut socket: S,
    script: &(impl Fn(&str) -> Vec<Step> + ?Sized),
    log: &Mutex<Vec<String>>,
) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(n @ 1..) = socket.read(&mut buffer).await {
        let request = String::from_utf8_lossy(&buffer[..n]).into_owned();
        log.lock().unwrap().push(request.clone());
        for step in script(&request) {
            match step {
                Step::Close => return,
                Step::Endless(piece) => while socket.write_all(&piece).await.is_ok() {},
                Step::Hold => std::future::pending().await,
                Step::Say(bytes) => {
                    if socket.write_all(&bytes).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

pub(super) fn ok(body: &str) -> Vec<Step> {
    say(&format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()))
}

pub(super) fn say(text: &str) -> Vec<Step> {
    vec![Step::Say(text.as_bytes().to_vec())]
}

pub(super) fn redirect(status: u16, to: &str) -> Vec<Step> {
    say(&format!("HTTP/1.1 {status} Elsewhere\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"))
}

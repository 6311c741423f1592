//! Starts and stops the two servers.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};

use crate::event::{Event, Tally};
use crate::faults::Faults;
use crate::options::Options;
use crate::reply::{Cut, Reply};
use crate::world::World;
use crate::{authorization, mcp};

/// Both servers, running until [`Practice::stop`] or until it is dropped.
#[derive(Debug)]
pub struct Practice {
    world: Arc<World>,
    servers: [JoinHandle<()>; 2],
}

/// Connections that one server keeps at a time; further ones wait.
const MOST_CONNECTIONS: usize = 512;

impl Practice {
    /// Binds both servers to free ports of 127.0.0.1 and starts to serve. Needs a tokio runtime.
    ///
    /// # Errors
    /// If loopback gives no port.
    pub async fn start(options: Options) -> io::Result<Self> {
        let resource = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let issuer = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let world = Arc::new(World::new(options, resource.local_addr()?, issuer.local_addr()?));
        let servers = [
            tokio::spawn(serve(resource, Server::Resource, Arc::clone(&world))),
            tokio::spawn(serve(issuer, Server::Authorization, Arc::clone(&world))),
        ];
        Ok(Self { world, servers })
    }

    /// The MCP endpoint: `http://127.0.0.1:PORT/mcp`.
    pub fn server_url(&self) -> String {
        self.world.resource.clone()
    }

    /// The authorization server's issuer: `http://127.0.0.1:PORT`.
    pub fn issuer(&self) -> String {
        self.world.issuer.clone()
    }

    /// What happened so far, in order. The oldest are dropped beyond ten thousand.
    pub fn events(&self) -> Vec<Event> {
        self.world.events()
    }

    /// How often things happened so far, also what [`Self::events`] has dropped.
    pub fn tally(&self) -> Tally {
        self.world.tally()
    }

    /// How often a tool ran with this argument `nonce`.
    pub fn executions(&self, nonce: &str) -> usize {
        let ran = |event: &&Event| matches!(event, Event::Called { nonce: Some(given), .. } if given == nonce);
        self.world.events().iter().filter(ran).count()
    }

    /// Changes what goes wrong from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.world.set_faults(faults);
    }

    /// Makes every access token lapse now; refresh tokens stay good.
    pub fn expire_access_tokens(&self) {
        self.world.tables().tokens.expire_access_tokens();
    }

    /// Forgets every token, as an administrator at the authorization server would.
    pub fn revoke_everything(&self) {
        self.world.tables().tokens.revoke_everything();
    }

    /// Forgets every legacy session, as a server that restarted would.
    pub fn forget_sessions(&self) {
        self.world.tables().sessions.clear();
    }

    /// Closes both servers and every connection.
    pub async fn stop(mut self) {
        for server in &mut self.servers {
            server.abort();
            // An aborted task answers with its cancellation, which is what was asked for.
            let _ = server.await;
        }
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
        self.world.end_tasks();
    }
}

/// Which of the two a connection reached.
#[derive(Clone, Copy)]
enum Server {
    Authorization,
    Resource,
}

/// Accepts until it is aborted; the connections are its own and end with it.
async fn serve(listener: TcpListener, server: Server, world: Arc<World>) {
    let mut connections = JoinSet::new();
    let seats = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        while connections.try_join_next().is_some() {}
        let Ok(seat) = Arc::clone(&seats).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: try again in a moment instead of spinning.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let world = Arc::clone(&world);
        connections.spawn(async move {
            let service = service_fn(move |request| {
                let world = Arc::clone(&world);
                async move { answer(server, world, request).await }
            });
            let served = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(Duration::from_secs(30))
                .serve_connection(TokioIo::new(stream), service)
                .await;
            if let Err(error) = served {
                tracing::debug!(%error, "a practice connection ended early");
            }
            drop(seat);
        });
    }
}

async fn answer(
    server: Server,
    world: Arc<World>,
    request: hyper::Request<hyper::body::Incoming>,
) -> Result<Reply, Cut> {
    match server {
        Server::Authorization => authorization::answer(&world, request).await,
        Server::Resource => mcp::answer(world, request).await,
    }
}

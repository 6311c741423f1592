//! The counter itself: serves Keyholder's own window on the channel that it inherited.
//!
//! The channel has no name, so only a process that the broker's program started can have it. What comes through it is the person.

use super::{Giver, carry_out, written};
use crate::broker::Broker;
use crate::door::outbox::Outbox;
use keyholder_console::news::{News, Subject};
use keyholder_console::order::{Ask, Order, Reply};
use keyholder_wire::frame::{HEADER_BYTES, Header, Kind};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedReceiver;

/// Orders of one window that may be under way at once.
const MOST_ORDERS: usize = 64;

/// Between two reports of what changed: a busy log is not drawn more often than anybody looks.
const BETWEEN_REPORTS: Duration = Duration::from_millis(100);

impl Broker {
    /// Serves the face at the other end of this channel until it ends, and passes it this news. `heard` is told of each of its
    /// orders, before it is carried out.
    pub async fn serve_face(
        self: &Arc<Self>,
        mut from: impl AsyncRead + Unpin,
        to: impl AsyncWrite + Unpin + Send + 'static,
        news: UnboundedReceiver<News>,
        heard: impl Fn(&Order),
    ) {
        let _open = Arc::clone(&self.open_windows);
        let (outbox, writer) = Outbox::open(to);
        let writer = tokio::spawn(writer);
        let telling = tokio::spawn(tell(Arc::clone(self), outbox.clone(), news));
        let room = Arc::new(Semaphore::new(MOST_ORDERS));
        while let Some((sequence, payload)) = next_order(&mut from).await {
            let reply = |outbox: &Outbox, reply: &Reply| {
                if let Some(bytes) = written(reply) {
                    outbox.put(Kind::Result, sequence, bytes);
                }
            };
            let order = match Ask::parse(&payload) {
                Ok(order) => order,
                Err(error) => {
                    reply(&outbox, &Reply::Error(error));
                    continue;
                }
            };
            heard(&order);
            if order.is_the_faces_own() {
                let outcome = carry_out(self, Giver::Face, order).await;
                reply(&outbox, &Reply::from(outcome));
                continue;
            }
            let Ok(place) = Arc::clone(&room).acquire_owned().await else { break };
            let (broker, outbox) = (Arc::clone(self), outbox.clone());
            tokio::spawn(async move {
                let outcome = carry_out(&broker, Giver::Face, order).await;
                if let Some(bytes) = written(&Reply::from(outcome)) {
                    outbox.put(Kind::Result, sequence, bytes);
                }
                drop(place);
            });
        }
        telling.abort();
        drop(outbox);
        writer.abort();
    }
}

/// The next order; none where the channel ends or carries anything else.
async fn next_order(from: &mut (impl AsyncRead + Unpin)) -> Option<(u64, Vec<u8>)> {
    let mut head = [0; HEADER_BYTES];
    from.read_exact(&mut head).await.ok()?;
    let header = Header::decode(head).ok().filter(|header| header.kind == Kind::Order)?;
    let mut payload = vec![0; header.length as usize];
    from.read_exact(&mut payload).await.ok()?;
    Some((header.sequence, payload))
}

/// Passes on what the face must hear, and says what changed.
async fn tell(broker: Arc<Broker>, outbox: Outbox, mut news: UnboundedReceiver<News>) {
    let put = |news: &News| {
        if let Ok(bytes) = serde_json::to_vec(news) {
            outbox.put(Kind::News, 0, bytes);
        }
    };
    let mut reader = broker.bulletin.read(&Subject::ALL);
    let mut quiet_until = tokio::time::Instant::now();
    loop {
        tokio::select! {
            heard = news.recv() => match heard {
                Some(heard) => put(&heard),
                None => return,
            },
            changed = async {
                tokio::time::sleep_until(quiet_until).await;
                reader.next().await
            } => {
                quiet_until = tokio::time::Instant::now() + BETWEEN_REPORTS;
                for subject in changed {
                    put(&News::Changed { subject });
                }
            }
        }
    }
}

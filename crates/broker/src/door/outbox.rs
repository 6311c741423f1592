//! What goes back through a door: one queue, one writer, so that frames are never mixed.

use bytes::Bytes;
use interprocess::local_socket::tokio::Stream;
use keyholder_wire::frame::{HEADER_BYTES, Header, Kind};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{Notify, mpsc};

/// A host that does not read holds back what produces for it once this much waits.
const HIGH_WATER: usize = 4 << 20;

/// Frames are gathered into one write up to this size.
const GATHER: usize = 64 << 10;

struct Frame {
    kind: Kind,
    sequence: u64,
    payload: Bytes,
}

/// The writing end of a connection whose reading end is used elsewhere.
pub struct Shared(pub Arc<Stream>);

impl AsyncWrite for Shared {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut &*self.0).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut &*self.0).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut &*self.0).poll_shutdown(context)
    }
}

/// The sending end. Putting a frame in never waits and cannot be cut in half by a cancelled task.
#[derive(Clone)]
pub struct Outbox {
    frames: mpsc::UnboundedSender<Frame>,
    waiting: Arc<Waiting>,
}

#[derive(Default)]
struct Waiting {
    bytes: AtomicUsize,
    room: Notify,
}

impl Outbox {
    /// Starts the writer of a connection. It ends when the connection breaks or the last outbox is dropped.
    pub fn open(to: impl AsyncWrite + Unpin + Send) -> (Self, impl Future<Output = ()> + Send) {
        let (frames, queue) = mpsc::unbounded_channel();
        let waiting = Arc::new(Waiting::default());
        let outbox = Self { frames, waiting: Arc::clone(&waiting) };
        (outbox, write_all(to, queue, waiting))
    }

    /// Queues a frame. After the connection broke it is dropped: there is nobody to read it.
    pub fn put(&self, kind: Kind, sequence: u64, payload: impl Into<Bytes>) {
        let payload = payload.into();
        self.waiting.bytes.fetch_add(payload.len(), Ordering::Relaxed);
        let _ = self.frames.send(Frame { kind, sequence, payload });
    }

    /// Waits until the other end has read enough.
    pub async fn room(&self) {
        loop {
            let freed = self.waiting.room.notified();
            if self.waiting.bytes.load(Ordering::Relaxed) < HIGH_WATER || self.frames.is_closed() {
                return;
            }
            freed.await;
        }
    }

    /// Whether the other end is gone.
    pub fn is_closed(&self) -> bool {
        self.frames.is_closed()
    }
}

async fn write_all(to: impl AsyncWrite + Unpin, queue: mpsc::UnboundedReceiver<Frame>, waiting: Arc<Waiting>) {
    write_frames(to, queue, &waiting).await;
    // The queue is closed from here on: whoever waits for room waits for nothing.
    waiting.room.notify_waiters();
}

async fn write_frames(mut out: impl AsyncWrite + Unpin, mut queue: mpsc::UnboundedReceiver<Frame>, waiting: &Waiting) {
    let mut batch = Vec::with_capacity(32);
    let mut buffer: Vec<u8> = Vec::with_capacity(GATHER);
    while queue.recv_many(&mut batch, 32).await > 0 {
        let mut written = 0;
        for frame in batch.drain(..) {
            written += frame.payload.len();
            let Ok(header) = Header::of(frame.kind, frame.sequence, &frame.payload) else {
                tracing::error!(bytes = frame.payload.len(), "a message too long for a bridge was dropped");
                continue;
            };
            if buffer.len() + frame.payload.len() > GATHER && !buffer.is_empty() {
                if out.write_all(&buffer).await.is_err() {
                    return;
                }
                buffer.clear();
            }
            buffer.extend_from_slice(&header.encode());
            if frame.payload.len() + HEADER_BYTES <= GATHER {
                buffer.extend_from_slice(&frame.payload);
            } else {
                let sent = out.write_all(&buffer).await.is_ok() && out.write_all(&frame.payload).await.is_ok();
                buffer.clear();
                if !sent {
                    return;
                }
            }
        }
        if !buffer.is_empty() && out.write_all(&buffer).await.is_err() {
            return;
        }
        buffer.clear();
        waiting.bytes.fetch_sub(written, Ordering::Relaxed);
        waiting.room.notify_waiters();
    }
}

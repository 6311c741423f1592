//! One event stream to the client.

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::mpsc;

/// Writes messages as events (WHATWG server-sent events).
#[derive(Debug)]
pub(super) struct Sse {
    pieces: mpsc::Sender<Bytes>,
    ending: Ending,
}

/// How the last event ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// With the blank line that makes it an event.
    Complete,
    /// Without it: by the standard, the event never happened.
    Missing,
}

impl Sse {
    pub(super) fn new(pieces: mpsc::Sender<Bytes>, ending: Ending) -> Self {
        Self { pieces, ending }
    }

    /// Sends a message. A client that is gone misses it.
    pub(super) async fn send(&self, message: &Value) {
        let _ = self.pieces.send(Bytes::from(format!("data: {message}\n\n"))).await;
    }

    /// Sends the last message.
    pub(super) async fn finish(self, message: &Value) {
        let end = if self.ending == Ending::Complete { "\n\n" } else { "\n" };
        let _ = self.pieces.send(Bytes::from(format!("event: message\ndata: {message}{end}"))).await;
    }

    /// Sends the last message in pieces of a few bytes, so that whatever is looked for in it is cut somewhere.
    pub(super) async fn finish_in_crumbs(self, message: &Value) {
        let event = Bytes::from(format!("data: {message}\n\n"));
        for at in (0..event.len()).step_by(7) {
            let crumb = event.slice(at..event.len().min(at + 7));
            if self.pieces.send(crumb).await.is_err() {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Resolves when the client has gone.
    pub(super) async fn gone(&self) {
        self.pieces.closed().await;
    }
}

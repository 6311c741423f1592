//! HTTP answers, whole or streamed.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use serde_json::Value;
use tokio::sync::mpsc;

/// An answer to one request.
pub(crate) type Reply = Response<Payload>;

/// The connection is cut without an answer, on purpose.
#[derive(Debug, thiserror::Error)]
#[error("the practice server cut the connection, as it was told to")]
pub(crate) struct Cut;

/// A request body larger than this is refused.
const LARGEST_REQUEST: usize = 4 << 20;

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum Payload {
    /// Sent at once.
    Whole(Option<Bytes>),
    /// Sent as it comes.
    Stream(mpsc::Receiver<Bytes>),
}

impl Body for Payload {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Stream(pieces) => pieces.poll_recv(context).map(|piece| piece.map(|piece| Ok(Frame::data(piece)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Self::Stream(_) => SizeHint::default(),
        }
    }
}

/// The whole request body, or the answer that refuses it.
pub(crate) async fn read(body: Incoming) -> Result<Bytes, Reply> {
    match Limited::new(body, LARGEST_REQUEST).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(_) => Err(empty(StatusCode::PAYLOAD_TOO_LARGE)),
    }
}

/// A status and nothing else.
pub(crate) fn empty(status: StatusCode) -> Reply {
    whole(status, Bytes::new())
}

/// JSON that no one keeps: most of these answers hold tokens or depend on one (RFC 6749 §5.1).
pub(crate) fn json(status: StatusCode, body: &Value) -> Reply {
    let reply = with(whole(status, Bytes::from(body.to_string())), CONTENT_TYPE, "application/json");
    with(reply, CACHE_CONTROL, "no-store")
}

/// A web page, or what passes for one.
pub(crate) fn html(status: StatusCode, page: String) -> Reply {
    let reply = with(whole(status, Bytes::from(page)), CONTENT_TYPE, "text/html; charset=utf-8");
    with(reply, CACHE_CONTROL, "no-store")
}

/// An event stream that is fed through the sender.
pub(crate) fn stream() -> (mpsc::Sender<Bytes>, Reply) {
    let (pieces, receiver) = mpsc::channel(16);
    let reply = with(Response::new(Payload::Stream(receiver)), CONTENT_TYPE, "text/event-stream");
    (pieces, with(reply, CACHE_CONTROL, "no-store"))
}

/// Sends the client elsewhere.
pub(crate) fn redirect(status: StatusCode, to: &str) -> Reply {
    with(empty(status), LOCATION, to)
}

/// The reply with one more header. A value that no header can hold (it can come from a fault) makes it a 500, visibly.
pub(crate) fn with(mut reply: Reply, name: HeaderName, value: &str) -> Reply {
    match HeaderValue::from_str(value) {
        Ok(value) => {
            reply.headers_mut().insert(name, value);
            reply
        }
        Err(_) => empty(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn whole(status: StatusCode, bytes: Bytes) -> Reply {
    let mut reply = Response::new(Payload::Whole(if bytes.is_empty() { None } else { Some(bytes) }));
    *reply.status_mut() = status;
    reply
}

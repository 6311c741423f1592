//! What comes back for one request: one JSON body, or a stream of messages that ends with the answer.

use crate::answer::{error_answer, is_id, media_type};
use crate::batch;
use crate::era::Era;
use crate::error::UpstreamError;
use crate::presented::Presented;
use crate::sse::{Event, Parser};
use crate::wire::Wire;
use bytes::Bytes;
use keyholder_http::{Body, HttpError, Limits};
use keyholder_mcp::envelope::{self, Answer, Message};
use keyholder_model::permit::{Permit, Spent};
use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};

/// The messages that belong to one request, in their order. Dropping it in the modern era cancels the request (T-049): the
/// response stream is closed.
pub struct Reply {
    way: Way,
    ready: VecDeque<Bytes>,
    state: State,
    answered: bool,
    answer: Option<AnswerAt>,
    /// The one message is a whole body: if it cannot be read, there is nothing else to wait for.
    is_whole: bool,
    spent: Option<Spent>,
}

/// Where in the last message the answer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerAt {
    /// `error`, in these bytes.
    Error(Range<usize>),
    /// `result`, in these bytes.
    Result(Range<usize>),
}

enum State {
    Ended,
    Open(Box<(Body, Parser)>),
    /// Legacy: until the stream is asked for again.
    Waiting(Instant),
}

/// How to judge and, in the legacy era, resume one stream.
pub(crate) struct Way {
    /// Present where a stream may be resumed.
    wire: Option<Arc<Wire>>,
    presented: Option<Arc<Presented>>,
    expects: Option<String>,
    is_modern: bool,
    has_batches: bool,
    last_id: Option<Bytes>,
    retry: Duration,
    failures: u32,
    heard: bool,
    deadline: Option<Instant>,
}

impl Way {
    /// `expects` is the id of the request whose answer ends the stream; a stream without one ends by itself.
    pub(crate) fn new(wire: &Arc<Wire>, presented: Option<&Arc<Presented>>, expects: Option<String>) -> Self {
        let is_modern = matches!(wire.era, Era::Modern { .. });
        Self {
            wire: (!is_modern).then(|| Arc::clone(wire)),
            presented: presented.filter(|_| !is_modern).cloned(),
            is_modern,
            has_batches: wire.era.has_batches(),
            last_id: None,
            retry: FIRST_RETRY,
            failures: 0,
            heard: false,
            // The whole call ends some day, however often its stream is resumed (T-053).
            deadline: expects.as_ref().and(Limits::MESSAGE.total).map(|total| Instant::now() + total),
            expects,
        }
    }
}

impl Reply {
    /// Remembers what the request was sent with.
    pub(crate) fn for_permit(mut self, spent: Spent) -> Self {
        self.spent = Some(spent);
        self
    }

    /// Where the answer stands in the message that [`next`](Self::next) gave last; `None` as long as it was not the answer.
    pub fn answer_at(&self) -> Option<&AnswerAt> {
        self.answer.as_ref()
    }

    /// A permit for the very same request, once: for the retry that a server asks for with `input_required` (T-207). Nobody
    /// else may ask for it.
    pub fn again(&mut self) -> Option<Permit> {
        self.spent.take().map(Spent::refund)
    }

    /// Nothing is expected and nothing comes.
    pub(crate) fn nothing() -> Self {
        let way = Way {
            wire: None,
            presented: None,
            expects: None,
            is_modern: true,
            has_batches: false,
            last_id: None,
            retry: FIRST_RETRY,
            failures: 0,
            heard: false,
            deadline: None,
        };
        Self {
            way,
            ready: VecDeque::new(),
            state: State::Ended,
            answered: false,
            answer: None,
            is_whole: false,
            spent: None,
        }
    }

    /// A whole JSON body.
    pub(crate) fn body(way: Way, body: Bytes) -> Result<Self, UpstreamError> {
        let mut reply = Self {
            way,
            ready: VecDeque::new(),
            state: State::Ended,
            answered: false,
            answer: None,
            is_whole: false,
            spent: None,
        };
        if reply.way.has_batches && batch::is_batch(&body) {
            reply.ready.extend(batch::split(&body).ok_or(UpstreamError::Malformed)?);
        } else {
            reply.is_whole = true;
            reply.ready.push_back(body);
        }
        Ok(reply)
    }

    /// A stream of events.
    pub(crate) fn stream(way: Way, body: Body) -> Self {
        let state = State::Open(Box::new((body, Parser::new(LARGEST_EVENT))));
        Self { way, ready: VecDeque::new(), state, answered: false, answer: None, is_whole: false, spent: None }
    }

    /// The next JSON-RPC message: one object, byte for byte as the server wrote it (line breaks between tokens included). `None`
    /// after the answer, or after a clean end where no answer was expected. The caller knows its answer by the id.
    ///
    /// A legacy stream that is cut after an event id is asked for again by itself, after the server's own delay (T-106). May be
    /// dropped while it waits; nothing is lost.
    ///
    /// # Errors
    /// [`UpstreamError::UnknownOutcome`] if the stream ends before the answer; [`Malformed`](UpstreamError::Malformed) if the
    /// answer is damaged; [`TooLarge`](UpstreamError::TooLarge) and [`Timeout`](UpstreamError::Timeout) at the limits.
    pub async fn next(&mut self) -> Result<Option<Bytes>, UpstreamError> {
        loop {
            if let Some(message) = self.ready.pop_front() {
                match self.pass(message) {
                    Ok(None) => continue,
                    Ok(passed) => return Ok(passed),
                    Err(why) => return self.end(why),
                }
            }
            if self.answered {
                return Ok(None);
            }
            match &mut self.state {
                State::Ended if self.way.expects.is_some() => return Err(UpstreamError::UnknownOutcome),
                State::Ended => return Ok(None),
                State::Waiting(until) => {
                    sleep_until(*until).await;
                    self.resume().await?;
                }
                State::Open(open) => {
                    let (body, parser) = &mut **open;
                    match parser.next() {
                        Err(_) => return self.end(UpstreamError::TooLarge { limit: LARGEST_EVENT }),
                        Ok(Some(event)) => self.take(event),
                        Ok(None) => match body.chunk().await {
                            Ok(Some(chunk)) => parser.feed(chunk),
                            Ok(None) => self.ended(),
                            Err(why) => self.broke(why)?,
                        },
                    }
                }
            }
        }
    }

    fn end(&mut self, why: UpstreamError) -> Result<Option<Bytes>, UpstreamError> {
        self.state = State::Ended;
        self.ready.clear();
        Err(why)
    }

    fn take(&mut self, event: Event) {
        self.way.heard = true;
        if !event.is_message || event.data.is_empty() {
            return;
        }
        match batch::is_batch(&event.data).then(|| batch::split(&event.data)).flatten() {
            Some(parts) if self.way.has_batches => self.ready.extend(parts),
            _ => self.ready.push_back(event.data),
        }
    }

    /// Lets a message through, drops it, or ends the stream because it should have been the answer and cannot be read.
    fn pass(&mut self, message: Bytes) -> Result<Option<Bytes>, UpstreamError> {
        let expected = self.way.expects.as_deref();
        match (envelope::from_server(&message), expected) {
            (Ok(Message::Response { id, answer }), Some(expected)) if is_id(id, expected) => {
                self.answered = true;
                self.answer = Some(match answer {
                    Answer::Error(raw) => AnswerAt::Error(span(&message, raw.get())),
                    Answer::Result(raw) => AnswerAt::Result(span(&message, raw.get())),
                });
            }
            (Ok(Message::Response { id, answer: Answer::Error(_) }), Some(expected)) if id.get() == "null" => {
                self.answered = true;
                let answer = error_answer(&message, expected);
                if let Some(message) = &answer
                    && let Ok(Message::Response { answer: Answer::Error(raw), .. }) = envelope::from_server(message)
                {
                    self.answer = Some(AnswerAt::Error(span(message, raw.get())));
                }
                return Ok(answer);
            }
            // T-050: a modern server must not ask; who answers it anyway would answer a stranger.
            (Ok(Message::Request { .. }), _) if self.way.is_modern => {
                tracing::debug!("a modern server sent a request, which was ignored");
                return Ok(None);
            }
            (Ok(_), _) => {}
            (Err(_), Some(expected)) if self.is_whole || mentions(&message, expected) => {
                return Err(UpstreamError::Malformed);
            }
            (Err(why), _) => {
                tracing::debug!(why = %why.message, "an undecodable message was skipped");
                return Ok(None);
            }
        }
        Ok(Some(message))
    }

    /// The stream came to a clean end.
    fn ended(&mut self) {
        let Some(parser) = self.remember() else { return };
        // Catalogue case 115: the last blank line is missing, and what is there is the whole answer.
        if let Some(event) = parser.finish()
            && let Some(expected) = &self.way.expects
            && let Ok(Message::Response { id, .. }) = envelope::from_server(&event.data)
            && is_id(id, expected)
        {
            self.ready.push_back(event.data);
            return;
        }
        self.wait_to_resume();
    }

    fn broke(&mut self, why: HttpError) -> Result<(), UpstreamError> {
        self.remember();
        match why {
            HttpError::Broken { .. } if self.wait_to_resume() => Ok(()),
            HttpError::Broken { .. } if self.way.expects.is_some() => Err(UpstreamError::UnknownOutcome),
            other => Err(other.into()),
        }
    }

    /// Ends the present stream, keeping what a resumption needs.
    fn remember(&mut self) -> Option<Parser> {
        let State::Open(open) = std::mem::replace(&mut self.state, State::Ended) else { return None };
        let (_, parser) = *open;
        if let Some(id) = parser.last_id() {
            self.way.last_id = Some(id.clone());
        }
        if let Some(retry) = parser.retry() {
            self.way.retry = retry.min(LONGEST_RETRY);
        }
        Some(parser)
    }

    /// Whether the stream will be asked for again, after the server's own delay, growing while nothing comes of it.
    fn wait_to_resume(&mut self) -> bool {
        let way = &mut self.way;
        way.failures = if std::mem::take(&mut way.heard) { 0 } else { way.failures + 1 };
        let may = way.wire.is_some() && way.last_id.as_ref().is_some_and(|id| !id.is_empty());
        if !may || way.failures > MOST_FAILURES {
            return false;
        }
        let grown = way.retry.mul_f64(1.5_f64.powi(i32::try_from(way.failures).unwrap_or(0)));
        let until = Instant::now() + grown.min(LONGEST_BACKOFF).max(way.retry);
        if way.deadline.is_some_and(|deadline| until > deadline) {
            return false;
        }
        self.state = State::Waiting(until);
        true
    }

    /// GET with `Last-Event-ID`. Carries no message, so it repeats nothing.
    async fn resume(&mut self) -> Result<(), UpstreamError> {
        let Some(wire) = &self.way.wire else { return Ok(()) };
        let limits = if self.way.expects.is_some() { Limits::MESSAGE } else { Limits::STREAM };
        let opened = wire.get(self.way.last_id.as_ref(), self.way.presented.as_deref(), &limits).await;
        self.state = State::Ended;
        let hopeless = match opened {
            Ok(opened)
                if opened.status == 200 && media_type(&opened.headers).as_deref() == Some("text/event-stream") =>
            {
                self.state = State::Open(Box::new((opened.body, Parser::new(LARGEST_EVENT))));
                return Ok(());
            }
            Ok(opened) => !opened.status.is_server_error(),
            Err(why) => !matches!(why, UpstreamError::Network(_) | UpstreamError::Timeout(_)),
        };
        if !hopeless && self.wait_to_resume() {
            return Ok(());
        }
        // A listener without news may begin anew; a request without its answer has an unknown outcome.
        if self.way.expects.is_some() { Err(UpstreamError::UnknownOutcome) } else { Ok(()) }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        // After the answer only the end of the stream is missing, usually a few bytes: with them read, the connection can be
        // used again. Before the answer, dropping means cancelling, and the stream is closed at once.
        if self.answered
            && let State::Open(mut open) = std::mem::replace(&mut self.state, State::Ended)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move {
                let drain = async {
                    for _ in 0..MOST_DRAINED {
                        if !matches!(open.0.chunk().await, Ok(Some(_))) {
                            break;
                        }
                    }
                };
                let _whether_or_not_it_ended = timeout(LONGEST_DRAIN, drain).await;
            });
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("expects", &self.way.expects)
            .field("answered", &self.answered)
            .finish_non_exhaustive()
    }
}

/// Where a part of a message stands in it.
fn span(message: &[u8], part: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - message.as_ptr() as usize;
    start..start + part.len()
}

/// Whether a damaged message names this id, and so was meant to be its answer (catalogue case 117).
fn mentions(message: &[u8], id: &str) -> bool {
    let mut rest = message;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        rest = &rest[quote + 1..];
        if rest.strip_prefix(id.as_bytes()).is_some_and(|after| after.first() == Some(&b'"')) {
            return true;
        }
    }
    false
}

/// Catalogue case 118.
const LARGEST_EVENT: usize = 16 << 20;
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);
const LONGEST_RETRY: Duration = Duration::from_mins(5);
const MOST_FAILURES: u32 = 5;
const MOST_DRAINED: usize = 16;
const LONGEST_DRAIN: Duration = Duration::from_secs(1);

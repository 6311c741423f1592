//! One bridge's conversation: reads its frames, keeps count of what is under way, answers each request once.

use crate::broker::Broker;
use crate::door::outbox::{Outbox, Shared};
use crate::door::peer;
use crate::line::Line;
use crate::refusal::Refusal;
use crate::request::{self, Request};
use crate::road;
use crate::server_asks::ServerAsks;
use crate::site::Site;
use interprocess::local_socket::tokio::Stream;
use keyholder_mcp::envelope::{self, Message};
use keyholder_mcp::era::{self, Side};
use keyholder_mcp::fault::{Code, Fault};
use keyholder_mcp::members;
use keyholder_mcp::reply;
use keyholder_model::caller::Caller;
use keyholder_model::id::SessionId;
use keyholder_wire::frame::{HEADER_BYTES, Header, Kind};
use keyholder_wire::hello::{Hello, Welcome};
use keyholder_wire::scan;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, BufReader};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;

/// How many requests of one host may be under way; more wait unread.
const UNDER_WAY: usize = 256;

/// How long a bridge may take to greet.
const GREETING: Duration = Duration::from_secs(10);

/// One bridge's conversation.
pub(crate) struct Session {
    /// Its id.
    pub(crate) id: SessionId,
    /// Who is behind the bridge.
    pub(crate) caller: Caller,
    /// The server and account that this bridge was started for: it can reach no other.
    pub(crate) site: Arc<Site>,
    /// The house.
    pub(crate) broker: Arc<Broker>,
    /// Since when.
    pub(crate) since: keyholder_model::clock::Timestamp,
    /// The way back.
    pub(crate) outbox: Outbox,
    /// The connection to the server.
    pub(crate) line: Line,
    /// What servers have asked this host.
    pub(crate) server_asks: ServerAsks,
    host: Mutex<Host>,
    under_way: Mutex<HashMap<String, UnderWay>>,
}

/// A request that has no answer yet.
struct UnderWay {
    task: AbortHandle,
    sequence: u64,
    method: String,
    side: Side,
    sent: Arc<AtomicBool>,
}

/// What the host has said about itself. A claim, shown as such, trusted for nothing (T-029).
#[derive(Clone, Debug)]
pub(crate) struct Host {
    /// The era of its latest request.
    pub(crate) side: Side,
    /// The legacy revision agreed on.
    pub(crate) version: String,
    /// Its capabilities, exact text of an object.
    pub(crate) capabilities: String,
    /// The log level that a legacy host set, for servers of the modern era.
    pub(crate) log_level: Option<String>,
}

/// Serves one bridge until either side leaves.
pub(crate) async fn serve(broker: Arc<Broker>, stream: Stream) {
    let caller = match peer::identify(&stream) {
        Ok(caller) => caller,
        Err(why) => {
            tracing::warn!(%why, "a bridge was turned away");
            return;
        }
    };
    let stream = Arc::new(stream);
    let mut reader = BufReader::with_capacity(64 << 10, &*stream);
    let (outbox, writer) = Outbox::open(Shared(Arc::clone(&stream)));
    let writer = tokio::spawn(writer);
    match tokio::time::timeout(GREETING, admit(&broker, caller, &outbox, &mut reader)).await {
        Ok(Ok(session)) => {
            broker.enter(&session);
            session.listen(&mut reader).await;
            broker.leave(&session);
            session.end().await;
        }
        Ok(Err(sentence)) => {
            tracing::info!(%sentence, "a bridge was refused");
            outbox.put(Kind::Refused, 0, sentence);
        }
        Err(_) => tracing::info!("a bridge did not greet in time"),
    }
    drop(outbox);
    // What is queued still goes out; a bridge that does not read is not waited for.
    let _ = tokio::time::timeout(Duration::from_secs(2), writer).await;
}

/// Reads the greeting and finds the server.
async fn admit<R: AsyncRead + Unpin>(
    broker: &Arc<Broker>,
    caller: Caller,
    outbox: &Outbox,
    reader: &mut R,
) -> Result<Arc<Session>, String> {
    let (header, payload) =
        read_frame(reader).await.map_err(|why| why.to_string())?.ok_or("the bridge left without a word")?;
    if header.kind != Kind::Hello {
        return Err("a bridge begins with its greeting".to_owned());
    }
    let hello = Hello::parse(&payload).map_err(|why| why.to_string())?;
    let site = broker.site_for(&hello).inspect_err(|sentence| broker.note_refused_bridge(&caller, sentence))?;
    let welcome = Welcome {
        version: keyholder_wire::hello::VERSION,
        broker_version: env!("CARGO_PKG_VERSION").to_owned(),
        line_limit: keyholder_wire::frame::LINE_LIMIT,
    };
    outbox.put(Kind::Welcome, 0, welcome.to_json().map_err(|why| why.to_string())?);
    let session = Arc::new(Session {
        id: SessionId::make(&*broker.clock, &*broker.rng),
        caller,
        site,
        since: broker.clock.now(),
        broker: Arc::clone(broker),
        outbox: outbox.clone(),
        line: Line::default(),
        server_asks: ServerAsks::default(),
        host: Mutex::new(Host {
            side: Side::Legacy,
            version: era::LEGACY[0].to_owned(),
            capabilities: "{}".to_owned(),
            log_level: None,
        }),
        under_way: Mutex::new(HashMap::new()),
    });
    if let Some(resume) = hello.resume {
        // The host has had its answer to this line; what it said about itself is needed again.
        if let Ok(Message::Request { params, .. }) = envelope::from_host(resume.initialize.as_bytes()) {
            session.learn_initialize(params);
        }
    }
    Ok(session)
}

async fn read_frame<R: AsyncRead + Unpin>(reader: &mut R) -> io::Result<Option<(Header, Vec<u8>)>> {
    let mut head = [0; HEADER_BYTES];
    match reader.read_exact(&mut head).await {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let header = Header::decode(head)?;
    let length = u64::from(header.length);
    // The buffer grows with what arrives, not with what is claimed.
    let mut payload = Vec::with_capacity(header.length.min(64 << 10) as usize);
    let read = reader.take(length).read_to_end(&mut payload).await?;
    if read as u64 == length { Ok(Some((header, payload))) } else { Ok(None) }
}

impl Session {
    async fn listen<R: AsyncRead + Unpin>(self: &Arc<Self>, reader: &mut R) {
        let places = Arc::new(Semaphore::new(UNDER_WAY));
        loop {
            // A host that does not read is not listened to either.
            self.outbox.room().await;
            let (header, payload) = match read_frame(reader).await {
                Ok(Some(frame)) => frame,
                Ok(None) => return,
                Err(why) => {
                    tracing::warn!(%why, "a bridge\u{2019}s connection is out of step");
                    return;
                }
            };
            match header.kind {
                Kind::Line => {
                    // Only requests take a place: a cancellation, or an answer that a call waits for, must get through.
                    let place = match scan::classify(&payload) {
                        scan::LineKind::Request(_) => Arc::clone(&places).acquire_owned().await.ok(),
                        _ => None,
                    };
                    self.take_line(header.sequence, &payload, place);
                }
                Kind::Closing => return,
                other => {
                    tracing::warn!(kind = ?other, "a bridge sent a frame that it must not send");
                    return;
                }
            }
        }
    }

    fn take_line(self: &Arc<Self>, sequence: u64, line: &[u8], place: Option<OwnedSemaphorePermit>) {
        match envelope::from_host(line) {
            Ok(Message::Request { id, method, params }) => self.take_request(sequence, id, &method, params, place),
            Ok(Message::Notification { method, params }) => self.take_notification(&method, params),
            Ok(Message::Response { id, answer }) => self.server_asks.settle(id, answer),
            Err(fault) => {
                // The message was refused, yet its id may be readable: then the host learns which request is meant. The bridge
                // reads it in the same way.
                let id = scan::request_id(line).map_or("null", |head| head.id);
                self.broker.note_refused_line(self, &fault);
                self.outbox.put(Kind::Answer, sequence, reply::fault(id, &fault));
            }
        }
    }

    fn take_request(
        self: &Arc<Self>,
        sequence: u64,
        id: &RawValue,
        method: &str,
        params: Option<&RawValue>,
        place: Option<OwnedSemaphorePermit>,
    ) {
        let modern = request::modern_host(params);
        let side = if modern.is_some() || method == "server/discover" { Side::Modern } else { Side::Legacy };
        let request = Request {
            session: Arc::clone(self),
            sequence,
            id: id.get().to_owned(),
            method: method.to_owned(),
            params: params.map(ToOwned::to_owned),
            side,
            received: self.broker.clock.monotonic(),
            own_progress: AtomicU32::new(0),
            sent: Arc::default(),
        };
        if let Some(modern) = modern {
            if modern.version != era::MODERN {
                let supported = format!(
                    r#"{{"supported":[{}],"requested":{}}}"#,
                    members::quote(era::MODERN),
                    members::quote(&modern.version.chars().take(40).collect::<String>())
                );
                let message = "this revision of MCP is not spoken here";
                let code = i64::from(Code::UnsupportedVersion.number());
                self.outbox.put(Kind::Answer, sequence, reply::error(&request.id, code, message, Some(&supported)));
                return;
            }
            if let Some(capabilities) = modern.capabilities {
                let mut host = self.lock_host();
                if host.capabilities != capabilities {
                    host.capabilities = capabilities;
                }
                host.side = Side::Modern;
            }
        }
        if method == "initialize" {
            self.learn_initialize(params);
        }
        let mut under_way = self.lock_under_way();
        if under_way.contains_key(&request.id) {
            let fault = Fault::new(Code::InvalidRequest, "a request with this id is still under way");
            self.broker.note_refused_line(self, &fault);
            self.outbox.put(Kind::Answer, sequence, reply::fault(&request.id, &fault));
            return;
        }
        let (key, method, sent) = (request.id.clone(), request.method.clone(), Arc::clone(&request.sent));
        let task = tokio::spawn(async move {
            let line = road::take(&request).await;
            request.session.finish(&request, line);
            drop(place);
        });
        under_way.insert(key, UnderWay { task: task.abort_handle(), sequence, method, side, sent });
    }

    /// Sends the answer, unless the request was cancelled in the meantime: whoever takes it off the list decides.
    fn finish(&self, request: &Request, line: String) {
        if self.lock_under_way().remove(&request.id).is_some() {
            let line = self.broker.scrub(self, line.into_bytes());
            self.outbox.put(Kind::Answer, request.sequence, line);
        }
    }

    fn take_notification(self: &Arc<Self>, method: &str, params: Option<&RawValue>) {
        if method == "notifications/cancelled" {
            let cut = params.and_then(|params| members::of(params.get()).ok()).unwrap_or_default();
            if let Some(id) = members::find(&cut, "requestId") {
                self.cancel(id.get());
            }
            return;
        }
        // A legacy server hears of it, if there is a line to one. The handshake itself is ours to do.
        // What is not upkeep is nothing that a host has to tell a server, and no rule was asked about it.
        let is_upkeep = keyholder_policy::Upkeep::of_method(method) == Some(keyholder_policy::Upkeep::Notify);
        if is_upkeep && method != "notifications/progress" {
            let session = Arc::clone(self);
            let (method, params) = (method.to_owned(), params.map(ToOwned::to_owned));
            tokio::spawn(async move { crate::exchange::notify(&session, &method, params.as_deref()).await });
        }
    }

    /// Dropping the task withdraws its question, closes its stream and closes its audit entry (T-144).
    fn cancel(&self, id: &str) {
        if let Some(cancelled) = self.lock_under_way().remove(id) {
            cancelled.task.abort();
            // Nothing for the host (T-144): an empty answer only tells the bridge that none is owed any more.
            self.outbox.put(Kind::Answer, cancelled.sequence, bytes::Bytes::new());
        }
    }

    fn learn_initialize(&self, params: Option<&RawValue>) {
        let cut = params.and_then(|params| members::of(params.get()).ok()).unwrap_or_default();
        let asked = members::find(&cut, "protocolVersion").and_then(envelope::text_of).unwrap_or_default();
        let capabilities = members::find(&cut, "capabilities").map(RawValue::get).filter(|text| text.starts_with('{'));
        let mut host = self.lock_host();
        host.side = Side::Legacy;
        era::negotiate(&asked).clone_into(&mut host.version);
        capabilities.unwrap_or("{}").clone_into(&mut host.capabilities);
    }

    /// What the host has said about itself so far.
    pub(crate) fn host(&self) -> Host {
        self.lock_host().clone()
    }

    /// Remembers the log level that a legacy host wants.
    pub(crate) fn set_log_level(&self, level: String) {
        self.lock_host().log_level = Some(level);
    }

    /// How many requests have no answer yet.
    pub(crate) fn pending(&self) -> u32 {
        u32::try_from(self.lock_under_way().len()).unwrap_or(u32::MAX)
    }

    /// Sends the host a message that answers nothing.
    pub(crate) fn tell(&self, line: String) {
        let line = self.broker.scrub(self, line.into_bytes());
        self.outbox.put(Kind::Message, 0, line);
    }

    /// Tells the host that what it may use has changed (T-028).
    pub(crate) fn tell_tools_changed(&self) {
        if self.host().side == Side::Legacy {
            self.tell(reply::notification("notifications/tools/list_changed", None));
        }
    }

    /// Cuts everything that is under way, with one answer each (a revoked grant, a removed server).
    pub(crate) fn cut(&self, refusal: &Refusal) {
        let cut: Vec<(String, UnderWay)> = self.lock_under_way().drain().collect();
        tracing::info!(session = %self.id, requests = cut.len(), why = %refusal, "cut");
        for (id, request) in cut {
            request.task.abort();
            let has_been_sent = request.sent.load(Ordering::Acquire);
            let line = refusal.cut_line(&id, &request.method, request.side, self.site.server.as_str(), has_been_sent);
            self.outbox.put(Kind::Answer, request.sequence, line);
        }
        self.line.hang_up();
    }

    async fn end(&self) {
        let left: Vec<UnderWay> = self.lock_under_way().drain().map(|(_, request)| request).collect();
        for request in left {
            request.task.abort();
        }
        self.line.close(self).await;
    }

    fn lock_host(&self) -> std::sync::MutexGuard<'_, Host> {
        self.host.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_under_way(&self) -> std::sync::MutexGuard<'_, HashMap<String, UnderWay>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

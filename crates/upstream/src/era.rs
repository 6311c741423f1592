//! Finding out what a server speaks, and greeting it (T-080 to T-087).
//!
//! Only what a server says about the question decides: a sign-in that is missing, an outage or a broken connection is reported
//! as such and says nothing about the era (T-082).

use crate::answer::{judge, media_type, not_mcp};
use crate::error::{UpstreamError, excerpt};
use crate::link::Endpoint;
use crate::presented::Presented;
use crate::wire::{MCP_SESSION_ID, Wire};
use bytes::Bytes;
use http::HeaderValue;
use keyholder_http::{Address, HttpError, Limits, Phase};
use keyholder_mcp::envelope::{self, Answer, Message};
use keyholder_mcp::era::{LEGACY, MODERN};
use keyholder_mcp::members::Writer;
use keyholder_mcp::outgoing::{Composer, ModernMeta, Outgoing, Subject, Toward};
use keyholder_model::digest::Digest;
use keyholder_model::permit::Permit;
use keyholder_secret::token::SessionToken;
use serde_json::value::RawValue;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Which protocol a server speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Era {
    /// A handshake, then a session.
    Legacy {
        /// 2025-11-25 or earlier, as negotiated.
        version: String,
    },
    /// Each request for itself.
    Modern {
        /// 2026-07-28.
        version: String,
    },
}

impl Era {
    /// The value of `MCP-Protocol-Version`: not defined before 2025-06-18 (T-101).
    pub(crate) fn header_version(&self) -> Option<&str> {
        match self {
            Self::Modern { version } => Some(version),
            // Revisions are dates, so the order of the texts is the order in time.
            Self::Legacy { version } => (version.as_str() >= "2025-06-18").then_some(version),
        }
    }

    /// Whether the server may send arrays of messages (T-109).
    pub(crate) fn has_batches(&self) -> bool {
        matches!(self, Self::Legacy { version } if version == "2025-03-26")
    }
}

/// What a server is told at the beginning.
pub struct Hello {
    /// The server's name, for the digests of the greeting.
    pub server: String,
    /// The account's label, likewise.
    pub account: String,
    /// Who we say we are: exact text of an `Implementation` object.
    pub client_info: Box<RawValue>,
    /// What the client can do: exact text of an object.
    pub capabilities: Box<RawValue>,
    /// The beginning of the greeting's request ids; unique within a link.
    pub id_seed: String,
    /// Gives the permit for a greeting, which is routine: nothing at all is sent without one (invariant 3).
    pub routine: Arc<dyn Fn(Digest) -> Permit + Send + Sync>,
}

impl fmt::Debug for Hello {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hello").field("server", &self.server).field("account", &self.account).finish_non_exhaustive()
    }
}

/// How a server greeted back.
#[derive(Debug, Clone)]
pub struct Greeting {
    /// What it speaks.
    pub era: Era,
    /// The raw `DiscoverResult` or `InitializeResult`.
    pub result: Bytes,
}

/// What `server/discover` told.
enum Verdict {
    /// Let `initialize` decide; if it fails, this is why the server is not modern either.
    Legacy(Option<UpstreamError>),
    Modern(Bytes),
}

/// A server's word on a greeting.
enum Said {
    Error {
        code: i64,
        message: String,
        supported: Option<Vec<String>>,
    },
    Result(Bytes),
    /// No JSON-RPC answer, yet an answer: a status, a page.
    Unusable(UpstreamError),
}

pub(crate) async fn greet(
    endpoint: &Endpoint,
    hello: &Hello,
    presented: Option<&Arc<Presented>>,
    prior: Option<&Era>,
) -> Result<(Wire, Greeting), UpstreamError> {
    let greeter = Greeter { endpoint, hello, presented };
    if matches!(prior, Some(Era::Legacy { .. })) {
        match greeter.initialize().await {
            Err(UpstreamError::NotMcp { .. } | UpstreamError::Refused { .. }) => {}
            other => return other,
        }
    }
    match greeter.discover().await? {
        Verdict::Modern(result) => {
            let era = Era::Modern { version: MODERN.to_owned() };
            Ok((greeter.wire(era.clone(), None), Greeting { era, result }))
        }
        Verdict::Legacy(otherwise) => match (greeter.initialize().await, otherwise) {
            (Err(UpstreamError::NotMcp { .. } | UpstreamError::Refused { .. }), Some(modern)) => Err(modern),
            (outcome, _) => outcome,
        },
    }
}

struct Greeter<'a> {
    endpoint: &'a Endpoint,
    hello: &'a Hello,
    presented: Option<&'a Arc<Presented>>,
}

impl Greeter<'_> {
    async fn discover(&self) -> Result<Verdict, UpstreamError> {
        let wire = Arc::new(self.wire(Era::Modern { version: MODERN.to_owned() }, None));
        let mut attempts = ["discover", "discover-again"].into_iter().peekable();
        loop {
            let Some(attempt) = attempts.next() else { return Ok(Verdict::Legacy(None)) };
            let id = format!("{}-{attempt}", self.hello.id_seed);
            let outgoing =
                self.compose(self.modern(), |composer| composer.request(&id, "server/discover", None, &[], &[]))?;
            return match self.ask(&wire, outgoing, PROBE).await?.0 {
                Said::Result(result) => judge_discovery(result),
                Said::Error { code: -32022, supported, .. } => match supported {
                    Some(theirs) if theirs.iter().any(|version| version == MODERN) && attempts.peek().is_some() => {
                        continue;
                    }
                    Some(theirs) if !speaks_legacy(&theirs) => Err(no_common(&theirs)),
                    _ => Ok(Verdict::Legacy(None)),
                },
                // T-083: said by modern servers only; there is nothing to correct, so one `initialize` may show otherwise.
                Said::Error { code: code @ (-32020 | -32021), message, .. } => {
                    Ok(Verdict::Legacy(Some(UpstreamError::Refused { code, message })))
                }
                Said::Unusable(_) | Said::Error { .. } => Ok(Verdict::Legacy(None)),
            };
        }
    }

    async fn initialize(&self) -> Result<(Wire, Greeting), UpstreamError> {
        // Before the version is agreed on no version stands in a header.
        let wire = Arc::new(self.wire(Era::Legacy { version: String::new() }, None));
        let mut params = Writer::with_capacity(512);
        params.string("protocolVersion", LEGACY[0]);
        params.raw("capabilities", self.hello.capabilities.get());
        params.raw("clientInfo", self.hello.client_info.get());
        let params = RawValue::from_string(params.finish()).map_err(|_| UNSENDABLE)?;
        let id = format!("{}-initialize", self.hello.id_seed);
        let outgoing =
            self.compose(Toward::Legacy, |composer| composer.request(&id, "initialize", Some(&params), &[], &[]))?;
        let (said, session) = self.ask(&wire, outgoing, INITIALIZE).await?;
        let result = match said {
            Said::Result(result) => result,
            Said::Error { code, message, .. } => return Err(UpstreamError::Refused { code, message }),
            Said::Unusable(why) => return Err(why),
        };
        let version = agreed_version(&result)?;
        let era = Era::Legacy { version };
        let wire = Arc::new(self.wire(era.clone(), session.as_ref().map(session_token).transpose()?));
        self.tell_initialized(&wire).await?;
        let wire = Arc::into_inner(wire).ok_or(UpstreamError::Malformed)?;
        Ok((wire, Greeting { era, result }))
    }

    async fn tell_initialized(&self, wire: &Arc<Wire>) -> Result<(), UpstreamError> {
        let outgoing =
            self.compose(Toward::Legacy, |composer| composer.notification("notifications/initialized", None))?;
        (self.hello.routine)(outgoing.digest).spend(&outgoing.digest)?;
        let opened = wire.post(&outgoing, self.presented.map(Arc::as_ref), &limits(INITIALIZE)).await?;
        match judge(wire, opened, None, self.presented).await {
            // T-046: said about a notification, it is worth a line in the log and nothing more.
            Err(why @ UpstreamError::Status { .. }) => {
                tracing::debug!(%why, "the server did not take note of the beginning");
                Ok(())
            }
            other => other.map(drop),
        }
    }

    /// Sends one greeting and waits for the answer to it.
    async fn ask(
        &self,
        wire: &Arc<Wire>,
        outgoing: Outgoing,
        within: Duration,
    ) -> Result<(Said, Option<HeaderValue>), UpstreamError> {
        (self.hello.routine)(outgoing.digest).spend(&outgoing.digest)?;
        let conversation = async {
            let opened = wire.post(&outgoing, self.presented.map(Arc::as_ref), &limits(within)).await?;
            let session = opened.headers.get(MCP_SESSION_ID).cloned();
            let (status, kind) = (opened.status.as_u16(), media_type(&opened.headers));
            let unusable = || Said::Unusable(not_mcp(wire, status, kind.as_deref()));
            let said = match judge(wire, opened, outgoing.id, self.presented).await {
                Ok(mut reply) => loop {
                    match reply.next().await {
                        Ok(Some(message)) => {
                            if let Some(said) = said(&message) {
                                break said;
                            }
                        }
                        Ok(None) | Err(UpstreamError::Malformed) => break unusable(),
                        Err(why) => return Err(why),
                    }
                },
                // 408, 425 and 429 say "not now"; every other 4xx says "not like this".
                Err(UpstreamError::Status { status: 400..=407 | 409..=424 | 426..=428 | 430..=499, .. }) => unusable(),
                Err(UpstreamError::Malformed | UpstreamError::NoAnswer { .. } | UpstreamError::NotMcp { .. }) => {
                    unusable()
                }
                Err(why) => return Err(why),
            };
            Ok((said, session))
        };
        timeout(within, conversation).await.unwrap_or_else(|_| {
            let host = self.endpoint.url.host().to_owned();
            Err(UpstreamError::Timeout(HttpError::Timeout { host, phase: Phase::Total }))
        })
    }

    fn compose(
        &self,
        toward: Toward<'_>,
        with: impl FnOnce(Composer<'_>) -> Result<Outgoing, keyholder_mcp::fault::Fault>,
    ) -> Result<Outgoing, UpstreamError> {
        let subject = Subject { server: &self.hello.server, account: &self.hello.account };
        with(Composer { subject, toward }).map_err(|_| UNSENDABLE)
    }

    fn modern(&self) -> Toward<'_> {
        Toward::Modern(ModernMeta {
            version: MODERN,
            client_info: self.hello.client_info.get(),
            capabilities: self.hello.capabilities.get(),
            log_level: None,
        })
    }

    fn wire(&self, era: Era, session: Option<SessionToken>) -> Wire {
        Wire { url: Address::from(&self.endpoint.url), http: self.endpoint.http.clone(), era, session }
    }
}

/// The answer in a message; `None` if it is none (a notification before it).
fn said(message: &Bytes) -> Option<Said> {
    #[derive(serde::Deserialize)]
    struct Error {
        code: i64,
        #[serde(default)]
        message: String,
        #[serde(default)]
        data: serde_json::Value,
    }
    match envelope::from_server(message).ok()? {
        Message::Response { answer: Answer::Result(result), .. } => {
            Some(Said::Result(message.slice_ref(result.get().as_bytes())))
        }
        Message::Response { answer: Answer::Error(error), .. } => {
            let error: Error = serde_json::from_str(error.get()).ok()?;
            let supported = error.data.get("supported").and_then(|list| serde_json::from_value(list.clone()).ok());
            Some(Said::Error { code: error.code, message: excerpt(error.message.as_bytes()), supported })
        }
        _ => None,
    }
}

fn judge_discovery(result: Bytes) -> Result<Verdict, UpstreamError> {
    #[derive(serde::Deserialize)]
    struct Discovery {
        #[serde(rename = "supportedVersions")]
        supported_versions: Vec<String>,
    }
    let Ok(discovery) = serde_json::from_slice::<Discovery>(&result) else { return Ok(Verdict::Legacy(None)) };
    let theirs = discovery.supported_versions;
    if theirs.iter().any(|version| version == MODERN) {
        Ok(Verdict::Modern(result))
    } else if speaks_legacy(&theirs) {
        Ok(Verdict::Legacy(None))
    } else {
        Err(no_common(&theirs))
    }
}

fn agreed_version(result: &Bytes) -> Result<String, UpstreamError> {
    #[derive(serde::Deserialize)]
    struct Initialized {
        #[serde(rename = "protocolVersion")]
        protocol_version: String,
    }
    let initialized: Initialized = serde_json::from_slice(result).map_err(|_| UpstreamError::Malformed)?;
    let version = initialized.protocol_version;
    if LEGACY.contains(&version.as_str()) { Ok(version) } else { Err(no_common(&[version])) }
}

/// T-102: visible ASCII only; anything else could break out of a header later.
fn session_token(value: &HeaderValue) -> Result<SessionToken, UpstreamError> {
    let text = value.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic()));
    text.and_then(|text| SessionToken::new(text.to_owned()).ok())
        .ok_or(UpstreamError::Unsendable { what: "session id" })
}

fn speaks_legacy(versions: &[String]) -> bool {
    versions.iter().any(|version| LEGACY.contains(&version.as_str()))
}

fn no_common(theirs: &[String]) -> UpstreamError {
    let theirs = theirs.iter().take(16).map(|version| excerpt(version.as_bytes())).collect();
    UpstreamError::NoCommonVersion { theirs, ours: std::iter::once(MODERN).chain(LEGACY).map(str::to_owned).collect() }
}

fn limits(within: Duration) -> Limits {
    Limits { headers: within, idle: within, total: Some(within), body: LARGEST_GREETING }
}

/// T-085.
const PROBE: Duration = Duration::from_secs(10);
const INITIALIZE: Duration = Duration::from_secs(30);
const LARGEST_GREETING: usize = 4 << 20;
const UNSENDABLE: UpstreamError = UpstreamError::Unsendable { what: "greeting" };

//! One request of a host, as it goes down the line.

use crate::session::Session;
use keyholder_mcp::era::{Side, meta};
use keyholder_mcp::fault::{Code, Fault};
use keyholder_mcp::members::Writer;
use keyholder_mcp::{members, reply};
use serde_json::value::RawValue;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

/// How often a host is told that a person is still being waited for.
const BETWEEN_TELLINGS: Duration = Duration::from_secs(5);

/// A host's request. Owned, since it outlives the frame it came in.
pub(crate) struct Request {
    /// Whose.
    pub(crate) session: Arc<Session>,
    /// The frame it came in: what its answer must name.
    pub(crate) sequence: u64,
    /// The host's id, exact text.
    pub(crate) id: String,
    /// The method.
    pub(crate) method: String,
    /// The parameters, exact text.
    pub(crate) params: Option<Box<RawValue>>,
    /// The era that the host speaks in this request.
    pub(crate) side: Side,
    /// When it arrived, on the monotonic clock.
    pub(crate) received: Duration,
    /// How many steps of progress of our own the host was sent.
    pub(crate) own_progress: AtomicU32,
    /// Whether the server may have seen it and nobody knows yet what came of it.
    pub(crate) sent: Arc<AtomicBool>,
}

impl Request {
    /// A listing of our own, for which no host waits.
    pub(crate) fn own(session: &Arc<Session>, side: Side, method: &str, params: Option<String>) -> Self {
        Self {
            session: Arc::clone(session),
            sequence: 0,
            id: "null".to_owned(),
            method: method.to_owned(),
            params: params.and_then(|params| RawValue::from_string(params).ok()),
            side,
            received: session.broker.clock.monotonic(),
            own_progress: AtomicU32::new(0),
            sent: Arc::default(),
        }
    }

    /// The same call with other arguments: everything else stays as the host sent it.
    ///
    /// # Errors
    /// [`Fault`] where the parameters are no object, or the arguments no JSON.
    pub(crate) fn with_arguments(&self, arguments: &str) -> Result<Self, Fault> {
        let text = self.params.as_deref().map_or("{}", RawValue::get);
        let mut object = Writer::with_capacity(text.len() + arguments.len());
        for (name, value) in &members::of(text)? {
            object.raw(name, if name == "arguments" { arguments } else { value.get() });
        }
        let is_missing = members::find(&members::of(text)?, "arguments").is_none();
        if is_missing {
            object.raw("arguments", arguments);
        }
        let params =
            RawValue::from_string(object.finish()).map_err(|why| Fault::new(Code::InvalidParams, why.to_string()))?;
        Ok(Self {
            session: Arc::clone(&self.session),
            sequence: self.sequence,
            id: self.id.clone(),
            method: self.method.clone(),
            params: Some(params),
            side: self.side,
            received: self.received,
            own_progress: AtomicU32::new(self.own_progress.load(Ordering::Relaxed)),
            sent: Arc::clone(&self.sent),
        })
    }

    /// The host's progress token, exact text.
    pub(crate) fn progress_token(&self) -> Option<String> {
        let params = self.params.as_deref()?;
        // The common case costs one search, not a parse.
        if !params.get().contains("progressToken") {
            return None;
        }
        let cut = members::of(params.get()).ok()?;
        let meta = members::of(members::find(&cut, "_meta")?.get()).ok()?;
        members::find(&meta, "progressToken").map(|token| token.get().to_owned())
    }

    /// Waits for the person, telling the host every few seconds that it is still worth waiting (T-244). Not every host waits
    /// longer for that, so it changes no deadline.
    pub(crate) async fn while_telling<T>(&self, wait: impl Future<Output = T>) -> T {
        let Some(token) = self.progress_token() else { return wait.await };
        tokio::pin!(wait);
        loop {
            match tokio::time::timeout(BETWEEN_TELLINGS, &mut wait).await {
                Ok(done) => return done,
                Err(_) => self.tell_waiting(&token),
            }
        }
    }

    fn tell_waiting(&self, token: &str) {
        let step = self.own_progress.fetch_add(1, Ordering::Relaxed) + 1;
        let message = "waiting for the user in Keyholder";
        let params = format!(r#"{{"progressToken":{token},"progress":{step},"message":"{message}"}}"#);
        self.session.tell(reply::notification("notifications/progress", Some(&params)));
    }

    /// One text parameter.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        let cut = members::of(self.params.as_deref()?.get()).ok()?;
        members::find(&cut, key).and_then(keyholder_mcp::envelope::text_of)
    }

    /// How much of a budget is left since the request arrived.
    pub(crate) fn left_of(&self, budget: Duration) -> Duration {
        let spent = self.session.broker.clock.monotonic().saturating_sub(self.received);
        budget.saturating_sub(spent)
    }
}

/// What a modern request says about the host (T-023).
pub(crate) struct ModernHost {
    /// The revision.
    pub(crate) version: String,
    /// Exact text of the capabilities object, where given.
    pub(crate) capabilities: Option<String>,
}

/// Reads a modern request's metadata; `None` where the request has none of it, as in the legacy era.
pub(crate) fn modern_host(params: Option<&RawValue>) -> Option<ModernHost> {
    let params = params?;
    if !params.get().contains(meta::PROTOCOL_VERSION) {
        return None;
    }
    let cut = members::of(params.get()).ok()?;
    let meta = members::of(members::find(&cut, "_meta")?.get()).ok()?;
    let version = members::find(&meta, meta::PROTOCOL_VERSION).and_then(keyholder_mcp::envelope::text_of)?;
    let capabilities = members::find(&meta, meta::CLIENT_CAPABILITIES).map(|text| text.get().to_owned());
    Some(ModernHost { version, capabilities })
}

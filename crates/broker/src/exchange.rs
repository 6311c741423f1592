//! Steps 8 to 11: the credential, the send, the stream back, and the few things that happen in between.

use crate::line::{self, Connected, Tries};
use crate::refusal::Refusal;
use crate::request::Request;
use crate::server_asks;
use crate::session::Session;
use bytes::Bytes;
use keyholder_mcp::envelope::{self, Message};
use keyholder_mcp::era::{self, Side};
use keyholder_mcp::fault::{Code, Fault};
use keyholder_mcp::outgoing::Outgoing;
use keyholder_mcp::reply::{self, ResultType};
use keyholder_mcp::tool::ParameterHeader;
use keyholder_model::permit::Permit;
use keyholder_policy::Upkeep;
use keyholder_upstream::{AnswerAt, Reply, Unsent, UpstreamError};
use serde_json::value::RawValue;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A server may ask back this often before a call counts as endless (T-204).
const MAX_ROUNDS: usize = 10;

/// An answer as it came.
pub(crate) struct Answered {
    body: Bytes,
    span: Range<usize>,
    kind: Kind,
    /// Which era the server speaks.
    pub(crate) side: Side,
    /// Permission to send the very same request once more, if the answer turns out to be a question.
    again: Option<Permit>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Error,
    Result,
}

impl Answered {
    /// Size of the whole message in bytes.
    pub(crate) fn size(&self) -> u64 {
        self.body.len() as u64
    }

    /// The result's exact text; `None` where the server answered with an error.
    pub(crate) fn result(&self) -> Option<&str> {
        (self.kind == Kind::Result).then(|| self.text())
    }

    /// The error's code, where the server answered with one.
    pub(crate) fn error_code(&self) -> Option<i64> {
        let error =
            (self.kind == Kind::Error).then(|| serde_json::from_str::<&RawValue>(self.text()).ok()).flatten()?;
        envelope::error_code(error)
    }

    fn text(&self) -> &str {
        self.body.get(self.span.clone()).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("null")
    }

    /// The same answer with another result.
    pub(crate) fn with_result(self, result: &str) -> Self {
        Self { body: Bytes::copy_from_slice(result.as_bytes()), span: 0..result.len(), ..self }
    }

    /// The line for the host: its own id, and no member that its era does not know.
    pub(crate) fn line(&self, request: &Request) -> String {
        match self.kind {
            Kind::Result if self.side == request.side => reply::result(&request.id, self.text()),
            Kind::Result => {
                let translated = era::translate_result(self.text(), &request.method, self.side, request.side);
                reply::result(&request.id, translated.as_deref().unwrap_or(self.text()))
            }
            Kind::Error => match self.error_code() {
                // How Keyholder and the server agree on a revision is none of the host's business (Appendix A).
                Some(-32022..=-32020) => {
                    let fault =
                        Fault::new(Code::Internal, "the server and Keyholder did not agree on a protocol revision");
                    reply::fault(&request.id, &fault)
                }
                Some(-32002) if request.side == Side::Modern => {
                    reply::fault(&request.id, &Fault::new(Code::InvalidParams, "the resource was not found"))
                }
                _ => reply::error_as_given(&request.id, self.text()),
            },
        }
    }
}

/// What is sent.
pub(crate) struct Parcel<'a> {
    /// Parameter headers of the tool that is called.
    pub(crate) headers: &'a [ParameterHeader],
    /// How long the host waits.
    pub(crate) budget: Duration,
}

/// Sends a request and waits for its answer; a legacy host's questions in between are asked and answered here (T-146).
///
/// # Errors
/// [`Refusal`].
pub(crate) async fn deliver(request: &Request, permit: Permit, parcel: &Parcel<'_>) -> Result<Answered, Refusal> {
    let mut permit = permit;
    let mut extra: Vec<(&'static str, String)> = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let answered = send(request, permit, parcel, &extra).await?;
        if answered.side == Side::Legacy {
            return Ok(answered);
        }
        if request.side == Side::Modern {
            if let Some(ResultType::InputRequired(asked)) = answered.result().map(reply::result_type) {
                server_asks::allow(&request.session, &asked, request.left_of(parcel.budget)).await?;
            }
            return Ok(answered);
        }
        match answered.result().map(reply::result_type) {
            None | Some(ResultType::Complete) => return Ok(answered),
            Some(ResultType::Unknown(kind)) => {
                return Err(UpstreamError::NotAnAnswer {
                    what: format!("a result of the kind \u{201c}{kind}\u{201d}"),
                }
                .into());
            }
            Some(ResultType::InputRequired(asked)) => {
                extra = server_asks::collect(&request.session, &asked, request.left_of(parcel.budget)).await?;
                permit = answered.again.ok_or(UpstreamError::UnknownOutcome)?;
            }
        }
    }
    Err(UpstreamError::NotAnAnswer { what: "questions without end".to_owned() }.into())
}

async fn send(
    request: &Request,
    permit: Permit,
    parcel: &Parcel<'_>,
    extra: &[(&'static str, String)],
) -> Result<Answered, Refusal> {
    let session = &request.session;
    let (site, broker) = (&session.site, &session.broker);
    let mut permit = permit;
    let mut tries = Tries::default();
    // In a later round the server has begun already.
    let has_asked = !extra.is_empty();
    loop {
        let budget = request.left_of(parcel.budget);
        let connected = session.line.get(session, budget).await?;
        let held = site.keeper().current(site, broker).await?;
        let id = session.line.next_id();
        let outgoing = connected.with_composer(session, |composer| {
            let extra: Vec<(&str, &str)> = extra.iter().map(|(key, value)| (*key, value.as_str())).collect();
            composer.request(&id, &request.method, request.params.as_deref(), parcel.headers, &extra)
        })?;
        let on_the_way = OnTheWay::new(session, &connected, &id);
        request.sent.store(true, Ordering::Release);
        match connected.link.send(outgoing, permit, held.as_ref().map(|held| held.presented())).await {
            Ok(answers) => {
                if let Some(held) = &held {
                    held.mark_accepted(broker.clock.now());
                }
                let answered = follow(request, &connected, answers).await;
                on_the_way.arrived();
                return answered;
            }
            Err(Unsent { why: UpstreamError::Unauthorized { challenges }, permit: Some(back) }) => {
                on_the_way.arrived();
                request.sent.store(has_asked, Ordering::Release);
                permit = back;
                line::recover(session, &mut tries, held.as_ref(), &challenges, request.left_of(parcel.budget)).await?;
            }
            Err(Unsent { why: UpstreamError::Forbidden { challenges }, permit: Some(back) })
                if line::asks_for_more(&challenges) =>
            {
                on_the_way.arrived();
                request.sent.store(has_asked, Ordering::Release);
                permit = back;
                line::widen(session, &mut tries, &challenges, request.left_of(parcel.budget)).await?;
            }
            Err(Unsent { why, .. }) => {
                on_the_way.arrived();
                if matches!(why, UpstreamError::SessionLost) {
                    session.line.hang_up();
                }
                return Err(why.into());
            }
        }
    }
}

/// Reads the stream until the answer: progress and questions on the way are passed on.
async fn follow(request: &Request, connected: &Arc<Connected>, mut answers: Reply) -> Result<Answered, Refusal> {
    let session = &request.session;
    let token = request.progress_token();
    while let Some(body) = answers.next().await? {
        if let Some(at) = answers.answer_at() {
            let (kind, span) = match at.clone() {
                AnswerAt::Error(span) => (Kind::Error, span),
                AnswerAt::Result(span) => (Kind::Result, span),
            };
            return Ok(Answered { span, kind, side: connected.side, again: answers.again(), body });
        }
        let Ok(message) = envelope::from_server(&body) else {
            tracing::warn!(server = %session.site.server, "a message that is no JSON-RPC was dropped");
            continue;
        };
        match message {
            Message::Response { .. } => tracing::debug!("an answer to nothing was dropped"),
            Message::Notification { method, params } if method == "notifications/progress" => {
                if let Some(params) = token.as_deref().and_then(|token| for_host(request, params?, token)) {
                    session.outbox.room().await;
                    session.tell(reply::notification(&method, Some(&params)));
                }
            }
            Message::Notification { method, params } => {
                session.outbox.room().await;
                pass_on(session, &method, params);
            }
            Message::Request { id, method, params } if connected.side == Side::Legacy => {
                server_asks::take(session, connected, id, &method, params);
            }
            // A modern server must not ask this way (T-050).
            Message::Request { .. } => {
                tracing::warn!(server = %session.site.server, "a request of a modern server was dropped");
            }
        }
    }
    Err(UpstreamError::UnknownOutcome.into())
}

/// A server's progress under the host's own token, counted on from ours.
fn for_host(request: &Request, params: &RawValue, token: &str) -> Option<String> {
    match request.own_progress.load(Ordering::Relaxed) {
        0 => reply::retoken(params, token),
        before => reply::retoken_after(params, token, before),
    }
}

/// A notification that belongs to no request: for legacy hosts, which expect them at any time.
fn pass_on(session: &Session, method: &str, params: Option<&RawValue>) {
    if method.ends_with("/list_changed") {
        // What it lists now is looked at before the next call (catalogue case 160).
        session.site.catalog.outdate();
    }
    if session.host().side == Side::Legacy && method != "notifications/cancelled" {
        session.tell(reply::notification(method, params.map(RawValue::get)));
    }
}

/// Sends a host's notification to a legacy server, if there is a line to one.
pub(crate) async fn notify(session: &Arc<Session>, method: &str, params: Option<&RawValue>) {
    let Some(connected) = session.line.standing().filter(|connected| connected.side == Side::Legacy) else { return };
    let Ok(outgoing) = connected.with_composer(session, |composer| composer.notification(method, params)) else {
        return;
    };
    post(session, &connected, outgoing, Upkeep::Notify).await;
}

/// Posts something that has no answer.
pub(crate) async fn post(session: &Session, connected: &Connected, outgoing: Outgoing, upkeep: Upkeep) {
    let Ok(held) = session.site.keeper().current(&session.site, &session.broker).await else { return };
    let permit = session.broker.policy.routine(outgoing.digest, upkeep);
    if let Err(unsent) = connected.link.send(outgoing, permit, held.as_ref().map(|held| held.presented())).await {
        tracing::info!(server = %session.site.server, why = %unsent.why, "a notification did not arrive");
    }
}

/// The stream on which a legacy server speaks by itself (T-105).
pub(crate) async fn listen(session: Arc<Session>, connected: Arc<Connected>) {
    let mut pause = Duration::from_secs(1);
    loop {
        let Ok(held) = session.site.keeper().current(&session.site, &session.broker).await else { return };
        match connected.link.listen(held.as_ref().map(|held| held.presented())).await {
            Ok(Some(mut stream)) => {
                while let Ok(Some(body)) = stream.next().await {
                    pause = Duration::from_secs(1);
                    match envelope::from_server(&body) {
                        Ok(Message::Notification { method, params }) => {
                            session.outbox.room().await;
                            pass_on(&session, &method, params);
                        }
                        Ok(Message::Request { id, method, params }) => {
                            server_asks::take(&session, &connected, id, &method, params);
                        }
                        _ => {}
                    }
                }
            }
            // The server has no such stream, or none for us any more: a new line to it opens one again.
            Ok(None) | Err(UpstreamError::Forbidden { .. } | UpstreamError::SessionLost) => return,
            Err(UpstreamError::Unauthorized { .. }) => {
                let replaced = session.site.keeper().after_refusal(held.as_ref(), &session.site, &session.broker).await;
                if !matches!(replaced, Ok(Some(_))) {
                    return;
                }
            }
            Err(why) => tracing::debug!(%why, "the server\u{2019}s own stream broke"),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(30));
    }
}

/// Tells a legacy server when a request is given up (T-107): a dropped connection alone says nothing there.
struct OnTheWay<'a> {
    session: &'a Arc<Session>,
    connected: &'a Arc<Connected>,
    id: Option<String>,
}

impl<'a> OnTheWay<'a> {
    fn new(session: &'a Arc<Session>, connected: &'a Arc<Connected>, id: &str) -> Self {
        let id = (connected.side == Side::Legacy).then(|| id.to_owned());
        Self { session, connected, id }
    }

    fn arrived(mut self) {
        self.id = None;
    }
}

impl Drop for OnTheWay<'_> {
    fn drop(&mut self) {
        let Some(id) = self.id.take() else { return };
        let (session, connected) = (Arc::clone(self.session), Arc::clone(self.connected));
        tokio::spawn(async move {
            let params = format!(r#"{{"requestId":"{id}","reason":"the host cancelled"}}"#);
            let Ok(params) = RawValue::from_string(params) else { return };
            let outgoing = connected
                .with_composer(&session, |composer| composer.notification("notifications/cancelled", Some(&params)));
            if let Ok(outgoing) = outgoing {
                post(&session, &connected, outgoing, Upkeep::Cancel).await;
            }
        });
    }
}

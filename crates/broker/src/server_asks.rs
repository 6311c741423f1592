//! A server asks back: elicitation, sampling, roots. Passed on to the host where the rules and the host's own capabilities
//! allow it, and answered with a plain no otherwise (T-108, T-146, T-205: nothing is ever answered automatically).

use crate::decide::{self, Matter, Shown};
use crate::exchange;
use crate::line::Connected;
use crate::refusal::Refusal;
use crate::session::Session;
use keyholder_approval::{Offers, Subject};
use keyholder_audit::{Event, Note};
use keyholder_mcp::envelope::Answer;
use keyholder_mcp::era::Side;
use keyholder_mcp::members::{self, Writer};
use keyholder_mcp::outgoing;
use keyholder_mcp::reply::{self, InputRequired};
use keyholder_model::digest::Digest;
use keyholder_policy::{Action, Upkeep};
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

mod question;

/// How long a host may take to answer a server's question.
const HOSTS_TIME: Duration = Duration::from_mins(5);

/// The state that a modern server hands out may have this size (catalogue case 174).
const MAX_STATE: usize = 64 << 10;

/// Questions that wait for the host.
#[derive(Default)]
pub(crate) struct ServerAsks {
    asked: AtomicU64,
    under_way: Arc<AtomicUsize>,
    waiting: Mutex<HashMap<String, oneshot::Sender<HostAnswer>>>,
}

/// A server may have so many questions open in one session; more are dropped.
const MOST_QUESTIONS: usize = 32;

/// One of the open questions.
struct Place(Arc<AtomicUsize>);

impl ServerAsks {
    fn take_place(&self) -> Option<Place> {
        let place = Place(Arc::clone(&self.under_way));
        (self.under_way.fetch_add(1, Ordering::AcqRel) < MOST_QUESTIONS).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// What the host answered, exact text.
pub(crate) enum HostAnswer {
    /// An error object.
    Error(String),
    /// A result.
    Result(String),
}

impl ServerAsks {
    /// The host answered. An answer to nothing is dropped; it is never answered itself (H-042).
    pub(crate) fn settle(&self, id: &RawValue, answer: Answer<'_>) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(id.get());
        let Some(waiting) = waiting else { return };
        let _ = waiting.send(match answer {
            Answer::Error(raw) => HostAnswer::Error(raw.get().to_owned()),
            Answer::Result(raw) => HostAnswer::Result(raw.get().to_owned()),
        });
    }
}

/// Takes a legacy server's request; the answer is posted when there is one.
pub(crate) fn take(
    session: &Arc<Session>,
    connected: &Arc<Connected>,
    id: &RawValue,
    method: &str,
    params: Option<&RawValue>,
) {
    let Some(place) = session.server_asks.take_place() else {
        tracing::warn!(server = %session.site.server, "a server asks too much at once; its question was dropped");
        return;
    };
    let (session, connected) = (Arc::clone(session), Arc::clone(connected));
    let (id, method, params) = (id.get().to_owned(), method.to_owned(), params.map(|params| params.get().to_owned()));
    tokio::spawn(async move {
        let (key, text) = if method == "ping" {
            ("result", "{}".to_owned())
        } else {
            match ask(&session, &method, params.as_deref(), HOSTS_TIME).await {
                Ok(HostAnswer::Result(text)) => ("result", text),
                Ok(HostAnswer::Error(text)) => ("error", text),
                Err(sentence) => ("error", format!(r#"{{"code":-32601,"message":{}}}"#, members::quote(&sentence))),
            }
        };
        let outgoing = outgoing::response(session.site.subject(), &id, key, &text);
        exchange::post(&session, &connected, outgoing, Upkeep::Respond).await;
        drop(place);
    });
}

/// Collects what a modern server wants to know before it goes on with a legacy host's call, as the members of the retry.
///
/// # Errors
/// If the host cannot or may not answer: then the call ends, and the model hears why.
pub(crate) async fn collect(
    session: &Arc<Session>,
    asked: &InputRequired,
    budget: Duration,
) -> Result<Vec<(&'static str, String)>, Refusal> {
    check_state(asked)?;
    let mut responses = Writer::with_capacity(256);
    for (key, method, params) in &asked.requests {
        let answer = ask(session, method, params.as_deref(), budget.max(Duration::from_secs(1))).await;
        match answer {
            Ok(HostAnswer::Result(text)) => responses.raw(key, &text),
            Ok(HostAnswer::Error(_)) | Err(_) if method == "elicitation/create" => {
                responses.raw(key, r#"{"action":"cancel"}"#)
            }
            Ok(HostAnswer::Error(_)) => return Err(Refusal::Declined),
            Err(sentence) => return Err(Refusal::Unattended(sentence)),
        };
    }
    let mut extra = Vec::with_capacity(2);
    if !asked.requests.is_empty() {
        extra.push(("inputResponses", responses.finish()));
    }
    // Byte for byte if it was given, absent if it was not (T-200).
    if let Some(state) = &asked.state {
        extra.push(("requestState", state.clone()));
    }
    Ok(extra)
}

/// Whether a modern server's questions may go on to a modern host, which answers them with a call of its own.
///
/// # Errors
/// [`Refusal`]: then the call ends, and the model hears why.
pub(crate) async fn allow(session: &Arc<Session>, asked: &InputRequired, budget: Duration) -> Result<(), Refusal> {
    check_state(asked)?;
    for (_, method, params) in &asked.requests {
        let allowed = permit(session, method, params.as_deref(), budget.max(Duration::from_secs(1))).await;
        allowed.map_err(Refusal::Unattended)?;
    }
    Ok(())
}

fn check_state(asked: &InputRequired) -> Result<(), Refusal> {
    if asked.state.as_ref().is_some_and(|state| state.len() > MAX_STATE) {
        return Err(Refusal::Upstream(keyholder_upstream::UpstreamError::NotAnAnswer {
            what: "a question with an oversized state".to_owned(),
        }));
    }
    Ok(())
}

/// Whether a question of the server may reach the host: the host can be asked it, it is of a kind that may be asked at all, and the
/// rules, or the person, allow it with its exact content.
///
/// # Errors
/// One sentence for the server.
async fn permit(session: &Arc<Session>, method: &str, params: Option<&str>, budget: Duration) -> Result<(), String> {
    let (site, broker) = (&session.site, &session.broker);
    let content = params.unwrap_or("{}");
    question::check_capability(method, content, &session.host().capabilities)?;
    let brief = question::examine(method, content)?;
    let request =
        Digest::of_parts(&[b"answer", site.server.as_str().as_bytes(), method.as_bytes(), content.as_bytes()]);
    let matter = Matter { caller: &session.caller, site, action: Action::Answer { kind: method }, request, budget };
    let permit = decide::decide(broker, &matter, |_, _| Shown {
        subject: Subject::Answer { kind: method.to_owned(), content: content.into() },
        brief,
        offers: Offers::once_or_not(),
    })
    .await
    .map_err(|_| "the user did not allow this".to_owned())?;
    let _ = broker.note(&Note {
        session: Some(session.id),
        app: Some(session.caller.app()),
        server: Some(&site.server),
        account: Some(&site.account),
        method: Some(method),
        decision: Some("allow"),
        reason: Some(&permit.reason().describe()),
        ..Note::of(Event::ServerRequest)
    });
    permit.spend(&request).map(drop).map_err(|why| why.to_string())
}

/// Asks a legacy host, if that may be.
async fn ask(
    session: &Arc<Session>,
    method: &str,
    params: Option<&str>,
    budget: Duration,
) -> Result<HostAnswer, String> {
    if session.host().side == Side::Modern {
        // T-026: such a host is asked by its call's result or not at all, and this server cannot wait for that.
        return Err("this client cannot be asked while its call is under way".to_owned());
    }
    permit(session, method, params, budget).await?;
    let number = session.server_asks.asked.fetch_add(1, Ordering::Relaxed);
    let id = format!("keyholder-{number}");
    let (tell, answer) = oneshot::channel();
    session.server_asks.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(members::quote(&id), tell);
    session.tell(reply::request(&id, method, params));
    if let Ok(Ok(answer)) = tokio::time::timeout(budget, answer).await {
        Ok(answer)
    } else {
        session.server_asks.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&members::quote(&id));
        Err("the user\u{2019}s app did not answer".to_owned())
    }
}

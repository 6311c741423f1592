//! What goes into the audit log on the way of a request.

use crate::exchange::Answered;
use crate::refusal::Refusal;
use crate::request::Request;
use keyholder_audit::{Entry, Event, Intent, Note, Open, Risk};
use keyholder_console::news::Subject;
use keyholder_mcp::outgoing::Call;
use keyholder_model::digest::Digest;
use keyholder_model::event::{Outcome, Whose};
use keyholder_model::id::CallId;
use keyholder_model::permit::Permit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The decision about what was left to the person, who did not say anything.
pub(crate) const ASK: &str = "ask";

/// An entry that knows how to end: a task that is dropped was cancelled.
pub(crate) struct Recorded {
    entry: Option<Entry<Open>>,
    begun: Duration,
    broker: Arc<crate::broker::Broker>,
    sent: Arc<AtomicBool>,
}

/// Opens the entry of a request. If this fails, nothing may be sent (invariant 4).
///
/// # Errors
/// [`Refusal::Audit`].
pub(crate) fn begin(
    request: &Request,
    call: Option<&Call<'_>>,
    digest: Digest,
    permit: &Permit,
    risk: Risk,
) -> Result<Recorded, Refusal> {
    let session = &request.session;
    let (site, broker) = (&session.site, &session.broker);
    let path = session.caller.app_path().map(|path| path.to_string_lossy());
    let reason = permit.reason().describe();
    let issuer = site.keeper().issuer();
    let intent = Intent {
        call: CallId::make(&*broker.clock, &*broker.rng),
        session: session.id,
        app: session.caller.app(),
        app_path: path.as_deref(),
        ancestry: &session.caller.ancestry(),
        server: &site.server,
        account: &site.account,
        issuer: issuer.as_deref(),
        method: &request.method,
        tool: call.map(|call| call.tool.as_ref()),
        arguments: call.map_or(&[], |call| call.arguments.as_bytes()),
        request: digest,
        decision: "allow",
        reason: &reason,
        trace: None,
    };
    let entry = broker.log()?.begin_with_risk(&intent, risk).map_err(|why| Refusal::Audit(why.to_string()))?;
    Ok(Recorded {
        entry: Some(entry),
        begun: broker.clock.monotonic(),
        broker: Arc::clone(broker),
        sent: Arc::clone(&request.sent),
    })
}

impl Recorded {
    /// Closes the entry with what came of it.
    pub(crate) fn close(mut self, outcome: &Result<Answered, Refusal>) {
        let Some(entry) = self.entry.take() else { return };
        self.broker.bulletin.post(Subject::Activity);
        let millis =
            u64::try_from(self.broker.clock.monotonic().saturating_sub(self.begun).as_millis()).unwrap_or(u64::MAX);
        let outcome = match outcome {
            Ok(answered) => match answered.error_code() {
                Some(code) => Outcome::Fault { whose: Whose::Server, what: format!("error {code}") },
                None => Outcome::Complete { bytes: answered.size(), millis },
            },
            Err(Refusal::Upstream(error)) if error.outcome_unknown() => Outcome::Unknown,
            // It may quote the server, and the server may quote the credential.
            Err(refusal) => {
                Outcome::Fault { whose: refusal.whose(), what: self.broker.secrets.clean(refusal.to_string()) }
            }
        };
        let _ = entry.close(&outcome);
    }
}

impl Drop for Recorded {
    fn drop(&mut self) {
        if let Some(entry) = self.entry.take() {
            // What was on its way when it was cut off may have been done.
            let outcome = if self.sent.load(Ordering::Acquire) { Outcome::Unknown } else { Outcome::Cancel };
            let _ = entry.close(&outcome);
        }
    }
}

/// A credential that is live in Keyholder must not leave as part of a request, to whomever.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub(crate) fn refuse_live_secrets(request: &Request) -> Result<(), Refusal> {
    let scrubber = request.session.broker.secrets.scrubber();
    let params = request.params.as_deref().map_or("", serde_json::value::RawValue::get);
    if scrubber.is_empty() || !scrubber.contains(params.as_bytes()) {
        return Ok(());
    }
    Err(Refusal::Forbidden {
        rule: "no credential leaves in an argument".to_owned(),
        sentence: "The arguments hold a credential that Keyholder keeps.".to_owned(),
    })
}

/// Notes a request that did not run.
pub(crate) fn refused(request: &Request, refusal: &Refusal) {
    let session = &request.session;
    let call = Call::read(request.params.as_deref()).ok().filter(|_| request.method == "tools/call");
    // What was refused may hold what it was refused for.
    let clean = |text: &str| session.broker.secrets.clean(text.to_owned());
    let sentence = clean(&refusal.to_string());
    let tool = call.as_ref().map(|call| clean(&call.tool));
    let arguments = call.as_ref().map(|call| clean(call.arguments));
    let _ = session.broker.note(&Note {
        session: Some(session.id),
        app: Some(session.caller.app()),
        server: Some(&session.site.server),
        account: Some(&session.site.account),
        method: Some(&request.method),
        tool: tool.as_deref(),
        arguments: arguments.as_deref().map(str::as_bytes),
        decision: Some(decision(refusal)),
        reason: Some(&sentence),
        whose: Some(refusal.whose()),
        ..Note::of(Event::Refuse)
    });
}

/// Nobody said no to what nobody answered.
fn decision(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Held | Refusal::Pending | Refusal::SigningIn | Refusal::Unattended(_) | Refusal::Withdrawn => ASK,
        Refusal::Same(refusal) => decision(refusal),
        _ => "deny",
    }
}

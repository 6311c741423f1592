//! What is written down: the intent to call, its outcome, and everything that is not a call.

use crate::chain::{Cell, Fields};
use crate::event::Event;
use crate::log::Inner;
use keyholder_excerpt::preview;
use keyholder_model::clock::Timestamp;
use keyholder_model::digest::Digest;
use keyholder_model::event::{Outcome, Whose};
use keyholder_model::id::{CallId, SessionId};
use keyholder_model::risk::{Labels, Tier};
use keyholder_model::server::{Account, ServerName};
use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

/// A call that is about to be made. Texts from outside are stored as they are (at most 1 KiB each) and escaped when shown.
#[derive(Clone, Copy, Debug)]
pub struct Intent<'a> {
    /// The call.
    pub call: CallId,
    /// The bridge's connection that it came through.
    pub session: SessionId,
    /// The host app, as a person would call it.
    pub app: &'a str,
    /// The host app's executable.
    pub app_path: Option<&'a str>,
    /// The processes from the bridge up, in one line.
    pub ancestry: &'a str,
    /// The server.
    pub server: &'a ServerName,
    /// The account there.
    pub account: &'a Account,
    /// Who issued the credential that will be used.
    pub issuer: Option<&'a str>,
    /// The MCP method.
    pub method: &'a str,
    /// The tool, for `tools/call`.
    pub tool: Option<&'a str>,
    /// The arguments as raw JSON; stored as their digest and a redacted [`preview`].
    pub arguments: &'a [u8],
    /// The digest of the exact bytes that will be sent.
    pub request: Digest,
    /// The decision, in one word (`allow`, `ask` …).
    pub decision: &'a str,
    /// Why: the rule or the answer.
    pub reason: &'a str,
    /// The trace that the host named (W3C Trace Context).
    pub trace: Option<&'a str>,
}

/// How much harm a call can do, as it was judged when it was decided on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Risk {
    /// How much; none where nobody judged it.
    pub tier: Option<Tier>,
    /// What it does to its session.
    pub labels: Labels,
}

/// Something worth remembering that is not a call. Begin with [`Note::of`] and set what is known.
#[derive(Clone, Copy, Debug)]
pub struct Note<'a> {
    /// What happened.
    pub event: Event,
    /// The request that it belongs to, for a refusal.
    pub call: Option<CallId>,
    /// The bridge's connection.
    pub session: Option<SessionId>,
    /// The host app.
    pub app: Option<&'a str>,
    /// The host app's executable.
    pub app_path: Option<&'a str>,
    /// The processes from the bridge up.
    pub ancestry: Option<&'a str>,
    /// The server.
    pub server: Option<&'a ServerName>,
    /// The account there.
    pub account: Option<&'a Account>,
    /// The authorization server.
    pub issuer: Option<&'a str>,
    /// The MCP method.
    pub method: Option<&'a str>,
    /// The tool.
    pub tool: Option<&'a str>,
    /// Arguments as raw JSON, for a refused call; stored as for [`Intent::arguments`].
    pub arguments: Option<&'a [u8]>,
    /// The decision, in one word.
    pub decision: Option<&'a str>,
    /// One sentence, free of secrets.
    pub reason: Option<&'a str>,
    /// The trace that the host named.
    pub trace: Option<&'a str>,
    /// How long the person took, in milliseconds.
    pub millis: Option<u64>,
    /// How much harm the call can do that it is about.
    pub tier: Option<Tier>,
    /// What that call does to its session.
    pub labels: Labels,
    /// Whose doing it was, for a refusal.
    pub whose: Option<Whose>,
}

impl Note<'_> {
    /// A note of this event, with nothing else known.
    pub const fn of(event: Event) -> Self {
        Self {
            event,
            call: None,
            session: None,
            app: None,
            app_path: None,
            ancestry: None,
            server: None,
            account: None,
            issuer: None,
            method: None,
            tool: None,
            arguments: None,
            decision: None,
            reason: None,
            trace: None,
            millis: None,
            tier: None,
            labels: Labels::NONE,
            whose: None,
        }
    }
}

/// An entry whose call has no outcome yet.
#[derive(Debug)]
pub enum Open {}

/// An entry whose call ended.
#[derive(Debug)]
pub enum Closed {}

/// A written entry of one call.
///
/// An open entry that is dropped is closed as [`Outcome::Unknown`]: whoever lost it cannot say what the server did. One that
/// the process took with it when it was killed is closed so at the next [`Log::open`](crate::Log::open).
#[must_use = "an entry that is dropped open is recorded as an unknown outcome"]
pub struct Entry<State> {
    sequence: u64,
    log: Option<Arc<Inner>>,
    state: PhantomData<State>,
}

impl<State> Entry<State> {
    /// The intent's sequence number.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }
}

impl Entry<Open> {
    pub(crate) fn of(sequence: u64, log: Arc<Inner>) -> Self {
        Self { sequence, log: Some(log), state: PhantomData }
    }

    /// Records how the call ended. Only queued here, so that no answer waits for the disk: it is written with the next
    /// intent, or by [`Log::flush`](crate::Log::flush).
    pub fn close(mut self, outcome: &Outcome) -> Entry<Closed> {
        if let Some(log) = self.log.take() {
            log.settle(self.sequence, outcome.clone());
        }
        Entry { sequence: self.sequence, log: None, state: PhantomData }
    }
}

impl<State> Drop for Entry<State> {
    fn drop(&mut self) {
        if let Some(log) = self.log.take() {
            log.settle(self.sequence, Outcome::Unknown);
        }
    }
}

impl<State> std::fmt::Debug for Entry<State> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Entry({})", self.sequence)
    }
}

/// An outcome that waits to be written.
#[derive(Clone, Debug)]
pub(crate) struct Settled {
    pub(crate) refers: u64,
    pub(crate) at: Timestamp,
    pub(crate) outcome: Outcome,
}

impl Settled {
    pub(crate) fn fields(&self) -> Fields<'_> {
        let mut fields = Fields::new("outcome", self.at);
        fields.set("refers", Some(Cell::number(self.refers)));
        let word = match &self.outcome {
            Outcome::Cancel => "cancel",
            Outcome::Complete { bytes, millis } => {
                fields.set("bytes", Some(Cell::number(*bytes)));
                fields.set("millis", Some(Cell::number(*millis)));
                "complete"
            }
            Outcome::Fault { whose, what } => {
                fields.set("whose", Some(text(whose.as_str())));
                fields.set("detail", Some(text(what)));
                "fault"
            }
            Outcome::Unknown => "unknown",
        };
        fields.set("outcome", Some(text(word)));
        fields
    }
}

impl Intent<'_> {
    pub(crate) fn fields(&self, at: Timestamp) -> Fields<'_> {
        let mut fields = Fields::new("intent", at);
        fields.set("call", Some(owned(&self.call)));
        fields.set("session", Some(owned(&self.session)));
        fields.set("app", Some(text(self.app)));
        fields.set("app_path", self.app_path.map(text));
        fields.set("ancestry", Some(text(self.ancestry)));
        fields.set("server", Some(text(self.server.as_str())));
        fields.set("account", Some(text(self.account.as_str())));
        fields.set("issuer", self.issuer.map(text));
        fields.set("method", Some(text(self.method)));
        fields.set("tool", self.tool.map(text));
        set_arguments(&mut fields, self.arguments);
        fields.set("request", Some(Cell::Digest(self.request)));
        fields.set("decision", Some(text(self.decision)));
        fields.set("reason", Some(text(self.reason)));
        fields.set("trace", self.trace.map(text));
        fields
    }
}

impl Note<'_> {
    pub(crate) fn fields(&self, at: Timestamp) -> Fields<'_> {
        let mut fields = Fields::new("note", at);
        fields.set("event", Some(text(self.event.as_str())));
        fields.set("call", self.call.as_ref().map(owned));
        fields.set("session", self.session.as_ref().map(owned));
        fields.set("app", self.app.map(text));
        fields.set("app_path", self.app_path.map(text));
        fields.set("ancestry", self.ancestry.map(text));
        fields.set("server", self.server.map(|server| text(server.as_str())));
        fields.set("account", self.account.map(|account| text(account.as_str())));
        fields.set("issuer", self.issuer.map(text));
        fields.set("method", self.method.map(text));
        fields.set("tool", self.tool.map(text));
        if let Some(arguments) = self.arguments {
            set_arguments(&mut fields, arguments);
        }
        fields.set("decision", self.decision.map(text));
        fields.set("reason", self.reason.map(text));
        fields.set("trace", self.trace.map(text));
        fields.set("millis", self.millis.map(Cell::number));
        fields.set("whose", self.whose.map(|whose| text(whose.as_str())));
        Risk { tier: self.tier, labels: self.labels }.set(&mut fields);
        fields
    }
}

impl Risk {
    /// No labels are an absent field, as in rows that were written before there were any.
    pub(crate) fn set(self, fields: &mut Fields<'_>) {
        fields.set("tier", self.tier.map(|tier| text(tier.as_str())));
        fields.set("labels", (!self.labels.is_empty()).then(|| owned(&self.labels)));
    }
}

/// Arguments may hold what a person pasted: kept are their digest and what is left after redaction (catalogue case 241).
fn set_arguments(fields: &mut Fields<'_>, arguments: &[u8]) {
    fields.set("arguments", Some(Cell::Digest(Digest::of_parts(&[arguments]))));
    fields.set("preview", Some(Cell::Text(Cow::Owned(preview::of_arguments(arguments)))));
}

fn owned(value: &impl ToString) -> Cell<'static> {
    Cell::Text(Cow::Owned(value.to_string()))
}

/// A text from outside, cut at [`LONGEST`]: a hostile name must not fill the disk.
fn text(value: &str) -> Cell<'_> {
    if value.len() <= LONGEST {
        return Cell::Text(Cow::Borrowed(value));
    }
    let cut = value.floor_char_boundary(LONGEST);
    Cell::Text(Cow::Owned(format!("{}\u{2026} ({} bytes)", &value[..cut], value.len())))
}

/// Bytes of one text field.
const LONGEST: usize = 1024;

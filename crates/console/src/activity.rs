//! The log: who did what, why, and how it ended.

pub mod export;
pub mod words;

use crate::rules::RuleView;
use serde::{Deserialize, Serialize};

/// Which entries are wanted; nothing set means the newest of all.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct LogQuery {
    /// Only this server's.
    pub server: Option<String>,
    /// Only of this app.
    pub app: Option<String>,
    /// Only of this tool.
    pub tool: Option<String>,
    /// Only entries of this kind, as in [`EntryView::kind`].
    pub kind: Option<String>,
    /// Only with this outcome.
    pub outcome: Option<OutcomeView>,
    /// Further conditions in the query language ([`words`]): `server:slack decision:denied tier:send after:2d some text`.
    pub words: Option<String>,
    /// Not before this moment (RFC 3339).
    pub since: Option<String>,
    /// Before this moment (RFC 3339).
    pub until: Option<String>,
    /// Only entries below this number: the next page.
    pub before: Option<u64>,
    /// How many at most; the broker has its own ceiling.
    pub limit: Option<u32>,
}

/// One entry. Texts come from hosts and servers: escape them before showing them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EntryView {
    /// Its number; entries are numbered without gaps.
    pub number: u64,
    /// When it was opened.
    pub at: String,
    /// What happened: `call`, `connect`, `refresh`, `revoke`, `order` and so on.
    pub kind: String,
    /// The app.
    pub app: Option<String>,
    /// The server's name.
    pub server: Option<String>,
    /// The account's label.
    pub account: Option<String>,
    /// The tool or method.
    pub tool: Option<String>,
    /// What was decided, where something was.
    pub decision: Option<DecisionView>,
    /// Who decided, where it is known.
    pub by: Option<DeciderView>,
    /// Why it was allowed or refused: `rule NAME`, `answered: HOW` or `routine`; of other kinds a sentence, or what was done.
    pub reason: Option<String>,
    /// How it ended.
    pub outcome: OutcomeView,
    /// How much harm it could do, where that was written down: `look`, `change`, `send` or `destroy`.
    pub tier: Option<String>,
    /// The arguments, secrets hidden.
    pub preview: Option<String>,
    /// How it failed, in one sentence.
    pub fault: Option<String>,
    /// One sentence more: how it failed, or else the arguments. For scripts; [`Self::fault`] and [`Self::preview`] tell them apart.
    pub detail: Option<String>,
    /// From sending to the last byte, in milliseconds.
    pub millis: Option<u64>,
    /// Of the person's answer to a question: how long they took, in milliseconds.
    pub decided_ms: Option<u64>,
    /// Size of the answer.
    pub bytes: Option<u64>,
}

/// What was decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DecisionView {
    /// It may run.
    Allowed,
    /// It was left to the person, who gave no answer. Searched for, everything that they were asked about, answered or not.
    Asked,
    /// It may not run.
    Denied,
}

impl DecisionView {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Asked => "asked",
            Self::Denied => "denied",
        }
    }
}

/// Who decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DeciderView {
    /// The person, with an answer to a question.
    Person,
    /// A rule.
    Rule,
}

impl DeciderView {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Rule => "rule",
        }
    }
}

/// How an entry ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum OutcomeView {
    /// Stopped by the host or the person.
    Cancelled,
    /// It was done.
    Done,
    /// It failed.
    Failed,
    /// It is under way.
    Open,
    /// It was refused: by a rule or by the person.
    Refused,
    /// It was sent, and nobody can tell whether the server acted.
    Unknown,
}

impl OutcomeView {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Open => "open",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

/// One entry with everything that was written down. Texts come from hosts and servers: escape them before showing them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EntryDetail {
    /// The entry.
    pub entry: EntryView,
    /// The app's executable.
    pub app_path: Option<String>,
    /// The chain of processes, bridge first.
    pub ancestry: Option<String>,
    /// The bridge's connection.
    pub session: Option<String>,
    /// The call's id.
    pub call: Option<String>,
    /// The MCP method.
    pub method: Option<String>,
    /// The authorization server.
    pub issuer: Option<String>,
    /// The arguments, secrets hidden.
    pub preview: Option<String>,
    /// SHA-256 of the arguments, 64 hexadecimal digits.
    pub arguments: Option<String>,
    /// SHA-256 of the bytes that were sent, 64 hexadecimal digits.
    pub request: Option<String>,
    /// What was decided, as it was written down; [`EntryView::decision`] says what it comes to.
    pub decision: Option<String>,
    /// How much harm it could do: `look`, `change`, `send` or `destroy`.
    pub tier: Option<String>,
    /// What it did to its session.
    pub labels: Vec<String>,
    /// The host's own trace of it (W3C Trace Context).
    pub trace: Option<String>,
    /// When it ended.
    pub ended: Option<String>,
    /// The number of its outcome in the log, which is an entry of its own.
    pub ended_as: Option<u64>,
    /// The id of the rule that decided, also where it is gone.
    pub rule_id: Option<String>,
    /// The rule that decided, where it is still there.
    pub rule: Option<RuleView>,
}

/// What happened in some days, for charts. Days are those of the person's own clock.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct SummaryView {
    /// The days, oldest first, without gaps.
    pub days: Vec<DayView>,
    /// The tools that were called most, most first; at most twenty.
    pub tools: Vec<ToolTallyView>,
    /// The servers by how much they sent, most first; at most twenty.
    pub servers: Vec<ServerTallyView>,
    /// How long the person took to answer, shortest first.
    pub answer_times: Vec<AnswerTimeView>,
    /// What is out of the ordinary, newest first; at most twenty.
    pub oddities: Vec<OddityView>,
}

/// One day. Every call stands in one of `by_rule`, `by_person`, `refused` and `failed`, or was cancelled, or is under way.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct DayView {
    /// Its date, `2026-11-21`.
    pub date: String,
    /// Calls that a rule let run, and that were done.
    pub by_rule: u64,
    /// Calls that the person let run, and that were done.
    pub by_person: u64,
    /// Requests that were refused: by a rule, by the person, or because nobody answered.
    pub refused: u64,
    /// Calls that failed, or of which nobody can tell.
    pub failed: u64,
    /// Questions that got a yes, about calls or anything else.
    pub yes: u64,
    /// Questions that got a no.
    pub no: u64,
}

/// How often a tool was called.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ToolTallyView {
    /// The server's name.
    pub server: String,
    /// The tool.
    pub tool: String,
    /// How often.
    pub calls: u64,
}

/// How much came from a server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ServerTallyView {
    /// The server's name.
    pub server: String,
    /// How many calls.
    pub calls: u64,
    /// How many bytes it answered.
    pub bytes: u64,
}

/// How many answers took so long.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AnswerTimeView {
    /// At most so many milliseconds; none for everything longer.
    pub at_most_ms: Option<u64>,
    /// How many answers.
    pub answers: u64,
}

/// Something out of the ordinary. Names come from hosts and servers: escape them before showing them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OddityView {
    /// What.
    pub kind: OddityKind,
    /// Since when.
    pub at: String,
    /// The app.
    pub app: Option<String>,
    /// The server.
    pub server: Option<String>,
    /// The tool.
    pub tool: Option<String>,
    /// How many, where it is about a number: calls of that day.
    pub count: Option<u64>,
    /// How many are usual.
    pub usual: Option<u64>,
    /// The entry that shows it best.
    pub number: Option<u64>,
}

/// What may be out of the ordinary.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum OddityKind {
    /// Ten times as many calls as on a usual day.
    ManyCalls,
    /// An app called a server for the first time.
    NewApp,
    /// A tool was called for the first time.
    NewTool,
    /// Calls at an hour at which there never were any.
    UnusualHour,
}

/// A page of the log, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct LogReport {
    /// The entries.
    pub entries: Vec<EntryView>,
    /// The number to pass as `before` for what follows; none at the end.
    pub next: Option<u64>,
}

/// What checking the chain found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct VerifyReport {
    /// How many entries were checked.
    pub entries: u64,
    /// Whether all of them are as they were written.
    pub intact: bool,
    /// The first entry that is not, where one is known.
    pub first_broken: Option<u64>,
    /// What is wrong, in one sentence.
    pub fault: Option<String>,
    /// Whether the anchor outside the database agreed; none where there is no anchor.
    pub anchored: Option<bool>,
}

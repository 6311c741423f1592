//! The log: who did what, why, and how it ended.

use serde::{Deserialize, Serialize};

/// Which entries are wanted; nothing set means the newest of all.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
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
    /// Why it was allowed or refused: `rule NAME`, `answered: HOW` or `routine`.
    pub reason: Option<String>,
    /// How it ended.
    pub outcome: OutcomeView,
    /// One sentence more.
    pub detail: Option<String>,
    /// From sending to the last byte, in milliseconds.
    pub millis: Option<u64>,
    /// Size of the answer.
    pub bytes: Option<u64>,
}

/// How an entry ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
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

/// A page of the log, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LogReport {
    /// The entries.
    pub entries: Vec<EntryView>,
    /// The number to pass as `before` for what follows; none at the end.
    pub next: Option<u64>,
}

/// What checking the chain found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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

//! Reading the log back, for people.

use keyholder_model::clock::Timestamp;
use keyholder_model::digest::Digest;
use keyholder_model::event::{Outcome, Whose};
use keyholder_model::id::{CallId, SessionId};
use keyholder_model::risk::{Labels, Tier};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, named_params};

/// Which rows to read. All filters must match; the default reads the newest [`Query::PAGE`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Query {
    /// Only this server.
    pub server: Option<String>,
    /// Only this host app.
    pub app: Option<String>,
    /// Only this tool.
    pub tool: Option<String>,
    /// Only this decision.
    pub decision: Option<String>,
    /// Not earlier than this.
    pub since: Option<Timestamp>,
    /// Earlier than this.
    pub until: Option<Timestamp>,
    /// Only rows with a smaller sequence number: the next page begins before the last row of this one.
    pub before: Option<u64>,
    /// How many at most; [`Query::PAGE`] where nothing is said, never more than [`Query::MOST`].
    pub limit: Option<usize>,
}

impl Query {
    /// Rows that a query without a limit gives.
    pub const PAGE: usize = 100;
    /// Rows that one query gives at most.
    pub const MOST: usize = 10_000;

    fn rows(&self) -> usize {
        self.limit.unwrap_or(Self::PAGE).min(Self::MOST)
    }
}

/// A call with its outcome, or a note. Texts are as they came from outside: escape them where they are shown
/// ([`visible`](keyholder_model::untrusted::visible)).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its number in the log.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// `call`, or a note's word ([`Event::as_str`](crate::Event::as_str)).
    pub event: String,
    /// The call.
    pub call: Option<CallId>,
    /// The bridge's connection.
    pub session: Option<SessionId>,
    /// The host app.
    pub app: Option<String>,
    /// The host app's executable.
    pub app_path: Option<String>,
    /// The processes from the bridge up.
    pub ancestry: Option<String>,
    /// The server.
    pub server: Option<String>,
    /// The account there.
    pub account: Option<String>,
    /// The authorization server.
    pub issuer: Option<String>,
    /// The MCP method.
    pub method: Option<String>,
    /// The tool.
    pub tool: Option<String>,
    /// SHA-256 of the arguments.
    pub arguments: Option<Digest>,
    /// The arguments, redacted.
    pub preview: Option<String>,
    /// SHA-256 of the bytes that were sent.
    pub request: Option<Digest>,
    /// The decision.
    pub decision: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The host's trace.
    pub trace: Option<String>,
    /// Of a note: how long the person took, in milliseconds.
    pub millis: Option<u64>,
    /// How much harm the call could do, where that was written down.
    pub tier: Option<Tier>,
    /// What the call does to its session; none where nothing was written down.
    pub labels: Labels,
    /// How the call ended; none for a note, and while the call runs.
    pub ended: Option<Ended>,
}

/// How a call ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ended {
    /// The outcome's own number in the log.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// How.
    pub outcome: Outcome,
}

/// Reads the next stretch into `rows`. Returns where to go on, or `None` when done.
///
/// Bounded stretches, so that a search for something rare in a long log does not keep calls waiting.
pub(crate) fn step(
    db: &Connection,
    query: &Query,
    before: Option<u64>,
    rows: &mut Vec<Row>,
) -> rusqlite::Result<Option<u64>> {
    let newest: i64 =
        db.prepare_cached("SELECT coalesce(max(sequence), 0) FROM entry")?.query_one([], |row| row.get(0))?;
    let before = before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX).min(newest.saturating_add(1));
    let from = before.saturating_sub(STRETCH);
    let left = query.rows().saturating_sub(rows.len());
    let mut find = db.prepare_cached(FIND)?;
    let mut found = find.query(named_params! {
        ":server": query.server,
        ":app": query.app,
        ":tool": query.tool,
        ":decision": query.decision,
        ":since": query.since.map(Timestamp::as_millis),
        ":until": query.until.map(Timestamp::as_millis),
        ":from": from,
        ":before": before,
        ":limit": i64::try_from(left).unwrap_or(i64::MAX),
    })?;
    while let Some(row) = found.next()? {
        rows.push(Cursor::of(row).row()?);
    }
    let is_done = rows.len() >= query.rows() || from <= 0;
    Ok(if is_done { None } else { u64::try_from(from).ok() })
}

/// Takes a row's values one after the other. A value that is not what it should be is shown as well as it can be: a row that
/// was tampered with is `verify`'s matter, and must not hide the others.
pub(crate) struct Cursor<'a> {
    row: &'a rusqlite::Row<'a>,
    next: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn of(row: &'a rusqlite::Row<'a>) -> Self {
        Self { row, next: 0 }
    }

    fn row(&mut self) -> rusqlite::Result<Row> {
        Ok(Row {
            sequence: self.count()?.unwrap_or(0),
            at: self.moment()?,
            event: self.text()?.unwrap_or_default(),
            call: self.text()?.and_then(|text| text.parse().ok()),
            session: self.text()?.and_then(|text| text.parse().ok()),
            app: self.text()?,
            app_path: self.text()?,
            ancestry: self.text()?,
            server: self.text()?,
            account: self.text()?,
            issuer: self.text()?,
            method: self.text()?,
            tool: self.text()?,
            arguments: self.digest()?,
            preview: self.text()?,
            request: self.digest()?,
            decision: self.text()?,
            reason: self.text()?,
            trace: self.text()?,
            millis: self.count()?,
            tier: self.tier()?,
            labels: self.labels()?,
            ended: self.ended()?,
        })
    }

    pub(crate) fn ended(&mut self) -> rusqlite::Result<Option<Ended>> {
        let sequence = self.count()?;
        let at = self.moment()?;
        let word = self.text()?;
        let whose = self.text()?;
        let detail = self.text()?;
        let bytes = self.count()?.unwrap_or(0);
        let millis = self.count()?.unwrap_or(0);
        let Some(sequence) = sequence else { return Ok(None) };
        let outcome = match word.as_deref() {
            Some("cancel") => Outcome::Cancel,
            Some("complete") => Outcome::Complete { bytes, millis },
            Some("fault") => Outcome::Fault { whose: parse_whose(whose.as_deref()), what: detail.unwrap_or_default() },
            _ => Outcome::Unknown,
        };
        Ok(Some(Ended { sequence, at, outcome }))
    }

    pub(crate) fn tier(&mut self) -> rusqlite::Result<Option<Tier>> {
        let word = self.text()?;
        Ok(Tier::ALL.into_iter().find(|tier| Some(tier.as_str()) == word.as_deref()))
    }

    pub(crate) fn labels(&mut self) -> rusqlite::Result<Labels> {
        Ok(self.text()?.and_then(|text| text.parse().ok()).unwrap_or_default())
    }

    fn value(&mut self) -> rusqlite::Result<ValueRef<'_>> {
        self.next += 1;
        self.row.get_ref(self.next - 1)
    }

    pub(crate) fn text(&mut self) -> rusqlite::Result<Option<String>> {
        Ok(match self.value()? {
            ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            _ => None,
        })
    }

    fn digest(&mut self) -> rusqlite::Result<Option<Digest>> {
        Ok(match self.value()? {
            ValueRef::Blob(bytes) => bytes.try_into().ok().map(Digest::from_bytes),
            _ => None,
        })
    }

    pub(crate) fn count(&mut self) -> rusqlite::Result<Option<u64>> {
        Ok(match self.value()? {
            ValueRef::Integer(number) => u64::try_from(number).ok(),
            _ => None,
        })
    }

    pub(crate) fn moment(&mut self) -> rusqlite::Result<Timestamp> {
        Ok(match self.value()? {
            ValueRef::Integer(millis) => Timestamp::from_millis(millis),
            _ => Timestamp::from_millis(0),
        })
    }
}

fn parse_whose(word: Option<&str>) -> Whose {
    let all = [Whose::AuthorizationServer, Whose::Caller, Whose::Network, Whose::Person, Whose::Policy, Whose::Server];
    all.into_iter().find(|whose| Some(whose.as_str()) == word).unwrap_or(Whose::Keyholder)
}

/// In the order in which [`Cursor::row`] takes them.
const FIND: &str = "SELECT e.sequence, e.at, coalesce(e.event, 'call'), e.call, e.session, e.app, e.app_path, e.ancestry, \
     e.server, e.account, e.issuer, e.method, e.tool, e.arguments, e.preview, e.request, e.decision, e.reason, e.trace, \
     e.millis, e.tier, e.labels, o.sequence, o.at, o.outcome, o.whose, o.detail, o.bytes, o.millis \
     FROM entry AS e LEFT JOIN entry AS o ON o.sequence = (SELECT min(sequence) FROM entry WHERE refers = e.sequence) \
     WHERE e.sequence >= :from AND e.sequence < :before AND e.kind <> 'outcome' \
     AND (:server IS NULL OR e.server = :server) AND (:app IS NULL OR e.app = :app) \
     AND (:tool IS NULL OR e.tool = :tool) AND (:decision IS NULL OR e.decision = :decision) \
     AND (:since IS NULL OR e.at >= :since) AND (:until IS NULL OR e.at < :until) \
     ORDER BY e.sequence DESC LIMIT :limit";

/// Sequence numbers searched while the log is held.
const STRETCH: i64 = 50_000;

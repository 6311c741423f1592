//! Reading the log back, for people.

use crate::event::Event;
use crate::query::{Field, Folded};
use keyholder_model::clock::Timestamp;
use keyholder_model::digest::Digest;
use keyholder_model::event::{Outcome, Whose};
use keyholder_model::id::{CallId, SessionId};
use keyholder_model::risk::{Labels, Tier};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, named_params};

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
    /// Of a note: whose doing it was, where that was written down.
    pub whose: Option<Whose>,
    /// How the call ended; none for a note, and while the call runs.
    pub ended: Option<Ended>,
}

impl Row {
    /// How it ended, in one word.
    pub fn ending(&self) -> Ending {
        match &self.ended {
            Some(ended) => Ending::of_outcome(&ended.outcome),
            None if self.event == CALL => Ending::Open,
            None => Ending::of_note(&self.event, self.decision.as_deref()),
        }
    }

    /// One of its texts.
    pub(crate) fn text(&self, field: Field) -> Option<&str> {
        match field {
            Field::Account => self.account.as_deref(),
            Field::App => self.app.as_deref(),
            Field::Decision => self.decision.as_deref(),
            Field::Event => Some(&self.event),
            Field::Method => self.method.as_deref(),
            Field::Preview => self.preview.as_deref(),
            Field::Reason => self.reason.as_deref(),
            Field::Server => self.server.as_deref(),
            Field::Tier => self.tier.map(Tier::as_str),
            Field::Tool => self.tool.as_deref(),
            Field::Whose => self.whose.map(Whose::as_str),
        }
    }
}

/// What a call is called among the notes' words.
pub(crate) const CALL: &str = "call";

/// How an entry ended, in one word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Ending {
    /// Stopped by the host or the person.
    Cancelled,
    /// It was done.
    Done,
    /// It failed.
    Failed,
    /// It is under way.
    Open,
    /// It was refused.
    Refused,
    /// It was sent, and nobody can tell whether the server acted.
    Unknown,
}

impl Ending {
    pub(crate) fn of_outcome(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Cancel => Self::Cancelled,
            Outcome::Complete { .. } => Self::Done,
            Outcome::Fault { .. } => Self::Failed,
            Outcome::Unknown => Self::Unknown,
        }
    }

    pub(crate) fn of_note(event: &str, decision: Option<&str>) -> Self {
        let is_no = event == Event::Refuse.as_str() || decision.is_some_and(|decision| decision.starts_with("deny"));
        if is_no { Self::Refused } else { Self::Done }
    }
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

/// The call or the note with this number.
pub(crate) fn one(db: &Connection, number: u64) -> rusqlite::Result<Option<Row>> {
    let mut find = db.prepare_cached(FIND)?;
    find.query_one([i64::try_from(number).unwrap_or(i64::MAX)], |row| Cursor::of(row).row()).optional()
}

/// The number of the call whose outcome has this number.
pub(crate) fn call_of(db: &Connection, outcome: u64) -> rusqlite::Result<Option<u64>> {
    let number = i64::try_from(outcome).unwrap_or(i64::MAX);
    let mut find = db.prepare_cached("SELECT refers FROM entry WHERE sequence = ?1 AND kind = 'outcome'")?;
    let refers: Option<i64> = find.query_one([number], |row| row.get(0)).optional()?.flatten();
    Ok(refers.and_then(|refers| u64::try_from(refers).ok()))
}

/// Numbers of rows, from the first up to the second, without it.
pub(crate) type Span = std::ops::Range<i64>;

/// The calls and notes of a stretch, newest first.
pub(crate) fn walk(
    db: &Connection,
    span: &Span,
    most: Option<usize>,
    mut take: impl FnMut(Row),
) -> rusqlite::Result<()> {
    let mut find = db.prepare_cached(WALK)?;
    let mut found = find.query(named_params! {
        ":from": span.start,
        ":to": span.end,
        ":limit": most.map_or(-1, |most| i64::try_from(most).unwrap_or(i64::MAX)),
    })?;
    while let Some(row) = found.next()? {
        take(Cursor::of(row).row()?);
    }
    Ok(())
}

/// The numbers, ascending, of the rows of a stretch whose arguments hold a word.
pub(crate) fn holding(db: &Connection, span: &Span, word: &Folded) -> rusqlite::Result<Vec<i64>> {
    let mut find = db.prepare_cached(HOLDING)?;
    let mut rows = find.query((span.start, span.end, word.pattern()))?;
    let mut held = Vec::new();
    while let Some(row) = rows.next()? {
        let mut row = Cursor::of(row);
        let sequence = row.number()?.unwrap_or(0);
        // LIKE knows the case of ASCII letters only.
        if row.text()?.is_some_and(|text| word.is_in(&text)) {
            held.push(sequence);
        }
    }
    Ok(held)
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
            whose: self.text()?.and_then(|word| whose_of(&word)),
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

    pub(crate) fn number(&mut self) -> rusqlite::Result<Option<i64>> {
        Ok(match self.value()? {
            ValueRef::Integer(number) => Some(number),
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
    word.and_then(whose_of).unwrap_or(Whose::Keyholder)
}

fn whose_of(word: &str) -> Option<Whose> {
    let all = [
        Whose::AuthorizationServer,
        Whose::Caller,
        Whose::Keyholder,
        Whose::Network,
        Whose::Person,
        Whose::Policy,
        Whose::Server,
    ];
    all.into_iter().find(|whose| whose.as_str() == word)
}

/// A row with its outcome, in the order in which [`Cursor::row`] takes its values.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT e.sequence, e.at, coalesce(e.event, 'call'), e.call, e.session, e.app, e.app_path, e.ancestry, \
             e.server, e.account, e.issuer, e.method, e.tool, e.arguments, e.preview, e.request, e.decision, e.reason, \
             e.trace, e.millis, e.tier, e.labels, e.whose, \
             o.sequence, o.at, o.outcome, o.whose, o.detail, o.bytes, o.millis \
             FROM entry AS e LEFT JOIN entry AS o ON o.sequence = (SELECT min(sequence) FROM entry WHERE refers = e.sequence) ",
            $rest
        )
    };
}

const FIND: &str = select!("WHERE e.sequence = ?1 AND e.kind <> 'outcome'");

const HOLDING: &str = "SELECT sequence, preview FROM entry NOT INDEXED \
     WHERE sequence >= ?1 AND sequence < ?2 AND preview LIKE ?3 ESCAPE '\\' ORDER BY sequence";

const WALK: &str = select!(
    "WHERE e.sequence >= :from AND e.sequence < :to AND e.kind <> 'outcome' \
     ORDER BY e.sequence DESC LIMIT :limit"
);

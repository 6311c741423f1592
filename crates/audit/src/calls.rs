//! The calls of the past: what rules would have done with them, and what an app usually does with a tool.

use crate::read::{self, Ended};
use keyholder_model::clock::Timestamp;
use keyholder_model::event::Outcome;
use keyholder_model::risk::{Labels, Tier};
use rusqlite::{Connection, named_params};

/// Which calls to read. All filters must match; the default reads the newest [`CallQuery::PAGE`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CallQuery {
    /// Only of this host app.
    pub app: Option<String>,
    /// Only of this server.
    pub server: Option<String>,
    /// Only of this tool. With a server, a directory finds them, however long the log is.
    pub tool: Option<String>,
    /// Not earlier than this.
    pub since: Option<Timestamp>,
    /// Earlier than this.
    pub until: Option<Timestamp>,
    /// Only calls with a smaller number: the next page, newest first.
    pub before: Option<u64>,
    /// Only calls with a greater number: the next page, oldest first.
    pub after: Option<u64>,
    /// In which order.
    pub order: Order,
    /// How many at most; [`CallQuery::PAGE`] where nothing is said, never more than [`CallQuery::MOST`].
    pub limit: Option<usize>,
}

/// In which order calls are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    /// The newest first.
    #[default]
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

impl CallQuery {
    /// Calls that a query without a limit gives.
    pub const PAGE: usize = 100;
    /// Calls that one query gives at most.
    pub const MOST: usize = 10_000;

    fn rows(&self) -> usize {
        self.limit.unwrap_or(Self::PAGE).min(Self::MOST)
    }
}

/// A call of a tool, made or refused. Texts are as they came from outside: escape them where they are shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PastCall {
    /// Its number in the log.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// The host app.
    pub app: Option<String>,
    /// The server.
    pub server: Option<String>,
    /// The account there.
    pub account: Option<String>,
    /// The tool.
    pub tool: String,
    /// The arguments, redacted.
    pub preview: Option<String>,
    /// The decision.
    pub decision: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Whether it was made, or refused before it left.
    pub fate: Fate,
    /// How it ended; none while it runs, and where it was refused.
    pub outcome: Option<Outcome>,
    /// How much harm it could do, where that was written down.
    pub tier: Option<Tier>,
    /// What it does to its session; none where nothing was written down.
    pub labels: Labels,
}

/// Whether a call left Keyholder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It was made.
    Made,
    /// It was refused.
    Refused,
}

/// The numbers that are still to be searched: from `low` up to, but without, `high`.
pub(crate) struct Search {
    low: i64,
    high: i64,
    way: Way,
}

/// How calls are found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Row by row.
    Walk,
    /// By the directory [`called`](crate::called), which goes up to the newest row.
    Directory,
}

impl Search {
    /// Everything that the query allows, in a log that ends at `newest`. `directory`: whether the directory goes that far.
    pub(crate) fn of(query: &CallQuery, newest: u64, directory: bool) -> Self {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let end = number(newest).saturating_add(1);
        Self {
            low: query.after.map_or(1, |after| number(after).saturating_add(1)),
            high: query.before.map_or(end, |before| number(before).min(end)),
            way: if directory && query.server.is_some() && query.tool.is_some() { Way::Directory } else { Way::Walk },
        }
    }

    /// Searches the next stretch. Says whether there is more to do.
    ///
    /// Bounded stretches, so that a search through a long log does not keep calls waiting.
    pub(crate) fn step(
        &mut self,
        db: &Connection,
        query: &CallQuery,
        calls: &mut Vec<PastCall>,
    ) -> rusqlite::Result<bool> {
        let (from, to) = match query.order {
            Order::NewestFirst => (self.high.saturating_sub(STRETCH).max(self.low), self.high),
            Order::OldestFirst => (self.low, self.low.saturating_add(STRETCH).min(self.high)),
        };
        if from >= to {
            return Ok(false);
        }
        let mut find = db.prepare_cached(&select(self.way, query.order))?;
        let left = query.rows().saturating_sub(calls.len());
        let mut found = find.query(named_params! {
            ":server": query.server,
            ":app": query.app,
            ":tool": query.tool,
            ":since": query.since.map(Timestamp::as_millis),
            ":until": query.until.map(Timestamp::as_millis),
            ":from": from,
            ":to": to,
            ":limit": i64::try_from(left).unwrap_or(i64::MAX),
        })?;
        while let Some(row) = found.next()? {
            calls.push(call(&mut read::Cursor::of(row))?);
        }
        match query.order {
            Order::NewestFirst => self.high = from,
            Order::OldestFirst => self.low = to,
        }
        Ok(calls.len() < query.rows() && self.low < self.high)
    }
}

fn call(row: &mut read::Cursor<'_>) -> rusqlite::Result<PastCall> {
    Ok(PastCall {
        number: row.count()?.unwrap_or(0),
        at: row.moment()?,
        app: row.text()?,
        server: row.text()?,
        account: row.text()?,
        tool: row.text()?.unwrap_or_default(),
        preview: row.text()?,
        decision: row.text()?,
        reason: row.text()?,
        fate: if row.text()?.as_deref() == Some("intent") { Fate::Made } else { Fate::Refused },
        tier: row.tier()?,
        labels: row.labels()?,
        outcome: row.ended()?.map(|Ended { outcome, .. }| outcome),
    })
}

/// The statement, in the order in which [`call`] takes the values. What the directory leads to is believed only where the row says
/// the same.
fn select(way: Way, order: Order) -> String {
    let (from, narrow) = match way {
        Way::Walk => ("entry AS e NOT INDEXED", "e.sequence >= :from AND e.sequence < :to"),
        Way::Directory => (
            "called AS c CROSS JOIN entry AS e ON e.sequence = c.sequence",
            "c.server = :server AND c.tool = :tool AND c.sequence >= :from AND c.sequence < :to",
        ),
    };
    let by = match way {
        Way::Walk => "e.sequence",
        Way::Directory => "c.sequence",
    };
    let order = match order {
        Order::NewestFirst => "DESC",
        Order::OldestFirst => "ASC",
    };
    format!(
        "SELECT e.sequence, e.at, e.app, e.server, e.account, e.tool, e.preview, e.decision, e.reason, e.kind, e.tier, e.labels, \
         o.sequence, o.at, o.outcome, o.whose, o.detail, o.bytes, o.millis \
         FROM {from} LEFT JOIN entry AS o ON o.sequence = (SELECT min(sequence) FROM entry WHERE refers = e.sequence) \
         WHERE {narrow} AND e.tool IS NOT NULL AND (:server IS NULL OR e.server = :server) \
         AND (:tool IS NULL OR e.tool = :tool) AND (:app IS NULL OR e.app = :app) AND (e.kind = 'intent' OR e.event = 'refuse') \
         AND (:since IS NULL OR e.at >= :since) AND (:until IS NULL OR e.at < :until) \
         ORDER BY {by} {order} LIMIT :limit"
    )
}

/// Numbers searched while the log is held.
const STRETCH: i64 = if cfg!(test) { 7 } else { 50_000 };

#[cfg(test)]
mod tests;

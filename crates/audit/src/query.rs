//! What a search in the log is for.
//!
//! A condition is said once, on a text: the list of entries ([`listed`](crate::listed)) and the rows themselves are asked the same.

use crate::read::{Ending, Row};
use keyholder_model::clock::Timestamp;
use std::borrow::Cow;

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
    /// Only what ended in one of these ways; empty for all.
    pub endings: Vec<Ending>,
    /// What else must hold of an entry, all of it.
    pub conditions: Vec<Condition>,
    /// Not earlier than this.
    pub since: Option<Timestamp>,
    /// Earlier than this.
    pub until: Option<Timestamp>,
    /// Only rows with a smaller sequence number: the next page begins before the last row of this one.
    pub before: Option<u64>,
    /// How many at most; [`Query::PAGE`] where nothing is said, never more than [`Query::MOST`].
    pub limit: Option<usize>,
}

/// Something that holds of an entry if one of these tests holds of its field.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Condition(pub Vec<(Field, Test)>);

/// A text of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    /// The account.
    Account,
    /// The host app.
    App,
    /// What was decided.
    Decision,
    /// `call`, or a note's word.
    Event,
    /// The MCP method.
    Method,
    /// The arguments, redacted.
    Preview,
    /// Why.
    Reason,
    /// The server.
    Server,
    /// How much harm it could do.
    Tier,
    /// The tool.
    Tool,
    /// Of a note: whose doing it was.
    Whose,
}

impl Field {
    /// Its column.
    pub(crate) const fn column(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::App => "app",
            Self::Decision => "decision",
            Self::Event => "event",
            Self::Method => "method",
            Self::Preview => "preview",
            Self::Reason => "reason",
            Self::Server => "server",
            Self::Tier => "tier",
            Self::Tool => "tool",
            Self::Whose => "whose",
        }
    }
}

/// What is asked of a text. An entry without the text fails every test.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Test {
    /// It begins so.
    Begins(String),
    /// It holds this, in whatever case.
    Holds(Folded),
    /// It is this.
    Is(String),
    /// It is this, in whatever case.
    IsLike(Folded),
}

/// A text in one case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Folded(String);

impl Query {
    /// Rows that a query without a limit gives.
    pub const PAGE: usize = 100;
    /// Rows that one query gives at most.
    pub const MOST: usize = 10_000;

    pub(crate) fn rows(&self) -> usize {
        self.limit.unwrap_or(Self::PAGE).min(Self::MOST)
    }

    /// All conditions on texts.
    pub(crate) fn conditions(&self) -> Vec<Condition> {
        let named = [
            (Field::Server, &self.server),
            (Field::App, &self.app),
            (Field::Tool, &self.tool),
            (Field::Decision, &self.decision),
        ];
        let named = named.into_iter().filter_map(|(field, text)| Some((field, text.clone()?)));
        named
            .map(|(field, text)| Condition(vec![(field, Test::Is(text))]))
            .chain(self.conditions.iter().cloned())
            .collect()
    }

    /// Whether a row is wanted, wherever in the log it stands.
    pub(crate) fn fits(&self, conditions: &[Condition], row: &Row) -> bool {
        self.since.is_none_or(|since| row.at >= since)
            && self.until.is_none_or(|until| row.at < until)
            && (self.endings.is_empty() || self.endings.contains(&row.ending()))
            && conditions.iter().all(|condition| condition.holds_of(row))
    }
}

impl Condition {
    /// Of one field.
    pub fn of(field: Field, test: Test) -> Self {
        Self(vec![(field, test)])
    }

    /// The same test of several fields.
    pub fn any_of(fields: &[Field], test: &Test) -> Self {
        Self(fields.iter().map(|field| (*field, test.clone())).collect())
    }

    fn holds_of(&self, row: &Row) -> bool {
        self.0.iter().any(|(field, test)| row.text(*field).is_some_and(|text| test.holds_of(text)))
    }
}

impl Test {
    /// It holds this, in whatever case.
    pub fn holds(text: &str) -> Self {
        Self::Holds(Folded::of(text))
    }

    /// It is this, in whatever case.
    pub fn is_like(text: &str) -> Self {
        Self::IsLike(Folded::of(text))
    }

    pub(crate) fn holds_of(&self, text: &str) -> bool {
        match self {
            Self::Begins(begin) => text.starts_with(begin.as_str()),
            Self::Holds(folded) => folded.is_in(text),
            Self::Is(whole) => text == whole,
            Self::IsLike(folded) => fold(text) == folded.0,
        }
    }
}

impl Folded {
    /// The text in one case.
    pub fn of(text: &str) -> Self {
        Self(fold(text).into_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the text holds it, in whatever case.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        fold(text).contains(&self.0)
    }

    /// A pattern for SQLite's LIKE, which knows the case of ASCII letters only: everything that holds this text fits it.
    pub(crate) fn pattern(&self) -> String {
        let longest = self.0.split(|c: char| !c.is_ascii()).max_by_key(|run| run.len()).unwrap_or_default();
        let mut pattern = String::from("%");
        for c in longest.chars() {
            if matches!(c, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(c);
        }
        pattern.push('%');
        pattern
    }
}

/// A text in one case. No letter becomes an ASCII letter that was none: what [`Folded::pattern`] says of the ASCII letters must hold.
fn fold(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
        return Cow::Borrowed(text);
    }
    if text.is_ascii() {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        let lower = c.to_lowercase();
        if c.is_ascii() || !lower.clone().any(|c| c.is_ascii()) {
            folded.extend(lower);
        } else {
            folded.push(c);
        }
    }
    Cow::Owned(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_whatever_case() {
        for (text, word) in [
            ("Send Message", "send m"),
            ("\u{c4}RGER", "\u{e4}rger"),
            ("stra\u{df}e", "STRA\u{df}E"),
            ("\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442}", "\u{43f}\u{420}"),
            ("anything", ""),
        ] {
            assert!(Folded::of(word).is_in(text), "{word} in {text}");
        }
        assert!(!Folded::of("k").is_in("\u{212a}") && !Folded::of("i").is_in("\u{130}"));
        assert!(Folded::of("\u{212a}").is_in("7 \u{212a}"));
    }

    #[test]
    fn a_pattern_takes_nothing_for_a_wildcard() {
        assert_eq!(Folded::of("100%_A\\").pattern(), "%100\\%\\_a\\\\%");
        assert_eq!(Folded::of("\u{e4}bc\u{e4}d").pattern(), "%bc%");
        assert_eq!(Folded::of("\u{43f}").pattern(), "%%");
    }
}

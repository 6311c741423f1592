//! The hash chain: how one row becomes bytes, and how it hangs on the row before it.

use crate::anchor::Anchor;
use keyholder_model::clock::Timestamp;
use keyholder_model::digest::Digest;
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};
use std::borrow::Cow;

/// The fields of a row in their fixed order, with the type each has in the file. New ones are added at the end only.
pub(crate) const COLUMNS: [(&str, Kind); 27] = [
    ("kind", Kind::Text),
    ("at", Kind::Number),
    ("refers", Kind::Number),
    ("event", Kind::Text),
    ("call", Kind::Text),
    ("session", Kind::Text),
    ("app", Kind::Text),
    ("app_path", Kind::Text),
    ("ancestry", Kind::Text),
    ("server", Kind::Text),
    ("account", Kind::Text),
    ("issuer", Kind::Text),
    ("method", Kind::Text),
    ("tool", Kind::Text),
    ("arguments", Kind::Digest),
    ("preview", Kind::Text),
    ("request", Kind::Digest),
    ("decision", Kind::Text),
    ("reason", Kind::Text),
    ("trace", Kind::Text),
    ("outcome", Kind::Text),
    ("whose", Kind::Text),
    ("detail", Kind::Text),
    ("bytes", Kind::Number),
    ("millis", Kind::Number),
    ("tier", Kind::Text),
    ("labels", Kind::Text),
];

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Digest,
    Number,
    Text,
}

/// One field's value.
#[derive(Clone, Debug)]
pub(crate) enum Cell<'a> {
    Digest(Digest),
    Number(i64),
    Text(Cow<'a, str>),
}

impl Cell<'_> {
    /// A count. The file's integers end at 2^63-1, far beyond anything counted here.
    pub(crate) fn number(value: u64) -> Self {
        Self::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Digest(digest) => ValueRef::Blob(digest.as_bytes()),
            Self::Number(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// One row before it is written.
pub(crate) struct Fields<'a>([Option<Cell<'a>>; COLUMNS.len()]);

impl<'a> Fields<'a> {
    pub(crate) fn new(kind: &'static str, at: Timestamp) -> Self {
        let mut fields = Self([const { None }; COLUMNS.len()]);
        fields.set("kind", Some(Cell::Text(Cow::Borrowed(kind))));
        fields.set("at", Some(Cell::Number(at.as_millis())));
        fields
    }

    /// Sets a field by its name in [`COLUMNS`].
    pub(crate) fn set(&mut self, name: &str, value: Option<Cell<'a>>) {
        let place = COLUMNS.iter().position(|(column, _)| *column == name);
        debug_assert!(place.is_some(), "{name} is a column");
        if let Some(slot) = place.and_then(|place| self.0.get_mut(place)) {
            *slot = value;
        }
    }

    pub(crate) fn cells(&self) -> impl Iterator<Item = &Option<Cell<'a>>> {
        self.0.iter()
    }

    /// The anchor of the log after this row.
    pub(crate) fn link(&self, head: &Anchor) -> Anchor {
        let mut raw = [const { ValueRef::Null }; COLUMNS.len()];
        for (slot, cell) in raw.iter_mut().zip(&self.0) {
            *slot = match cell {
                None => ValueRef::Null,
                Some(Cell::Digest(digest)) => ValueRef::Blob(digest.as_bytes()),
                Some(Cell::Number(number)) => ValueRef::Integer(*number),
                Some(Cell::Text(text)) => ValueRef::Text(text.as_bytes()),
            };
        }
        link(head, &raw)
    }
}

/// The anchor after a row with these values, in the order of [`COLUMNS`].
///
/// Hashed are: the previous hash, the row's number, which fields are present (a bit each), and each present field, all of them
/// length-prefixed. A field that is absent differs from one that is empty, and no byte can move from one field into the next.
pub(crate) fn link(head: &Anchor, values: &[ValueRef<'_>; COLUMNS.len()]) -> Anchor {
    let count = head.count.saturating_add(1);
    let sequence = count.to_be_bytes();
    let mut numbers = [[0; 8]; COLUMNS.len()];
    let mut present = 0_u64;
    for (place, (value, number)) in values.iter().zip(&mut numbers).enumerate() {
        present |= u64::from(!matches!(value, ValueRef::Null)) << place;
        if let ValueRef::Integer(integer) = value {
            *number = integer.to_be_bytes();
        }
    }
    let present = present.to_be_bytes();
    let mut parts: [&[u8]; COLUMNS.len() + 3] = [&[]; COLUMNS.len() + 3];
    parts[..3].copy_from_slice(&[head.hash.as_bytes(), &sequence, &present]);
    let mut used = 3;
    for (value, number) in values.iter().zip(&numbers) {
        parts[used] = match value {
            ValueRef::Null => continue,
            ValueRef::Integer(_) => number,
            // A real number never fits a column; `verify` reports it before it comes here.
            ValueRef::Real(_) => &[],
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes,
        };
        used += 1;
    }
    Anchor { count, hash: Digest::of_parts(&parts[..used]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(tool: Option<&str>, reason: &str) -> Fields<'static> {
        let mut fields = Fields::new("intent", Timestamp::from_millis(1));
        fields.set("tool", tool.map(|tool| Cell::Text(Cow::Owned(tool.to_owned()))));
        fields.set("reason", Some(Cell::Text(Cow::Owned(reason.to_owned()))));
        fields
    }

    #[test]
    fn an_absent_field_is_not_an_empty_one() {
        let head = Anchor::empty();
        assert_ne!(row(None, "x").link(&head), row(Some(""), "x").link(&head));
        assert_ne!(row(Some("a"), "bc").link(&head), row(Some("ab"), "c").link(&head));
    }

    #[test]
    fn a_row_hangs_on_its_number_and_on_what_came_before() {
        let head = Anchor::empty();
        let later = Anchor { count: 1, ..head };
        let other = Anchor { hash: Digest::of_parts(&[b"other"]), ..head };
        assert_ne!(row(None, "x").link(&head).hash, row(None, "x").link(&later).hash);
        assert_ne!(row(None, "x").link(&head).hash, row(None, "x").link(&other).hash);
        assert_eq!(row(None, "x").link(&head), row(None, "x").link(&head));
    }

    #[test]
    fn a_row_of_an_older_log_keeps_its_hash() {
        let mut fields = row(Some("send"), "rule reading");
        fields.set("millis", Some(Cell::Number(7)));
        fields.set("request", Some(Cell::Digest(Anchor::empty().hash)));
        let hash = fields.link(&Anchor::empty()).hash.to_string();
        assert_eq!(hash, "5851ded946ed301564b21e5fa1a58257c55b7bba77df50f131fa5f45077b14dc");
    }
}

//! The list of calls and notes: what of each is searched and counted by, in few bytes.
//!
//! As the directory of calls ([`called`](crate::called)) it says nothing that the rows do not say, and is written behind them. Its
//! texts are numbers of names, so that a million entries take a few megabytes. Unlike the directory it is not brought up to the
//! newest row before it is used: a search walks through the rows that it does not have yet.

use crate::chain::COLUMNS;
use crate::hints;
use crate::query::Field;
use crate::read::{CALL, Cursor, Ending};
use crate::store;
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, OptionalExtension as _};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The fields whose texts stand in the list, in the order of its columns.
pub(crate) const FIELDS: [Field; 10] = [
    Field::Event,
    Field::App,
    Field::Server,
    Field::Account,
    Field::Method,
    Field::Tool,
    Field::Decision,
    Field::Reason,
    Field::Whose,
    Field::Tier,
];

/// The number of every text that is too long for one.
pub(crate) const TOO_LONG: i64 = 0;

/// Bytes of a name. What is longer is a sentence: seldom the same twice.
const LONGEST: usize = 120;

/// Takes up the next rows of a log that ends at `newest`. Says whether there are more.
///
/// Short stretches: calls are written while this goes on. Inside of a transaction.
pub(crate) fn take_up(db: &Connection, names: &mut Names, newest: i64) -> rusqlite::Result<bool> {
    let from = done(db)?;
    if from >= newest {
        return Ok(false);
    }
    let to = from.saturating_add(STRETCH).min(newest);
    let mut rows = Rows::prepare(db)?;
    let mut hints = hints::Writer::new(db);
    rows.each(from, to, |item| {
        if let Some(refers) = item.refers {
            let mut settle = db.prepare_cached(SETTLE)?;
            return settle.execute((refers, code(item.ending), item.bytes, item.millis)).map(drop);
        }
        item.arguments.as_deref().map(|arguments| hints.add(item.sequence, arguments)).transpose()?;
        item.add(db, names)
    })?;
    hints.write()?;
    db.prepare_cached("UPDATE progress SET listed = ?1")?.execute([to])?;
    Ok(to < newest)
}

/// Up to which row the list goes.
pub(crate) fn done(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT listed FROM progress")?.query_one([], |row| row.get(0))
}

/// A list that claims to be ahead of the rows is made anew.
pub(crate) fn distrust(db: &Connection, newest: i64) -> rusqlite::Result<()> {
    if (0..=newest).contains(&done(db)?) {
        return Ok(());
    }
    db.execute_batch(
        "BEGIN; DELETE FROM listed; DELETE FROM name; DELETE FROM hint; UPDATE progress SET listed = 0; COMMIT",
    )
}

/// What the list says of a row, before its texts are numbers.
pub(crate) struct Item {
    pub(crate) sequence: i64,
    pub(crate) at: i64,
    /// Of an outcome: its call.
    pub(crate) refers: Option<i64>,
    pub(crate) texts: [Option<String>; FIELDS.len()],
    /// The preview. It has no number: only hints say what it may hold.
    pub(crate) arguments: Option<String>,
    pub(crate) ending: Ending,
    pub(crate) bytes: Option<i64>,
    pub(crate) millis: Option<i64>,
}

impl Item {
    /// Of the values of a row, in the order of [`COLUMNS`].
    pub(crate) fn of<'a>(sequence: i64, value: impl Fn(usize) -> ValueRef<'a>) -> Self {
        let places = &*PLACES;
        let text = |place: usize| match value(place) {
            ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            _ => None,
        };
        let number = |place: usize| match value(place) {
            ValueRef::Integer(number) => Some(number),
            _ => None,
        };
        let is = |place: usize, word: &str| matches!(value(place), ValueRef::Text(bytes) if bytes == word.as_bytes());
        let is_outcome = is(places.kind, "outcome");
        let mut texts = [const { None }; FIELDS.len()];
        if !is_outcome {
            for (slot, place) in texts.iter_mut().zip(places.texts) {
                *slot = text(place);
            }
            // As the readers have it.
            texts[0].get_or_insert_with(|| CALL.to_owned());
        }
        let [event, _, _, _, _, _, decision, ..] = &texts;
        let ending = match event.as_deref() {
            _ if is_outcome => ended(text(places.outcome).as_deref()),
            None | Some(CALL) => Ending::Open,
            Some(event) => Ending::of_note(event, decision.as_deref()),
        };
        Self {
            sequence,
            at: number(places.at).unwrap_or(0),
            refers: number(places.refers).filter(|_| is_outcome),
            texts,
            arguments: text(places.arguments).filter(|_| !is_outcome),
            ending,
            bytes: number(places.bytes),
            millis: number(places.millis),
        }
    }

    fn add(&self, db: &Connection, names: &mut Names) -> rusqlite::Result<()> {
        let mut numbers = [None; FIELDS.len()];
        for (number, text) in numbers.iter_mut().zip(&self.texts) {
            *number = text.as_deref().map(|text| names.number(db, text)).transpose()?;
        }
        let mut add = db.prepare_cached(ADD)?;
        add.raw_bind_parameter(1, self.sequence)?;
        add.raw_bind_parameter(2, self.at)?;
        add.raw_bind_parameter(3, code(self.ending))?;
        for (place, number) in (4..).zip(numbers) {
            add.raw_bind_parameter(place, number)?;
        }
        add.raw_bind_parameter(4 + FIELDS.len(), self.bytes)?;
        add.raw_bind_parameter(5 + FIELDS.len(), self.millis)?;
        add.raw_execute().map(drop)
    }
}

/// Where the fields that the list needs stand among [`COLUMNS`].
struct Places {
    kind: usize,
    at: usize,
    refers: usize,
    texts: [usize; FIELDS.len()],
    arguments: usize,
    outcome: usize,
    bytes: usize,
    millis: usize,
}

static PLACES: LazyLock<Places> = LazyLock::new(|| {
    let place = |name| COLUMNS.iter().position(|(column, _)| *column == name).unwrap_or(COLUMNS.len());
    Places {
        kind: place("kind"),
        at: place("at"),
        refers: place("refers"),
        texts: FIELDS.map(|field| place(field.column())),
        arguments: place(Field::Preview.column()),
        outcome: place("outcome"),
        bytes: place("bytes"),
        millis: place("millis"),
    }
});

/// Rows as the list has them.
pub(crate) struct Rows<'a>(CachedStatement<'a>);

impl<'a> Rows<'a> {
    pub(crate) fn prepare(db: &'a Connection) -> rusqlite::Result<Self> {
        db.prepare_cached(&store::BETWEEN).map(Self)
    }

    /// Those after the first number, up to the second.
    pub(crate) fn each(
        &mut self,
        after: i64,
        to: i64,
        mut take: impl FnMut(Item) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let mut rows = self.0.query([after, to])?;
        while let Some(row) = rows.next()? {
            let sequence = row.get(0)?;
            take(Item::of(sequence, |place| row.get_ref(place + 1).unwrap_or(ValueRef::Null)))?;
        }
        Ok(())
    }
}

/// The numbers of the names that came up lately.
#[derive(Default)]
pub(crate) struct Names(HashMap<Box<str>, i64>);

impl Names {
    fn number(&mut self, db: &Connection, text: &str) -> rusqlite::Result<i64> {
        if text.len() > LONGEST {
            return Ok(TOO_LONG);
        }
        if let Some(number) = self.0.get(text) {
            return Ok(*number);
        }
        let known = db.prepare_cached("SELECT id FROM name WHERE text = ?1")?.query_one([text], |row| row.get(0));
        let number = match known.optional()? {
            Some(number) => number,
            None => db.prepare_cached("INSERT INTO name (text) VALUES (?1)")?.insert([text])?,
        };
        // The names come from hosts.
        if self.0.len() >= MOST_NAMES {
            self.0.clear();
        }
        self.0.insert(text.into(), number);
        Ok(number)
    }

    /// After a transaction that was taken back: what was given numbers in it has none.
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }
}

/// The text of a name.
pub(crate) fn name(db: &Connection, number: i64) -> rusqlite::Result<Option<String>> {
    let mut find = db.prepare_cached("SELECT text FROM name WHERE id = ?1")?;
    find.query_one([number], |row| Cursor::of(row).text()).optional().map(Option::flatten)
}

/// Whether a text has no number because it is too long.
pub(crate) fn is_too_long(text: &str) -> bool {
    text.len() > LONGEST
}

/// The word of an outcome.
fn ended(word: Option<&str>) -> Ending {
    match word {
        Some("cancel") => Ending::Cancelled,
        Some("complete") => Ending::Done,
        Some("fault") => Ending::Failed,
        _ => Ending::Unknown,
    }
}

/// How an ending stands in the list. Frozen with the schema.
pub(crate) const fn code(ending: Ending) -> i64 {
    match ending {
        Ending::Open => 0,
        Ending::Cancelled => 1,
        Ending::Done => 2,
        Ending::Failed => 3,
        Ending::Refused => 4,
        Ending::Unknown => 5,
    }
}

/// What a number in the list stands for; what stands for nothing is looked at as if it were open.
pub(crate) const fn ending(code: i64) -> Ending {
    match code {
        1 => Ending::Cancelled,
        2 => Ending::Done,
        3 => Ending::Failed,
        4 => Ending::Refused,
        5 => Ending::Unknown,
        _ => Ending::Open,
    }
}

/// In case of two outcomes the first counts, as for the readers.
const SETTLE: &str = "UPDATE listed SET ending = ?2, bytes = ?3, millis = ?4 WHERE sequence = ?1 AND ending = 0";

const ADD: &str = "INSERT OR REPLACE INTO listed (sequence, at, ending, event, app, server, account, method, tool, decision, \
     reason, whose, tier, bytes, millis) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";

/// Rows taken up while the log is held.
const STRETCH: i64 = if cfg!(test) { 7 } else { 256 };

/// Names that are remembered.
const MOST_NAMES: usize = 10_000;

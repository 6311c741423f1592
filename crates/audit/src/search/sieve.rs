//! The conditions of a search, as the list of entries can be asked about them.

use crate::hints;
use crate::listed::{self, FIELDS, TOO_LONG};
use crate::query::{Condition, Folded, Query, Test};
use crate::read::{Ending, Span};
use keyholder_model::clock::Timestamp;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// The conditions, as the list can be asked about them.
pub(super) struct Sieve {
    pub(super) conditions: Vec<Condition>,
    /// Each test once, however many fields it is about, with what it said of the names so far.
    tests: Vec<(Test, Vec<Said>)>,
    /// Of each condition: fields of the list, and tests. None for a text that is not in the list.
    ways: Vec<Vec<(Option<usize>, usize)>>,
    endings: Vec<Ending>,
    /// The columns that are read, by their place in [`FIELDS`].
    columns: Vec<usize>,
    sql: String,
}

/// What a test says of a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    No,
    Nothing,
    Yes,
}

/// What may be wanted.
pub(super) struct Found {
    pub(super) sequence: i64,
    /// The test that its arguments must pass, or it is not wanted.
    pub(super) hangs_on: Option<usize>,
}

impl Sieve {
    pub(super) fn of(query: &Query) -> Self {
        let conditions = query.conditions();
        let mut tests: Vec<(Test, Vec<Said>)> = Vec::new();
        let mut columns: Vec<usize> = Vec::new();
        let mut ways = Vec::new();
        for Condition(alternatives) in &conditions {
            let mut way = Vec::new();
            for (field, test) in alternatives {
                let place = tests.iter().position(|(known, _)| known == test).unwrap_or_else(|| {
                    tests.push((test.clone(), Vec::new()));
                    tests.len() - 1
                });
                let column = FIELDS.iter().position(|listed| listed == field).map(|listed| {
                    columns.iter().position(|known| *known == listed).unwrap_or_else(|| {
                        columns.push(listed);
                        columns.len() - 1
                    })
                });
                way.push((column, place));
            }
            ways.push(way);
        }
        let names: Vec<&str> =
            ["sequence", "ending"].into_iter().chain(columns.iter().map(|place| FIELDS[*place].column())).collect();
        let sql = format!(
            "SELECT {} FROM listed WHERE sequence >= ?1 AND sequence < ?2 \
             AND (?3 IS NULL OR at >= ?3) AND (?4 IS NULL OR at < ?4) ORDER BY sequence DESC",
            names.join(", ")
        );
        Self { conditions, tests, ways, endings: query.endings.clone(), columns, sql }
    }

    /// Whatever in a stretch may be wanted, newest first.
    pub(super) fn sift(&mut self, db: &Connection, query: &Query, span: &Span) -> rusqlite::Result<Vec<Found>> {
        let mut select = db.prepare_cached(&self.sql)?;
        let (since, until) = (query.since.map(Timestamp::as_millis), query.until.map(Timestamp::as_millis));
        let mut rows = select.query((span.start, span.end, since, until))?;
        let mut found = Vec::new();
        let mut numbers = vec![None; self.columns.len()];
        while let Some(row) = rows.next()? {
            let number = |place| match row.get_ref(place) {
                Ok(ValueRef::Integer(number)) => Some(number),
                _ => None,
            };
            let ending = listed::ending(number(1).unwrap_or(0));
            // What was open when it was listed may have ended since.
            let is_open = ending == Ending::Open;
            if !(self.endings.is_empty() || is_open || self.endings.contains(&ending)) {
                continue;
            }
            for (place, slot) in (2..).zip(&mut numbers) {
                *slot = number(place);
            }
            let sequence = number(0).unwrap_or(0);
            match self.judge(db, &numbers)? {
                Holds::No => {}
                Holds::If(test) => found.push(Found { sequence, hangs_on: Some(test) }),
                Holds::Perhaps | Holds::Yes => found.push(Found { sequence, hangs_on: None }),
            }
        }
        Ok(found)
    }

    /// Leaves out what hangs on a word that nothing near it can hold.
    pub(super) fn drop_unhinted(&self, db: &Connection, span: &Span, found: &mut Vec<Found>) -> rusqlite::Result<()> {
        for (place, (test, _)) in self.tests.iter().enumerate() {
            let Test::Holds(word) = test else { continue };
            if found.iter().any(|found| found.hangs_on == Some(place)) {
                let without = hints::without(db, span, word)?;
                found.retain(|found| {
                    found.hangs_on != Some(place) || !without.contains(&hints::block_of(found.sequence))
                });
            }
        }
        Ok(())
    }

    /// The word on which many of these hang.
    pub(super) fn most_wanted(&self, found: &[Found]) -> Option<(usize, &Folded)> {
        let hanging = |place: usize| found.iter().filter(|found| found.hangs_on == Some(place)).count();
        let words = self.tests.iter().enumerate().filter_map(|(place, (test, _))| match test {
            Test::Holds(word) => Some((hanging(place), place, word)),
            Test::Begins(_) | Test::Is(_) | Test::IsLike(_) => None,
        });
        let (count, place, word) = words.max_by_key(|(count, place, _)| (*count, *place))?;
        (count > FEW).then_some((place, word))
    }

    /// Whether all conditions hold. Where one hangs on the arguments, on which test; what else is in doubt is left to the row.
    fn judge(&mut self, db: &Connection, numbers: &[Option<i64>]) -> rusqlite::Result<Holds> {
        let mut all = Holds::Yes;
        for way in &self.ways {
            match holds(db, way, &mut self.tests, numbers)? {
                Holds::No => return Ok(Holds::No),
                Holds::If(test) if !matches!(all, Holds::If(_)) => all = Holds::If(test),
                Holds::If(_) | Holds::Perhaps | Holds::Yes => {}
            }
        }
        Ok(all)
    }
}

/// Whether a condition holds.
enum Holds {
    /// If the arguments pass this test.
    If(usize),
    No,
    Perhaps,
    Yes,
}

fn holds(
    db: &Connection,
    way: &[(Option<usize>, usize)],
    tests: &mut [(Test, Vec<Said>)],
    numbers: &[Option<i64>],
) -> rusqlite::Result<Holds> {
    let mut holds = Holds::No;
    for (column, place) in way {
        let said = match column.map(|column| numbers.get(column).copied().flatten()) {
            // The arguments are not in the list.
            None => {
                holds = match holds {
                    Holds::No => Holds::If(*place),
                    Holds::If(other) if other == *place => holds,
                    _ => Holds::Perhaps,
                };
                continue;
            }
            Some(None) => Said::No,
            Some(Some(name)) => match tests.get_mut(*place) {
                Some((test, known)) if name != TOO_LONG => ask(db, test, known, name)?,
                _ => Said::Nothing,
            },
        };
        match said {
            Said::Yes => return Ok(Holds::Yes),
            Said::Nothing => holds = Holds::Perhaps,
            Said::No => {}
        }
    }
    Ok(holds)
}

/// What a test says of a name; each name is read once.
fn ask(db: &Connection, test: &Test, known: &mut Vec<Said>, name: i64) -> rusqlite::Result<Said> {
    let place = usize::try_from(name).ok().filter(|place| *place < MOST_KNOWN);
    if let Some(said) = place.and_then(|place| known.get(place)).filter(|said| **said != Said::Nothing) {
        return Ok(*said);
    }
    let said = match listed::name(db, name)? {
        Some(text) if test.holds_of(&text) => Said::Yes,
        Some(_) => Said::No,
        // A name that is not there is nothing to go by.
        None => return Ok(Said::Nothing),
    };
    if let Some(place) = place {
        if known.len() <= place {
            known.resize(place + 1, Said::Nothing);
        }
        known[place] = said;
    }
    Ok(said)
}

/// Rows that are read one by one sooner than a stretch is read for a word.
const FEW: usize = if cfg!(test) { 2 } else { 500 };

/// Names of which is remembered what a test says.
const MOST_KNOWN: usize = 1 << 20;

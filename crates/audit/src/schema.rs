//! What may stand in the file: the tables and indexes that the migrations make, and nothing else.
//!
//! A trigger could change rows as they are written, a view could stand in front of them, an index that means something else could
//! show other rows than the chain holds. None of that is in any row's hash, so it is compared with what this program would make.

use keyholder_model::untrusted;
use rusqlite::Connection;
use rusqlite::types::Value;

/// Frozen: a step that was released is never edited; a new one is added.
pub(crate) const MIGRATIONS: [&str; 4] = [
    include_str!("../migrations/1.sql"),
    include_str!("../migrations/2.sql"),
    include_str!("../migrations/3.sql"),
    include_str!("../migrations/4.sql"),
];

/// What stands in the schema and should not, or the other way round; `None` where all is as it should be.
pub(crate) fn foreign(db: &Connection) -> rusqlite::Result<Option<String>> {
    let model = Connection::open_in_memory()?;
    for step in MIGRATIONS {
        model.execute_batch(step)?;
    }
    let wanted = objects(&model, i64::MAX)?;
    // One more than there may be is enough to know: a hostile schema is not read to its end.
    let found = objects(db, i64::try_from(wanted.len()).unwrap_or(i64::MAX).saturating_add(1))?;
    let named = |object: &Object| match (&object[0], &object[1]) {
        (Value::Text(kind), Value::Text(name)) => {
            format!("the {} \u{201c}{}\u{201d}", untrusted::clip(kind, 10), untrusted::clip(name, 60))
        }
        _ => "something without a name".to_owned(),
    };
    let odd = found.iter().find(|object| !wanted.contains(object));
    let missing = wanted.iter().find(|object| !found.contains(object));
    Ok(match (odd, missing) {
        (Some(odd), _) => Some(format!("{} in it is not Keyholder\u{2019}s", named(odd))),
        (None, Some(missing)) => Some(format!("{} is missing", named(missing))),
        (None, None) if found.len() != wanted.len() => Some("something stands in it twice".to_owned()),
        (None, None) => None,
    })
}

/// Kind, name, table and definition of one thing in the schema.
type Object = [Value; 4];

fn objects(db: &Connection, most: i64) -> rusqlite::Result<Vec<Object>> {
    let mut all = db.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name LIMIT ?1")?;
    let rows = all.query_map([most], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))?;
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        for step in MIGRATIONS {
            db.execute_batch(step).unwrap();
        }
        db
    }

    #[test]
    fn everything_that_is_not_ours_is_found() {
        assert_eq!(foreign(&fresh()).unwrap(), None);
        for change in [
            "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry WHERE sequence = new.sequence - 1; END",
            "CREATE VIEW v AS SELECT * FROM entry",
            "CREATE TABLE more (x)",
            "CREATE INDEX \"zz\u{202e}\" ON entry (app)",
            "DROP INDEX outcome_of",
            "DROP INDEX outcome_of; CREATE INDEX outcome_of ON entry (refers) WHERE refers > 7",
            "DROP TABLE progress",
            "ALTER TABLE entry ADD COLUMN more TEXT",
            "ALTER TABLE entry RENAME COLUMN app TO ppa",
            "DROP TABLE progress; CREATE VIEW progress AS SELECT 1 AS one, 99 AS settled",
            "ANALYZE",
        ] {
            let db = fresh();
            db.execute_batch(change).unwrap();
            let found = foreign(&db).unwrap().unwrap_or_else(|| panic!("{change}"));
            assert!(!found.contains('\u{202e}'));
        }
    }
}

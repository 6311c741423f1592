use super::*;
use crate::chain::{Cell, Fields};
use crate::entry::Settled;
use keyholder_model::clock::Timestamp;
use keyholder_model::event::{Outcome, Whose};
use rusqlite::types::Value;
use std::borrow::Cow;

/// A small log in memory: an intent, an outcome of each kind, notes.
fn log() -> (Connection, Anchor) {
    let db = Connection::open_in_memory().unwrap();
    for step in schema::MIGRATIONS {
        db.execute_batch(step).unwrap();
    }
    let at = Timestamp::from_millis(1_795_500_000_000);
    let text = |text: &'static str| Some(Cell::Text(Cow::Borrowed(text)));
    let mut intent = Fields::new("intent", at);
    for (column, kind) in COLUMNS {
        match (column, kind) {
            ("kind" | "at" | "refers" | "outcome" | "whose" | "detail" | "event", _) | (_, Kind::Number) => {}
            (_, Kind::Text) => intent.set(column, text("words")),
            (_, Kind::Digest) => intent.set(column, Some(Cell::Digest(Anchor::empty().hash))),
        }
    }
    let mut note = Fields::new("note", at);
    note.set("event", text("start"));
    note.set("reason", text(""));
    let outcomes = [
        Outcome::Complete { bytes: 7, millis: 3 },
        Outcome::Fault { whose: Whose::Server, what: "gone".to_owned() },
        Outcome::Unknown,
    ]
    .map(|outcome| Settled { refers: 1, at, outcome });
    let rows: Vec<Fields<'_>> =
        [intent].into_iter().chain(outcomes.iter().map(Settled::fields)).chain([note]).collect();
    let mut head = Anchor::empty();
    for row in &rows {
        head = row.link(&head);
        let mut insert = db.prepare_cached(&store::INSERT).unwrap();
        insert.raw_bind_parameter(1, i64::try_from(head.count).unwrap()).unwrap();
        for (place, cell) in row.cells().enumerate() {
            insert.raw_bind_parameter(place + 2, cell).unwrap();
        }
        insert.raw_bind_parameter(COLUMNS.len() + 2, head.hash.as_bytes()).unwrap();
        insert.raw_execute().unwrap();
    }
    (db, head)
}

fn report(db: &Connection, anchor: Option<&Anchor>) -> Report {
    let mut walk = Walk::new(anchor);
    while walk.step(db).unwrap() == Step::More {}
    walk.finish()
}

fn every_field() -> Vec<&'static str> {
    COLUMNS.iter().map(|(name, _)| *name).chain(["hash", "sequence"]).collect()
}

#[test]
fn an_untouched_log_is_sound() {
    let (db, head) = log();
    let report = report(&db, Some(&head));
    assert_eq!((report.head, report.fault, report.newer), (head, None, 0));
}

#[test]
fn every_single_flipped_bit_is_noticed_where_it_is() {
    let (db, head) = log();
    let mut flips = 0;
    for sequence in 1..=i64::try_from(head.count).unwrap() {
        for field in every_field() {
            let old: Value = db
                .query_row(&format!("SELECT \"{field}\" FROM entry WHERE sequence = ?1"), [sequence], |row| row.get(0))
                .unwrap();
            let (bytes, sql) = match &old {
                Value::Null | Value::Real(_) => continue,
                Value::Integer(number) => (number.to_be_bytes().to_vec(), "?1"),
                Value::Text(text) => (text.clone().into_bytes(), "CAST(?1 AS TEXT)"),
                Value::Blob(bytes) => (bytes.clone(), "?1"),
            };
            let set = format!("UPDATE entry SET \"{field}\" = {sql} WHERE sequence = ?2");
            for bit in 0..bytes.len() * 8 {
                let mut flipped = bytes.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                let new = match &old {
                    Value::Integer(_) => Value::Integer(i64::from_be_bytes(flipped.try_into().unwrap())),
                    _ => Value::Blob(flipped),
                };
                let moved = match (&new, field) {
                    (Value::Integer(number), "sequence") => *number,
                    _ => sequence,
                };
                // A number that another row has already is refused by SQLite itself.
                let Ok(1) = db.execute(&set, (&new, sequence)) else { continue };
                flips += 1;
                let fault = report(&db, None).fault;
                let is_newest = field == "sequence" && sequence == 5 && fault.is_none();
                assert!(fault.is_some() || is_newest, "row {sequence}, {field}, bit {bit}");
                if field != "sequence" {
                    assert_eq!(fault.map(|fault| fault.sequence).as_ref(), u64::try_from(sequence).ok().as_ref());
                }
                let back = db.execute(&set, (&Value::Blob(bytes.clone()), moved));
                if back.is_err() || matches!(old, Value::Integer(_)) {
                    db.execute(&set, (&old, moved)).unwrap();
                }
            }
        }
    }
    assert!(flips > 3000, "{flips}");
    assert!(report(&db, Some(&head)).is_sound());
}

#[test]
fn a_field_that_is_emptied_filled_or_moved_is_noticed() {
    for sequence in 1..=5 {
        for (column, kind) in COLUMNS {
            let (db, head) = log();
            let filled = if kind == Kind::Number { "7" } else { "'x'" };
            let filled = if kind == Kind::Digest { "x'00'" } else { filled };
            let changed = db.execute(
                &format!("UPDATE entry SET \"{column}\" = CASE WHEN \"{column}\" IS NULL THEN {filled} ELSE NULL END WHERE sequence = ?1"),
                [sequence],
            );
            if changed.is_ok() {
                assert!(!report(&db, Some(&head)).is_sound(), "{column} of row {sequence}");
            }
        }
    }
    let (db, head) = log();
    db.execute("UPDATE entry SET app = app_path || 'x', app_path = app WHERE sequence = 1", []).unwrap();
    assert!(!report(&db, Some(&head)).is_sound());
}

#[test]
fn every_truncation_is_noticed_with_the_anchor() {
    for kept in 0..5_i64 {
        let (db, head) = log();
        db.execute("DELETE FROM entry WHERE sequence > ?1", [kept]).unwrap();
        let fault = report(&db, Some(&head)).fault.unwrap();
        assert_eq!(fault, Fault { sequence: u64::try_from(kept).unwrap() + 1, breach: Breach::CutOff { anchored: 5 } });
    }
}

#[test]
fn every_deletion_swap_and_insertion_is_noticed() {
    for sequence in 1..5_i64 {
        let (db, _) = log();
        db.execute("DELETE FROM entry WHERE sequence = ?1", [sequence]).unwrap();
        assert_eq!(report(&db, None).fault.unwrap().breach, Breach::Gap);
        // Closing the gap does not help.
        db.execute("UPDATE entry SET sequence = -sequence WHERE sequence > ?1", [sequence]).unwrap();
        db.execute("UPDATE entry SET sequence = -sequence - 1 WHERE sequence < 0", []).unwrap();
        assert_eq!(
            report(&db, None).fault.unwrap(),
            Fault { sequence: u64::try_from(sequence).unwrap(), breach: Breach::Alter }
        );

        let (db, _) = log();
        db.execute("UPDATE entry SET sequence = -1 WHERE sequence = ?1", [sequence]).unwrap();
        db.execute("UPDATE entry SET sequence = ?1 WHERE sequence = ?1 + 1", [sequence]).unwrap();
        db.execute("UPDATE entry SET sequence = ?1 + 1 WHERE sequence = -1", [sequence]).unwrap();
        assert_eq!(
            report(&db, None).fault.unwrap(),
            Fault { sequence: u64::try_from(sequence).unwrap(), breach: Breach::Alter }
        );

        let (db, _) = log();
        db.execute("UPDATE entry SET sequence = -sequence WHERE sequence >= ?1", [sequence]).unwrap();
        db.execute("UPDATE entry SET sequence = 1 - sequence WHERE sequence < 0", []).unwrap();
        let copy = "INSERT INTO entry (sequence, kind, at, event, hash) SELECT ?1, 'note', 1, 'start', hash FROM entry LIMIT 1";
        db.execute(copy, [sequence]).unwrap();
        assert!(!report(&db, None).is_sound());
    }
    let (db, _) = log();
    for sequence in [0_i64, -1, i64::MIN, i64::MAX] {
        let forged = "INSERT INTO entry (sequence, kind, at, hash) VALUES (?1, 'note', 1, x'00')";
        db.execute(forged, [sequence]).unwrap();
        assert!(!report(&db, None).is_sound(), "{sequence}");
        db.execute("DELETE FROM entry WHERE sequence = ?1", [sequence]).unwrap();
    }
}

#[test]
fn a_log_rewritten_from_scratch_is_not_the_one_that_the_anchor_names() {
    let (db, head) = log();
    for anchor in
        [Anchor { hash: Anchor::empty().hash, ..head }, Anchor { count: 3, ..head }, Anchor { count: 0, ..head }]
    {
        let fault = report(&db, Some(&anchor)).fault.unwrap();
        assert_eq!(fault, Fault { sequence: anchor.count.max(1), breach: Breach::Rewrite });
    }
}

/// Leaves an index with what the first statement makes of it, and the rows with what the second does.
fn forge_index(db: &Connection, index: &str, forge: &str, restore: &str) {
    db.execute_batch(forge).unwrap();
    let (root, sql): (i64, String) = db
        .query_row("SELECT rootpage, sql FROM sqlite_schema WHERE name = ?1", [index], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    db.flush_prepared_statement_cache();
    db.execute_batch("PRAGMA writable_schema = ON").unwrap();
    db.execute("DELETE FROM sqlite_schema WHERE name = ?1", [index]).unwrap();
    db.execute_batch(&format!("PRAGMA writable_schema = RESET; {restore}; PRAGMA writable_schema = ON")).unwrap();
    db.execute("INSERT INTO sqlite_schema VALUES ('index', ?1, 'entry', ?2, ?3)", (index, root, sql)).unwrap();
    db.execute_batch("PRAGMA writable_schema = RESET").unwrap();
}

#[test]
fn an_index_that_was_tampered_with_is_noticed() {
    for (index, column, row, forged, sequence) in [
        ("outcome_of", "refers", 2, "5", 2),
        ("outcome_of", "refers", 2, "NULL", 2),
        ("outcome_of", "refers", 3, "-1", 3),
        ("outcome_of", "refers", 5, "1", 1),
    ] {
        let (db, head) = log();
        let forge = format!(
            "CREATE TEMP TABLE was AS SELECT {column} AS it FROM entry WHERE sequence = {row}; \
             UPDATE entry SET {column} = {forged} WHERE sequence = {row}"
        );
        let restore = format!("UPDATE entry SET {column} = (SELECT it FROM was) WHERE sequence = {row}");
        forge_index(&db, index, &forge, &restore);
        let report = report(&db, Some(&head));
        assert_eq!(report.fault, Some(Fault { sequence, breach: Breach::Index }), "{index}: {column} is {forged}");
    }
    let (db, head) = log();
    forge_index(&db, "outcome_of", "SELECT 1", "SELECT 1");
    assert!(report(&db, Some(&head)).is_vouched_for(), "the forging itself does no harm");
}

#[test]
fn a_directory_that_was_tampered_with_is_noticed() {
    for forge in [
        "UPDATE called SET tool = 'other' WHERE sequence = 1",
        "UPDATE called SET server = 'other' WHERE sequence = 1",
        "DELETE FROM called WHERE sequence = 1",
        "INSERT INTO called VALUES ('work', 'words', 5)",
        "UPDATE progress SET called = called - 1; INSERT INTO called VALUES ('work', 'words', 4711)",
    ] {
        let (db, head) = log();
        crate::called::take_up(&db, i64::try_from(head.count).unwrap()).unwrap();
        assert!(report(&db, Some(&head)).is_vouched_for());
        db.execute_batch(forge).unwrap();
        assert_eq!(report(&db, Some(&head)).fault, Some(Fault { sequence: 1, breach: Breach::Index }), "{forge}");
    }
}

#[test]
fn a_list_that_was_tampered_with_is_noticed() {
    for forge in [
        "UPDATE listed SET app = NULL WHERE sequence = 1",
        "UPDATE listed SET server = 0 WHERE sequence = 1",
        "UPDATE listed SET tool = 4711 WHERE sequence = 1",
        "UPDATE listed SET at = at + 1 WHERE sequence = 1",
        "UPDATE listed SET ending = 3 WHERE sequence = 1",
        "UPDATE listed SET ending = 0 WHERE sequence = 1",
        "UPDATE listed SET bytes = 8 WHERE sequence = 1",
        "UPDATE listed SET whose = 1 WHERE sequence = 5",
        "UPDATE listed SET ending = 4 WHERE sequence = 5",
        "UPDATE name SET text = 'other' WHERE text = 'words'",
        "DELETE FROM name",
        "DELETE FROM listed WHERE sequence = 5",
        "INSERT INTO listed (sequence, at, ending) VALUES (4711, 1, 0)",
        "UPDATE hint SET bits = zeroblob(1024)",
        "UPDATE hint SET bits = x'00'",
        "DELETE FROM hint",
        "UPDATE progress SET listed = listed - 1; INSERT INTO listed (sequence, at, ending) VALUES (4711, 1, 2)",
    ] {
        let (db, head) = log();
        let newest = i64::try_from(head.count).unwrap();
        crate::listed::take_up(&db, &mut crate::listed::Names::default(), newest).unwrap();
        assert!(report(&db, Some(&head)).is_vouched_for());
        db.execute_batch(forge).unwrap();
        let fault = report(&db, Some(&head)).fault;
        assert_eq!(fault.map(|fault| fault.breach), Some(Breach::Index), "{forge}");
    }
}

#[test]
fn what_is_not_ours_in_the_file_is_noticed() {
    let (db, head) = log();
    db.execute_batch("CREATE VIEW calls AS SELECT * FROM entry").unwrap();
    let fault = report(&db, Some(&head)).fault.unwrap();
    assert_eq!(fault, Fault { sequence: 1, breach: Breach::Foreign });
}

#[test]
fn a_log_is_vouched_for_only_where_there_was_an_anchor() {
    let (db, head) = log();
    let (without, with) = (report(&db, None), report(&db, Some(&head)));
    assert!(without.is_sound() && !without.is_vouched_for());
    assert!(with.is_vouched_for());
    assert!(without.to_string().contains("no anchor") && !with.to_string().contains("anchor"));
    let cut = Anchor { count: 9, ..head };
    assert!(!report(&db, Some(&cut)).is_vouched_for());
}

//! What a disk, a hand or another program does to the file is noticed, and nothing is believed beyond it.

use super::*;

#[test]
fn a_full_disk_refuses_the_call_and_works_again_with_space() {
    let desk = Desk::new();
    let log = desk.open().unwrap();
    let pages = |limit: i64| {
        let book = log.inner.book();
        let now: i64 = book.db.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        book.db.query_row(&format!("PRAGMA max_page_count = {}", now + limit), [], |_| Ok(())).unwrap();
    };
    pages(3);
    let words = format!(r#"{{"a":"{}"}}"#, "many words ".repeat(100));
    let mut written = 0;
    let mut open = Vec::new();
    let why = loop {
        match log.begin(&desk.intent("write", words.as_bytes())) {
            Ok(entry) => open.push(entry),
            Err(why) => break why,
        }
        written += 1;
        assert!(written < 1000);
    };
    assert!(matches!(why, AuditError::Full), "{why}");
    let intents = written;
    while log.note(&Note { reason: Some("small"), ..Note::of(Event::Start) }).is_ok() {
        written += 1;
        assert!(written < 1000);
    }
    let all = Query { limit: Some(1000), ..Query::default() };
    assert_eq!(log.read(&all).unwrap().len(), written, "the log stays readable");
    for entry in open {
        let _ = entry.close(&complete());
    }
    assert!(matches!(log.flush(), Err(AuditError::Full)));
    assert!(matches!(log.begin(&desk.intent("write", b"{}")), Err(AuditError::Full)));

    pages(1000);
    let _ = log.begin(&desk.intent("write", b"{}")).unwrap().close(&complete());
    let ended = |row: &Row| row.ended.as_ref().is_some_and(|ended| ended.outcome == complete());
    let rows = log.read(&all).unwrap();
    assert_eq!(rows.iter().filter(|row| ended(row)).count(), intents + 1, "no outcome is lost");
    let anchor = log.head().unwrap();
    assert!(log.verify(Some(&anchor)).unwrap().is_sound());
}

#[test]
fn an_older_or_emptied_file_is_noticed() {
    let desk = Desk::new();
    let log = desk.open().unwrap();
    for _ in 0..5 {
        let _ = log.begin(&desk.intent("read", b"{}")).unwrap().close(&complete());
    }
    log.head().unwrap();
    drop(log);
    let yesterday = fs::read(desk.path()).unwrap();
    let log = desk.open().unwrap();
    log.note(&Note::of(Event::Revoke)).unwrap();
    let anchor = log.head().unwrap();
    drop(log);
    for bytes in [yesterday, Vec::new()] {
        fs::write(desk.path(), bytes).unwrap();
        let fault = desk.open().unwrap().verify(Some(&anchor)).unwrap().fault;
        assert!(matches!(fault, Some(Fault { breach: crate::Breach::CutOff { anchored: 11 }, .. })), "{fault:?}");
    }
}

#[test]
fn a_log_of_a_later_version_or_another_program_is_refused_and_left_alone() {
    let desk = Desk::new();
    drop(desk.open().unwrap());
    Connection::open(desk.path()).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(desk.open(), Err(AuditError::Newer { found: 99, known: 4, .. })));
    let found: i64 =
        Connection::open(desk.path()).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(found, 99);

    let other = Desk::new();
    Connection::open(other.path()).unwrap().execute_batch("CREATE TABLE mine (x)").unwrap();
    assert!(matches!(other.open(), Err(AuditError::Damaged { .. })));
    fs::write(other.path(), b"not a database, but long enough to be looked at as one: ".repeat(20)).unwrap();
    assert!(matches!(other.open(), Err(AuditError::Damaged { .. })));
    let aside = crate::set_aside(&other.path(), Timestamp::from_millis(7)).unwrap();
    assert!(aside.exists() && other.open().is_ok());
}

#[test]
fn damage_anywhere_in_the_file_is_noticed_and_nothing_panics() {
    let desk = Desk::new();
    let log = desk.open().unwrap();
    for _ in 0..20 {
        let _ = log.begin(&desk.intent("read", br#"{"words":"some of them"}"#)).unwrap().close(&complete());
    }
    let anchor = log.head().unwrap();
    drop(log);
    let sound = fs::read(desk.path()).unwrap();
    let mut unnoticed = Vec::new();
    for place in (0..sound.len()).step_by(101) {
        let mut bytes = sound.clone();
        bytes[place] ^= 0xff;
        fs::write(desk.path(), &bytes).unwrap();
        let _ = fs::remove_file(desk.path().with_extension("db-wal"));
        match desk.open().and_then(|log| Ok((log.verify(Some(&anchor))?, log.read(&Query::default())?))) {
            Err(_) => {}
            Ok((report, _)) if !report.is_sound() => {}
            // Free space and header fields without meaning: then nothing of the record may differ.
            Ok((_, rows)) => unnoticed.push((place, rows.len())),
        }
    }
    assert!(unnoticed.iter().all(|(_, rows)| *rows == 20), "{unnoticed:?}");
    for length in (0..sound.len()).step_by(1021) {
        fs::write(desk.path(), &sound[..length]).unwrap();
        let report = desk.open().and_then(|log| log.verify(Some(&anchor)));
        assert!(report.is_err() || report.is_ok_and(|report| !report.is_sound()), "cut at {length}");
    }
}

#[cfg(unix)]
#[test]
fn a_planted_link_a_fifo_and_a_folder_are_refused() {
    let desk = Desk::new();
    let victim = desk.dir.path().join("victim");
    std::os::unix::fs::symlink(&victim, desk.path()).unwrap();
    assert!(matches!(desk.open(), Err(AuditError::Unsafe { .. })));
    fs::remove_file(desk.path()).unwrap();
    std::os::unix::fs::symlink(&victim, desk.dir.path().join("audit.db-wal")).unwrap();
    assert!(matches!(desk.open(), Err(AuditError::Unsafe { .. })));
    fs::remove_file(desk.dir.path().join("audit.db-wal")).unwrap();
    fs::create_dir(desk.path()).unwrap();
    assert!(matches!(desk.open(), Err(AuditError::Unsafe { .. })));
    fs::remove_dir(desk.path()).unwrap();
    let made = std::process::Command::new("mkfifo").arg(desk.path()).status();
    if made.is_ok_and(|status| status.success()) {
        assert!(matches!(desk.open(), Err(AuditError::Unsafe { .. })));
    }
    assert!(!victim.exists());
}

#[test]
fn a_log_that_cannot_be_written_refuses_calls() {
    let desk = Desk::new();
    let log = desk.open().unwrap();
    // As on a file system that became read-only. (As root no mode would keep us from writing.)
    log.inner.book().db.pragma_update(None, "query_only", true).unwrap();
    assert!(matches!(log.begin(&desk.intent("read", b"{}")), Err(AuditError::Unwritable { .. })));
    log.inner.book().db.pragma_update(None, "query_only", false).unwrap();
    let _ = log.begin(&desk.intent("read", b"{}")).unwrap().close(&complete());
    assert!(log.verify(None).unwrap().is_sound());
}

#[test]
fn after_a_failed_disk_nothing_is_believed_until_the_log_is_opened_again() {
    let desk = Desk::new();
    let log = desk.open().unwrap();
    let failure = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_FSYNC), None);
    assert!(matches!(log.inner.book().recover(failure), AuditError::Failed(_)));
    assert!(matches!(log.begin(&desk.intent("read", b"{}")), Err(AuditError::Failed(_))));
    assert!(log.head().is_ok_and(|anchor| anchor.count == 0) || log.head().is_err());
    drop(log);
    let _ = desk.open().unwrap().begin(&desk.intent("read", b"{}")).unwrap().close(&complete());
}

#[test]
fn a_log_with_a_trigger_is_not_written_to() {
    let desk = Desk::new();
    drop(desk.open().unwrap());
    let trigger = "CREATE TRIGGER t AFTER INSERT ON entry BEGIN UPDATE entry SET tool = 'harmless'; END";
    Connection::open(desk.path()).unwrap().execute_batch(trigger).unwrap();
    let why = desk.open().unwrap_err();
    assert!(matches!(why, AuditError::Damaged { .. }) && why.to_string().contains("trigger"), "{why}");
}

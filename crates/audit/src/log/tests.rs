mod damage;

use super::*;
use crate::{Event, Fault};
use keyholder_model::clock::{FakeClock, FakeRng, Timestamp};
use keyholder_model::digest::Digest;
use keyholder_model::event::Whose;
use keyholder_model::id::{CallId, SessionId};
use keyholder_model::server::{Account, ServerName};
use rusqlite::Connection;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// What a test needs to write entries.
struct Desk {
    dir: TempDir,
    clock: Arc<FakeClock>,
    rng: FakeRng,
    server: ServerName,
    account: Account,
}

impl Desk {
    fn new() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
            clock: Arc::new(FakeClock::at(Timestamp::from_millis(1_795_500_000_000))),
            rng: FakeRng::default(),
            server: "work".parse().unwrap(),
            account: Account::default(),
        }
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("audit.db")
    }

    fn open(&self) -> Result<Log, AuditError> {
        Log::open(&self.path(), Arc::clone(&self.clock) as Arc<dyn Clock>, Durability::Process)
    }

    /// Another log made of the bytes that are on the disk now, as after a kill.
    fn after_kill(&self) -> Result<(Desk, Log), AuditError> {
        let other = Self::new();
        for suffix in ["", "-wal"] {
            let name = format!("audit.db{suffix}");
            if self.dir.path().join(&name).exists() {
                fs::copy(self.dir.path().join(&name), other.dir.path().join(&name)).unwrap();
            }
        }
        let log = other.open()?;
        Ok((other, log))
    }

    fn intent<'a>(&'a self, tool: &'a str, arguments: &'a [u8]) -> Intent<'a> {
        Intent {
            call: CallId::make(&*self.clock, &self.rng),
            session: SessionId::make(&*self.clock, &self.rng),
            app: "claude",
            app_path: Some("/usr/bin/claude"),
            ancestry: "keyholder (2) \u{2190} claude (1)",
            server: &self.server,
            account: &self.account,
            issuer: Some("https://as.example"),
            method: "tools/call",
            tool: Some(tool),
            arguments,
            request: Digest::of_parts(&[arguments]),
            decision: "allow",
            reason: "rule reading",
            trace: None,
        }
    }
}

fn complete() -> Outcome {
    Outcome::Complete { bytes: 10, millis: 3 }
}

#[test]
fn a_call_is_on_the_record_before_it_is_made_and_with_its_outcome_after() {
    let desk = Desk::new();
    let log = desk.open().unwrap();
    let arguments = br#"{"path":"/x","token":"hunter2"}"#;
    let entry = log.begin(&desk.intent("read", arguments)).unwrap();
    let [running] = log.read(&Query::default()).unwrap().try_into().unwrap();
    assert_eq!((running.sequence, running.ended.clone()), (1, None));
    assert_eq!(running.preview.as_deref(), Some(r#"{"path":"/x","token":"[redacted, 7 characters]"}"#));
    assert_eq!(running.arguments, Some(Digest::of_parts(&[arguments])));

    let outcome = Outcome::Fault { whose: Whose::Server, what: "gone".to_owned() };
    let _ = entry.close(&outcome);
    log.note(&Note { server: Some(&desk.server), reason: Some("signed in"), ..Note::of(Event::SignIn) }).unwrap();
    let [note, call] = log.read(&Query::default()).unwrap().try_into().unwrap();
    assert_eq!((note.sequence, note.event.as_str()), (3, "sign_in"));
    assert_eq!(call.ended.map(|ended| (ended.sequence, ended.outcome)), Some((2, outcome)));
    assert!(log.verify(None).unwrap().is_sound());
    let anchor = log.head().unwrap();
    assert_eq!(anchor.count, 3);
    assert!(log.verify(Some(&anchor)).unwrap().is_sound());
}

#[test]
fn after_a_kill_the_intent_is_there_and_its_outcome_is_unknown() {
    let desk = Desk::new();
    let log = desk.open().unwrap();
    let anchor = log.head().unwrap();
    let first = log.begin(&desk.intent("read", b"{}")).unwrap();
    let _ = first.close(&complete());
    let second = log.begin(&desk.intent("delete", b"{}")).unwrap();

    let (other, again) = desk.after_kill().unwrap();
    let [delete, read] = again.read(&Query::default()).unwrap().try_into().unwrap();
    assert_eq!(delete.ended.map(|ended| ended.outcome), Some(Outcome::Unknown));
    assert_eq!(read.ended.map(|ended| ended.outcome), Some(complete()));
    let report = again.verify(Some(&anchor)).unwrap();
    assert!(report.is_sound(), "what is newer than the anchor is no alarm: {report}");
    assert_eq!(report.newer, 4);
    drop(again);
    assert_eq!(other.open().unwrap().head().unwrap().count, 4, "an unknown outcome is recorded once");
    drop(second);
    assert_eq!(log.head().unwrap().count, 4, "a dropped entry is closed as unknown");
}

#[test]
fn an_anchor_never_runs_ahead_of_the_file() {
    let desk = Desk::new();
    let log = desk.open().unwrap();
    for _ in 0..50 {
        let _ = log.begin(&desk.intent("read", b"{}")).unwrap().close(&complete());
    }
    let anchor = log.head().unwrap();
    assert_eq!(anchor.count, 100);
    // The main file alone holds everything: what the write-ahead log might lose is not needed.
    let other = Desk::new();
    fs::copy(desk.path(), other.path()).unwrap();
    assert!(other.open().unwrap().verify(Some(&anchor)).unwrap().is_sound());
}

#[test]
fn hostile_names_come_back_as_they_were() {
    let desk = Desk::new();
    let log = desk.open().unwrap();
    let names = [
        "a\nb",
        "\u{1b}[31mred",
        "\"},{\"x\":\"",
        "=HYPERLINK(\"x\")",
        "'; DROP TABLE entry; --",
        "\u{202e}\0",
        "[redacted]",
    ];
    for name in names {
        let _ = log.begin(&desk.intent(name, b"{}")).unwrap().close(&complete());
    }
    let rows = log.read(&Query::default()).unwrap();
    let read: Vec<_> = rows.iter().rev().filter_map(|row| row.tool.as_deref()).collect();
    assert_eq!(read, names);
    for name in names {
        let query = Query { tool: Some(name.to_owned()), ..Query::default() };
        assert_eq!(log.read(&query).unwrap().len(), 1, "{name:?}");
        assert!(!keyholder_model::untrusted::visible(name).chars().any(char::is_control));
    }
    let long = "\u{e4}".repeat(1_000_000);
    let _ = log.begin(&desk.intent(&long, b"{}")).unwrap().close(&complete());
    assert!(log.read(&Query::default()).unwrap()[0].tool.as_ref().unwrap().len() < 1200);
    assert!(log.verify(None).unwrap().is_sound());
}

#[test]
fn reading_filters_and_pages() {
    let desk = Desk::new();
    let log = desk.open().unwrap();
    for number in 0..30 {
        desk.clock.advance(std::time::Duration::from_secs(1));
        let tool = if number % 3 == 0 { "odd" } else { "even" };
        let _ = log.begin(&desk.intent(tool, b"{}")).unwrap().close(&complete());
    }
    let tools = |query: &Query| log.read(query).unwrap().len();
    assert_eq!(tools(&Query { tool: Some("odd".to_owned()), ..Query::default() }), 10);
    assert_eq!(tools(&Query { server: Some("other".to_owned()), ..Query::default() }), 0);
    assert_eq!(
        tools(&Query { app: Some("claude".to_owned()), decision: Some("allow".to_owned()), ..Query::default() }),
        30
    );
    let now = desk.clock.now();
    assert_eq!(tools(&Query { since: Some(now), ..Query::default() }), 1);
    assert_eq!(tools(&Query { until: Some(now), ..Query::default() }), 29);
    let mut all = Vec::new();
    let mut before = None;
    loop {
        let page = log.read(&Query { before, limit: Some(7), ..Query::default() }).unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.sequence);
        all.extend(page.into_iter().map(|row| row.sequence));
    }
    assert_eq!(all.len(), 30);
    assert!(all.is_sorted_by(|one, two| one > two));
}

#[test]
fn a_second_broker_is_refused() {
    let desk = Desk::new();
    let _log = desk.open().unwrap();
    assert!(matches!(desk.open(), Err(AuditError::InUse { .. })));
}

#[test]
fn many_threads_make_one_chain() {
    let desk = Desk::new();
    let log = desk.open().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let _ = log.begin(&desk.intent("read", b"{}")).unwrap().close(&complete());
                }
            });
        }
    });
    let anchor = log.head().unwrap();
    assert_eq!(anchor.count, 400);
    assert!(log.verify(Some(&anchor)).unwrap().is_sound());
}

#[cfg(unix)]
#[test]
fn the_files_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    drop(desk.open().unwrap());
    assert_eq!(mode(&desk.path()), 0o600);
    fs::set_permissions(desk.path(), fs::Permissions::from_mode(0o644)).unwrap();
    let log = desk.open().unwrap();
    log.note(&Note::of(Event::Start)).unwrap();
    assert_eq!(mode(&desk.path()), 0o600);
    assert_eq!(mode(&desk.dir.path().join("audit.db-wal")), 0o600);
}

#[test]
fn the_linked_sqlite_is_free_of_the_wal_reset_fault() {
    assert!(rusqlite::version_number() >= store::OLDEST_SQLITE, "SQLite {}", rusqlite::version());
}

/// A log as the first version wrote it.
fn first_version(desk: &Desk) -> Anchor {
    let db = Connection::open(desk.path()).unwrap();
    db.execute_batch(crate::schema::MIGRATIONS[0]).unwrap();
    db.pragma_update(None, "user_version", 1).unwrap();
    db.pragma_update(None, "application_id", 0x4b48_4155).unwrap();
    let names: Vec<&str> = crate::chain::COLUMNS[..25].iter().map(|(name, _)| *name).collect();
    let marks = vec!["?"; 27].join(",");
    let sql = format!("INSERT INTO entry (sequence,{},hash) VALUES ({marks})", names.join(","));
    let at = desk.clock.now();
    let settled = Settled { refers: 1, at, outcome: complete() };
    let (intent, note) = (desk.intent("read", b"{}"), Note::of(Event::Stop));
    let mut head = Anchor::empty();
    for row in [intent.fields(at), settled.fields(), note.fields(at)] {
        head = row.link(&head);
        let mut insert = db.prepare(&sql).unwrap();
        insert.raw_bind_parameter(1, i64::try_from(head.count).unwrap()).unwrap();
        for (place, cell) in row.cells().take(25).enumerate() {
            insert.raw_bind_parameter(place + 2, cell).unwrap();
        }
        insert.raw_bind_parameter(27, head.hash.as_bytes()).unwrap();
        insert.raw_execute().unwrap();
    }
    #[cfg(unix)]
    fs::set_permissions(desk.path(), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    head
}

#[test]
fn a_log_of_the_first_version_still_verifies_and_is_continued() {
    let desk = Desk::new();
    let anchor = first_version(&desk);
    let log = desk.open().unwrap();
    assert!(log.holds(&anchor).unwrap());
    let report = log.verify(Some(&anchor)).unwrap();
    assert!(report.is_vouched_for() && report.newer == 0, "{report}");
    let risk = Risk { tier: Some(keyholder_model::risk::Tier::Send), ..Risk::default() };
    let _ = log.begin_with_risk(&desk.intent("read", b"{}"), risk).unwrap().close(&complete());
    assert!(log.verify(Some(&anchor)).unwrap().is_vouched_for());
    let calls =
        log.calls(&CallQuery { server: Some("work".into()), tool: Some("read".into()), ..CallQuery::default() });
    let tiers: Vec<_> = calls.unwrap().iter().map(|call| (call.number, call.tier)).collect();
    assert_eq!(tiers, [(4, risk.tier), (1, None)], "older calls are in the index too");
}

#[test]
fn an_anchor_is_held_exactly_where_its_row_is() {
    let desk = Desk::new();
    let log = desk.open().unwrap();
    assert!(log.holds(&Anchor::empty()).unwrap());
    let _ = log.begin(&desk.intent("read", b"{}")).unwrap().close(&complete());
    let first = log.head().unwrap();
    let _ = log.begin(&desk.intent("read", b"{}")).unwrap().close(&complete());
    let second = log.head().unwrap();
    for held in [Anchor::empty(), first, second] {
        assert!(log.holds(&held).unwrap(), "{held}");
    }
    for other in [
        Anchor { count: 0, ..first },
        Anchor { count: first.count, ..second },
        Anchor { count: second.count + 1, ..second },
        Anchor { count: u64::MAX, ..second },
    ] {
        assert!(!log.holds(&other).unwrap(), "{other}");
    }
}

#[test]
fn the_released_schema_is_frozen() {
    let digest = Digest::of_parts(&[include_bytes!("../../migrations/1.sql")]).to_string();
    assert!(digest.starts_with("52893b8200508790"), "a released migration is never edited; add a new one ({digest})");
}

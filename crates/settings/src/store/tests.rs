use crate::{Era, EraVerdict, Remembered, Settings, SettingsError, SignInRefusal};
use keyholder_model::clock::{Clock, FakeClock, FakeRng, Timestamp};
use keyholder_model::grant::{Grant, GrantState};
use keyholder_model::id::{GrantId, RuleId};
use rusqlite::Connection;
use std::fs;
use tempfile::TempDir;

fn open(dir: &TempDir) -> Result<Settings, SettingsError> {
    Settings::open(dir.path(), dir.path())
}

fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn grant(clock: &FakeClock, rng: &FakeRng) -> Grant {
    Grant {
        id: GrantId::make(clock, rng),
        server: "work".parse().unwrap(),
        account: "me@example.com".parse().unwrap(),
        issuer: "https://as.example/".parse().unwrap(),
        resource: "https://mcp.example.com".parse().unwrap(),
        client_id: "client '; DROP TABLE grants; --".to_owned(),
        scopes: "read write".parse().unwrap(),
        state: GrantState::Active { expires: Some(moment(9)) },
        obtained: clock.now(),
        last_used: None,
    }
}

#[test]
fn a_grant_lives_through_its_whole_life() {
    let dir = TempDir::new().unwrap();
    let settings = open(&dir).unwrap();
    let (clock, rng) = (FakeClock::at(moment(1_000)), FakeRng::default());
    let older = grant(&clock, &rng);
    clock.advance(std::time::Duration::from_secs(1));
    let newer = Grant { state: GrantState::Active { expires: None }, ..grant(&clock, &rng) };
    settings.put_grant(&newer).unwrap();
    settings.put_grant(&older).unwrap();
    assert_eq!(settings.grants().unwrap(), [older.clone(), newer.clone()]);
    assert_eq!(settings.grant_for(&older.server, &older.account).unwrap(), Some(newer.clone()));

    settings.touch_grant(newer.id, moment(70)).unwrap();
    settings.touch_grant(newer.id, moment(60)).unwrap();
    assert_eq!(settings.grant(newer.id).unwrap().unwrap().last_used, Some(moment(70)));

    settings.put_grant(&newer.clone().lapse(moment(80))).unwrap();
    assert_eq!(settings.grant_for(&older.server, &older.account).unwrap(), Some(older.clone()));
    settings.put_grant(&older.clone().revoke(moment(90), true)).unwrap();
    assert_eq!(settings.grant_for(&older.server, &older.account).unwrap(), None);
    drop(settings);

    let settings = open(&dir).unwrap();
    assert_eq!(settings.grant(older.id).unwrap(), Some(older.revoke(moment(90), true)));
    assert_eq!(settings.grant(newer.id).unwrap().unwrap().state, GrantState::Lapsed { at: moment(80) });
    assert_eq!(settings.grant_for(&"work".parse().unwrap(), &"other".parse().unwrap()).unwrap(), None);
}

#[test]
fn eras_rules_and_refusals_are_remembered_and_forgotten() {
    let dir = TempDir::new().unwrap();
    let settings = open(&dir).unwrap();
    let verdict = EraVerdict { version: "2026-07-28".to_owned(), era: Era::Modern, found: moment(5) };
    settings.put_era("https://a.example", &verdict).unwrap();
    assert_eq!(settings.era("https://a.example"), Some(verdict));
    settings.forget_era("https://a.example").unwrap();
    assert_eq!(settings.era("https://a.example"), None);

    let (clock, rng) = (FakeClock::at(moment(7)), FakeRng::default());
    let id = RuleId::make(&clock, &rng);
    let rule = Remembered {
        id,
        text: "permit(principal, action, resource);".to_owned(),
        origin: "answered".to_owned(),
        made: clock.now(),
        uses: 0,
        last_used: None,
    };
    settings.add_rule(&rule).unwrap();
    assert!(settings.add_rule(&rule).is_err(), "a rule is not replaced unseen");
    settings.used_rule(id, moment(8)).unwrap();
    assert_eq!(settings.rules().unwrap(), [Remembered { uses: 1, last_used: Some(moment(8)), ..rule }]);
    assert!(settings.remove_rule(id).unwrap());
    assert!(!settings.remove_rule(id).unwrap());

    let refusal = SignInRefusal {
        server: "work".parse().unwrap(),
        account: "me".parse().unwrap(),
        app: "claude".to_owned(),
        at: moment(3),
    };
    settings.put_sign_in_refusal(&refusal).unwrap();
    let find = |settings: &Settings| settings.sign_in_refusal(&refusal.server, &refusal.account, "claude").unwrap();
    assert_eq!(find(&settings), Some(refusal.clone()));
    settings.forget_sign_in_refusals(&refusal.server).unwrap();
    assert_eq!(find(&settings), None);
}

#[test]
fn a_database_of_a_later_version_is_refused_and_left_alone() {
    let dir = TempDir::new().unwrap();
    drop(open(&dir).unwrap());
    let path = dir.path().join("keyholder.db");
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(open(&dir), Err(SettingsError::Newer { found: 99, known: 1, .. })));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_damaged_or_foreign_database_is_refused() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("keyholder.db");
    drop(open(&dir).unwrap());
    let sound = fs::read(&path).unwrap();
    for place in (0..sound.len()).step_by(4096) {
        let mut bytes = sound.clone();
        bytes[place..place + 64].fill(0xa5);
        fs::write(&path, &bytes).unwrap();
        // A page that nothing uses may be wrong unnoticed; nothing may panic, and the first page always counts.
        let result = open(&dir).and_then(|settings| settings.grants().and(settings.rules().map(drop)));
        assert!(place > 0 || matches!(result, Err(SettingsError::Damaged { .. })), "{result:?}");
    }
    fs::write(&path, &sound[..sound.len() / 2]).unwrap();
    assert!(matches!(open(&dir), Err(SettingsError::Damaged { .. })));
    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE other (x)").unwrap();
    assert!(matches!(open(&dir), Err(SettingsError::Damaged { .. })));
}

#[test]
fn a_row_that_was_tampered_with_becomes_no_grant() {
    let dir = TempDir::new().unwrap();
    let settings = open(&dir).unwrap();
    let grant = grant(&FakeClock::at(moment(1)), &FakeRng::default());
    settings.put_grant(&grant).unwrap();
    settings.store.with(|db| db.execute("UPDATE grants SET issuer = 'http://evil.example'", [])).unwrap();
    assert!(matches!(settings.grant(grant.id), Err(SettingsError::Damaged { .. })));
}

#[cfg(unix)]
#[test]
fn a_planted_link_or_folder_is_refused() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("keyholder.db");
    std::os::unix::fs::symlink(dir.path().join("victim"), &path).unwrap();
    assert!(matches!(open(&dir), Err(SettingsError::Unsafe { .. })));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(matches!(open(&dir), Err(SettingsError::Unsafe { .. })));
    assert!(!dir.path().join("victim").exists());
}

#[test]
fn the_released_schema_is_frozen() {
    let digest = keyholder_model::digest::Digest::of_parts(&[super::MIGRATIONS[0].as_bytes()]).to_string();
    assert!(digest.starts_with("2c5998f5b81c735a"), "a released migration is never edited; add a new one ({digest})");
}

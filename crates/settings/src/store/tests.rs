use crate::{Era, EraVerdict, RuleUse, SeenDefinition, Settings, SettingsError, SignInRefusal};
use keyholder_model::clock::{Clock, FakeClock, FakeRng, Timestamp};
use keyholder_model::digest::Digest;
use keyholder_model::grant::{GivenBack, Grant, GrantState};
use keyholder_model::id::GrantId;
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
        renews: true,
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
    for given_back in [GivenBack::No, GivenBack::Confirmed, GivenBack::Pending] {
        let revoked = older.clone().revoke(moment(90), given_back);
        settings.put_grant(&revoked).unwrap();
        assert_eq!(settings.grant(older.id).unwrap(), Some(revoked));
    }
    assert_eq!(settings.grant_for(&older.server, &older.account).unwrap(), None);
    drop(settings);

    let settings = open(&dir).unwrap();
    assert_eq!(settings.grant(older.id).unwrap(), Some(older.revoke(moment(90), GivenBack::Pending)));
    assert_eq!(settings.grant(newer.id).unwrap().unwrap().state, GrantState::Lapsed { at: moment(80) });
    assert_eq!(settings.grant_for(&"work".parse().unwrap(), &"other".parse().unwrap()).unwrap(), None);
}

#[test]
fn eras_and_refusals_are_remembered_and_forgotten() {
    let dir = TempDir::new().unwrap();
    let settings = open(&dir).unwrap();
    let verdict = EraVerdict { version: "2026-07-28".to_owned(), era: Era::Modern, found: moment(5) };
    settings.put_era("https://a.example", &verdict).unwrap();
    assert_eq!(settings.era("https://a.example"), Some(verdict));
    settings.forget_era("https://a.example").unwrap();
    assert_eq!(settings.era("https://a.example"), None);

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
    assert!(matches!(open(&dir), Err(SettingsError::Newer { found: 99, known: 3, .. })));
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
        let result = open(&dir).and_then(|settings| settings.grants().map(drop));
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

fn definition(name: &str, text: &str) -> SeenDefinition {
    SeenDefinition {
        url: "https://a.example/mcp".to_owned(),
        account: "me".parse().unwrap(),
        kind: "tool".to_owned(),
        name: name.to_owned(),
        digest: Digest::of_parts(&[text.as_bytes()]),
        text: text.to_owned(),
        seen: moment(5),
    }
}

#[test]
fn a_definition_is_remembered_as_it_was_last_let_in() {
    let dir = TempDir::new().unwrap();
    let settings = open(&dir).unwrap();
    let (one, two) = (definition("b", "{\"n\":1.0}"), definition("a\0\u{202e}", "{}"));
    let other = SeenDefinition { account: "other".parse().unwrap(), ..one.clone() };
    for put in [&definition("b", "older"), &one, &two, &other] {
        settings.put_definition(put).unwrap();
    }
    drop(settings);
    let settings = open(&dir).unwrap();
    assert_eq!(settings.definitions_of(&one.url, &one.account).unwrap(), [two.clone(), one.clone()]);
    assert_eq!(settings.definition(&one.url, &other.account, "tool", "b").unwrap(), Some(other.clone()));
    assert_eq!(settings.definition(&one.url, &one.account, "prompt", "b").unwrap(), None);
    settings.forget_definitions("https://b.example").unwrap();
    settings.forget_definitions(&one.url).unwrap();
    assert_eq!(settings.definitions_of(&one.url, &other.account).unwrap(), []);
}

#[test]
fn definitions_do_not_fill_the_disk() {
    let dir = TempDir::new().unwrap();
    let settings = open(&dir).unwrap();
    let longest = definition("long", &"x".repeat(SeenDefinition::LONGEST_TEXT));
    settings.put_definition(&longest).unwrap();
    for refused in [
        definition("long", &format!("{}x", longest.text)),
        definition(&"x".repeat(SeenDefinition::LONGEST_NAME + 1), "{}"),
    ] {
        assert!(matches!(settings.put_definition(&refused), Err(SettingsError::TooMuch(_))));
    }
    let fill = "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) \
                INSERT INTO definitions SELECT 'https://a.example/mcp', 'me', 'tool', i, '', '', 0 FROM n";
    settings.store.with(|db| db.execute(fill, [])).unwrap();
    assert!(matches!(settings.put_definition(&definition("new", "{}")), Err(SettingsError::TooMuch(_))));
    settings.put_definition(&definition("long", "{}")).expect("one that is there can still change");
    let elsewhere = SeenDefinition { url: "https://b.example".to_owned(), ..definition("new", "{}") };
    settings.put_definition(&elsewhere).expect("another server has its own room");
}

#[test]
fn a_tampered_definition_is_an_error_and_not_a_definition() {
    let dir = TempDir::new().unwrap();
    let settings = open(&dir).unwrap();
    let one = definition("a", "{}");
    settings.put_definition(&one).unwrap();
    settings.store.with(|db| db.execute("UPDATE definitions SET digest = 'x'", [])).unwrap();
    let found = settings.definition(&one.url, &one.account, "tool", "a");
    assert!(matches!(found, Err(SettingsError::Damaged { .. })));
}

#[test]
fn the_uses_of_rules_are_counted_and_forgotten() {
    let dir = TempDir::new().unwrap();
    let settings = open(&dir).unwrap();
    for (rule, at) in [("b", 7), ("a", 3), ("b", 9), ("b", 8)] {
        settings.count_uses(rule, 1, moment(at)).unwrap();
    }
    let [a, b] = settings.uses().unwrap().try_into().unwrap();
    assert_eq!(a, RuleUse { id: "a".to_owned(), uses: 1, last_used: moment(3) });
    assert_eq!((b.uses, b.last_used), (3, moment(9)));
    settings.forget_uses("b").unwrap();
    assert_eq!(settings.uses().unwrap(), [a]);
    assert!(matches!(settings.count_uses(&"x".repeat(513), 1, moment(1)), Err(SettingsError::TooMuch(_))));
}

#[test]
fn a_database_of_the_first_version_keeps_what_it_holds() {
    let dir = TempDir::new().unwrap();
    let db = Connection::open(dir.path().join("keyholder.db")).unwrap();
    db.execute_batch(super::MIGRATIONS[0]).unwrap();
    db.execute("INSERT INTO eras VALUES ('https://a.example', '2026-07-28', 'modern', 5)", []).unwrap();
    db.pragma_update(None, "user_version", 1).unwrap();
    db.pragma_update(None, "application_id", super::APPLICATION).unwrap();
    drop(db);
    #[cfg(unix)]
    fs::set_permissions(dir.path().join("keyholder.db"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let settings = open(&dir).unwrap();
    assert!(settings.era("https://a.example").is_some());
    settings.put_definition(&definition("a", "{}")).unwrap();
}

#[test]
fn the_released_schema_is_frozen() {
    let digest = keyholder_model::digest::Digest::of_parts(&[super::MIGRATIONS[0].as_bytes()]).to_string();
    assert!(digest.starts_with("2c5998f5b81c735a"), "a released migration is never edited; add a new one ({digest})");
}

//! What is changed by order keeps what the person typed.

use super::*;

#[test]
fn every_setting_is_written_where_it_is_read_and_nothing_else_moves() {
    for before in ["", BY_HAND, "window = { look = 'dark' } # mine\napproval.guard_ms = 300\n", "[window]\n# empty\n"] {
        let (dir, settings) = with(before);
        let settings = settings.unwrap();
        let mut expected = settings.options();
        for setting in every_setting() {
            settings.set(&setting).unwrap();
            setting.apply(&mut expected);
            assert_eq!(setting.within(&settings.options()), setting);
            assert_eq!(settings.options(), expected, "{setting}");
            assert_eq!(open(&dir).unwrap().options(), expected, "{}", text(&dir));
        }
        for comment in before.lines().filter_map(|line| line.split_once('#')).map(|(_, comment)| comment) {
            assert!(text(&dir).contains(comment), "{comment}: {}", text(&dir));
        }
        let written = text(&dir);
        for setting in every_setting() {
            settings.set(&setting).unwrap();
        }
        assert_eq!(text(&dir), written, "saying it again changes nothing");
    }
}

#[test]
fn a_setting_that_is_taken_back_leaves_no_key() {
    let (dir, settings) = with("[broker]\nidle_exit_seconds = 60 # short\n");
    let settings = settings.unwrap();
    for nothing in [
        Setting::IdleExit(None),
        Setting::Language(None),
        Setting::MetadataDocument(None),
        Setting::ExtraCa(Vec::new()),
    ] {
        settings.set(&nothing).unwrap();
    }
    assert_eq!(settings.options(), Options::default());
    assert_eq!(text(&dir), "[broker]\n");
    assert_eq!(Setting::IdleExit(None).to_string(), "broker.idle_exit_seconds: not set");
    assert_eq!(Setting::Guard(Duration::from_millis(300)).to_string(), "approval.guard_ms = 300");
}

#[test]
fn a_value_that_could_not_be_read_again_is_not_written() {
    let (dir, settings) = with(BY_HAND);
    let settings = settings.unwrap();
    for (bad, words) in [
        (Setting::ApprovalDeadline(Duration::ZERO), "approval.deadline_seconds must be a whole number from 1 to 3600"),
        (Setting::ApprovalDeadline(Duration::from_hours(2)), "from 1 to 3600"),
        (Setting::Guard(Duration::from_millis(249)), "approval.guard_ms must be a whole number from 250 to 2000"),
        (Setting::Guard(Duration::MAX), "from 250 to 2000"),
        (Setting::IdleExit(Some(Duration::ZERO)), "broker.idle_exit_seconds"),
        (Setting::ExtraCa(vec!["ca.pem".into()]), "absolute paths"),
        (Setting::ExtraCa(vec!["/x".into(); 33]), "at most 32"),
        (Setting::Language(Some("de\u{202e}".to_owned())), "window.language: must be a language\u{2019}s tag"),
        (Setting::Language(Some("de&look=dark".to_owned())), "such as en"),
        (Setting::MetadataDocument(Some("http://me.example/x".to_owned())), "client.metadata_document"),
    ] {
        let why = settings.set(&bad).unwrap_err();
        assert!(matches!(why, SettingsError::Value(_)) && why.to_string().contains(words), "{bad}: {why}");
    }
    assert_eq!(text(&dir), BY_HAND);
}

#[test]
fn a_setting_keeps_what_was_typed_meanwhile() {
    let (dir, settings) = with(BY_HAND);
    let settings = settings.unwrap();
    let edited = BY_HAND.replace("deadline_seconds = 20 # short", "deadline_seconds = 30 # typed\nguard_ms = 300");
    fs::write(dir.path().join("config.toml"), &edited).unwrap();
    settings.set(&Setting::Look(Look::Dark)).unwrap();
    assert!(text(&dir).starts_with(edited.trim_end_matches("# the end\n")), "{}", text(&dir));
    assert_eq!((settings.options().approval_deadline.as_secs(), settings.options().guard.as_millis()), (30, 300));
    fs::write(dir.path().join("config.toml"), "[window").unwrap();
    assert!(matches!(settings.set(&Setting::Look(Look::Light)), Err(SettingsError::Config { line: 1, .. })));
    assert_eq!(text(&dir), "[window", "what is broken is not overwritten");
}

#[test]
fn comments_and_order_survive_every_edit() {
    let (dir, settings) = with(BY_HAND);
    let settings = settings.unwrap();
    settings.add_server(&server("new")).unwrap();
    assert!(text(&dir).starts_with(BY_HAND.trim_end_matches("# the end\n")), "{}", text(&dir));
    assert!(text(&dir).contains("# the end"));
    assert!(settings.remove_server(&name("new")).unwrap());
    assert_eq!(text(&dir), BY_HAND);

    let mut home = settings.server(&name("home")).unwrap();
    home.paused = Operation::Running;
    home.client_id = Some("x".to_owned());
    home.group = Some("mine".to_owned());
    settings.change_server(&home).unwrap();
    let written = "paused = false\nclient_id = \"x\"\ngroup = \"mine\"";
    assert_eq!(text(&dir), BY_HAND.replace("paused = true", written));
    assert_eq!(settings.server(&name("home")), Some(home.clone()));

    home.group = None;
    settings.change_server(&home).unwrap();
    assert_eq!(text(&dir), BY_HAND.replace("paused = true", "paused = false\nclient_id = \"x\""));
}

#[test]
fn inline_and_dotted_sections_can_be_edited() {
    for toml in [
        "servers = { a = { url = 'https://a.example' } }\n",
        "servers.a = { url = 'https://a.example' }\n",
        "servers.a.url = 'https://a.example'\n",
        "[servers]\na.url = 'https://a.example'\n",
        "[servers]\n",
        "",
    ] {
        let (dir, settings) = with(toml);
        let settings = settings.unwrap();
        let before = settings.servers().len();
        settings.add_server(&server("b")).unwrap();
        assert_eq!(open(&dir).unwrap().servers().len(), before + 1, "{}", text(&dir));
        assert!(settings.remove_server(&name("b")).unwrap());
        assert_eq!(open(&dir).unwrap().servers().len(), before, "{}", text(&dir));
    }
}

#[test]
fn an_edit_by_hand_in_the_meantime_is_not_lost() {
    let (dir, settings) = with(BY_HAND);
    let settings = settings.unwrap();
    let edited = format!("{BY_HAND}\n[servers.hand]\nurl = \"https://hand.example\" # typed\n");
    fs::write(dir.path().join("config.toml"), &edited).unwrap();
    settings.add_server(&server("new")).unwrap();
    assert!(text(&dir).starts_with(&edited));
    assert_eq!(settings.servers().len(), 4, "what was typed is in force too");
}

#[test]
fn a_file_that_is_broken_meanwhile_is_not_overwritten() {
    let (dir, settings) = with(BY_HAND);
    let settings = settings.unwrap();
    fs::write(dir.path().join("config.toml"), "[servers.half").unwrap();
    assert!(matches!(settings.add_server(&server("new")), Err(SettingsError::Config { line: 1, .. })));
    assert!(settings.reload().is_err());
    assert_eq!(text(&dir), "[servers.half");
    assert_eq!(settings.servers().len(), 2, "what was in force stays in force");
}

#[test]
fn an_edit_between_the_look_and_the_rename_is_noticed() {
    let (dir, _settings) = with(BY_HAND);
    let path = dir.path().join("config.toml");
    assert!(matches!(file::replace(&path, "older text", "new"), Err(SettingsError::Busy { .. })));
    assert_eq!(text(&dir), BY_HAND);
    assert_eq!(
        fs::read_dir(dir.path())
            .unwrap()
            .filter(|e| e.as_ref().is_ok_and(|e| e.file_name().to_string_lossy().contains("new")))
            .count(),
        0
    );
}

#[test]
fn a_server_is_not_added_twice() {
    let (dir, settings) = with(BY_HAND);
    let settings = settings.unwrap();
    assert!(matches!(settings.add_server(&server("work")), Err(SettingsError::Exists(_))));
    assert!(matches!(settings.change_server(&server("nobody")), Err(SettingsError::UnknownServer(_))));
    assert!(!settings.remove_server(&name("nobody")).unwrap());
    assert_eq!(text(&dir), BY_HAND);
}

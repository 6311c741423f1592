//! A broker that ran before anybody had logged in at a screen has no face. The entry that runs at login (`src-tauri/linux`) tells
//! the service manager of the screen, and replaces such a broker and no other.

use std::path::PathBuf;
use std::process::Command;

use harness::{House, LONG};
use tempfile::TempDir;

/// Folders of programs: Keyholder's own, and a service manager that writes down what it is told and says that this went so.
struct Login {
    folder: TempDir,
}

impl Login {
    fn with_a_service_manager_that(does: &str) -> Self {
        let login = Self { folder: TempDir::new().expect("there is room") };
        login.put("systemctl", &format!("echo \"systemctl $*\" >>'{}'\n{does}", login.told().display()));
        login.put("keyholderd", &format!("echo keyholderd >>'{}'", login.told().display()));
        login
    }

    fn put(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let file = self.folder.path().join(name);
        std::fs::write(&file, format!("#!/bin/sh\n{text}\n")).expect("the folder is ours");
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o700)).expect("the file is ours");
    }

    fn told(&self) -> PathBuf {
        self.folder.path().join("told")
    }

    /// Runs the entry as a desktop does, and gives what was started and told, in order.
    fn enter(&self, house: &House) -> Vec<String> {
        let keyholder = harness::program("keyholder");
        let beside = keyholder.parent().expect("a program stands in a folder");
        let path = format!("{}:{}:/usr/bin:/bin", self.folder.path().display(), beside.display());
        let mut words = exec().into_iter();
        let mut command = Command::new(words.next().expect("Exec names a program"));
        command.args(words).env_clear().envs(house.environment()).env("PATH", path).env("DISPLAY", ":7");
        assert!(command.output().expect("there is a shell").status.success());
        let told = std::fs::read_to_string(self.told()).unwrap_or_default();
        told.lines().map(str::to_owned).collect()
    }
}

/// The words of the entry's `Exec`, as the desktop entry specification has them: a quoted word is one.
fn exec() -> Vec<String> {
    let entry = include_str!("../../src-tauri/linux/autostart.desktop");
    let line = entry.lines().find_map(|line| line.strip_prefix("Exec=")).expect("the entry starts something");
    assert!(!line.contains(['\\', '$', '`', '%']), "what is escaped is read differently by different desktops");
    let quoted = line.split('"').enumerate();
    let words = quoted.flat_map(|(place, part)| match place % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}

const TOLD_OF_THE_SCREEN: &str = "systemctl --user import-environment DISPLAY WAYLAND_DISPLAY XAUTHORITY";
const START: &str = "systemctl --user start keyholderd.service";
const RESTART: &str = "systemctl --user restart keyholderd.service";

#[test]
fn without_a_broker_one_is_started_that_knows_the_screen() {
    let house = House::without_keychain();
    let told = Login::with_a_service_manager_that("exit 0").enter(&house);
    assert_eq!(told, [TOLD_OF_THE_SCREEN, START]);
}

#[test]
fn a_broker_without_a_face_is_replaced() {
    let house = House::without_keychain();
    let mut broker = house.broker(&[]);
    assert_eq!(house.order(&["status"]).json["face"], "none");
    let told = Login::with_a_service_manager_that("exit 0").enter(&house);
    assert_eq!(told, [TOLD_OF_THE_SCREEN, RESTART]);
    assert!(broker.ends_within(LONG).is_some_and(|status| status.success()), "one that no service manager started too");
}

#[test]
fn a_broker_with_a_face_stays() {
    let house = House::without_keychain();
    let _terminal = house.terminal();
    let told = Login::with_a_service_manager_that("exit 0").enter(&house);
    assert_eq!(told, [TOLD_OF_THE_SCREEN, START]);
    assert_eq!(house.order(&["status"]).json["face"], "terminal");
}

#[test]
fn without_a_service_manager_the_broker_is_started_itself() {
    let house = House::without_keychain();
    let told = Login::with_a_service_manager_that("exit 1").enter(&house);
    assert_eq!(told.last().map(String::as_str), Some("keyholderd"));
}

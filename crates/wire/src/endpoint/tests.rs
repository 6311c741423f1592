//! Folders that are not ours alone (catalogue case 142).

#![cfg(unix)]

use super::*;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

fn home() -> (tempfile::TempDir, Places) {
    let folder = tempfile::tempdir().unwrap();
    let places = Places::under(folder.path());
    (folder, places)
}

fn fault(places: &Places) -> &'static str {
    match connect(places, Door::Bridge) {
        Err(EndpointError::Folder { fault, .. }) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn nobody_there_is_told_apart_from_what_must_not_be_used() {
    let (_folder, places) = home();
    assert!(matches!(connect(&places, Door::Bridge), Err(EndpointError::Absent(_))), "no folder");
    prepare_folder(&places.run).unwrap();
    assert!(matches!(connect(&places, Door::Console), Err(EndpointError::Absent(_))), "no socket");
    drop(std::os::unix::net::UnixListener::bind(Door::Bridge.path(&places)).unwrap());
    assert!(matches!(connect(&places, Door::Bridge), Err(EndpointError::Absent(_))), "a stale socket");
}

#[test]
fn a_folder_that_others_can_enter_is_not_used() {
    let (_folder, places) = home();
    prepare_folder(&places.run).unwrap();
    for mode in [0o777, 0o750, 0o701] {
        fs::set_permissions(&places.run, fs::Permissions::from_mode(mode)).unwrap();
        assert!(fault(&places).contains("0700"));
        assert!(prepare_folder(&places.run).is_err(), "it is not repaired either");
    }
}

#[test]
fn a_link_or_a_file_is_no_folder() {
    let (folder, places) = home();
    let elsewhere = folder.path().join("elsewhere");
    prepare_folder(&elsewhere).unwrap();
    symlink(&elsewhere, &places.run).unwrap();
    assert_eq!(fault(&places), "is not a directory");
    fs::remove_file(&places.run).unwrap();
    fs::write(&places.run, b"").unwrap();
    assert_eq!(fault(&places), "is not a directory");
}

#[test]
fn the_folder_is_made_for_its_owner_alone() {
    let (_folder, places) = home();
    prepare_folder(&places.run).unwrap();
    assert_eq!(fs::metadata(&places.run).unwrap().permissions().mode() & 0o777, 0o700);
    let _listener = std::os::unix::net::UnixListener::bind(Door::Console.path(&places)).unwrap();
    assert!(connect(&places, Door::Console).is_ok());
}

//! The log cannot be changed behind the person's back: not edited, and not put back to an older copy of itself.

use std::fs;
use std::path::Path;

use harness::{House, said};
use serde_json::json;

/// A day's work with a broker of its own: one call, then an orderly end, at which the log's newest point goes to the keychain.
fn work(house: &House, word: &str) {
    let mut broker = house.broker(&["--no-ask"]);
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    assert_eq!(said(&host.call("echo", json!({ "text": word }))), word);
    drop(host);
    assert!(broker.stop().success());
}

/// What a new broker says of the log.
fn verdict(house: &House) -> serde_json::Value {
    let _broker = house.broker(&["--no-ask"]);
    let told = house.order(&["log", "verify"]).json;
    assert!(told.to_string().contains("intact"), "{told}");
    told
}

/// The database with its write-ahead file, since either may hold the newest entries.
fn copy(from: &Path, to: &Path) {
    for suffix in ["", "-wal"] {
        let name =
            |path: &Path| path.with_file_name(format!("{}{suffix}", path.file_name().unwrap_or_default().display()));
        match fs::copy(name(from), name(to)) {
            Ok(_) => {}
            Err(_) => drop(fs::remove_file(name(to))),
        }
    }
}

#[test]
fn an_untouched_log_is_intact() {
    let house = House::open();
    house.home.allow_everything();
    work(&house, "monday");
    let told = verdict(&house).to_string();
    assert!(told.contains(r#""intact":true"#) && told.contains(r#""anchored":true"#), "{told}");
}

#[test]
fn yesterdays_log_put_back_is_noticed() {
    let house = House::open();
    house.home.allow_everything();
    work(&house, "monday");
    let file = house.home.audit_file();
    let yesterday = house.home.path().join("yesterday.db");
    copy(&file, &yesterday);
    work(&house, "tuesday");
    copy(&yesterday, &file);
    let told = verdict(&house).to_string();
    assert!(told.contains(r#""intact":false"#), "{told}");
    assert!(told.contains("cut off or replaced"), "{told}");
    // What the keychain remembers is the evidence: looking again finds the same.
    assert!(verdict(&house).to_string().contains(r#""intact":false"#));
}

#[test]
fn an_edited_entry_is_noticed() {
    let house = House::open();
    house.home.allow_everything();
    work(&house, "SomethingToBeDenied");
    let file = house.home.audit_file();
    let mut bytes = fs::read(&file).expect("the log is there");
    let word = b"SomethingToBeDenied";
    let at = bytes.windows(word.len()).position(|window| window == word).expect("the entry's preview is in the file");
    bytes[at] = b'N';
    fs::write(&file, bytes).expect("the file can be written");
    let told = verdict(&house).to_string();
    assert!(told.contains(r#""intact":false"#), "{told}");
    assert!(told.contains("altered"), "{told}");
}

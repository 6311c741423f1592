//! What Keyholder stands on can break: then nothing runs that should not, and one sentence says what to mend and where.

use std::fs;
use std::process::Command;

use harness::{Broker, Host, House, eventually, is_refused, said};
use keyholder_demo::Protection;
use serde_json::json;

fn open_server() -> House {
    let house = House::with(|options| options.protection = Protection::Open);
    house.home.allow_everything();
    house
}

#[test]
fn a_policy_file_that_does_not_parse_denies_and_names_file_and_line_to_the_person_alone() {
    let house = open_server();
    let broker = house.broker(&["--no-ask"]);
    let mut host = house.host();
    host.initialize();
    assert_eq!(said(&host.call("echo", json!({ "text": "hello" }))), "hello");
    house.home.policy("permit(principal, action, resource);\n\nforbid(principal, action, resource) when { oops\n");
    // The broker notices by itself; until then the old rules hold.
    let denied = eventually("the denial", || {
        let answer = host.call("echo", json!({ "text": "hello" }));
        is_refused(&answer).then_some(answer)
    });
    let heard = said(&denied);
    assert!(!heard.contains("story.cedar") && !heard.contains("oops"), "the model hears no detail: {heard}");
    let status = house.order(&["status"]);
    let problem = status.json["policy_problems"][0].as_str().expect("a problem").to_owned();
    assert!(problem.contains("story.cedar") && problem.contains("line "), "{problem}");
    let doctor = house.order(&["doctor"]);
    assert!(doctor.code != 0 && doctor.text.contains("story.cedar"), "{doctor:?}");
    assert!(house.log_says("refuse", "story.cedar"), "{:?}", house.log("refuse"));
    // Mended, it counts again without a restart.
    house.home.allow_everything();
    eventually("work as before", || (said(&host.call("echo", json!({ "text": "back" }))) == "back").then_some(()));
    assert_eq!(house.home.broker_pid(), Some(broker.pid()));
}

#[test]
fn a_configuration_that_does_not_parse_keeps_the_broker_from_starting_and_names_the_line() {
    for (text, line) in
        [("[servers.notes]\nurl = \"https://a.example\"\nurll = 1\n", "line 3"), ("[servers\n", "line 1")]
    {
        let house = House::open();
        house.home.config(text);
        let why = Broker::refusal(&house.environment(), &["--no-ask"]);
        assert!(why.contains("config.toml") && why.contains(line), "{why}");
        assert!(!house.home.bridge_socket().exists() || house.home.broker_pid().is_none(), "nobody serves");
        // Nobody looks at a broker that a command or a bridge woke: they say it.
        let order = house.order(&["ls"]);
        assert!(order.code != 0 && order.text.contains("config.toml") && order.text.contains(line), "{order:?}");
    }
}

#[test]
fn a_damaged_audit_log_stops_calls_and_is_kept_for_examination() {
    let house = open_server();
    let mut broker = house.broker(&["--no-ask"]);
    let mut host = house.host();
    host.initialize();
    assert_eq!(said(&host.call("echo", json!({ "text": "hello" }))), "hello");
    // Else its bridge would wake another broker in between.
    drop(host);
    broker.stop();
    let damage = vec![0x5a; 8_192];
    fs::write(house.home.audit_file(), &damage).unwrap();
    for beside in ["data/audit.db-wal", "data/audit.db-shm"] {
        // They are there only if the broker had no time to tidy up.
        let _ = fs::remove_file(house.home.path().join(beside));
    }
    let _broker = house.broker(&["--no-ask"]);
    let mut host = house.host();
    host.initialize();
    let answer = host.call("echo", json!({ "text": "hello", "nonce": "unlogged" }));
    assert!(is_refused(&answer) && said(&answer).contains("audit log"), "{answer}");
    assert_eq!(house.servers.executions("unlogged"), 0, "what cannot be logged is not sent");
    let doctor = house.order(&["doctor"]);
    assert!(doctor.code != 0 && doctor.text.contains("audit.db"), "{doctor:?}");
    let data: Vec<_> =
        fs::read_dir(house.home.path().join("data")).unwrap().flatten().map(|entry| entry.path()).collect();
    assert!(data.iter().any(|path| fs::read(path).is_ok_and(|bytes| bytes.starts_with(&damage[..64]))), "{data:?}");
}

#[test]
fn a_damaged_settings_database_keeps_the_broker_from_starting_and_is_named() {
    let house = open_server();
    let mut broker = house.broker(&["--no-ask"]);
    assert_eq!(house.order(&["status"]).code, 0, "it serves, so its files are as they should be");
    broker.stop();
    let file = house.home.path().join("data/keyholder.db");
    assert!(file.is_file());
    for beside in ["data/keyholder.db-wal", "data/keyholder.db-shm"] {
        let _ = fs::remove_file(house.home.path().join(beside));
    }
    fs::write(&file, vec![0x5a; 8_192]).unwrap();
    let why = Broker::refusal(&house.environment(), &["--no-ask"]);
    assert!(why.contains("keyholder.db"), "{why}");
}

#[test]
fn a_full_disk_stops_calls_until_there_is_room() {
    let house = open_server();
    // A small disk of its own for the broker, most of it taken up by ballast, which goes when somebody writes to `free`.
    let small_disk = r#"mount -t tmpfs -o size=700k none "$0/data" && head -c 200k /dev/zero > "$0/data/ballast" && mkfifo "$0/free" &&
        { setpriv --pdeathsig KILL sh -c 'read go < "$0/free"; rm "$0/data/ballast"' "$0" & exec "$@"; }"#;
    let home = house.home.path().display().to_string();
    fs::create_dir(house.home.path().join("data")).unwrap();
    let alone = ["/usr/bin/unshare", "--map-root-user", "--mount"];
    let allowed = Command::new(alone[0]).args(&alone[1..]).args(["/bin/mount", "-t", "tmpfs", "none", "/mnt"]).status();
    if !allowed.is_ok_and(|status| status.success()) {
        return; // This system lets nobody have a disk of their own.
    }
    let wrapper: Vec<String> =
        alone.into_iter().chain(["/bin/sh", "-c", small_disk, &home]).map(str::to_owned).collect();
    let _broker = Broker::start_under(&house.home, &house.environment(), &["--no-ask"], &wrapper);
    let mut host = house.host();
    host.initialize();
    until_refused(&house, &mut host);
    // The log that is there can still be read, and nobody has to restart anything when there is room again.
    assert!(!house.log("call").is_empty());
    fs::write(house.home.path().join("free"), "go\n").unwrap();
    eventually("work as before", || (said(&host.call("echo", json!({ "text": "back" }))) == "back").then_some(()));
    house.verify_log();
}

#[test]
fn a_disk_that_fails_stops_calls_until_the_broker_is_started_anew() {
    let house = open_server();
    // No file of the broker may grow beyond this: writing fails, as it does on a disk that breaks. The signal is not for us.
    let wrapper = ["/usr/bin/env", "--ignore-signal=XFSZ", "/usr/bin/prlimit", "--fsize=300000"].map(str::to_owned);
    let mut broker = Broker::start_under(&house.home, &house.environment(), &["--no-ask"], &wrapper);
    let mut host = house.host();
    host.initialize();
    until_refused(&house, &mut host);
    assert!(house.order(&["doctor"]).code != 0);
    broker.kill9();
    eventually("work as before", || (said(&host.call("echo", json!({ "text": "back" }))) == "back").then_some(()));
    house.verify_log();
}

/// Calls until one is refused for the log's sake; that one is not sent.
fn until_refused(house: &House, host: &mut Host) {
    let mut sent = 0;
    let refused = eventually("the disk's end", || {
        sent += 1;
        let nonce = format!("call-{sent}");
        let answer = host.call("echo", json!({ "text": "x".repeat(2_000), "nonce": nonce }));
        is_refused(&answer).then_some((nonce, answer))
    });
    let (nonce, answer) = refused;
    assert!(said(&answer).contains("audit log"), "{answer}");
    assert_eq!(house.servers.executions(&nonce), 0, "what cannot be logged is not sent");
    assert!(sent > 1, "before that, calls ran");
}

#[test]
fn a_locked_keychain_refuses_and_says_so() {
    let house = House::open();
    house.home.allow_everything();
    let mut broker = house.broker(&["--no-ask"]);
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    // Else its bridge would wake another broker in between.
    drop(host);
    house.desktop.lock_keychain();
    broker.kill9();
    let _broker = house.broker(&["--no-ask"]);
    let before = house.servers.tally();
    let mut host = house.host();
    host.send_initialize();
    let answer = host.call("echo", json!({ "text": "hello" }));
    assert!(is_refused(&answer) && said(&answer).contains("keychain"), "{answer}");
    let after = house.servers.tally();
    assert_eq!(
        (after.calls, after.authorize_visits),
        (before.calls, before.authorize_visits),
        "no sign-in that cannot be kept"
    );
    let doctor = house.order(&["doctor"]);
    assert!(doctor.code != 0 && doctor.text.contains("keychain"), "{doctor:?}");
    assert!(house.log_says("refuse", "keychain"));
}

#[test]
fn a_keychain_that_goes_away_in_between_refuses_and_no_token_goes_elsewhere() {
    let mut house = House::open();
    house.home.allow_everything();
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    house.desktop.lose_keychain();
    // What is in memory still serves; a renewal that could not be kept is not made use of.
    assert_eq!(said(&host.call("echo", json!({ "text": "hello" }))), "hello");
    house.servers.expire_access_tokens();
    let answer = host.call("echo", json!({ "text": "hello" }));
    assert!(is_refused(&answer) && said(&answer).contains("keychain"), "{answer}");
    assert_eq!(house.tokens_found(&host), []);
}

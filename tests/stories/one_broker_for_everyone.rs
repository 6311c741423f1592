//! There is one broker for a user: whoever comes first wakes it, and nobody serves at a place that others could have prepared.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use harness::{Broker, Host, House, eventually, is_refused, said};
use serde_json::json;

#[test]
fn twenty_bridges_without_a_broker_wake_exactly_one() {
    let house = House::with(|options| options.protection = keyholder_demo::Protection::Open);
    house.home.allow_everything();
    let mut hosts: Vec<Host> = (0..20).map(|_| house.host()).collect();
    let openings: Vec<_> = hosts.iter_mut().map(Host::send_initialize).collect();
    for (host, opening) in hosts.iter_mut().zip(&openings) {
        assert!(host.wait(opening).get("result").is_some());
        assert_eq!(said(&host.call("echo", json!({ "text": "hello" }))), "hello");
    }
    assert_eq!(house.home.count_brokers(), 1);
    assert_eq!(house.log("start").len(), 1, "no other broker has ever begun to serve");
}

#[test]
fn a_second_broker_says_that_one_runs_and_ends() {
    let house = House::open();
    let first = house.broker(&["--no-ask"]);
    let why = Broker::refusal(&house.environment(), &["--no-ask"]);
    assert!(why.contains("already running"), "{why}");
    assert_eq!(house.home.broker_pid(), Some(first.pid()));
}

#[test]
fn a_socket_that_a_killed_broker_left_is_no_hindrance() {
    let house = House::with(|options| options.protection = keyholder_demo::Protection::Open);
    house.home.allow_everything();
    let mut broker = house.broker(&["--no-ask"]);
    broker.kill9();
    assert!(house.home.bridge_socket().exists(), "it had no chance to tidy up");
    let mut host = house.host();
    host.initialize();
    assert_eq!(said(&host.call("echo", json!({ "text": "hello" }))), "hello");
}

#[test]
fn a_run_folder_that_others_may_enter_is_refused() {
    let house = House::open();
    house.home.allow_everything();
    let run = house.home.path().join("run");
    fs::create_dir(&run).unwrap();
    fs::set_permissions(&run, fs::Permissions::from_mode(0o777)).unwrap();
    refused_and_silent(&house);
}

#[test]
fn a_run_folder_that_is_a_link_is_refused() {
    let house = House::open();
    house.home.allow_everything();
    let elsewhere = house.home.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o700)).unwrap();
    symlink(&elsewhere, house.home.path().join("run")).unwrap();
    refused_and_silent(&house);
}

/// Nobody serves there and nobody connects there; each says which folder is meant, and what to do about it.
fn refused_and_silent(house: &House) {
    let run = house.home.path().join("run").display().to_string();
    let why = Broker::refusal(&house.environment(), &["--no-ask"]);
    assert!(why.contains(&run) && why.contains("remove it"), "{why}");
    assert!(!house.home.bridge_socket().exists() && !house.home.console_socket().exists(), "nothing listens there");

    let mut host = house.host();
    let opening = host.send_initialize();
    let answer = host.wait(&opening);
    assert!(is_refused(&answer) && said(&answer).contains(&run), "{answer}");
    eventually("the sentence on stderr", || host.stderr().text().contains(&run).then_some(()));

    let told = house.order(&["ls"]);
    assert!(told.code != 0 && told.text.contains(&run), "{told:?}");
    assert_eq!(house.servers.events(), []);
}

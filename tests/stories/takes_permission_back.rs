//! What the person takes back is gone at once: the token at its server, the item in the keychain, and whatever was running.

use std::time::Duration;

use harness::{Host, House, eventually, is_refused, said};
use keyholder_demo::Faults;
use serde_json::{Value, json};

/// A signed-in host with a call under way.
fn at_work() -> (House, Host, Value) {
    let house = House::open();
    house.home.allow_everything();
    house.know_server("notes");
    let mut host = house.host_with(&["notes"]);
    host.initialize();
    host.sign_in();
    assert_eq!(said(&host.call("echo", json!({ "text": "hello" }))), "hello");
    let call = host
        .send("tools/call", json!({ "name": "slow", "arguments": { "millis": 600_000, "steps": 1, "nonce": "slow" } }));
    eventually("the call's arrival", || (house.servers.executions("slow") == 1).then_some(()));
    (house, host, call)
}

/// The call that was under way is answered within a second, once.
fn cut(host: &mut Host, call: &Value) -> String {
    let answer = host.wait_within(Duration::from_secs(1), call).expect("what runs is cut within a second");
    assert!(is_refused(&answer), "{answer}");
    host.listen(Duration::from_millis(100));
    assert_eq!(host.responses(call).len(), 1);
    said(&answer)
}

/// The next call runs into a sign-in that the person does not want.
fn needs_sign_in(house: &House, host: &mut Host) {
    house.browser.set_mood(harness::Mood::Deny);
    let before = house.servers.tally().calls;
    let answer = host.call("echo", json!({ "text": "again" }));
    assert!(is_refused(&answer) && said(&answer).contains("sign"), "{answer}");
    assert_eq!(house.servers.tally().calls, before);
}

#[test]
fn revoke_gives_both_tokens_back_deletes_the_item_and_cuts_what_runs() {
    let (house, mut host, call) = at_work();
    let kept = house.desktop.keychain_items();
    let told = house.order(&["revoke", "notes"]);
    assert_eq!(told.code, 0, "{told:?}");
    assert_eq!(told.json["revocations"][0]["upstream"], "confirmed");
    assert_eq!(told.json["revocations"][0]["bridges"], 1);
    assert!(cut(&mut host, &call).contains("taken the permission back"));
    assert_eq!(house.servers.tally().revocations, 2, "the refresh token and the access token");
    assert_eq!(house.desktop.keychain_items(), kept - 1, "the item is gone");
    needs_sign_in(&house, &mut host);
    assert!(house.log_says("revoke", "confirmed"));
    assert!(
        house.order(&["grants"]).json["grants"]
            .as_array()
            .is_some_and(|grants| { grants.iter().all(|grant| grant["state"] == "revoked") })
    );
}

/// A sign-in that was taken back while its authorization server was out of order.
fn taken_back_in_an_outage() -> (House, Host, usize) {
    let (house, mut host, call) = at_work();
    let kept = house.desktop.keychain_items();
    house.servers.set_faults(Faults { revocation_fails_with: Some(503), ..Faults::default() });
    let told = house.order(&["revoke", "notes"]);
    assert_eq!(told.code, 11, "a sign-in that may live on is bad news: {told:?}");
    assert_eq!(told.json["revocations"][0]["upstream"], "pending");
    cut(&mut host, &call);
    assert_eq!(house.desktop.keychain_items(), kept, "what is still to be given back");
    needs_sign_in(&house, &mut host);
    assert!(house.log_says("revoke", "told later"));
    (house, host, kept)
}

#[test]
fn what_could_not_be_given_back_is_out_of_use_at_once_and_given_back_later() {
    let (house, _host, kept) = taken_back_in_an_outage();
    house.servers.set_faults(Faults::default());
    // The next broker tries at its start.
    assert_eq!(house.order(&["stop"]).code, 0);
    eventually("the end of the broker", || (house.home.count_brokers() == 0).then_some(()));
    eventually("what is given back at last", || house.log_says("revoke", "confirmed at last").then_some(()));
    assert_eq!(house.servers.tally().revocations, 2, "both tokens");
    assert_eq!(house.desktop.keychain_items(), kept - 1);
}

#[test]
fn a_broker_that_is_killed_while_it_gives_back_goes_on_with_it() {
    let (house, mut host, call) = at_work();
    let kept = house.desktop.keychain_items();
    // It never comes to the end of it.
    house.servers.set_faults(Faults { revocation_delay: Duration::from_mins(1), ..Faults::default() });
    std::thread::scope(|scope| {
        let revoking = scope.spawn(|| house.order(&["revoke", "notes"]));
        cut(&mut host, &call);
        harness::kill9(house.home.broker_pid().expect("a broker runs"));
        assert_ne!(revoking.join().expect("the command ends").code, 0, "nobody says that it is done");
    });
    house.servers.set_faults(Faults::default());
    eventually("what is given back by the next broker", || house.log_says("revoke", "confirmed at last").then_some(()));
    assert_eq!(house.servers.tally().revocations, 2, "both tokens");
    assert_eq!(house.desktop.keychain_items(), kept - 1);
    assert_eq!(house.order(&["grants"]).json["grants"][0]["state"], "revoked");
}

#[test]
fn logout_deletes_what_waits_to_be_given_back() {
    let (house, _host, kept) = taken_back_in_an_outage();
    house.servers.set_faults(Faults::default());
    assert_eq!(house.order(&["logout", "notes"]).code, 0);
    assert_eq!(house.desktop.keychain_items(), kept - 1);
    assert_eq!(house.servers.tally().revocations, 0, "nobody is told any more");
}

#[test]
fn what_the_authorization_server_does_not_take_back_is_deleted_here() {
    let (house, mut host, call) = at_work();
    let kept = house.desktop.keychain_items();
    house.servers.set_faults(Faults { revocation_fails_with: Some(400), ..Faults::default() });
    let told = house.order(&["revoke", "notes"]);
    assert_eq!(told.code, 11, "a sign-in that may live on is bad news: {told:?}");
    assert_eq!(told.json["revocations"][0]["upstream"], "failed");
    cut(&mut host, &call);
    assert_eq!(house.desktop.keychain_items(), kept - 1);
    needs_sign_in(&house, &mut host);
    assert!(house.log_says("revoke", "did not confirm"));
}

#[test]
fn logout_deletes_here_and_tells_nobody() {
    let (house, mut host, call) = at_work();
    let kept = house.desktop.keychain_items();
    let told = house.order(&["logout", "notes"]);
    assert_eq!((told.code, &told.json["revocations"][0]["upstream"]), (0, &json!("not_asked")), "{told:?}");
    cut(&mut host, &call);
    assert_eq!(house.servers.tally().revocations, 0);
    assert_eq!(house.desktop.keychain_items(), kept - 1);
    needs_sign_in(&house, &mut host);
}

#[test]
fn rm_revokes_and_forgets_the_server() {
    let (house, mut host, call) = at_work();
    assert_eq!(house.order(&["rm", "notes"]).code, 2, "without a terminal it wants to be told twice");
    let told = house.order(&["rm", "notes", "--yes"]);
    assert_eq!(told.code, 0, "{told:?}");
    cut(&mut host, &call);
    assert_eq!(house.servers.tally().revocations, 2, "the refresh token and the access token");
    assert_eq!(house.order(&["show", "notes"]).code, 3);
    let mut other = house.host_with(&["notes"]);
    let opening = other.send_initialize();
    let answer = other.wait(&opening);
    assert!(is_refused(&answer) && said(&answer).contains("no server named"), "{answer}");
    assert!(house.log_says("change_server", "notes"));
}

#[test]
fn lock_stops_everything_and_no_command_unlocks() {
    let (house, mut host, call) = at_work();
    assert_eq!(house.order(&["lock"]).code, 0);
    assert!(cut(&mut host, &call).contains("locked"));
    let answer = host.call("echo", json!({ "text": "again", "nonce": "locked" }));
    assert!(is_refused(&answer) && said(&answer).contains("locked"), "{answer}");
    let told = house.order(&["unlock"]);
    assert_eq!(told.code, 5, "{told:?}");
    assert!(house.keyholder_says(&["unlock"]).contains("keyholderd"), "the person is told where to go");
    assert!(is_refused(&host.call("echo", json!({ "text": "again", "nonce": "locked" }))));
    assert_eq!(house.servers.executions("locked"), 0);
    assert_eq!(house.order(&["status"]).json["locked"], true);
    assert_eq!(house.log("lock").len(), 1);
    assert_eq!(house.log("unlock").len(), 0);
}

#[test]
fn pause_stops_one_server_and_no_command_resumes_it() {
    let (house, mut host, call) = at_work();
    assert_eq!(house.order(&["pause", "notes"]).code, 0);
    assert!(cut(&mut host, &call).contains("paused"));
    assert_eq!(house.order(&["resume", "notes"]).code, 5);
    let answer = host.call("echo", json!({ "text": "again", "nonce": "paused" }));
    assert!(is_refused(&answer) && said(&answer).contains("paused"), "{answer}");
    assert_eq!(house.servers.executions("paused"), 0);
    assert_eq!(house.order(&["ls"]).json["servers"][0]["state"], "paused");
    assert_eq!((house.log("pause").len(), house.log("resume").len()), (1, 0));
}

#[test]
fn what_the_keychain_kept_back_can_be_taken_back_again() {
    let (mut house, mut host, call) = at_work();
    let kept = house.desktop.keychain_items();
    house.desktop.lock_keychain();
    let told = house.order(&["revoke", "notes"]);
    assert!(told.code != 0 && told.text.contains("keychain"), "{told:?}");
    assert!(
        cut(&mut host, &call).contains("taken the permission back"),
        "no call may use it, whatever the keychain says"
    );
    needs_sign_in(&house, &mut host);

    house.desktop.restart_keychain();
    assert_eq!(house.desktop.keychain_items(), kept, "the item is still there");
    let told = house.order(&["revoke", "notes"]);
    assert_eq!(told.json["revocations"].as_array().map(Vec::len), Some(1), "{told:?}");
    assert_eq!(house.desktop.keychain_items(), kept - 1);
    let told = house.order(&["revoke", "notes"]);
    assert_eq!(
        (told.code, told.json["revocations"].as_array().map(Vec::len)),
        (0, Some(0)),
        "now it is gone: {told:?}"
    );
}

#[test]
fn one_order_takes_back_all_that_an_authorization_server_issued() {
    let (house, mut host, call) = at_work();
    let issuer = house.order(&["grants"]).json["grants"][0]["issuer"].as_str().expect("a text").to_owned();
    let told = house.order(&["revoke", "--issuer", "https://another.example"]);
    assert_eq!(told.code, 3, "{told:?}");
    assert!(host.responses(&call).is_empty(), "what another issued is nobody's business");
    let told = house.order(&["revoke", "--issuer", &issuer]);
    assert_eq!(told.json["revocations"][0]["upstream"], "confirmed", "{told:?}");
    cut(&mut host, &call);
}

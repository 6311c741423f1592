//! One sign-in at a time, whoever wants it; a refused or abandoned one is a clear answer and nothing worse.

use harness::{Host, House, Mood, eventually, is_refused, said};
use keyholder_demo::Event;
use serde_json::json;

#[test]
fn four_bridges_that_start_together_open_one_tab() {
    let house = House::open();
    house.home.allow_everything();
    let mut hosts: Vec<Host> = (0..4).map(|_| house.host()).collect();
    // Nobody waits for anybody: four hosts open their conversation and ask for the tools in one breath.
    for host in &mut hosts {
        host.send_initialize();
        host.send("tools/list", json!({}));
    }
    for host in &mut hosts {
        host.sign_in();
        assert_eq!(said(&host.call("echo", json!({ "text": "hello" }))), "hello");
    }
    let tally = house.servers.tally();
    assert_eq!(house.browser.visits().len(), 1, "one tab");
    assert_eq!((tally.registrations, tally.authorize_visits, tally.codes_redeemed), (1, 1, 1));
}

#[test]
fn a_refused_sign_in_is_a_clear_answer_and_is_not_offered_again_at_once() {
    let house = House::open();
    house.home.allow_everything();
    house.browser.set_mood(Mood::Deny);
    let mut host = house.host();
    host.initialize();
    for _ in 0..3 {
        let answer = host.call("echo", json!({ "text": "hello" }));
        assert!(is_refused(&answer) && said(&answer).contains("signing in"), "{answer}");
    }
    assert!(house.servers.events().contains(&Event::Denied));
    assert_eq!(house.browser.visits().len(), 1, "a person who said no is not asked again by the next call");
    assert!(house.log_says("sign_in", "not signed in"));
    // The bridge lives, and the person may change their mind.
    house.browser.set_mood(Mood::Allow);
    let name = house.log("sign_in")[0]["server"].as_str().expect("a name").to_owned();
    assert!(house.order(&["login", &name]).code != 0, "an address that nobody added has no name to log in at");
    host.initialize();
}

#[test]
fn an_abandoned_sign_in_keeps_the_host_answered_and_goes_on_when_the_person_does() {
    let house = House::open();
    house.home.allow_everything();
    house.home.config("[approval]\ndeadline_seconds = 1\n");
    house.browser.set_mood(Mood::Ignore);
    let mut host = house.host();
    let opening = host.send_initialize();
    let page = eventually("the browser's start", || house.browser.visits().pop());
    assert!(host.wait(&opening).get("result").is_some(), "the host is greeted while the page is open");
    let answer = host.call("echo", json!({ "text": "hello" }));
    assert!(is_refused(&answer) && said(&answer).contains("finish signing in"), "{answer}");
    // A listing says the same, in the one tool that it shows.
    assert!(host.has_tool("keyholder_sign_in"));
    assert_eq!(house.browser.visits().len(), 1, "calls that wait for a sign-in open no second page");
    // The person comes back to the page.
    house.browser.set_mood(Mood::Allow);
    house.browser.open(&page);
    host.sign_in();
    assert_eq!(said(&host.call("echo", json!({ "text": "hello" }))), "hello");
    let changed =
        |host: &Host| host.notifications().iter().any(|note| note["method"] == "notifications/tools/list_changed");
    assert!(changed(&host), "the host is told that there is more now");
}

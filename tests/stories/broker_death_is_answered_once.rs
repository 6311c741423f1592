//! When the broker dies during a call, the host gets exactly one answer, and the call is never sent twice.

use std::fs;
use std::time::Duration;

use harness::{Host, House, eventually, is_refused, kill9, program, said};
use serde_json::{Value, json};

#[test]
fn a_killed_broker_is_answered_once_and_the_call_ran_once() {
    let house = House::open();
    house.home.allow_everything();
    let mut broker = house.broker(&["--no-ask"]);
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    let call = host.send("tools/call", slow("slow"));
    eventually("the call's arrival", || (house.servers.executions("slow") == 1).then_some(()));
    broker.kill9();
    let answer = host.wait(&call);
    assert!(is_refused(&answer), "{answer}");
    // The bridge finds or wakes another broker, and goes on.
    let after = eventually("a new broker", || {
        let answer = host.call("echo", json!({ "text": "alive" }));
        (said(&answer) == "alive").then_some(answer)
    });
    assert!(after.get("result").is_some());
    host.listen(Duration::from_millis(300));
    assert_eq!(host.responses(&call).len(), 1, "one request, one response");
    assert_eq!(house.servers.executions("slow"), 1, "a call is sent at most once");
}

#[test]
fn brokers_that_are_killed_again_and_again_under_eight_bridges_lose_and_double_nothing() {
    let house = House::open();
    house.home.allow_everything();
    let mut hosts: Vec<Host> = (0..8).map(|_| house.host()).collect();
    for host in &mut hosts {
        host.initialize();
        host.sign_in();
    }
    let mut sent: Vec<Vec<(Value, String)>> = vec![Vec::new(); hosts.len()];
    for round in 0..4 {
        for (place, host) in hosts.iter_mut().enumerate() {
            // Quick ones, which may be anywhere when the broker dies; in every other round also one that surely is at the server.
            for number in 0..10 {
                let nonce = format!("{round}-{place}-{number}");
                let id =
                    host.send("tools/call", json!({ "name": "echo", "arguments": { "text": nonce, "nonce": nonce } }));
                sent[place].push((id, nonce));
            }
            if round % 2 == 0 {
                let nonce = format!("{round}-{place}-slow");
                let id = host.send("tools/call", slow(&nonce));
                sent[place].push((id, nonce));
            }
        }
        if round % 2 == 0 {
            let arrived = || (0..8).all(|place| house.servers.executions(&format!("{round}-{place}-slow")) == 1);
            eventually("the slow calls' arrival", || arrived().then_some(()));
        }
        kill9(eventually("a broker", || house.home.broker_pid()));
        for (host, calls) in hosts.iter_mut().zip(&sent) {
            for (id, _) in calls {
                host.wait(id);
            }
        }
    }
    for (place, (host, calls)) in hosts.iter_mut().zip(&sent).enumerate() {
        eventually("work as before", || {
            (said(&host.call("echo", json!({ "text": "alive" }))) == "alive").then_some(())
        });
        host.listen(Duration::from_millis(50));
        for (id, nonce) in calls {
            let responses = host.responses(id);
            assert_eq!(responses.len(), 1, "one response to {nonce} of host {place}");
            let ran = house.servers.executions(nonce);
            assert!(ran <= 1, "{nonce} ran {ran} times");
            assert!(is_refused(responses[0]) || ran == 1, "{nonce} was answered without having run");
        }
        assert_eq!(host.ends_within(Duration::ZERO), None, "the bridge lives; its stderr:\n{}", host.stderr().text());
    }
    // Crashes leave a log that is whole, and says of each call that was cut off that nobody can tell.
    house.verify_log();
    assert!(house.log("call").iter().any(|entry| entry["outcome"] == "unknown"));
    assert_eq!(house.servers.tally().authorize_visits, 1);
}

#[test]
fn without_a_broker_every_request_is_answered_and_one_that_comes_later_is_taken() {
    let house = House::open();
    house.home.allow_everything();
    // A bridge that has no keyholderd beside it.
    let folder = tempfile::tempdir().expect("there is room");
    let bridge = folder.path().join("keyholder");
    fs::copy(program("keyholder"), &bridge).expect("a program can be copied");
    let mut broker = house.broker(&[]);
    let mut host = Host::start_program(&bridge, &house.environment(), &[&house.servers.server_url()]);
    host.initialize();
    host.sign_in();
    broker.kill9();
    // The bridge looks for a broker for a while before it says that there is none.
    let calls =
        [host.send("tools/call", slow("never")), host.send("tools/list", json!({})), host.send("ping", json!({}))];
    for call in &calls {
        let answer = host.wait(call);
        assert!(is_refused(&answer), "{answer}");
        let text = said(&answer);
        // A line that was on its way when the broker died is answered as lost, the others with cause and remedy.
        let is_lost = text.contains("whether the server acted on it is unknown");
        assert!(
            is_lost || text.contains("keyholderd") && text.contains("keyholder doctor"),
            "cause and remedy: {text}"
        );
    }
    // From now on it answers at once.
    assert!(is_refused(&host.call("echo", json!({ "text": "x" }))));
    assert_eq!(house.servers.executions("never"), 0);
    let _by_hand = house.broker(&[]);
    eventually("work as before", || (said(&host.call("echo", json!({ "text": "back" }))) == "back").then_some(()));
    assert!(calls.iter().all(|call| host.responses(call).len() == 1));
}

fn slow(nonce: &str) -> Value {
    json!({ "name": "slow", "arguments": { "millis": 600_000, "steps": 1, "nonce": nonce } })
}

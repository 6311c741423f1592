//! When the broker dies during a call, the host gets exactly one answer, and the call is never sent twice.

use std::time::Duration;

use harness::{House, eventually, said};
use serde_json::json;

#[test]
fn a_killed_broker_is_answered_once_and_the_call_ran_once() {
    let house = House::open();
    house.home.allow_everything();
    let mut broker = house.broker(&["--no-ask"]);
    let mut host = house.host();
    host.initialize();
    host.sign_in();
    let arguments = json!({ "millis": 600_000, "steps": 1, "nonce": "slow" });
    let call = host.send("tools/call", json!({ "name": "slow", "arguments": arguments }));
    eventually("the call's arrival", || (house.servers.executions("slow") == 1).then_some(()));
    broker.kill9();
    let answer = host.wait(&call);
    let refused = answer.get("error").is_some() || answer["result"]["isError"] == true;
    assert!(refused, "{answer}");
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

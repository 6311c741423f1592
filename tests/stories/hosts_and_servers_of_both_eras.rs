//! A host of either era uses a server of either era, and neither notices.

use std::time::Duration;

use harness::{Era, Host, House, eventually, is_refused, said};
use keyholder_demo::{Eras, Event};
use serde_json::{Value, json};

const COMBINATIONS: [(Era, Eras); 4] = [
    (Era::Legacy, Eras::LegacyOnly),
    (Era::Legacy, Eras::ModernOnly),
    (Era::Modern, Eras::LegacyOnly),
    (Era::Modern, Eras::ModernOnly),
];

/// A signed-in host of this era at a server of that era.
fn talk(host_speaks: Era, server_speaks: Eras) -> (House, Host) {
    let house = House::with(|options| options.eras = server_speaks);
    house.home.allow_everything();
    let mut host = house.host();
    let opening = match host_speaks {
        Era::Legacy => host.initialize(),
        Era::Modern => host.discover(),
    };
    assert!(opening["capabilities"]["tools"].is_object(), "{opening}");
    host.sign_in();
    (house, host)
}

#[test]
fn every_feature_works_in_all_four_combinations() {
    for (host_speaks, server_speaks) in COMBINATIONS {
        let (_house, mut host) = talk(host_speaks, server_speaks);
        let mut ask = |method: &str, params: Value| {
            let answer = host.request(method, params);
            assert!(answer.get("result").is_some(), "{host_speaks:?} at {server_speaks:?}, {method}: {answer}");
            let result = answer["result"].clone();
            // The members of the newer era are there for its hosts, and for no others (T-147).
            let typed = result.get("resultType").is_some();
            assert_eq!(
                typed,
                host_speaks == Era::Modern && method != "initialize",
                "{server_speaks:?}, {method}: {result}"
            );
            let cached = method.ends_with("/list") || method == "resources/read" || method == "server/discover";
            assert_eq!(result.get("ttlMs").is_some(), cached && host_speaks == Era::Modern, "{method}: {result}");
            result
        };
        match host_speaks {
            Era::Legacy => {
                let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "s", "version": "1" } });
                let greeting = ask("initialize", params);
                assert_eq!(greeting["serverInfo"]["name"], "keyholder-practice", "{greeting}");
                assert_eq!(ask("ping", json!({})), json!({}));
            }
            Era::Modern => {
                let greeting = ask("server/discover", json!({}));
                assert!(greeting["supportedVersions"].as_array().is_some_and(|all| all.contains(&json!("2026-07-28"))));
                assert!(greeting["instructions"].as_str().is_some_and(|text| text.contains("Practice notes")));
            }
        }
        assert!(ask("tools/list", json!({}))["tools"].as_array().is_some_and(|tools| tools.len() == 7));
        let called = ask("tools/call", json!({ "name": "echo", "arguments": { "text": "hello" } }));
        assert_eq!(called["content"][0]["text"], "hello");
        assert_eq!(ask("resources/list", json!({}))["resources"][0]["uri"], "note:///1");
        assert_eq!(ask("resources/templates/list", json!({}))["resourceTemplates"][0]["name"], "note");
        let read = ask("resources/read", json!({ "uri": "note:///1" }));
        assert!(read["contents"][0]["text"].as_str().is_some_and(|text| text.contains("padlock")));
        assert_eq!(ask("prompts/list", json!({}))["prompts"][0]["name"], "summarize");
        let prompt = ask("prompts/get", json!({ "name": "summarize", "arguments": { "id": "1" } }));
        assert_eq!(prompt["messages"][0]["role"], "user");

        // Errors are those of the host's era.
        let missing = host.request("resources/read", json!({ "uri": "note:///99" }));
        let code = if host_speaks == Era::Modern { -32602 } else { -32002 };
        let fits =
            missing["error"]["code"] == code || (host_speaks == Era::Legacy && missing["error"]["code"] == -32602);
        assert!(fits, "{host_speaks:?} at {server_speaks:?}: {missing}");
        assert_eq!(host.request("no/such", json!({}))["error"]["code"], -32601);
    }
}

#[test]
fn a_servers_question_reaches_the_person_at_the_host_and_the_answer_the_server() {
    // A host of 2025 is asked by a request, whatever its server speaks; one of 2026 by its call's result.
    for server_speaks in [Eras::LegacyOnly, Eras::ModernOnly] {
        let (house, mut host) = talk(Era::Legacy, server_speaks);
        host.answer_with(|asked| {
            assert_eq!(asked["params"]["message"], "What is your favourite colour?");
            json!({ "result": { "action": "accept", "content": { "colour": "green" } } })
        });
        let answer = host.call("ask_me", json!({ "nonce": "asked" }));
        assert_eq!(said(&answer), "The person likes green.", "{server_speaks:?}: {answer}");
        host.answer_with(|_| json!({ "result": { "action": "decline" } }));
        assert_eq!(said(&host.call("ask_me", json!({}))), "The person did not say.");
        assert_eq!((host.asked().len(), house.servers.executions("asked")), (2, 1));
    }

    let (_house, mut host) = talk(Era::Modern, Eras::ModernOnly);
    let question = host.call("ask_me", json!({}));
    assert_eq!(question["result"]["resultType"], "input_required", "{question}");
    let state = question["result"]["requestState"].clone();
    let answers = json!({ "colour": { "action": "accept", "content": { "colour": "green" } } });
    let params = json!({ "name": "ask_me", "arguments": {}, "inputResponses": answers, "requestState": state });
    let answer = host.request("tools/call", params);
    assert_eq!(said(&answer), "The person likes green.", "{answer}");
    assert!(host.asked().is_empty());
}

#[test]
fn a_host_of_2026_is_never_sent_a_request() {
    let (_house, mut host) = talk(Era::Modern, Eras::LegacyOnly);
    let answer = host.call("ask_me", json!({}));
    assert!(is_refused(&answer) && !said(&answer).is_empty(), "{answer}");
    assert!(host.asked().is_empty(), "{:?}", host.asked());
    assert_eq!(said(&host.call("echo", json!({ "text": "still here" }))), "still here");
}

#[test]
fn progress_arrives_under_the_hosts_own_token_and_none_is_lost() {
    for (host_speaks, server_speaks) in COMBINATIONS {
        let (_house, mut host) = talk(host_speaks, server_speaks);
        let tokens = [json!("a token"), json!(7)];
        let calls = tokens.clone().map(|token| {
            let arguments = json!({ "millis": 300, "steps": 100 });
            host.send(
                "tools/call",
                json!({ "name": "slow", "arguments": arguments, "_meta": { "progressToken": token } }),
            )
        });
        for call in &calls {
            assert_eq!(said(&host.wait(call)), "Done after 100 steps.");
        }
        for token in &tokens {
            let notes = host.notifications();
            let own = notes.iter().filter(|note| note["params"]["progressToken"] == *token);
            let steps: Vec<u64> = own.filter_map(|note| note["params"]["progress"].as_u64()).collect();
            assert_eq!(steps, (1..=100).collect::<Vec<_>>(), "{host_speaks:?} at {server_speaks:?}, {token}");
        }
        assert!(
            host.notifications()
                .iter()
                .all(|note| note["params"]["progressToken"].is_null()
                    || tokens.contains(&note["params"]["progressToken"]))
        );
    }
}

#[test]
fn a_cancelled_call_is_cancelled_at_the_server_and_never_answered() {
    for (host_speaks, server_speaks) in COMBINATIONS {
        let (house, mut host) = talk(host_speaks, server_speaks);
        let arguments = json!({ "millis": 600_000, "steps": 1, "nonce": "slow" });
        let call = host.send("tools/call", json!({ "name": "slow", "arguments": arguments }));
        eventually("the call's arrival", || (house.servers.executions("slow") == 1).then_some(()));
        host.notify("notifications/cancelled", json!({ "requestId": call, "reason": "the person changed their mind" }));
        let abandoned = Event::Abandoned { tool: "slow".to_owned() };
        eventually("the end of the call at the server", || house.servers.events().contains(&abandoned).then_some(()));
        assert_eq!(said(&host.call("echo", json!({ "text": "still here" }))), "still here");
        host.listen(Duration::from_millis(50));
        assert!(host.responses(&call).is_empty(), "{host_speaks:?} at {server_speaks:?}");
        // It had been sent: whether the server finished it, nobody here can say, and the record claims nothing else.
        let entries = house.log("call");
        let of_call: Vec<_> = entries.iter().filter(|entry| entry["tool"] == "slow").collect();
        assert!(of_call.iter().any(|entry| entry["outcome"] == "unknown"), "{of_call:?}");
    }
}

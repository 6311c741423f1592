//! A host that writes nonsense is told so, once for each line, and everything else goes on.

use std::time::Duration;

use harness::{Host, House, eventually, said};
use serde_json::{Value, json};

fn at_an_open_server() -> (House, Host) {
    let house = House::with(|options| options.protection = keyholder_demo::Protection::Open);
    house.home.allow_everything();
    let mut host = house.host();
    host.initialize();
    (house, host)
}

#[test]
fn every_bad_line_is_answered_once_logged_once_and_disturbs_nothing() {
    let (house, mut host) = at_an_open_server();
    let call = |id: &str, arguments: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"echo","arguments":{arguments}}}}}"#
        )
    };
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let mut invalid = call("\"utf8\"", r#"{"text":"?","nonce":"bad"}"#).into_bytes();
    let place = invalid.iter().position(|byte| *byte == b'?').expect("it stands there");
    invalid[place] = 0xff;
    let cases: Vec<(Vec<u8>, Value, i64)> = vec![
        (br#"{"jsonrpc":"2.0","id":"cut","method":"#.to_vec(), Value::Null, -32700),
        (b"hello".to_vec(), Value::Null, -32700),
        (invalid, Value::Null, -32700),
        (format!("[{}]", call("\"batch\"", r#"{"text":"x","nonce":"bad"}"#)).into_bytes(), Value::Null, -32600),
        (b"[]".to_vec(), Value::Null, -32600),
        (b"42".to_vec(), Value::Null, -32600),
        (call("null", r#"{"text":"x","nonce":"bad"}"#).into_bytes(), Value::Null, -32600),
        (call("[1]", r#"{"text":"x","nonce":"bad"}"#).into_bytes(), Value::Null, -32600),
        (call("\"twice\"", r#"{"text":"a","text":"b","nonce":"bad"}"#).into_bytes(), json!("twice"), -32600),
        (call("\"deep\"", &deep).into_bytes(), json!("deep"), -32600),
        (br#"{"id":"old","method":"tools/list"}"#.to_vec(), json!("old"), -32600),
        (br#"{"jsonrpc":"2.0","id":"text","method":"tools/list","params":"x"}"#.to_vec(), json!("text"), -32600),
    ];
    for (number, (line, id, code)) in cases.iter().enumerate() {
        let shown = String::from_utf8_lossy(&line[..line.len().min(120)]).into_owned();
        let before = host.responses(id).len();
        host.raw_line(line);
        let answer = eventually(&format!("an answer to {shown}"), || {
            host.listen(Duration::from_millis(10));
            host.responses(id).get(before).map(|answer| (*answer).clone())
        });
        let fits = answer["error"]["code"] == *code || (*code == -32600 && answer["error"]["code"] == -32700);
        assert!(fits, "{shown}: {answer}");
        assert!(!said(&answer).is_empty() && said(&answer).len() < 200, "one clear sentence: {answer}");
        assert_eq!(said(&host.call("echo", json!({ "text": "still here" }))), "still here");
        assert_eq!(host.responses(id).len(), before + 1, "{shown}");
        assert_eq!(house.log("refuse").len(), number + 1, "{shown} is in the log");
    }
    assert_eq!(house.servers.executions("bad"), 0, "nothing of it was sent on");
    house.verify_log();
}

#[test]
fn an_id_that_is_still_under_way_is_not_used_twice() {
    let (house, mut host) = at_an_open_server();
    let slow = json!({ "name": "slow", "arguments": { "millis": 600_000, "steps": 1, "nonce": "first" } });
    let first = host.send("tools/call", slow);
    eventually("the call's arrival", || (house.servers.executions("first") == 1).then_some(()));
    let second = json!({ "name": "echo", "arguments": { "text": "x", "nonce": "second" } });
    let line = json!({ "jsonrpc": "2.0", "id": first, "method": "tools/call", "params": second });
    host.raw_line(line.to_string().as_bytes());
    let answer = host.wait(&first);
    assert!(said(&answer).contains("still under way"), "{answer}");
    assert_eq!(house.servers.executions("second"), 0);
    // The same digits as a text are another id (T-006).
    let line = json!({ "jsonrpc": "2.0", "id": first.to_string(), "method": "tools/call", "params": second });
    host.raw_line(line.to_string().as_bytes());
    assert_eq!(said(&host.wait(&json!(first.to_string()))), "x");
    assert!(house.log_says("refuse", "still under way"));
}

#[test]
fn blank_lines_answers_to_nothing_and_unknown_notifications_are_passed_over() {
    let (house, mut host) = at_an_open_server();
    for line in [
        "",
        "   ",
        r#"{"jsonrpc":"2.0","id":"nobody asked","result":{}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/no_such"}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#,
    ] {
        host.raw_line(line.as_bytes());
    }
    assert_eq!(said(&host.call("echo", json!({ "text": "still here" }))), "still here");
    host.listen(Duration::from_millis(50));
    assert!(host.responses(&Value::Null).is_empty() && host.responses(&json!("nobody asked")).is_empty());
    assert_eq!(house.log("refuse"), [Value::Null; 0]);
}

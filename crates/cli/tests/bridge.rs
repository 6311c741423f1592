//! `keyholder bridge` as a process, between a host and a broker that follow a script.

#![cfg(unix)]

mod harness;

use harness::{Bridge, LONG, house};
use keyholder_wire::frame::Kind;
use keyholder_wire::hello::Target;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::io::Read as _;
use std::time::Duration;

const TWO_SECONDS: Duration = Duration::from_secs(2);

fn parse(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("stdout must carry JSON lines only: {line:?} ({error})"))
}

#[test]
fn lines_pass_unread_in_both_directions() {
    let house = house();
    let mut bridge = house.bridge();
    let (mut link, hello) = house.accept();
    assert_eq!(hello.target, Target::Name { name: "github".into(), account: None });
    assert_eq!(hello.resume, None);

    let odd = "{\"jsonrpc\":\"2.0\" ,\"id\":\"\\u0031\", \"method\":\"x\",\"params\":{\"a\":1e400,\"a\":2}}";
    bridge.say(format!("\u{feff}{odd}\r\n\r\n  \n").as_bytes());
    let (sequence, line) = link.line();
    assert_eq!(line, odd, "byte for byte, without mark and line end");
    link.send(Kind::Message, 0, b"{\"method\":\"notifications/progress\"}");
    link.send(Kind::Answer, sequence, b"{\n\"id\":1,\r\n\"result\":{}}");
    assert_eq!(bridge.hear(), "{\"method\":\"notifications/progress\"}");
    assert_eq!(bridge.hear(), "{ \"id\":1,  \"result\":{}}", "a pretty answer stays one line");
}

#[test]
fn large_messages_pass_whole_in_both_directions() {
    let house = house();
    let mut bridge = house.bridge();
    let (mut link, _) = house.accept();
    let body = "x".repeat(3 << 20);
    let request = format!("{{\"id\":1,\"method\":\"m\",\"params\":\"{body}\"}}");
    let mut stdin = bridge.stdin.take().unwrap();
    let sent = request.clone();
    let writer = std::thread::spawn(move || {
        use std::io::Write as _;
        stdin.write_all(format!("{sent}\n").as_bytes()).unwrap();
        stdin
    });
    let (sequence, line) = link.line();
    assert!(line == request);
    let answer = format!("{{\"id\":1,\"result\":\"{body}\"}}");
    let reader = std::thread::spawn(move || (bridge.hear(), bridge));
    link.send(Kind::Answer, sequence, answer.as_bytes());
    let (heard, bridge) = reader.join().unwrap();
    assert!(heard == answer);
    drop(writer.join().unwrap());
    assert!(bridge.end_within(LONG).success());
}

#[test]
fn a_dead_broker_leaves_exactly_one_answer_for_each_request() {
    let house = house();
    let mut bridge = house.bridge();
    let (mut link, _) = house.accept();
    bridge.say(b"{\"id\":0,\"method\":\"initialize\",\"params\":{}}\n");
    let (first, initialize) = link.line();
    link.send(Kind::Answer, first, b"{\"id\":0,\"result\":{}}");
    assert_eq!(parse(&bridge.hear())["id"], 0);
    bridge.say(b"{\"id\":\"1\",\"method\":\"tools/call\"}\n{\"id\":1,\"method\":\"tools/list\"}\n{\"id\":2,\"method\":\"ping\"}\n{\"method\":\"n\"}\n");
    let sequences: Vec<u64> = (0..4).map(|_| link.line().0).collect();
    link.send(Kind::Answer, sequences[2], b"{\"id\":2,\"result\":{}}");
    assert_eq!(parse(&bridge.hear())["id"], 2);
    drop(link);

    let call = parse(&bridge.hear());
    assert_eq!((&call["id"], &call["result"]["isError"]), (&json!("1"), &json!(true)));
    assert!(call["result"]["content"][0]["text"].as_str().unwrap().contains("unknown"), "{call}");
    let list = parse(&bridge.hear());
    assert_eq!((&list["id"], &list["error"]["code"]), (&json!(1), &json!(-32603)));

    let (mut link, hello) = house.accept();
    assert_eq!(hello.resume.unwrap().initialize, initialize, "the next broker takes up the conversation");
    for sequence in &sequences {
        link.send(Kind::Answer, *sequence, b"{\"id\":\"again\"}");
    }
    bridge.say(b"{\"id\":3,\"method\":\"ping\"}\n");
    let (sequence, _) = link.line();
    assert!(!sequences.contains(&sequence));
    link.send(Kind::Answer, sequence, b"{\"id\":3,\"result\":{}}");
    assert_eq!(parse(&bridge.hear())["id"], 3, "nothing was answered twice");
}

#[test]
fn an_unanswered_handshake_is_put_to_the_next_broker() {
    let house = house();
    let mut bridge = house.bridge();
    let (mut link, _) = house.accept();
    bridge.say(b"{\"id\":0,\"method\":\"initialize\"}\n");
    let (first, line) = link.line();
    drop(link);
    let (mut link, hello) = house.accept();
    assert_eq!(hello.resume, None);
    assert_eq!(link.line(), (first, line));
    link.send(Kind::Answer, first, b"{\"id\":0,\"result\":{}}");
    assert_eq!(parse(&bridge.hear()), json!({"id": 0, "result": {}}));
}

#[test]
fn a_frame_out_of_step_costs_the_connection_not_the_bridge() {
    let house = house();
    let mut bridge = house.bridge();
    let (mut link, _) = house.accept();
    link.send(Kind::Order, 0, b"{}");
    assert!(link.read().is_none(), "the bridge closes it");
    let (mut link, _) = house.accept();
    bridge.say(b"{\"id\":1,\"method\":\"ping\"}\n");
    let (sequence, _) = link.line();
    link.send(Kind::Answer, sequence, b"{\"id\":1,\"result\":{}}");
    assert_eq!(parse(&bridge.hear())["id"], 1);
}

#[test]
fn a_line_that_is_too_long_is_answered_and_the_next_one_served() {
    let house = house();
    let mut bridge = house.bridge();
    let (mut link, _) = house.accept();
    let mut long = vec![b'x'; (16 << 20) + 1];
    long.extend_from_slice(b"\n{\"id\":1,\"method\":\"ping\"}\n");
    bridge.say(&long);
    let answer = parse(&bridge.hear());
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(-32600)));
    assert_eq!(link.line().1, "{\"id\":1,\"method\":\"ping\"}");
}

#[test]
fn the_end_of_stdin_ends_the_bridge_with_a_goodbye() {
    let house = house();
    let mut bridge = house.bridge();
    let (mut link, _) = house.accept();
    bridge.say(b"{\"id\":1,\"method\":\"tools/call\"}\n");
    link.line();
    bridge.stdin = None;
    assert!(bridge.end_within(TWO_SECONDS).success());
    assert_eq!(link.read().unwrap().0.kind, Kind::Closing);
    assert!(link.read().is_none());
}

#[test]
fn a_last_line_without_an_end_is_answered_before_the_bridge_ends() {
    let house = house();
    let mut bridge = house.bridge();
    bridge.say(b"{\"id\":1,\"method\":\"ping\"}");
    bridge.stdin = None;
    let (mut link, _) = house.accept();
    let (sequence, _) = link.line();
    link.send(Kind::Answer, sequence, b"{\"id\":1,\"result\":{}}");
    assert_eq!(parse(&bridge.hear())["id"], 1);
    assert!(bridge.end_within(TWO_SECONDS).success());
}

#[test]
fn a_signal_ends_the_bridge_with_code_0() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let house = house();
        let mut bridge = house.bridge();
        let (mut link, _) = house.accept();
        // The handlers stand once a line has made the round: the watchdog is started before lines are read; if it is late,
        // the signal's usual effect shows as a missing code.
        bridge.say(b"{\"id\":1,\"method\":\"ping\"}\n");
        let (sequence, _) = link.line();
        link.send(Kind::Answer, sequence, b"{\"id\":1,\"result\":{}}");
        bridge.hear();
        wait_for_handlers(&bridge);
        kill_process(Pid::from_child(&bridge.child), signal).unwrap();
        assert_eq!(bridge.end_within(TWO_SECONDS).code(), Some(0), "{signal:?}");
    }
}

/// Polls the kernel's own list of caught signals.
fn wait_for_handlers(bridge: &Bridge) {
    let path = format!("/proc/{}/status", bridge.child.id());
    let caught = |text: &str| {
        let mask = text
            .lines()
            .find_map(|line| line.strip_prefix("SigCgt:"))
            .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        mask.is_some_and(|mask| [1, 2, 15].iter().all(|signal| mask & (1 << (signal - 1)) != 0))
    };
    for _ in 0..2_000 {
        match std::fs::read_to_string(&path) {
            Ok(text) if !caught(&text) => std::thread::yield_now(),
            _ => return,
        }
    }
}

#[test]
fn a_closed_stdout_ends_the_bridge_though_stdin_is_open() {
    let house = house();
    let mut bridge = house.bridge();
    let (_link, _) = house.accept();
    bridge.stdout = None;
    let stdin = bridge.stdin.take();
    assert!(bridge.end_within(TWO_SECONDS).success());
    drop(stdin);
}

#[test]
fn a_dead_parent_ends_the_bridge_though_stdin_is_open() {
    let house = house();
    // A shell between us and the bridge; it passes our stdin on, and dies.
    let script = "exec 3<\"$1\"; \"$0\" bridge github <&3 3<&- & read line";
    let fifo = house.folder.path().join("stdin");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let mut command = std::process::Command::new("/bin/sh");
    command.args(["-c", script]).arg(&house.program).arg(&fifo).env("KEYHOLDER_HOME", house.folder.path());
    command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null());
    let mut shell = command.spawn().unwrap();
    let held_open = std::fs::OpenOptions::new().write(true).open(&fifo).unwrap();
    let (mut link, _) = house.accept();
    shell.kill().unwrap();
    shell.wait().unwrap();
    assert!(link.read().is_none(), "the bridge's connection ends");
    drop(held_open);
}

#[test]
fn nothing_but_mcp_is_on_stdout_and_no_line_of_a_host_is_on_stderr() {
    let house = house();
    let mut bridge = house.bridge();
    let (mut link, _) = house.accept();
    bridge.say(b"{\"id\":1,\"method\":\"tools/call\",\"params\":\"canary-4711\"}\nnonsense canary-4711\n");
    link.line();
    link.line();
    drop(link);
    assert_eq!(parse(&bridge.hear())["id"], 1);
    assert_eq!(parse(&bridge.hear())["id"], Value::Null);
    let (_link, _) = house.accept();
    let mut stderr = bridge.child.stderr.take().unwrap();
    bridge.stdin = None;
    assert_eq!(bridge.hear(), "");
    assert!(bridge.end_within(TWO_SECONDS).success());
    let mut text = String::new();
    stderr.read_to_string(&mut text).unwrap();
    assert!(text.contains("broker is gone") && !text.contains("canary"), "{text}");
}

#[test]
fn a_command_line_that_cannot_be_served_says_why_and_exits_2() {
    let house = house();
    let output = house.command(&["bridge"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("NAME[@ACCOUNT]"));
}

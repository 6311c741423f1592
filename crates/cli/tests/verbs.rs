//! The verbs against a scripted side door.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test's own helper")]

use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::grants::{RevocationView, Upstream};
use keyholder_console::order::{Answer, Ask, Order, Reply};
use keyholder_console::servers::{Origin, ServerState, ServerView};
use keyholder_wire::endpoint::{Door, prepare_folder};
use keyholder_wire::frame::{Header, Kind, read_frame, write_frame};
use keyholder_wire::place::Places;
use std::os::unix::net::UnixListener;
use std::process::{Command, Output};

/// Runs `keyholder` with these arguments while a broker answers its one order.
fn run(arguments: &[&str], reply: Result<Answer, ConsoleError>) -> (Order, Output) {
    let home = tempfile::tempdir().unwrap();
    let places = Places::under(home.path());
    prepare_folder(&places.run).unwrap();
    let listener = UnixListener::bind(Door::Console.path(&places)).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_keyholder"))
        .args(arguments)
        .env("KEYHOLDER_HOME", home.path())
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    let mut payload = Vec::new();
    let header = read_frame(&mut stream, &mut payload).unwrap().unwrap();
    let order = Ask::parse(&payload).unwrap();
    let reply = serde_json::to_vec(&Reply::from(reply)).unwrap();
    write_frame(&mut stream, Header::of(Kind::Result, header.sequence, &reply).unwrap(), &reply).unwrap();
    (order, child.wait_with_output().unwrap())
}

fn hostile_server() -> ServerView {
    ServerView {
        name: "evil".into(),
        url: "https://x.example/\u{1b}[2J\u{202e}".into(),
        state: ServerState::SignInNeeded,
        origin: Origin::Person,
        client_id: None,
        client_metadata_url: None,
        resource: None,
        grants: Vec::new(),
        bridges: 0,
        tools: Vec::new(),
    }
}

#[test]
fn a_list_is_plain_on_a_pipe_and_json_on_request() {
    let (order, output) = run(&["ls"], Ok(Answer::Servers(vec![hostile_server()])));
    assert_eq!(order, Order::Servers);
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "evil\tsign-in needed\t0\thttps://x.example/\\u{1b}[2J\\u{202e}\n"
    );
    let (_, output) = run(&["ls", "--json"], Ok(Answer::Servers(vec![hostile_server()])));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (json["schema"].as_str(), json["servers"][0]["name"].as_str()),
        (Some("keyholder.servers/1"), Some("evil"))
    );
}

#[test]
fn an_error_has_its_own_exit_code_and_says_what_to_do() {
    let (order, output) = run(&["login", "github@work"], Err(ConsoleError::new(Code::NoFace)));
    assert_eq!(order, Order::Login { name: "github".into(), account: Some("work".into()) });
    assert_eq!(output.status.code(), Some(5));
    assert!(String::from_utf8_lossy(&output.stderr).contains("keyholderd"));
    let (_, output) = run(&["show", "x"], Err(ConsoleError::new(Code::NotFound).about("x")));
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn a_revocation_that_was_not_confirmed_is_bad_news() {
    let view = RevocationView { server: "s".into(), account: "default".into(), upstream: Upstream::Failed, bridges: 2 };
    let (_, output) = run(&["revoke", "--all"], Ok(Answer::Revocations(vec![view])));
    assert_eq!(output.status.code(), Some(11));
    assert!(String::from_utf8_lossy(&output.stdout).contains("2 bridges cut"));
}

#[test]
fn without_a_broker_status_says_so_and_wakes_none() {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_keyholder"))
        .arg("status")
        .env("KEYHOLDER_HOME", home.path())
        .output()
        .unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(7), &b"not running\n"[..]));
    assert!(!home.path().join("run").exists());
}

#[test]
fn removing_without_a_terminal_needs_yes() {
    let output = Command::new(env!("CARGO_BIN_EXE_keyholder"))
        .args(["rm", "x"])
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--yes"));
}

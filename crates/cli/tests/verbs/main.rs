//! The verbs against a scripted side door.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test's own helper")]

mod approvals;
mod connecting;
mod door;
mod log;
mod rules;
mod tools;

use door::run;
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::grants::{RevocationView, Upstream};
use keyholder_console::mode::AskMode;
use keyholder_console::order::{Answer, Order};
use keyholder_console::servers::{Origin, ServerState, ServerView};
use keyholder_console::settings::SettingsView;
use keyholder_console::status::{AuditView, FaceView, StatusView, VaultView};
use std::process::Command;

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

fn status() -> StatusView {
    StatusView {
        version: "1.2.3".into(),
        pid: 7,
        uptime_s: 61,
        vault: VaultView { kind: "keychain".into(), usable: true, detail: None },
        locked: false,
        face: FaceView::Terminal,
        policy_problems: Vec::new(),
        wide_open: Some("own.cedar:1".into()),
        mode: AskMode::Careful,
        reviews: 2,
        pending_rules: 0,
        sessions: Vec::new(),
        audit: AuditView { count: 9, verified: None },
        questions: 1,
        settings: SettingsView::default(),
    }
}

#[test]
fn status_says_what_waits_and_which_rule_lets_everything_run() {
    let (plain, json) = door::shown(&["status"], &Answer::Status(Box::new(status())));
    for line in [
        "Mode:\tcareful\n",
        "Held back:\t2: run \u{201c}keyholder tools review\u{201d}\n",
        "Rules that wait:\t0\n",
        "WARNING:\trule own.cedar:1 lets everything run without asking you\n",
    ] {
        assert!(plain.contains(line), "{plain}");
    }
    assert_eq!((json["mode"].as_str(), json["wide_open"].as_str()), (Some("careful"), Some("own.cedar:1")));
}

#[test]
fn the_settings_are_shown_by_their_names_in_the_file() {
    let (plain, json) = door::shown(&["config"], &Answer::Status(Box::new(status())));
    assert!(plain.starts_with("approval.deadline_seconds\t0\napproval.guard_ms\t0\n"), "{plain}");
    assert_eq!((json["schema"].as_str(), json["letter_keys"].as_bool()), (Some("keyholder.settings/1"), Some(false)));
    let (plain, _) = door::shown(&["config", "get", "window.look"], &Answer::Status(Box::new(status())));
    assert_eq!(plain, "follow_system\n");
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

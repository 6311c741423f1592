//! Looking at an address, the apps that may use a server, the settings, and what is said about a tool.

use crate::door::{order, refused, run, shown};
use keyholder_console::hosts::HostView;
use keyholder_console::order::{Answer, Order};
use keyholder_console::servers::{ProbeCheck, ProbeStep, ProbeView, ScopeView};
use keyholder_console::settings::{Look, Setting};
use keyholder_console::status::CheckState;
use keyholder_console::tools::ToolUse;

fn probe(state: CheckState) -> Answer {
    let check = |step, state, detail: &str| ProbeCheck { step, state, detail: Some(detail.into()) };
    Answer::Probe(Box::new(ProbeView {
        url: "https://mcp.example/mcp".into(),
        host: "mcp.example".into(),
        name: "mcp.example".into(),
        known_as: None,
        checks: vec![
            check(ProbeStep::Answers, CheckState::Ok, "over TLS"),
            check(ProbeStep::Protocol, state, "it is \u{202e}odd"),
        ],
        warnings: vec!["it is inside a private network".into()],
        issuer: Some("https://as.example".into()),
        authorization_host: Some("as.example".into()),
        scopes: vec![
            ScopeView { name: "read".into(), wanted: true },
            ScopeView { name: "write".into(), wanted: false },
        ],
        older_discovery: false,
    }))
}

#[test]
fn an_address_is_looked_at_and_a_failure_has_an_exit_code() {
    assert_eq!(
        run(&["probe", "https://x.example"], Ok(probe(CheckState::Ok))).0,
        Order::Probe { url: "https://x.example".into() }
    );
    let (plain, json) = shown(&["probe", "https://x.example"], &probe(CheckState::Warn));
    assert!(plain.contains("warn\tspeaks MCP\tit is \\u{202e}odd\n"), "{plain}");
    assert!(plain.contains("  it is inside a private network\n") && plain.contains("Asked for:\tread\n"), "{plain}");
    assert_eq!(
        (json["schema"].as_str(), json["scopes"][1]["wanted"].as_bool()),
        (Some("keyholder.probe/1"), Some(false))
    );
    assert_eq!(run(&["probe", "https://x.example"], Ok(probe(CheckState::Fail))).1.status.code(), Some(1));
}

fn hosts() -> Answer {
    let host = |id: &str, found, command: Option<&str>| HostView {
        id: id.into(),
        name: format!("The {id}"),
        found,
        config_file: Some(format!("/home/a/{id}.json")),
        snippet: "{\n  \"mcpServers\": {}\n}\n".into(),
        command: command.map(str::to_owned),
        restart: command.is_none(),
    };
    Answer::Hosts(vec![
        host("cursor", true, None),
        host("codex", true, Some("codex mcp add linear -- /k bridge linear")),
        host("zed", false, None),
    ])
}

#[test]
fn the_apps_are_listed_and_those_that_are_here_explained() {
    assert_eq!(run(&["hosts"], Ok(hosts())).0, Order::Hosts { server: None });
    let (plain, json) = shown(&["hosts"], &hosts());
    assert!(plain.starts_with("cursor\tThe cursor\there\t/home/a/cursor.json\n"), "{plain}");
    assert_eq!(json["hosts"].as_array().map(Vec::len), Some(3));
    assert_eq!(run(&["hosts", "linear"], Ok(hosts())).0, Order::Hosts { server: Some("linear".into()) });
    let (plain, _) = shown(&["hosts", "linear"], &hosts());
    assert_eq!(
        plain,
        "The cursor:\n  put this into /home/a/cursor.json\n    {\n      \"mcpServers\": {}\n    }\n  then start it anew\n\nThe codex:\n  codex mcp add linear -- /k bridge linear\n"
    );
}

#[test]
fn settings_are_changed_by_their_names_in_the_file() {
    let set = |arguments: &[&str]| match order(&[&["config", "set"], arguments].concat()) {
        Order::Set(setting) => setting,
        other => panic!("{other:?}"),
    };
    assert_eq!(set(&["approval.deadline_seconds", "90"]), Setting::AnswerDeadline(90));
    assert_eq!(set(&["approval.guard_ms", "300"]), Setting::Guard(300));
    assert_eq!(set(&["broker.idle_exit_seconds"]), Setting::IdleExit(None));
    assert_eq!(
        set(&["network.extra_ca", "/a.pem", "/b.pem"]),
        Setting::ExtraCa(vec!["/a.pem".into(), "/b.pem".into()])
    );
    assert_eq!(set(&["window.look", "dark"]), Setting::Look(Look::Dark));
    assert_eq!(set(&["window.letter_keys", "false"]), Setting::LetterKeys(false));
    assert_eq!(set(&["window.language", "de"]), Setting::Language(Some("de".into())));
    assert_eq!(set(&["client.metadata_document"]), Setting::MetadataDocument(None));
    for (bad, words) in [
        (&["config", "set", "approval.guard_ms"][..], "which value"),
        (&["config", "set", "approval.guard_ms", "long"], "whole number"),
        (&["config", "set", "approval.guard_ms", "1", "2"], "one value"),
        (&["config", "set", "window.look", "black"], "follow_system"),
        (&["config", "set", "window.lok", "dark"], "window.look"),
    ] {
        let why = refused(bad);
        assert!(why.contains(words), "{words}: {why}");
    }
}

#[test]
fn what_is_said_about_a_tool_names_the_account() {
    let expected = |account: &str, usage| Order::SetToolUse {
        server: "slack".into(),
        account: account.into(),
        tool: "send".into(),
        usage,
    };
    assert_eq!(order(&["tools", "use", "slack", "send", "off"]), expected("default", Some(ToolUse::Off)));
    assert_eq!(order(&["tools", "use", "slack@work", "send", "silent"]), expected("work", Some(ToolUse::Silent)));
    assert_eq!(order(&["tools", "use", "slack", "send", "rules"]), expected("default", None));
}

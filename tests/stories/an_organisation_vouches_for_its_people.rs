//! One sign-in at an organisation opens each of its servers, each with a token of its own, for as long as the organisation goes on
//! vouching (enterprise-managed authorization).

use harness::{Host, House, Lab, Terminal, eventually, is_refused, said, shows};
use serde_json::json;
use std::fs;
use std::path::PathBuf;

/// A house, an organisation whose person is signed in, and where the organisation looks whether it lets people go anywhere.
struct Corporation {
    house: House,
    /// The broker runs in it.
    terminal: Terminal,
    /// Its servers end with it.
    _lab: Lab,
    no: PathBuf,
}

impl Corporation {
    fn with(settings: &[(&str, &str)]) -> Self {
        let house = House::open();
        house.home.allow_everything();
        let at = |name: &str| house.home.path().join(name);
        let (id_token, no) = (at("id-token"), at("no"));
        let files = [("ID_TOKEN", id_token.to_str().expect("a text")), ("NO", no.to_str().expect("a text"))];
        let lab = Lab::of_an_organisation(&[&files[..], settings].concat());
        for (name, secret) in [("corp-secret", "corp-secret"), ("wiki-secret", "wiki-secret")] {
            fs::write(at(name), secret).expect("the home is ours");
        }
        let file = |name: &str| at(name).display().to_string();
        let mut terminal = house.terminal();
        let add = [
            "organisations",
            "add",
            "corp",
            &lab.issuer,
            "--client-id",
            "corp-client",
            "--client-secret-file",
            &file("corp-secret"),
            "--id-token-file",
            &file("id-token"),
        ];
        // No rule lets an organisation in: only a person does, who is told all of it.
        std::thread::scope(|scope| {
            let adding = scope.spawn(|| house.order(&add));
            let question = terminal.question();
            for part in ["corp", &lab.issuer, "corp-client", "id-token"] {
                assert!(shows(&question, part), "{part} in {question}");
            }
            terminal.answer("yes");
            assert_eq!(adding.join().expect("the order was given").code, 0);
        });
        let added = house.keyholder(&[
            "add",
            "wiki",
            &lab.url,
            "--client-id",
            "wiki-client",
            "--client-secret-file",
            &file("wiki-secret"),
            "--organisation",
            "corp",
        ]);
        assert!(added.status.success(), "{added:?}");
        Self { house, terminal, _lab: lab, no }
    }

    fn host(&self) -> Host {
        let mut host = self.house.host_with(&["wiki"]);
        host.initialize();
        host
    }
}

fn calls(host: &mut Host, text: &str) {
    let answer = host.call("echo", json!({ "text": text }));
    assert_eq!(said(&answer), text, "{answer}");
}

#[test]
fn its_word_opens_a_server_until_it_says_no() {
    let corporation = Corporation::with(&[("SHORT", "2")]);
    let Corporation { house, no, .. } = &corporation;
    let mut host = corporation.host();
    calls(&mut host, "hello");
    eventually("a renewal by the next word", || {
        calls(&mut host, "again");
        (!house.log("refresh").is_empty()).then_some(())
    });
    assert_eq!(house.log("sign_in").len(), 1);
    let listed = house.keyholder(&["organisations"]);
    assert!(String::from_utf8_lossy(&listed.stdout).contains("wiki"), "{listed:?}");

    fs::write(no, "").expect("the home is ours");
    eventually("the end of what it vouched for", || {
        host.call("echo", json!({ "text": "still?" }));
        (!house.log("lapse").is_empty()).then_some(())
    });
    let answer = host.call("echo", json!({ "text": "and now?" }));
    assert!(is_refused(&answer), "{answer}");
    assert!(!house.keychain().contains("\"access\""), "nothing of it is left");
}

#[test]
fn a_word_that_is_found_fault_with_is_asked_for_once_more_and_not_again() {
    for (stale, opens) in [("1", true), ("2", false)] {
        let corporation = Corporation::with(&[("STALE", stale)]);
        let mut host = corporation.host();
        let answer = host.call("echo", json!({ "text": "hello" }));
        assert_eq!(is_refused(&answer), !opens, "{stale}: {answer}");
    }
}

#[test]
fn an_organisation_goes_after_its_servers_and_with_its_secret() {
    let corporation = Corporation::with(&[]);
    let house = &corporation.house;
    calls(&mut corporation.host(), "hello");
    assert!(house.keychain().contains("corp-secret"));
    let refused = house.keyholder(&["organisations", "rm", "corp"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("wiki"), "{refused:?}");
    house.keyholder(&["rm", "wiki", "--yes"]);
    assert!(house.keyholder(&["organisations", "rm", "corp"]).status.success());
    let left = house.keychain();
    assert!(!left.contains("corp-secret") && !left.contains("wiki-secret") && !left.contains("\"access\""));
    assert!(!corporation.terminal.has_asked_more(), "nothing of that needs a yes");
}

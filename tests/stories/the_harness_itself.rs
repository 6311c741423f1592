//! The parts of the harness that other stories lean on.

use harness::{Browser, Desktop, Home, Host, Mood, Servers, eventually, said};
use keyholder_demo::Event;

#[test]
fn a_private_keychain_opens_and_is_gone_when_it_is_lost() {
    let mut desktop = Desktop::with_keychain();
    let store = |desktop: &Desktop| {
        let mut command = std::process::Command::new("/usr/bin/secret-tool");
        command.args(["lookup", "story", "nothing"]).env_clear().envs(desktop.environment());
        let output = command.output().expect("secret-tool is installed");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert_eq!(store(&desktop), "", "an empty keychain answers without complaint");
    desktop.lose_keychain();
    assert_ne!(store(&desktop), "", "without a bus there is no keychain");
}

#[test]
fn a_home_is_short_and_private() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    assert!(home.bridge_socket().as_os_str().len() < 60);
    let mode = std::fs::metadata(home.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    assert_eq!(home.broker_pid(), None);
}

#[test]
fn a_home_ends_the_brokers_that_others_woke_for_it() {
    let home = Home::new();
    // Anything of that name will do; it is started by nobody who waits for it.
    let broker = home.path().join("keyholderd");
    std::fs::copy("/bin/sleep", &broker).unwrap();
    let mut command = std::process::Command::new(&broker);
    let mut child = command.arg("600").env("KEYHOLDER_HOME", home.path()).spawn().unwrap();
    eventually("the broker's start", || home.broker_pid().filter(|pid| *pid == child.id()));
    drop(home);
    assert!(!child.wait().unwrap().success(), "it was killed");
}

#[test]
fn a_host_pairs_answers_answers_questions_and_counts_doubles() {
    // A bridge that answers the first request twice, and asks before it answers the second.
    let script = r#"read one
        echo '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"first"}]}}'
        echo '{"jsonrpc":"2.0","id":1,"result":{}}'
        echo '{"jsonrpc":"2.0","method":"notifications/progress"}'
        read two
        echo '{"jsonrpc":"2.0","id":"q","method":"elicitation/create","params":{}}'
        read answer
        echo "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":$answer}"
        read end
    "#;
    let home = Home::new();
    let bridge = home.path().join("bridge");
    std::fs::write(&bridge, script).unwrap();
    let path = bridge.display().to_string();
    // The harness puts the word `bridge` in front: `env` finds the shell under that name.
    let links = home.path().join("links");
    std::fs::create_dir(&links).unwrap();
    std::os::unix::fs::symlink("/bin/sh", links.join("bridge")).unwrap();
    let places = format!("{}:/usr/bin:/bin", links.display());
    let mut host = Host::start_program("/usr/bin/env".as_ref(), &[("PATH".into(), places)], &[&path]);
    host.answer_with(|_| serde_json::json!({ "result": { "action": "decline" } }));
    let first = host.send("tools/call", serde_json::json!({}));
    assert_eq!(said(&host.wait(&first)), "first");
    let second = host.request("tools/call", serde_json::json!({}));
    assert_eq!(second["result"]["id"], "q");
    assert_eq!(second["result"]["result"]["action"], "decline");
    assert_eq!(host.responses(&first).len(), 2);
    assert_eq!((host.notifications().len(), host.asked().len()), (1, 1));
    host.close_stdin();
    assert!(host.ends_within(harness::LONG).is_some());
}

#[test]
fn the_practice_browser_presses_the_button_of_its_mood() {
    for (mood, seen) in [(Mood::Allow, Event::Consented), (Mood::Deny, Event::Denied)] {
        let servers = Servers::start(|_| {});
        let browser = Browser::new(mood);
        let client = register(&servers.issuer());
        let address = format!(
            "{}/authorize?response_type=code&client_id={client}&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb\
             &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256\
             &resource={}&scope=notes:read",
            servers.issuer(),
            servers.server_url()
        );
        let status = std::process::Command::new(browser.program()).arg(&address).status().unwrap();
        assert!(status.success());
        assert_eq!(browser.visits(), [address]);
        eventually("the person's answer", || servers.events().contains(&seen).then_some(()));
    }
}

/// Registers by hand: the redirect goes nowhere, which is as far as this story follows.
fn register(issuer: &str) -> String {
    use std::io::{Read, Write};
    let authority = issuer.trim_start_matches("http://");
    let body = r#"{"redirect_uris":["http://127.0.0.1:1/cb"]}"#;
    let mut socket = std::net::TcpStream::connect(authority).expect("it listens");
    let length = body.len();
    write!(
        socket,
        "POST /register HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .expect("it reads");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("it answers");
    answer.split("\"client_id\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an id").to_owned()
}

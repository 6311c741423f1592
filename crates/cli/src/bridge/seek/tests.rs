//! A broker that never comes, one that refuses, and one that comes late (catalogue case 140). The threads under test live as
//! long as the test process, as they do in a bridge.

use super::*;
use crate::bridge::outlet::Outlet;
use keyholder_wire::endpoint::prepare_folder;
use keyholder_wire::hello::{BridgeOptions, Hello, Target, VERSION};
use keyholder_wire::place::Places;
use std::io::Write;
use std::os::unix::net::UnixListener;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

const HURRIED: Patience = Patience {
    total: Duration::from_millis(60),
    step: (Duration::from_millis(1), Duration::from_millis(5)),
    idle: Duration::from_millis(10),
    greeting: Duration::from_secs(5),
};

const LONG: Duration = Duration::from_secs(20);

struct Host {
    lines: Sender<Vec<u8>>,
    said: Receiver<String>,
    _home: tempfile::TempDir,
    places: Places,
}

/// A reader and a writer over channels, in the host's place.
struct Incoming(Receiver<Vec<u8>>, Vec<u8>);
struct Outgoing(Sender<String>);

impl Read for Incoming {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.1.is_empty() {
            self.1 = self.0.recv().unwrap_or_default();
        }
        let count = bytes.len().min(self.1.len());
        bytes[..count].copy_from_slice(&self.1[..count]);
        self.1.drain(..count);
        Ok(count)
    }
}

impl Write for Outgoing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.send(String::from_utf8_lossy(bytes).into_owned());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn host() -> Host {
    let home = tempfile::tempdir().unwrap();
    let places = Places::under(home.path());
    let (lines, incoming) = channel();
    let (outgoing, said) = channel();
    let target = Target::Name { name: "s".into(), account: None };
    let hello =
        Hello { version: VERSION, program: "t".into(), target, options: BridgeOptions::default(), resume: None };
    let relay = Arc::new(Relay::new(hello, Outlet::new(Box::new(Outgoing(outgoing)))));
    let waker = Waker::new(places.clone(), Vec::new(), None);
    let link = Arc::clone(&relay);
    thread::spawn(move || keep_linked(&link, &waker, &HURRIED));
    thread::spawn(move || relay.take_lines(Incoming(incoming, Vec::new())));
    Host { lines, said, _home: home, places }
}

impl Host {
    fn say(&self, line: &str) {
        self.lines.send(format!("{line}\n").into_bytes()).unwrap();
    }

    fn hear(&self) -> serde_json::Value {
        serde_json::from_str(&self.said.recv_timeout(LONG).unwrap()).unwrap()
    }
}

#[test]
fn without_a_broker_each_request_is_answered_and_a_late_broker_is_found() {
    let host = host();
    host.say(r#"{"jsonrpc":"2.0","id":"1","method":"initialize"}"#);
    let answer = host.hear();
    assert_eq!(answer["id"], "1");
    assert_eq!(answer["error"]["code"], -32603);
    assert!(answer["error"]["message"].as_str().unwrap().contains("does not stand beside"), "{answer}");
    host.say(r#"{"jsonrpc":"2.0","method":"notifications/x"}"#);
    host.say(r#"{"jsonrpc":"2.0","id":2,"method":"tools/call"}"#);
    let answer = host.hear();
    assert_eq!((answer["id"].as_u64(), answer["result"]["isError"].as_bool()), (Some(2), Some(true)));
    host.say("nonsense");
    assert_eq!(host.hear()["id"], serde_json::Value::Null);

    prepare_folder(&host.places.run).unwrap();
    let listener = UnixListener::bind(Door::Bridge.path(&host.places)).unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    let mut payload = Vec::new();
    read_frame(&mut stream, &mut payload).unwrap().unwrap();
    assert_eq!(
        Hello::parse(&payload).unwrap().resume,
        None,
        "the handshake that was answered with an error is not taken up"
    );
    let welcome = Welcome { version: VERSION, broker_version: "t".into(), line_limit: 1 }.to_json().unwrap();
    write_frame(&mut stream, Header::of(Kind::Welcome, 0, &welcome).unwrap(), &welcome).unwrap();
    // Until the bridge has read the welcome it still answers itself; from then on the broker does.
    let header = loop {
        host.say(r#"{"jsonrpc":"2.0","id":3,"method":"ping"}"#);
        stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        if let Ok(Some(header)) = read_frame(&mut stream, &mut payload) {
            break header;
        }
    };
    write_frame(&mut stream, Header::of(Kind::Answer, header.sequence, b"\"late\"").unwrap(), b"\"late\"").unwrap();
    while host.hear() != "late" {}
}

#[test]
fn a_refusal_is_passed_on_in_the_brokers_own_words() {
    let host = host();
    prepare_folder(&host.places.run).unwrap();
    let listener = UnixListener::bind(Door::Bridge.path(&host.places)).unwrap();
    host.say(r#"{"jsonrpc":"2.0","id":1,"method":"initialize"}"#);
    let (mut stream, _) = listener.accept().unwrap();
    read_frame(&mut stream, &mut Vec::new()).unwrap().unwrap();
    let sentence = "no server is called \u{201c}s\u{201d}".as_bytes();
    write_frame(&mut stream, Header::of(Kind::Refused, 0, sentence).unwrap(), sentence).unwrap();
    assert_eq!(host.hear()["error"]["message"], "no server is called \u{201c}s\u{201d}");
}

#[test]
fn a_folder_that_is_not_ours_alone_is_refused_without_waiting() {
    use std::os::unix::fs::PermissionsExt as _;
    let host = host();
    prepare_folder(&host.places.run).unwrap();
    std::fs::set_permissions(&host.places.run, std::fs::Permissions::from_mode(0o777)).unwrap();
    host.say(r#"{"jsonrpc":"2.0","id":1,"method":"initialize"}"#);
    let answer = host.hear();
    assert!(
        answer["error"]["message"].as_str().unwrap().contains("0700")
            || answer["error"]["message"].as_str().unwrap().contains("beside"),
        "{answer}"
    );
}

//! A scripted side door: one `keyholder` process, one order, one reply.

use keyholder_console::error::ConsoleError;
use keyholder_console::order::{Answer, Ask, Order, Receipt, Reply};
use keyholder_wire::endpoint::{Door, prepare_folder};
use keyholder_wire::frame::{Header, Kind, read_frame, write_frame};
use keyholder_wire::place::Places;
use std::io::Write as _;
use std::os::unix::net::UnixListener;
use std::process::{Command, Output, Stdio};

/// Runs `keyholder` with these arguments while a broker answers its one order.
pub(crate) fn run(arguments: &[&str], reply: Result<Answer, ConsoleError>) -> (Order, Output) {
    run_reading("", arguments, reply)
}

/// The same with something to read on standard input.
pub(crate) fn run_reading(input: &str, arguments: &[&str], reply: Result<Answer, ConsoleError>) -> (Order, Output) {
    let (mut orders, output) = converse(input, arguments, vec![reply]);
    (orders.remove(0), output)
}

/// The same with a broker that answers one order after the other, each on a connection of its own.
pub(crate) fn converse(
    input: &str,
    arguments: &[&str],
    replies: Vec<Result<Answer, ConsoleError>>,
) -> (Vec<Order>, Output) {
    let home = tempfile::tempdir().unwrap();
    let places = Places::under(home.path());
    prepare_folder(&places.run).unwrap();
    let listener = UnixListener::bind(Door::Console.path(&places)).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_keyholder"))
        .args(arguments)
        .env("KEYHOLDER_HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let mut orders = Vec::new();
    for reply in replies {
        let (mut stream, _) = listener.accept().unwrap();
        let mut payload = Vec::new();
        let header = read_frame(&mut stream, &mut payload).unwrap().unwrap();
        orders.push(Ask::parse(&payload).unwrap());
        let reply = serde_json::to_vec(&Reply::from(reply)).unwrap();
        write_frame(&mut stream, Header::of(Kind::Result, header.sequence, &reply).unwrap(), &reply).unwrap();
    }
    (orders, child.wait_with_output().unwrap())
}

/// The order that these arguments give; the broker carries it out.
pub(crate) fn order(arguments: &[&str]) -> Order {
    let (order, output) = run(arguments, Ok(Answer::Done(Receipt::default())));
    assert_eq!((output.status.code(), text(output.stdout).as_str()), (Some(0), "Done.\n"));
    order
}

/// What is shown of an answer: on a pipe, and as JSON.
pub(crate) fn shown(arguments: &[&str], answer: &Answer) -> (String, serde_json::Value) {
    let (_, plain) = run(arguments, Ok(answer.clone()));
    assert_eq!(plain.status.code(), Some(0), "{}", text(plain.stderr));
    let (_, json) = run(&[arguments, &["--json"]].concat(), Ok(answer.clone()));
    (text(plain.stdout), serde_json::from_slice(&json.stdout).unwrap())
}

/// Runs `keyholder` where it must give up before it looks for a broker.
pub(crate) fn refused(arguments: &[&str]) -> String {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_keyholder"))
        .args(arguments)
        .env("KEYHOLDER_HOME", home.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]));
    assert!(!home.path().join("run").exists());
    text(output.stderr)
}

pub(crate) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

//! A real `keyholder bridge` process between a scripted host and a scripted broker.

#![allow(clippy::unwrap_used, reason = "a harness of tests")]

use keyholder_wire::endpoint::{Door, prepare_folder};
use keyholder_wire::frame::{Header, Kind, read_frame, write_frame};
use keyholder_wire::hello::{Hello, VERSION, Welcome};
use keyholder_wire::place::Places;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// Longer than anything here takes on a busy machine.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// A home of its own, a program with no `keyholderd` beside it, and a listening broker.
pub(crate) struct House {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) program: PathBuf,
    listener: UnixListener,
}

pub(crate) fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let places = Places::under(folder.path());
    prepare_folder(&places.run).unwrap();
    let listener = UnixListener::bind(Door::Bridge.path(&places)).unwrap();
    let program = folder.path().join("keyholder");
    let built = env!("CARGO_BIN_EXE_keyholder");
    std::fs::hard_link(built, &program).or_else(|_| std::fs::copy(built, &program).map(|_| ())).unwrap();
    House { folder, program, listener }
}

impl House {
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).env("KEYHOLDER_HOME", self.folder.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn bridge(&self) -> Bridge {
        Bridge::start(self.command(&["bridge", "github"]))
    }

    /// The next connection, greeted.
    pub(crate) fn accept(&self) -> (Link, Hello) {
        let (stream, _) = self.listener.accept().unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        let mut link = Link { stream };
        let (header, hello) = link.read().unwrap();
        assert_eq!(header.kind, Kind::Hello);
        let welcome = Welcome { version: VERSION, broker_version: "test".into(), line_limit: 1 };
        link.send(Kind::Welcome, 0, &welcome.to_json().unwrap());
        (link, Hello::parse(&hello).unwrap())
    }
}

/// The broker's end of one connection.
pub(crate) struct Link {
    pub(crate) stream: UnixStream,
}

impl Link {
    pub(crate) fn read(&mut self) -> Option<(Header, Vec<u8>)> {
        let mut payload = Vec::new();
        read_frame(&mut self.stream, &mut payload).unwrap().map(|header| (header, payload))
    }

    /// The next line of the host: its sequence and text.
    pub(crate) fn line(&mut self) -> (u64, String) {
        let (header, payload) = self.read().unwrap();
        assert_eq!(header.kind, Kind::Line);
        (header.sequence, String::from_utf8(payload).unwrap())
    }

    pub(crate) fn send(&mut self, kind: Kind, sequence: u64, payload: &[u8]) {
        write_frame(&mut self.stream, Header::of(kind, sequence, payload).unwrap(), payload).unwrap();
    }
}

/// The host's end.
pub(crate) struct Bridge {
    pub(crate) child: Child,
    pub(crate) stdin: Option<ChildStdin>,
    pub(crate) stdout: Option<BufReader<ChildStdout>>,
}

impl Bridge {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().map(BufReader::new);
        Self { child, stdin, stdout }
    }

    pub(crate) fn say(&mut self, bytes: &[u8]) {
        self.stdin.as_mut().unwrap().write_all(bytes).unwrap();
    }

    /// The next line on stdout; empty at its end.
    pub(crate) fn hear(&mut self) -> String {
        let mut line = String::new();
        self.stdout.as_mut().unwrap().read_line(&mut line).unwrap();
        line.trim_end_matches('\n').to_owned()
    }

    /// Waits for the end; kills the bridge and fails if it takes longer than `longest`.
    pub(crate) fn end_within(mut self, longest: Duration) -> ExitStatus {
        let pid = rustix::process::Pid::from_child(&self.child);
        let (tell, told) = channel();
        thread::spawn(move || tell.send(self.child.wait().unwrap()));
        told.recv_timeout(longest).unwrap_or_else(|_| {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            panic!("the bridge still runs after {longest:?}");
        })
    }
}

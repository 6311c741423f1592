//! The person at Keyholder's own window, which the broker starts: an installation of its own in which the window's program is the
//! story's puppet.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::patience::{let_pass, within};
use crate::programs::install;
use crate::recorder::Recorder;
use crate::{Broker, Host, House, LONG};

/// A window that shows nothing has 25 seconds before it is replaced.
const NEXT_WINDOW: Duration = Duration::from_mins(1);

/// The broker takes no answer sooner than this after a window has shown something, with a little to spare.
const GUARD: Duration = Duration::from_millis(450);

/// A folder with `keyholderd` and the puppet beside it.
#[derive(Debug)]
pub struct Installation {
    folder: TempDir,
    door: UnixListener,
    heard: Recorder,
}

impl Installation {
    /// Installs the broker and the puppet.
    pub fn new() -> Self {
        let folder = install(&[("keyholderd", "keyholderd"), ("practice-window", "keyholder-desktop")]);
        let door = UnixListener::bind(folder.path().join("person")).expect("a fresh folder takes a socket");
        door.set_nonblocking(true).expect("a socket can be looked at");
        Self { folder, door, heard: Recorder::default() }
    }

    /// The program of the window.
    pub fn window_program(&self) -> PathBuf {
        self.folder.path().join("keyholder-desktop")
    }

    /// Everything that any window was told, as lines of JSON.
    pub fn heard(&self) -> String {
        self.heard.text()
    }

    /// Starts the broker of this installation, on a display that no puppet looks at.
    pub fn broker(&self, house: &House) -> Broker {
        let mut environment = house.environment();
        environment.push(("DISPLAY".to_owned(), ":0".to_owned()));
        environment.push(("LD_PRELOAD".to_owned(), String::new()));
        Broker::start_program(&self.folder.path().join("keyholderd"), &house.home, &environment)
    }

    /// The window that the broker starts next.
    ///
    /// # Panics
    /// If none comes.
    pub fn window(&self) -> Window {
        let window = within(NEXT_WINDOW, || self.door.accept().ok()).expect("the broker starts a window").0;
        window.set_nonblocking(false).expect("a socket can be waited for");
        window.set_read_timeout(Some(LONG)).expect("but not for ever");
        let pid = rustix::net::sockopt::socket_peercred(&window).expect("it is a process").pid;
        let mut window = Window {
            pid: pid.as_raw_nonzero().get().unsigned_abs(),
            orders: window.try_clone().expect("a socket can be copied"),
            lines: BufReader::new(window),
            heard: self.heard.clone(),
            news: VecDeque::new(),
            replies: BTreeMap::new(),
            sequence: 0,
            started: Value::Null,
        };
        window.started = window.line();
        window
    }

    /// Whether a window has come that nobody has taken yet.
    pub fn has_window(&self, time: Duration) -> bool {
        within(time, || self.door.accept().ok()).is_some()
    }
}

impl Default for Installation {
    fn default() -> Self {
        Self::new()
    }
}

/// A window, and the person before it.
#[derive(Debug)]
pub struct Window {
    /// Its process.
    pub pid: u32,
    /// With which arguments and names of variables it was started.
    pub started: Value,
    orders: UnixStream,
    lines: BufReader<UnixStream>,
    heard: Recorder,
    news: VecDeque<Value>,
    replies: BTreeMap<u64, Value>,
    sequence: u64,
}

impl Window {
    /// Gives an order and waits for the reply: `{"answer": …}` or `{"error": …}`.
    pub fn order(&mut self, order: &Value) -> Value {
        let sequence = self.send(order);
        self.reply(sequence)
    }

    /// Waits for the reply to an order that was sent.
    pub fn reply(&mut self, sequence: u64) -> Value {
        loop {
            if let Some(reply) = self.replies.remove(&sequence) {
                return reply;
            }
            self.read();
        }
    }

    /// Gives an order and waits for nothing.
    pub fn send(&mut self, order: &Value) -> u64 {
        self.sequence += 1;
        let line = json!({ "sequence": self.sequence, "ask": { "version": 1, "order": order } });
        writeln!(self.orders, "{line}").expect("the window is there");
        self.sequence
    }

    /// The next news of this kind; others that came before it are passed over.
    pub fn news(&mut self, kind: &str) -> Value {
        loop {
            match self.news.pop_front() {
                Some(heard) if heard["news"] == kind => return heard,
                Some(_) => {}
                None => self.read(),
            }
        }
    }

    /// Waits for a question and reads it, as a page does; it is not in view yet.
    pub fn question(&mut self) -> Value {
        let asked = self.news("asked");
        let reply = self.order(&json!({ "order": "show_question", "question": asked["question"] }));
        assert_eq!(reply["answer"]["answer"], "question", "{reply}");
        reply["answer"]["view"].clone()
    }

    /// Says that a question is in view.
    pub fn see(&mut self, question: &Value) -> Value {
        self.order(&json!({ "order": "seen", "question": question["question"]["id"] }))
    }

    /// Answers at once with a word, as it is bound to what was shown.
    pub fn say(&mut self, question: &Value, choice: &str) -> Value {
        let (id, digest) = (&question["question"]["id"], &question["digest"]);
        self.order(&json!({ "order": "answer", "question": id, "digest": digest, "choice": choice }))
    }

    /// A person who looks, thinks, and answers.
    ///
    /// # Panics
    /// If the answer is not taken.
    pub fn answer(&mut self, question: &Value, choice: &str) {
        self.see(question);
        let_pass(GUARD);
        let reply = self.say(question, choice);
        assert_eq!(reply["answer"]["answer"], "done", "{choice}: {reply}");
    }

    fn read(&mut self) {
        let line = self.line();
        match line["sequence"].as_u64() {
            Some(sequence) => drop(self.replies.insert(sequence, line["reply"].clone())),
            None => self.news.push_back(line["news"].clone()),
        }
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        let read = self.lines.read_line(&mut line).expect("the window says something in time");
        assert!(read > 0, "the window has ended; it had heard:\n{}", self.heard.text());
        self.heard.add(line.as_bytes());
        serde_json::from_str(&line).expect("the puppet speaks JSON")
    }
}

impl House {
    /// A person at Keyholder's window, and a host that is signed in at `notes`, under these rules. A configuration that was written
    /// before stays.
    pub fn with_a_window(&self, rules: &str) -> (Installation, Broker, Host) {
        self.know_notes(rules);
        let installation = Installation::new();
        let broker = installation.broker(self);
        let mut host = self.host_with(&["notes"]);
        host.initialize();
        host.sign_in();
        (installation, broker, host)
    }
}

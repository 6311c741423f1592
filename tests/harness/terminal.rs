//! The person at the broker's own terminal: a `keyholderd` on a pseudo-terminal, and the fingers that answer it.

use std::fs::File;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::time::Duration;

use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::patience::{moment, within};
use crate::programs::program;
use crate::recorder::Recorder;
use crate::{Home, LONG};

/// The broker takes no answer sooner than this after it has shown something, with a little to spare.
const GUARD: Duration = Duration::from_millis(500);

/// A broker in a terminal. It ends with its home, or when it is told to.
#[derive(Debug)]
pub struct Terminal {
    keyboard: File,
    screen: Recorder,
    /// How much of the screen has been read.
    read: usize,
}

impl Terminal {
    /// Opens a terminal, starts `keyholderd ARGUMENTS…` in it, and waits until it listens.
    ///
    /// # Panics
    /// If the system has no pseudo-terminals, or the broker does not get ready; with what it said.
    pub fn start(home: &Home, environment: &[(String, String)], arguments: &[&str]) -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let keyboard = openpt(flags).expect("the system has pseudo-terminals");
        grantpt(&keyboard).expect("the terminal is ours");
        unlockpt(&keyboard).expect("and can be opened");
        let name = ptsname(&keyboard, Vec::new()).expect("a terminal has a name");
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let screen = rustix::fs::open(&*name, flags, rustix::fs::Mode::empty()).expect("a terminal can be opened");
        let end = || screen.try_clone().expect("a descriptor can be copied");
        // A session of its own, as in a terminal window: the broker is no child of the test, nor of what started the test.
        let mut command = Command::new("/usr/bin/setsid");
        command.args(["--fork", "--ctty"]).arg(program("keyholderd")).args(arguments);
        command.env_clear().envs(environment.iter().cloned()).stdin(end()).stdout(end()).stderr(end());
        assert!(command.status().expect("setsid is installed").success());
        drop((command, screen));
        let keyboard = File::from(keyboard);
        let screen = Recorder::follow(keyboard.try_clone().expect("a descriptor can be copied"));
        let terminal = Self { keyboard, screen, read: 0 };
        let ready = within(LONG, || UnixStream::connect(home.bridge_socket()).ok());
        assert!(ready.is_some(), "keyholderd does not listen; its terminal shows:\n{}", terminal.screen());
        terminal
    }

    /// Everything that was shown so far.
    pub fn screen(&self) -> String {
        self.screen.text()
    }

    /// Waits for the next question and gives it as it is shown.
    pub fn question(&mut self) -> String {
        let shown = within(LONG, || {
            let screen = self.screen();
            let (_, question) = screen.get(self.read..)?.split_once("Keyholder asks")?;
            let end = question.find("\n> ")? + "\n> ".len();
            Some((screen.len() - question.len() + end, question[..end].to_owned()))
        });
        let (read, question) =
            shown.unwrap_or_else(|| panic!("no question came; the terminal shows:\n{}", self.screen()));
        self.read = read;
        question
    }

    /// Whether a question has come that [`question`](Self::question) has not given yet.
    pub fn has_asked_more(&self) -> bool {
        self.screen().get(self.read..).is_some_and(|rest| rest.contains("Keyholder asks"))
    }

    /// Types a line.
    pub fn type_line(&mut self, text: &str) {
        self.keyboard.write_all(format!("{text}\n").as_bytes()).expect("the terminal is open");
    }

    /// Answers the question that was read last; types again where the broker says that it came too fast.
    pub fn answer(&mut self, word: &str) {
        let outcome = match word.split(' ').next().unwrap_or_default() {
            "yes" => "allow once",
            "always" => "allow always",
            "no" => "deny",
            "block" => "deny and block",
            other => panic!("{other} is no answer"),
        };
        self.choose(word, outcome);
    }

    /// Types `line` at the question that was read last, until the broker has taken it as `outcome`.
    pub fn choose(&mut self, line: &str, outcome: &str) {
        let outcome = format!("  {outcome}");
        self.type_until(line, |shown| shown == outcome);
    }

    /// Types `line` at the question that was read last, until the terminal shows a line with `part`; gives what it showed.
    pub fn ask_for(&mut self, line: &str, part: &str) -> String {
        self.type_until(line, |shown| shown.contains(part))
    }

    fn type_until(&mut self, line: &str, is_it: impl Fn(&str) -> bool) -> String {
        self.type_line(line);
        let mut typed = moment();
        let shown = within(LONG, || {
            let screen = self.screen();
            let since = screen.get(self.read..)?;
            if let Some(place) = since.lines().position(&is_it) {
                let length = since.split_inclusive('\n').take(place + 1).map(str::len).sum::<usize>();
                self.read += length;
                return Some(since.get(..length).unwrap_or(since).to_owned());
            }
            // What is typed too fast makes the guard wait anew.
            if let Some(place) = since.find("please answer again)\r\n> ").filter(|_| typed.elapsed() > GUARD) {
                typed = moment();
                self.read += place + "please answer again)\r\n> ".len();
                self.type_line(line);
            }
            None
        });
        shown.unwrap_or_else(|| panic!("{line} was not taken; the terminal shows:\n{}", self.screen()))
    }
}

/// Whether a question shows this text, however it is broken into lines.
pub fn shows(question: &str, text: &str) -> bool {
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    bare(question).contains(&bare(text))
}

//! A `keyholderd` that the story starts itself.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::patience::{eventually, within};
use crate::programs::{program, tethered};
use crate::recorder::Recorder;
use crate::{Desktop, Home};

/// A running broker; it is killed when this goes.
#[derive(Debug)]
pub struct Broker {
    child: Child,
    stderr: Recorder,
}

impl Broker {
    /// Starts `keyholderd` and waits until its front door answers.
    ///
    /// # Panics
    /// If it ends, or does not listen in time; with what it said.
    pub fn start(home: &Home, environment: &[(String, String)], arguments: &[&str]) -> Self {
        Self::launch(environment, arguments).ready(home)
    }

    /// As [`start`](Self::start), another installation's `keyholderd`.
    pub fn start_program(program: &Path, home: &Home, environment: &[(String, String)]) -> Self {
        Self::spawn(tethered(program), environment, &[]).ready(home)
    }

    /// As [`start`](Self::start), through a program that changes what the system grants it: `wrapper` and its arguments.
    pub fn start_under(home: &Home, environment: &[(String, String)], arguments: &[&str], wrapper: &[String]) -> Self {
        let (first, rest) = wrapper.split_first().expect("a wrapper has a name");
        let mut command = tethered(first.as_ref());
        command.args(rest).arg(program("keyholderd"));
        Self::spawn(command, environment, arguments).ready(home)
    }

    fn ready(self, home: &Home) -> Self {
        let mut broker = self;
        let ready = within(crate::LONG, || {
            let ended = broker.child.try_wait().expect("our own child").is_some();
            (ended || UnixStream::connect(home.bridge_socket()).is_ok()).then_some(!ended)
        });
        assert_eq!(ready, Some(true), "keyholderd does not listen; it said:\n{}", broker.stderr.text());
        broker
    }

    /// Starts `keyholderd` and does not wait: for one that is expected to refuse.
    pub fn launch(environment: &[(String, String)], arguments: &[&str]) -> Self {
        Self::spawn(tethered(&program("keyholderd")), environment, arguments)
    }

    fn spawn(mut command: Command, environment: &[(String, String)], arguments: &[&str]) -> Self {
        command.args(arguments).env_clear().envs(environment.iter().cloned());
        let spawned = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.expect("keyholderd can be started");
        let stderr = Recorder::follow(child.stderr.take().expect("its stderr is piped"));
        Self { child, stderr }
    }

    /// Starts one that is expected to refuse, and gives what it says.
    ///
    /// # Panics
    /// If it serves, or ends as if all were well.
    pub fn refusal(environment: &[(String, String)], arguments: &[&str]) -> String {
        let mut broker = Self::launch(environment, arguments);
        let ended = broker.ends_within(crate::LONG);
        let status = ended.unwrap_or_else(|| panic!("keyholderd does not end; it said:\n{}", broker.stderr.text()));
        assert!(!status.success(), "{status}; it said:\n{}", broker.stderr.text());
        broker.stderr.whole_text()
    }

    /// The environment of a session and a home.
    pub fn environment(desktop: &Desktop, home: &Home) -> Vec<(String, String)> {
        let mut environment = desktop.environment();
        environment.push(("KEYHOLDER_HOME".to_owned(), home.path().display().to_string()));
        environment
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it said on stderr so far.
    pub fn stderr(&self) -> &Recorder {
        &self.stderr
    }

    /// Kills it, without a word to it.
    pub fn kill9(&mut self) {
        self.child.kill().expect("our own child can be killed");
        self.child.wait().expect("and be waited for");
    }

    /// Asks it to end (SIGTERM) and waits.
    pub fn stop(&mut self) -> ExitStatus {
        signal(self.child.id(), Signal::TERM).expect("our own child takes signals");
        eventually("the broker's end", || self.ended())
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("our own child")
    }

    /// How it ended, if it does in time.
    pub fn ends_within(&mut self, time: Duration) -> Option<ExitStatus> {
        within(time, || self.ended())
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        // It may have ended; there is nobody left to tell.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Kills a process without a word to it; one that has ended already is as good.
pub fn kill9(pid: u32) {
    let _ = signal(pid, Signal::KILL);
}

/// Holds a process, as one that hangs; it has to be killed.
pub fn stop(pid: u32) {
    let _ = signal(pid, Signal::STOP);
}

/// Whether a process runs no more, even if nobody has waited for it yet.
pub fn has_ended(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status.is_empty() || status.contains("State:\tZ")
}

/// Sends a signal to one process.
pub(crate) fn signal(pid: u32, signal: Signal) -> io::Result<()> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::InvalidInput)?;
    Ok(kill_process(pid, signal)?)
}

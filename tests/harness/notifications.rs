//! The desktop's notifications, as a person gets them: dunst shows them on the screen.

use std::process::{Child, Command, Stdio};

use crate::patience::eventually;
use crate::programs::tethered;
use crate::{Recorder, Screen};

/// The program that shows them, while this lives.
#[derive(Debug)]
pub struct Notifications {
    program: Child,
    /// Each is printed as it is shown.
    shown: Recorder,
    environment: Vec<(String, String)>,
}

impl Notifications {
    /// Begins to show them on this screen.
    ///
    /// # Panics
    /// If dunst is not installed or does not get ready.
    pub fn on(screen: &Screen) -> Self {
        let environment = screen.environment().to_vec();
        let mut program = tethered("/usr/bin/dunst".as_ref());
        program.args(["-print", "-conf", "/dev/null"]).env_clear().envs(environment.iter().cloned());
        let spawned = program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut program = spawned.expect("dunst is installed");
        let shown = Recorder::follow(program.stdout.take().expect("its stdout is piped"));
        let notifications = Self { program, shown, environment };
        eventually("the notifications", || notifications.is_ready().then_some(()));
        notifications
    }

    /// What was shown so far.
    pub fn shown(&self) -> String {
        self.shown.text()
    }

    /// How many stand on the screen.
    pub fn count(&self) -> usize {
        let told = self.control(&["count", "displayed"]);
        told.trim().parse().unwrap_or_else(|_| panic!("dunst says {told:?}"))
    }

    /// Presses the newest.
    pub fn press(&self) {
        self.control(&["action", "0"]);
    }

    fn is_ready(&self) -> bool {
        self.control(&["count"]).contains("displayed")
    }

    fn control(&self, words: &[&str]) -> String {
        let mut control = Command::new("/usr/bin/dunstctl");
        control.args(words).env_clear().envs(self.environment.iter().cloned());
        let told = control.output().expect("it is installed with dunst");
        String::from_utf8_lossy(&told.stdout).into_owned()
    }
}

impl Drop for Notifications {
    fn drop(&mut self) {
        // It may have ended, with its screen.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

//! A person at their desk: Keyholder as it is installed, on a screen.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::programs::install;
use crate::{Broker, Host, House, Screen};

/// The title of the approval window.
pub const ASKS: &str = "Keyholder asks";

/// The desk. What is on it ends in the order in which it stands here.
#[derive(Debug)]
pub struct Seat {
    /// An app whose calls go to `notes`.
    pub host: Host,
    /// The broker, which starts the window.
    pub broker: Broker,
    /// The screen, and the person before it.
    pub screen: Screen,
    folder: TempDir,
    environment: Vec<(String, String)>,
}

impl Seat {
    /// Another app, whose calls go to this server. It has greeted.
    pub fn app(&self, server: &str) -> Host {
        let mut host = Host::start_program(&self.folder.path().join("keyholder"), &self.environment, &[server]);
        host.initialize();
        host
    }

    /// The window's program.
    pub fn window_program(&self) -> PathBuf {
        self.folder.path().join("keyholder-desktop")
    }

    /// The window's process and those of its pages, while it runs: the process first.
    pub fn window_processes(&self) -> Vec<u32> {
        children(self.broker.pid())
            .into_iter()
            .filter(|pid| name(*pid).starts_with("keyholder-deskt"))
            .flat_map(processes_of)
            .collect()
    }

    /// The processes of the window's pages.
    pub fn page_processes(&self) -> Vec<u32> {
        self.window_processes().into_iter().filter(|pid| name(*pid).starts_with("WebKitWebProces")).collect()
    }
}

impl Drop for Seat {
    /// What a person would have seen of a story that fails.
    #[allow(clippy::print_stderr, reason = "beside the story's own words")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the broker said:\n{}", self.broker.stderr().text());
            let file = std::env::temp_dir().join(format!("keyholder-screen-{}.png", std::process::id()));
            self.screen.picture(&file);
            eprintln!("the screen as it was: {}", file.display());
        }
    }
}

impl House {
    /// A person at a screen, and a host that is signed in at `notes`, under these rules. A configuration that was written before
    /// stays.
    pub fn with_a_screen(&self, rules: &str) -> Seat {
        self.with_a_screen_and(rules, &[])
    }

    /// The same, with these variables in the broker's environment.
    pub fn with_a_screen_and(&self, rules: &str, variables: &[(&str, &str)]) -> Seat {
        let mut seat = self.sit_down(Screen::open(&self.desktop), rules, variables);
        seat.host.sign_in();
        seat
    }

    /// A person at a screen, and a host that has greeted and is not signed in yet.
    pub fn sit_down(&self, screen: Screen, rules: &str, variables: &[(&str, &str)]) -> Seat {
        self.know_notes(rules);
        let folder = install(&[
            ("keyholder", "keyholder"),
            ("keyholderd", "keyholderd"),
            ("keyholder-desktop", "keyholder-desktop"),
        ]);
        let mut environment = self.environment();
        environment.push(("DISPLAY".to_owned(), screen.display.clone()));
        environment.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let broker = Broker::start_program(&folder.path().join("keyholderd"), &self.home, &environment);
        // Its bridge wakes the same broker, should that end.
        let mut host = Host::start_program(&folder.path().join("keyholder"), &environment, &["notes"]);
        host.initialize();
        Seat { host, broker, screen, folder, environment }
    }
}

/// A process and its children, itself first.
pub fn processes_of(pid: u32) -> Vec<u32> {
    std::iter::once(pid).chain(children(pid)).collect()
}

fn children(pid: u32) -> Vec<u32> {
    let mut found: Vec<u32> = Vec::new();
    // Each thread has children of its own.
    for task in std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
        let children = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        found.extend(children.split_whitespace().filter_map(|word| word.parse::<u32>().ok()));
    }
    found
}

fn name(pid: u32) -> String {
    std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default()
}

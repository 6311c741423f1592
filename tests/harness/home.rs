//! A Keyholder of its own: one folder with its configuration, data, state and sockets.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::patience::within;

/// A temporary `KEYHOLDER_HOME`. When it goes, so does every broker that a bridge woke for it.
#[derive(Debug)]
pub struct Home {
    folder: TempDir,
}

impl Home {
    /// An empty home with a short path (sockets have to fit into it), for the owner alone.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("kh-").tempdir_in("/tmp").expect("/tmp takes a folder");
        let home = Self { folder };
        for part in ["", "config", "config/policies"] {
            let path = home.path().join(part);
            fs::create_dir_all(&path).expect("a fresh folder takes folders");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("and is ours");
        }
        home
    }

    /// What `KEYHOLDER_HOME` is set to.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Lets everything run without a question.
    pub fn allow_everything(&self) {
        self.policy("permit(principal, action, resource);\n");
    }

    /// Writes the person's own rules, instead of what was there.
    pub fn policy(&self, text: &str) {
        self.write("config/policies/story.cedar", text);
    }

    /// Writes `config.toml`.
    pub fn config(&self, text: &str) {
        self.write("config/config.toml", text);
    }

    /// The front door's socket.
    pub fn bridge_socket(&self) -> PathBuf {
        self.path().join("run/bridge.sock")
    }

    /// The side door's socket.
    pub fn console_socket(&self) -> PathBuf {
        self.path().join("run/console.sock")
    }

    /// The audit log.
    pub fn audit_file(&self) -> PathBuf {
        self.path().join("data/audit.db")
    }

    /// The broker that serves this home now, whoever started it.
    pub fn broker_pid(&self) -> Option<u32> {
        let listens = self.listener();
        listens.or_else(|| self.brokers().first().copied()).map(|pid| pid.as_raw_nonzero().get().unsigned_abs())
    }

    /// How many brokers of this home run now. A user who is not root sees the one that listens at most.
    pub fn count_brokers(&self) -> usize {
        self.brokers().len()
    }

    /// Who listens at the front door. This needs no right to look into a process that is closed to debuggers, as brokers are.
    fn listener(&self) -> Option<Pid> {
        let door = UnixStream::connect(self.bridge_socket()).ok()?;
        Some(rustix::net::sockopt::socket_peercred(&door).ok()?.pid)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::write(&path, text).expect("the home can be written to");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("and is ours");
    }

    /// Every `keyholderd` whose environment names this home.
    fn brokers(&self) -> Vec<Pid> {
        let mark = format!("KEYHOLDER_HOME={}", self.path().display()).into_bytes();
        let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
        let serves = |pid: &i32| {
            let process = PathBuf::from(format!("/proc/{pid}"));
            let is_broker = fs::read_link(process.join("exe"))
                .is_ok_and(|exe| exe.file_name().is_some_and(|name| name.to_string_lossy().starts_with("keyholderd")));
            let environment = fs::read(process.join("environ")).unwrap_or_default();
            is_broker && environment.split(|byte| *byte == 0).any(|variable| variable == mark)
        };
        let numbers = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let mut brokers: Vec<Pid> = numbers.filter(serves).filter_map(Pid::from_raw).collect();
        brokers.extend(self.listener().filter(|pid| !brokers.contains(pid)));
        brokers
    }
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        for broker in self.brokers() {
            // It may have ended in this moment; that is as good.
            let _ = kill_process(broker, Signal::KILL);
        }
        within(std::time::Duration::from_secs(5), || self.brokers().is_empty().then_some(()));
    }
}

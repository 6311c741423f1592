//! Waking the broker: through the person's service manager where a unit is installed, otherwise detached, from beside this
//! program, with a scrubbed environment.

use super::small_thread;
use keyholder_wire::place::Places;
use keyholder_wire::session::is_of_the_session;
use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Wakes a broker, and remembers when it last tried.
pub(crate) struct Waker {
    places: Places,
    environment: Vec<(OsString, OsString)>,
    program: Option<PathBuf>,
    last: Mutex<Option<Instant>>,
    ended: Arc<Mutex<Option<String>>>,
}

impl Waker {
    /// For this process's environment, with the `keyholderd` that stands beside this program.
    pub(crate) fn of_this_process(places: Places) -> Self {
        // Never by way of PATH: a host could have a folder in it that an agent writes to.
        let program = std::env::current_exe().ok().and_then(|own| Some(own.parent()?.join(BROKER)));
        Self::new(places, std::env::vars_os().collect(), program)
    }

    pub(crate) fn new(places: Places, environment: Vec<(OsString, OsString)>, program: Option<PathBuf>) -> Self {
        Self { places, environment, program, last: Mutex::new(None), ended: Arc::default() }
    }

    /// Where the broker that it wakes listens.
    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    /// Wakes a broker unless it was just tried; says why there is none yet. The broker itself sees to it that there is only one.
    pub(crate) fn wake(&self) -> String {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|last| last.elapsed() >= RETRY) {
            *last = Some(moment());
            drop(last);
            self.note_end(None);
            if let Err(why) = self.start() {
                self.note_end(Some(why));
            }
        }
        self.failure().unwrap_or_else(|| "it was started and does not listen yet".to_owned())
    }

    /// Why the broker that was woken last is not there any more; none while it may still come.
    pub(crate) fn failure(&self) -> Option<String> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The same, where a broker that was woken has just closed its connection: it says why as it ends.
    pub(crate) fn failure_soon(&self, patience: Duration) -> Option<String> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?;
        let step = Duration::from_millis(5);
        let mut waited = Duration::ZERO;
        while self.failure().is_none() && waited < patience {
            std::thread::sleep(step);
            waited += step;
        }
        self.failure()
    }

    fn note_end(&self, why: Option<String>) {
        *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = why;
    }

    fn start(&self) -> Result<(), String> {
        let mut command = if self.has_unit() { unit_start()? } else { self.detached()? };
        command
            .env_clear()
            .envs(self.scrubbed())
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .map_err(|error| format!("{} cannot be started ({error})", command.get_program().display()))?;
        // Somebody must wait for it, or it stays a zombie while the bridge lives; it may leave at once, when another broker won.
        let ended = Arc::clone(&self.ended);
        small_thread("wait", move || {
            let last_words = child.stderr.take().and_then(last_words);
            let said = match child.wait() {
                Ok(status) if status.success() => None,
                Ok(status) => Some(last_words.map_or_else(
                    || format!("keyholderd ended with {status}"),
                    |words| format!("keyholderd cannot start: {words}"),
                )),
                Err(error) => Some(error.to_string()),
            };
            *ended.lock().unwrap_or_else(PoisonError::into_inner) = said;
        })
        .map_err(|error| error.to_string())
    }

    /// A service of the person's own session serves the person's own places only.
    fn has_unit(&self) -> bool {
        if std::env::consts::OS != "linux" || self.var("KEYHOLDER_HOME").is_some() {
            return false;
        }
        let own = self
            .var("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(Path::new(self.var("HOME")?).join(".config")));
        let folders = own.map(|config| config.join("systemd/user")).into_iter();
        let system = ["/etc/systemd/user", "/usr/local/lib/systemd/user", "/usr/lib/systemd/user"].map(PathBuf::from);
        folders.chain(system).any(|folder| folder.join(UNIT).is_file())
    }

    fn detached(&self) -> Result<Command, String> {
        let program = self.program.as_ref().filter(|program| program.is_file());
        let program = program.ok_or_else(|| format!("{BROKER} does not stand beside the keyholder program"))?;
        let mut command = Command::new(program);
        command.arg("--woken");
        detach(&mut command);
        Ok(command)
    }

    /// What the broker needs of the environment, and nothing of a host's own (spec T-011, H-029).
    fn scrubbed(&self) -> Vec<(OsString, OsString)> {
        let wanted = self.environment.iter().filter(|(name, _)| name.to_str().is_some_and(is_passed_on)).cloned();
        wanted.chain(plain_path()).collect()
    }

    fn var(&self, name: &str) -> Option<&OsString> {
        self.environment.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value)
    }
}

/// The last line that a broker wrote before it ended, fit to be shown. A broker that has started closes its end.
fn last_words(mut written: impl Read) -> Option<String> {
    let mut beginning = Vec::new();
    written.by_ref().take(MOST_WORDS).read_to_end(&mut beginning).ok()?;
    let _ = std::io::copy(&mut written, &mut std::io::sink());
    let text = String::from_utf8_lossy(&beginning);
    let line = text.lines().rfind(|line| !line.trim().is_empty())?;
    let line = line.strip_prefix("keyholderd: ").unwrap_or(line);
    Some(line.chars().filter(|c| !c.is_control()).take(LONGEST_LINE).collect())
}

/// The environment variables that reach a broker that a bridge wakes: the session's, and how it comes to the network, the browser
/// and its vault.
fn is_passed_on(name: &str) -> bool {
    const MORE: [&str; 8] = [
        "BROWSER",
        "HTTPS_PROXY",
        "KEYHOLDER_VAULT_PASSPHRASE_FILE",
        "NODE_EXTRA_CA_CERTS",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "https_proxy",
        "no_proxy",
    ];
    is_of_the_session(name) || MORE.contains(&name)
}

/// The system's own folders; none on Windows, where programs are found without.
fn plain_path() -> Option<(OsString, OsString)> {
    (std::env::consts::FAMILY == "unix").then(|| ("PATH".into(), "/usr/local/bin:/usr/bin:/bin".into()))
}

fn unit_start() -> Result<Command, String> {
    let found = ["/usr/bin/systemctl", "/bin/systemctl"].into_iter().find(|path| Path::new(path).is_file());
    let mut command = Command::new(found.ok_or("systemctl is not where it should be")?);
    command.args(["--user", "start", "--no-block", UNIT]);
    Ok(command)
}

/// Out of the host's process group, so that a signal to the group (Ctrl-C) does not reach the broker; `keyholderd` makes a
/// session of its own.
#[cfg(unix)]
fn detach(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

/// Without the host's console, and out of its Ctrl-C group.
#[cfg(windows)]
fn detach(command: &mut Command) {
    use std::os::windows::process::CommandExt as _;
    const DETACHED_PROCESS: u32 = 0x0000_0008;
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
    command.creation_flags(DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP);
}

#[allow(
    clippy::disallowed_methods,
    reason = "a door measures its own patience; the clock's crate would bring a cryptography library along"
)]
fn moment() -> Instant {
    Instant::now()
}

const UNIT: &str = "keyholderd.service";
const BROKER: &str = if cfg!(windows) { "keyholderd.exe" } else { "keyholderd" };
const RETRY: Duration = Duration::from_secs(5);

/// Bytes of what a broker writes before it ends, and characters of the line that is shown.
const MOST_WORDS: u64 = 8 << 10;
const LONGEST_LINE: usize = 300;

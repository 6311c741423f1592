//! A private session bus with an unlocked keychain on it, or none.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::patience::eventually;
use crate::programs::tethered;

/// What a login session gives: a home, a runtime folder, a bus. Nothing is shared with the person's own session.
#[derive(Debug)]
pub struct Desktop {
    folder: TempDir,
    address: String,
    daemons: Vec<Child>,
}

/// Of the private keychain.
const PASSWORD: &[u8] = b"only for this story";

/// No service may be started by the bus: a second keychain would start locked, and win.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=FOLDER/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

impl Desktop {
    /// A session with `gnome-keyring` on its bus, unlocked.
    ///
    /// # Panics
    /// If `dbus-daemon` or `gnome-keyring-daemon` is not installed or does not get ready.
    pub fn with_keychain() -> Self {
        let mut desktop = Self::none();
        let config = desktop.path().join("bus.conf");
        fs::write(&config, BUS.replace("FOLDER", &desktop.path().display().to_string())).expect("the folder is ours");
        desktop.address = desktop.start_bus(&config);
        desktop.start_keychain();
        desktop
    }

    /// A session without a bus, and so without a keychain.
    pub fn none() -> Self {
        let folder = tempfile::Builder::new().prefix("khd-").tempdir_in("/tmp").expect("/tmp takes a folder");
        for part in ["home", "run", "data"] {
            let path = folder.path().join(part);
            fs::create_dir(&path).expect("a fresh folder takes folders");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("and is ours");
        }
        let address = format!("unix:path={}/no-bus", folder.path().display());
        Self { folder, address, daemons: Vec::new() }
    }

    /// The variables of this session; nothing else of the test's environment reaches a program under test.
    pub fn environment(&self) -> Vec<(String, String)> {
        let place = |part: &str| self.path().join(part).display().to_string();
        [
            ("PATH", "/usr/local/bin:/usr/bin:/bin".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("HOME", place("home")),
            ("XDG_RUNTIME_DIR", place("run")),
            ("XDG_DATA_HOME", place("data")),
            ("DBUS_SESSION_BUS_ADDRESS", self.address.clone()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }

    /// Ends the keychain and its bus, as a crash of the session would.
    pub fn lose_keychain(&mut self) {
        for mut daemon in self.daemons.drain(..).rev() {
            // Only an ended process cannot be killed, and only an unknown one not be waited for.
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }

    /// Locks the keychain, as a person who leaves the desk does. Nobody is there to unlock it.
    ///
    /// # Panics
    /// If the keychain does not lock.
    pub fn lock_keychain(&self) {
        let mut lock = self.ask_keychain("/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock");
        lock.arg("array:objpath:/org/freedesktop/secrets/aliases/default");
        let answer = lock.output().expect("dbus-send is installed");
        assert!(answer.status.success() && !self.keychain_is_open(), "the keychain did not lock");
    }

    /// Begins the keychain anew, unlocked, with the items that it had.
    ///
    /// # Panics
    /// If it does not get ready.
    pub fn restart_keychain(&mut self) {
        if let Some(mut keychain) = self.daemons.pop() {
            // Only an ended process cannot be killed, and only an unknown one not be waited for.
            let _ = keychain.kill();
            let _ = keychain.wait();
        }
        self.start_keychain();
    }

    /// How many items the keychain holds.
    pub fn keychain_items(&self) -> usize {
        let mut ask =
            self.ask_keychain("/org/freedesktop/secrets/aliases/default", "org.freedesktop.DBus.Properties.Get");
        ask.args(["string:org.freedesktop.Secret.Collection", "string:Items"]);
        let answer = ask.output().expect("dbus-send is installed");
        String::from_utf8_lossy(&answer.stdout).matches("object path").count()
    }

    /// Everything that the keychain gives any program of this session for an application's items, secrets included.
    pub fn keychain_secrets(&self, service: &str) -> String {
        let mut search = self.command("/usr/bin/secret-tool");
        let found = search.args(["search", "--all", "service", service]).output().expect("secret-tool is installed");
        String::from_utf8_lossy(&found.stdout).into_owned()
    }

    fn ask_keychain(&self, object: &str, method: &str) -> Command {
        let mut ask = self.command("/usr/bin/dbus-send");
        ask.args([
            "--session",
            "--print-reply",
            "--reply-timeout=2000",
            "--dest=org.freedesktop.secrets",
            object,
            method,
        ]);
        ask
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A program of this session that ends with the story; what it says on stderr is not kept.
    pub fn command(&self, program: &str) -> Command {
        let mut command = tethered(Path::new(program));
        command.env_clear().envs(self.environment()).stderr(Stdio::null());
        command
    }

    fn start_bus(&mut self, config: &Path) -> String {
        let mut command = self.command("/usr/bin/dbus-daemon");
        command.arg(format!("--config-file={}", config.display())).args(["--print-address", "--nofork", "--nopidfile"]);
        let mut bus = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("dbus-daemon is installed");
        let said = bus.stdout.take().expect("its stdout is piped");
        self.daemons.push(bus);
        let mut address = String::new();
        BufReader::new(said).read_line(&mut address).expect("dbus-daemon says where it listens");
        assert!(address.starts_with("unix:"), "dbus-daemon said {address:?}");
        address.trim().to_owned()
    }

    fn start_keychain(&mut self) {
        let mut command = self.command("/usr/bin/gnome-keyring-daemon");
        command.args(["--unlock", "--components=secrets", "--foreground"]);
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
        let mut keychain = spawned.expect("gnome-keyring-daemon is installed");
        let mut stdin = keychain.stdin.take().expect("its stdin is piped");
        self.daemons.push(keychain);
        stdin.write_all(PASSWORD).expect("it reads its password");
        drop(stdin);
        eventually("unlocking the private keychain", || self.keychain_is_open().then_some(()));
    }

    fn keychain_is_open(&self) -> bool {
        let mut ask =
            self.ask_keychain("/org/freedesktop/secrets/aliases/default", "org.freedesktop.DBus.Properties.Get");
        ask.args(["string:org.freedesktop.Secret.Collection", "string:Locked"]);
        let answer = ask.output().expect("dbus-send is installed");
        String::from_utf8_lossy(&answer.stdout).contains("boolean false")
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        self.lose_keychain();
    }
}

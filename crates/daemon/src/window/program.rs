//! The window's program: the one that stands beside this one, on the display of the person's session.

use keyholder_wire::session::is_of_the_session;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use tokio::process::{Child, Command};

/// How the window is started.
pub(crate) struct Program {
    path: PathBuf,
    environment: Vec<(OsString, OsString)>,
}

impl Program {
    /// The program, where it is installed and there is a display.
    ///
    /// # Errors
    /// One sentence why there can be no window.
    pub(crate) fn find(environment: Vec<(OsString, OsString)>) -> Result<Self, String> {
        // Never by way of PATH: whatever is found there could not be trusted with a person's answers.
        let own = std::env::current_exe().ok();
        let path = own.and_then(|own| Some(own.parent()?.join(file_name()))).filter(|path| path.is_file());
        let path = path.ok_or("Keyholder\u{2019}s desktop app is not installed beside keyholderd")?;
        let environment: Vec<_> =
            environment.into_iter().filter(|(name, _)| name.to_str().is_some_and(is_passed_on)).collect();
        if !has_display(&environment) {
            return Err("there is no display".to_owned());
        }
        Ok(Self { path, environment })
    }

    /// Starts it. Its standard input and output are the channel; it ends with them, and with whoever holds the child.
    ///
    /// # Errors
    /// One sentence of the system.
    pub(super) fn start(&self) -> Result<Child, String> {
        let mut command = Command::new(&self.path);
        command
            .arg("--face")
            .env_clear()
            .envs(self.environment.iter().cloned())
            .envs(SET)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command.spawn().map_err(|why| format!("{} cannot be started: {why}", self.path.display()))
    }
}

/// The program's file name, as this system has it.
fn file_name() -> String {
    format!("keyholder-desktop{}", std::env::consts::EXE_SUFFIX)
}

/// Only Linux has sessions without a display, as far as a program can tell.
fn has_display(environment: &[(OsString, OsString)]) -> bool {
    let is_set = |wanted: &str| environment.iter().any(|(name, value)| name == wanted && !value.is_empty());
    std::env::consts::OS != "linux" || is_set("WAYLAND_DISPLAY") || is_set("DISPLAY")
}

/// `WebKitGTK` shows an empty window with some graphics drivers otherwise. It means nothing to other web views.
const SET: [(&str, &str); 1] = [("WEBKIT_DISABLE_DMABUF_RENDERER", "1")];

/// What a window needs of the environment, and no more.
fn is_passed_on(name: &str) -> bool {
    is_of_the_session(name) || name == "PATH"
}

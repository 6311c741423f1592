//! Where Keyholder keeps its files: a pure function of the environment and the platform.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The four folders.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Places {
    /// Servers, settings, rules that the person writes.
    pub config: PathBuf,
    /// The audit log and what is sealed.
    pub data: PathBuf,
    /// Diagnostic logs; what may be lost.
    pub state: PathBuf,
    /// Sockets. Mode 0700.
    pub run: PathBuf,
}

/// Why no folders could be named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// The environment names no home.
    #[error(
        "{0} is not set, so Keyholder does not know where its files are: set it, or set KEYHOLDER_HOME to a folder"
    )]
    Homeless(&'static str),
    /// A place is not absolute.
    #[error("{variable} must be an absolute path, not \u{201c}{}\u{201d}", path.display())]
    Relative {
        /// The variable that names it.
        variable: &'static str,
        /// What it says.
        path: PathBuf,
    },
    /// A socket's path would be longer than every system takes.
    #[error("\u{201c}{}\u{201d} is too long a path for sockets ({MAX_SOCKET_PATH} bytes are the most): set KEYHOLDER_HOME to a shorter one", .0.display())]
    SocketPath(PathBuf),
}

/// Longest socket path in bytes: macOS takes 103, Linux 107.
pub const MAX_SOCKET_PATH: usize = 100;

impl Places {
    /// The folders for this environment (`lookup` answers for a variable's name) on the platform this was built for.
    ///
    /// `KEYHOLDER_HOME`, when set, holds all four. Otherwise: the XDG folders on Linux, `~/Library` on macOS, the two
    /// application folders on Windows. Variables that are empty or relative count as unset where XDG says so.
    ///
    /// # Errors
    /// [`PlaceError`].
    pub fn find(lookup: &dyn Fn(&str) -> Option<OsString>) -> Result<Self, PlaceError> {
        Self::find_on(std::env::consts::OS, lookup)
    }

    /// [`Places::find`] for a named platform (`linux`, `macos`, `windows`, as in `std::env::consts::OS`).
    ///
    /// # Errors
    /// [`PlaceError`].
    pub fn find_on(os: &str, lookup: &dyn Fn(&str) -> Option<OsString>) -> Result<Self, PlaceError> {
        let var = |name: &'static str| lookup(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let places = match (var("KEYHOLDER_HOME"), os) {
            (Some(home), _) => Self::under(&absolute("KEYHOLDER_HOME", home)?),
            (None, "windows") => Self::on_windows(&var)?,
            (None, "macos") => Self::on_macos(&var)?,
            (None, _) => Self::on_xdg(&var)?,
        };
        if os == "windows" {
            return Ok(places); // Named pipes: no path, no limit.
        }
        let longest = places.run.join(LONGEST_SOCKET);
        if longest.as_os_str().len() > MAX_SOCKET_PATH { Err(PlaceError::SocketPath(longest)) } else { Ok(places) }
    }

    /// All four under one folder: what `KEYHOLDER_HOME` means.
    pub fn under(home: &Path) -> Self {
        Self { config: home.join("config"), data: home.join("data"), state: home.join("state"), run: home.join("run") }
    }

    /// The person's configuration file.
    pub fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }

    /// The folder of the person's own rules.
    pub fn policies(&self) -> PathBuf {
        self.config.join("policies")
    }

    /// The audit log.
    pub fn audit_file(&self) -> PathBuf {
        self.data.join("audit.db")
    }

    fn on_xdg(var: &dyn Fn(&'static str) -> Option<PathBuf>) -> Result<Self, PlaceError> {
        // The XDG Base Directory Specification: a relative path is to be ignored.
        let xdg = |name: &'static str| var(name).filter(|path| path.is_absolute());
        let folder = |name: &'static str, usual: &str| match xdg(name) {
            Some(path) => Ok(path.join(NAME)),
            None => Ok(home(var)?.join(usual).join(NAME)),
        };
        let state = folder("XDG_STATE_HOME", ".local/state")?;
        let run = xdg("XDG_RUNTIME_DIR").map_or_else(|| state.join("run"), |path| path.join(NAME));
        Ok(Self {
            config: folder("XDG_CONFIG_HOME", ".config")?,
            data: folder("XDG_DATA_HOME", ".local/share")?,
            state,
            run,
        })
    }

    fn on_macos(var: &dyn Fn(&'static str) -> Option<PathBuf>) -> Result<Self, PlaceError> {
        let library = home(var)?.join("Library");
        let support = library.join("Application Support/dev.keyholder.Keyholder");
        let run = match var("TMPDIR") {
            // The per-user folder of the system, not a shared /tmp.
            Some(path) if path.starts_with("/var/folders") || path.starts_with("/private/var/folders") => {
                path.join(NAME)
            }
            _ => library.join("Caches").join(NAME),
        };
        Ok(Self {
            config: support.join("config"),
            data: support.join("data"),
            state: library.join("Logs/Keyholder"),
            run,
        })
    }

    fn on_windows(var: &dyn Fn(&'static str) -> Option<PathBuf>) -> Result<Self, PlaceError> {
        let roaming = var("APPDATA").ok_or(PlaceError::Homeless("APPDATA"))?.join("Keyholder");
        let local = var("LOCALAPPDATA").ok_or(PlaceError::Homeless("LOCALAPPDATA"))?.join("Keyholder");
        Ok(Self { config: roaming, data: local.join("data"), state: local.join("logs"), run: local.join("run") })
    }
}

fn home(var: &dyn Fn(&'static str) -> Option<PathBuf>) -> Result<PathBuf, PlaceError> {
    absolute("HOME", var("HOME").ok_or(PlaceError::Homeless("HOME"))?)
}

fn absolute(variable: &'static str, path: PathBuf) -> Result<PathBuf, PlaceError> {
    if path.is_absolute() { Ok(path) } else { Err(PlaceError::Relative { variable, path }) }
}

const NAME: &str = "keyholder";
const LONGEST_SOCKET: &str = "console.sock";

#[cfg(test)]
mod tests;

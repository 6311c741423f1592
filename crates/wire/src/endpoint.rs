//! Where the broker listens: two sockets in the run folder (named pipes on Windows).
//!
//! Before anyone connects or listens, the folder must be a real directory, ours, and closed to others: whoever owns the
//! folder owns the socket (catalogue case 142).

use crate::place::Places;
use interprocess::local_socket::{GenericFilePath, Name, ToFsName};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use interprocess::local_socket::Stream;

/// The broker's two doors that have a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Door {
    /// The front door, `bridge.sock`: for bridges.
    Bridge,
    /// The side door, `console.sock`: for the `keyholder` command.
    Console,
}

/// Why a door cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// Nobody listens.
    #[error("no broker is running")]
    Absent(#[source] io::Error),
    /// The run folder is not as it must be.
    #[error("{} {fault}: Keyholder uses no socket there; remove it and try again", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What is wrong.
        fault: &'static str,
    },
    /// The system refused.
    #[error("{} cannot be used: {source}", path.display())]
    System {
        /// The folder or socket.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Door {
    /// The socket's file name.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Bridge => "bridge.sock",
            Self::Console => "console.sock",
        }
    }

    /// The socket's path; on Windows the pipe's.
    pub fn path(self, places: &Places) -> PathBuf {
        if std::env::consts::OS == "windows" {
            let door = if self == Self::Bridge { "bridge" } else { "console" };
            PathBuf::from(format!(r"\\.\pipe\keyholder-{:016x}-{door}", fingerprint(&places.run)))
        } else {
            places.run.join(self.file())
        }
    }
}

/// The name under which the broker listens and the others connect.
///
/// # Errors
/// [`EndpointError::System`] where the platform cannot have such a name.
pub fn name(places: &Places, door: Door) -> Result<Name<'static>, EndpointError> {
    let path = door.path(places);
    path.clone().to_fs_name::<GenericFilePath>().map_err(|source| EndpointError::System { path, source })
}

/// Connects to a door, if the folder it stands in is ours alone.
///
/// # Errors
/// [`EndpointError::Absent`] if nobody listens (then a broker may be woken), the other variants where one must not go on.
pub fn connect(places: &Places, door: Door) -> Result<Stream, EndpointError> {
    use interprocess::local_socket::traits::Stream as _;
    check_folder(&places.run)?;
    let path = door.path(places);
    Stream::connect(name(places, door)?).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => EndpointError::Absent(source),
        _ => EndpointError::System { path, source },
    })
}

/// Limits how long one read from the other side may take, or lifts the limit.
///
/// # Errors
/// Where the platform has no such limit: then reads simply wait.
pub fn limit_wait(stream: &Stream, longest: Option<Duration>) -> io::Result<()> {
    use interprocess::local_socket::traits::Stream as _;
    stream.set_recv_timeout(longest)
}

/// Checks that the run folder is a directory, not a link, owned by this user, with mode 0700.
///
/// # Errors
/// [`EndpointError::Absent`] if it does not exist; [`EndpointError::Folder`] if it is not as it must be.
#[cfg(unix)]
pub fn check_folder(run: &Path) -> Result<(), EndpointError> {
    use std::os::unix::fs::MetadataExt as _;
    let refuse = |fault| Err(EndpointError::Folder { path: run.to_owned(), fault });
    // Not following links: a link could be turned elsewhere after the check.
    let found = match std::fs::symlink_metadata(run) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(EndpointError::Absent(error)),
        Err(source) => return Err(EndpointError::System { path: run.to_owned(), source }),
    };
    if !found.is_dir() {
        return refuse("is not a directory");
    }
    if found.uid() != rustix::process::geteuid().as_raw() {
        return refuse("belongs to another user");
    }
    if found.mode() & 0o077 != 0 {
        return refuse("can be entered by other users (its mode must be 0700)");
    }
    Ok(())
}

/// Makes the run folder with mode 0700 where it is missing, then checks it: what the broker does before it listens.
///
/// # Errors
/// [`EndpointError`]; an existing folder that is not as it must be is never repaired, since it may not be ours.
#[cfg(unix)]
pub fn prepare_folder(run: &Path) -> Result<(), EndpointError> {
    use std::os::unix::fs::DirBuilderExt as _;
    let system = |source| EndpointError::System { path: run.to_owned(), source };
    if let Some(parent) = run.parent() {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(parent).map_err(system)?;
    }
    match std::fs::DirBuilder::new().mode(0o700).create(run) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(system(error)),
        _ => {}
    }
    check_folder(run)
}

/// Makes the run folder: other files of the broker stand there on Windows too.
///
/// # Errors
/// [`EndpointError::System`].
#[cfg(not(unix))]
pub fn prepare_folder(run: &Path) -> Result<(), EndpointError> {
    std::fs::create_dir_all(run).map_err(|source| EndpointError::System { path: run.to_owned(), source })
}

/// Named pipes stand in no folder: there is nothing to check.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn check_folder(_run: &Path) -> Result<(), EndpointError> {
    Ok(())
}

/// FNV-1a of a path: two homes on one machine get two pipe names. Not a secret, not a protection.
fn fingerprint(path: &Path) -> u64 {
    path.as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests;

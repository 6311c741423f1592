//! Where the broker listens: one per user, in a folder that nobody else can enter.

use interprocess::local_socket::ListenerOptions;
use interprocess::local_socket::tokio::Listener;
use keyholder_wire::endpoint::{self, Door, EndpointError};
use keyholder_wire::place::Places;
use std::fs::{File, TryLockError};
use std::path::PathBuf;

/// Both doors, and the lock that makes this the only broker of its user.
#[derive(Debug)]
pub struct Doors {
    /// For `keyholder bridge`.
    pub bridge: Listener,
    /// For the other verbs of `keyholder`.
    pub console: Listener,
    /// Held as long as the broker lives; the system lets go of it even after `kill -9`.
    _lock: File,
}

/// Why the doors cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// Another broker of this user is at work.
    #[error("keyholderd is already running")]
    AlreadyRunning,
    /// The run folder is not ours, or not closed to others.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The system refused.
    #[error("{} cannot be used: {source}", path.display())]
    System {
        /// File or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Opens both doors.
///
/// The lock decides who is the one broker, so whatever lies at a socket's path afterwards is left from one that died, and is
/// removed; a folder that is not ours alone is refused before anything in it is touched (catalogue cases 141, 142).
///
/// # Errors
/// [`DoorError::AlreadyRunning`] if another broker holds the lock; the others if the folder or sockets cannot be had.
pub fn open(places: &Places) -> Result<Doors, DoorError> {
    let run = &places.run;
    crate::door::peer::make_private_folder(run).map_err(|source| DoorError::System { path: run.clone(), source })?;
    endpoint::check_folder(run)?;
    let path = run.join("broker.lock");
    let system = |source| DoorError::System { path: path.clone(), source };
    let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(system)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(DoorError::AlreadyRunning),
        Err(TryLockError::Error(source)) => return Err(system(source)),
    }
    Ok(Doors { bridge: listen(places, Door::Bridge)?, console: listen(places, Door::Console)?, _lock: lock })
}

fn listen(places: &Places, door: Door) -> Result<Listener, DoorError> {
    let path = door.path(places);
    let name = endpoint::name(places, door)?;
    // Only a socket is removed: a file that somebody put there stays, and is named in the error.
    if std::fs::symlink_metadata(&path).is_ok_and(|found| crate::door::peer::is_socket(&found)) {
        std::fs::remove_file(&path).map_err(|source| DoorError::System { path: path.clone(), source })?;
    }
    ListenerOptions::new().name(name).create_tokio().map_err(|source| DoorError::System { path, source })
}

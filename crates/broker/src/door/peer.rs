//! Who is at the door: checked by the kernel, described for a person. The one place of this crate that knows platforms apart.

#[cfg(target_os = "linux")]
mod name;

use interprocess::local_socket::tokio::Stream;
use interprocess::local_socket::traits::StreamCommon as _;
use keyholder_model::caller::{Caller, Process, Signature};
use std::fs::Metadata;
use std::io;
use std::path::Path;

/// How many ancestors are looked at.
const MAX_ANCESTRY: usize = 6;

/// A peer that must not be served.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    /// Another user's process, or one whose user cannot be told.
    #[error("a process of another user knocked")]
    Foreign,
    /// The kernel would not say.
    #[error("the caller cannot be identified: {0}")]
    Unidentified(#[from] io::Error),
}

/// Checks that the other end belongs to this user, and describes it.
///
/// # Errors
/// [`PeerError`]; the connection is then closed before a byte of it is read (catalogue case 206).
pub fn identify(stream: &Stream) -> Result<Caller, PeerError> {
    let credentials = stream.peer_creds()?;
    check_user(&credentials)?;
    let chain = credentials.pid().and_then(|pid| u32::try_from(pid).ok()).map(ancestry).unwrap_or_default();
    Ok(Caller { chain, signature: Signature::Unknown })
}

#[cfg(unix)]
fn check_user(credentials: &interprocess::local_socket::PeerCreds) -> Result<(), PeerError> {
    let ours = rustix::process::geteuid().as_raw();
    match credentials.euid() {
        Some(theirs) if theirs == ours => Ok(()),
        _ => Err(PeerError::Foreign),
    }
}

/// On Windows the pipe's access list admits its owner alone.
#[cfg(not(unix))]
fn check_user(_: &interprocess::local_socket::PeerCreds) -> Result<(), PeerError> {
    Ok(())
}

/// The chain of processes that led to this one.
pub fn ancestors() -> Vec<Process> {
    ancestry(std::process::id())
}

/// The chain of processes from `pid` upward.
#[cfg(target_os = "linux")]
fn ancestry(pid: u32) -> Vec<Process> {
    let mut chain = Vec::with_capacity(MAX_ANCESTRY);
    let mut next = i32::try_from(pid).ok();
    while let Some(pid) = next.filter(|pid| *pid > 0 && chain.len() < MAX_ANCESTRY) {
        let Ok(process) = procfs::process::Process::new(pid) else { break };
        let Ok(stat) = process.stat() else { break };
        let executable = process.exe().ok();
        let words = process.cmdline().unwrap_or_default();
        let name = name::of(executable.as_deref(), &words).unwrap_or_else(|| stat.comm.clone());
        chain.push(Process { pid: pid.unsigned_abs(), executable, name, started: stat.starttime });
        next = Some(stat.ppid);
    }
    chain
}

/// Elsewhere only the peer itself is known so far.
#[cfg(not(target_os = "linux"))]
fn ancestry(pid: u32) -> Vec<Process> {
    let mut chain = vec![Process { pid, executable: None, name: "unknown".to_owned(), started: 0 }];
    chain.truncate(MAX_ANCESTRY);
    chain
}

/// Makes a folder that only this user can enter, with all that lead to it.
///
/// # Errors
/// What the system says.
#[cfg(unix)]
pub fn make_private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Makes a folder; the profile's own access list closes it to other users.
///
/// # Errors
/// What the system says.
#[cfg(not(unix))]
pub fn make_private_folder(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}

#[cfg(unix)]
pub(crate) fn is_socket(found: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    found.file_type().is_socket()
}

#[cfg(not(unix))]
pub(crate) fn is_socket(_: &Metadata) -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn this_test_has_ancestors() {
        let chain = ancestry(std::process::id());
        assert!(chain.len() > 1);
        assert_eq!(chain[0].pid, std::process::id());
    }
}

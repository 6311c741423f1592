//! Whether the file is one that Keyholder may trust, before SQLite sees it.

use crate::error::AuditError;
use keyholder_model::clock::Timestamp;
use std::fs::{self, Metadata, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Creates the file for its owner alone, or checks the one that is there: an ordinary file, our own, readable by nobody else.
///
/// The files that SQLite keeps beside it are looked at too, because a link planted there would be written through.
pub(crate) fn prepare(path: &Path) -> Result<(), AuditError> {
    for beside in ["-wal", "-shm", "-journal"].map(|suffix| with_suffix(path, suffix)) {
        inspect(&beside)?;
    }
    if inspect(path)? {
        return Ok(());
    }
    // `create_new` follows no link and takes over no file that appeared meanwhile.
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    for_owner_only(&mut options);
    options.open(path).map(drop).map_err(|source| AuditError::Unwritable { path: path.to_owned(), source })
}

/// Moves a damaged log (and what SQLite keeps beside it) out of the way, keeping it for examination. Returns its new name.
///
/// # Errors
/// [`AuditError::Unwritable`] if the folder does not allow it.
pub fn set_aside(path: &Path, now: Timestamp) -> Result<PathBuf, AuditError> {
    let aside = with_suffix(path, &format!(".damaged-{}", now.as_millis()));
    let refuse = |source| AuditError::Unwritable { path: path.to_owned(), source };
    if fs::symlink_metadata(&aside).is_ok() {
        return Err(refuse(std::io::Error::from(ErrorKind::AlreadyExists)));
    }
    fs::rename(path, &aside).map_err(refuse)?;
    for suffix in ["-wal", "-shm", "-journal"] {
        match fs::rename(with_suffix(path, suffix), with_suffix(&aside, suffix)) {
            Err(why) if why.kind() != ErrorKind::NotFound => return Err(refuse(why)),
            _ => {}
        }
    }
    Ok(aside)
}

/// Whether the file exists; refuses one that is not ours or no ordinary file.
fn inspect(path: &Path) -> Result<bool, AuditError> {
    let refuse = |why| Err(AuditError::Unsafe { path: path.to_owned(), why });
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(false),
        Err(source) => return Err(AuditError::Unwritable { path: path.to_owned(), source }),
    };
    if found.is_symlink() {
        return refuse("it is a link to another file");
    }
    if !found.is_file() {
        return refuse("it is no ordinary file");
    }
    if is_foreign(&found) {
        return refuse("it belongs to another user");
    }
    if is_open_to_others(&found) {
        close_to_others(path).map_err(|source| AuditError::Unwritable { path: path.to_owned(), source })?;
    }
    Ok(true)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(unix)]
fn for_owner_only(options: &mut OpenOptions) {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

#[cfg(unix)]
fn is_foreign(found: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::uid(found) != rustix::process::geteuid().as_raw()
}

#[cfg(unix)]
fn is_open_to_others(found: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(found) & 0o077 != 0
}

#[cfg(unix)]
fn close_to_others(path: &Path) -> std::io::Result<()> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
}

// On Windows the file inherits the access list of the person's own folder.
#[cfg(not(unix))]
fn for_owner_only(_: &mut OpenOptions) {}

#[cfg(not(unix))]
fn is_foreign(_: &Metadata) -> bool {
    false
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Metadata) -> bool {
    false
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> std::io::Result<()> {
    Ok(())
}

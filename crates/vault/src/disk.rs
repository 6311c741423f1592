//! Files that hold sealed bytes: replaced as a whole, readable by their owner alone.

use crate::error::VaultError;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Sealed files are small; what is larger was not written here.
const LARGEST: u64 = 16 << 20;

/// Writes a file so that either the old or the new content is there, whatever happens: a new file beside it, flushed to the disk,
/// then renamed over it.
///
/// # Errors
/// [`VaultError::Refused`] if the file system says no.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let refused = |why: io::Error| VaultError::Refused { act: "write its sealed file", why: why.to_string() };
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    // Left over from a write that was cut off, or planted: never written through.
    remove(&beside)?;
    let mut file = owner_only(OpenOptions::new().write(true).create_new(true)).open(&beside).map_err(refused)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(refused)?;
    drop(file);
    rename(&beside, path)
}

/// Renames, and makes that last.
///
/// # Errors
/// [`VaultError::Refused`] if the file system says no.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), VaultError> {
    let refused = |why: io::Error| VaultError::Refused { act: "replace its sealed file", why: why.to_string() };
    fs::rename(from, to).map_err(refused)?;
    match to.parent() {
        Some(folder) if cfg!(unix) => File::open(folder).and_then(|folder| folder.sync_all()).map_err(refused),
        _ => Ok(()),
    }
}

/// Makes the folder, for its owner alone.
///
/// # Errors
/// [`VaultError::Refused`] if the file system says no.
pub(crate) fn make_folder(folder: &Path) -> Result<(), VaultError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|why| VaultError::Refused { act: "make the folder of its sealed files", why: why.to_string() })
}

/// The file's bytes, or `None` where there is no file.
///
/// # Errors
/// [`VaultError::Unsafe`] if it is a link, no plain file, or open to others; [`VaultError::Refused`] if it cannot be read.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, VaultError> {
    let not_safe = |fault| VaultError::Unsafe { path: path.display().to_string(), fault };
    let refused = |why: io::Error| VaultError::Refused { act: "read its sealed file", why: why.to_string() };
    let named = match fs::symlink_metadata(path) {
        Ok(named) => named,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(refused(why)),
    };
    if named.is_symlink() {
        return Err(not_safe("it is a link"));
    }
    if !named.is_file() {
        return Err(not_safe("it is no plain file"));
    }
    let file = File::open(path).map_err(refused)?;
    let opened = file.metadata().map_err(refused)?;
    if !is_same(&named, &opened) {
        return Err(not_safe("it was exchanged while it was opened"));
    }
    if is_open_to_others(&opened) {
        return Err(not_safe("other users may read or write it"));
    }
    if opened.len() > LARGEST {
        return Err(not_safe("it is too large"));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes).map_err(refused)?;
    Ok(Some(bytes))
}

/// Removes the file; no file is no error.
///
/// # Errors
/// [`VaultError::Refused`] if the file system says no.
pub(crate) fn remove(path: &Path) -> Result<(), VaultError> {
    match fs::remove_file(path) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => {
            Err(VaultError::Refused { act: "remove a sealed file", why: why.to_string() })
        }
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600)
}

#[cfg(unix)]
fn is_open_to_others(file: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&file.permissions()) & 0o077 != 0
}

#[cfg(unix)]
fn is_same(named: &fs::Metadata, opened: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (named.dev(), named.ino()) == (opened.dev(), opened.ino())
}

// Windows: the person's profile folder is closed to others already, and its rules are inherited.
#[cfg(not(unix))]
fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(not(unix))]
fn is_open_to_others(_file: &fs::Metadata) -> bool {
    false
}

#[cfg(not(unix))]
fn is_same(_named: &fs::Metadata, opened: &fs::Metadata) -> bool {
    opened.is_file()
}

//! Files: trusted before they are read, replaced as a whole when they are written.

use crate::error::SettingsError;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// The text of `config.toml`; empty where there is none.
pub(crate) fn read(path: &Path) -> Result<String, SettingsError> {
    let refuse = |source| SettingsError::File { path: path.to_owned(), source };
    match fs::metadata(path) {
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(String::new()),
        Err(why) => return Err(refuse(why)),
        // A FIFO would keep the reader waiting for ever.
        Ok(found) if !found.is_file() => {
            return Err(SettingsError::Unsafe { path: path.to_owned(), why: "it is no ordinary file" });
        }
        Ok(found) if is_foreign(&found) => {
            return Err(SettingsError::Unsafe { path: path.to_owned(), why: "it belongs to another user" });
        }
        Ok(_) => {}
    }
    let mut text = String::new();
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_string(&mut text)).map_err(refuse)?;
    if text.len() as u64 > LARGEST {
        return Err(SettingsError::Unsafe { path: path.to_owned(), why: "it is larger than 1 MiB" });
    }
    Ok(text)
}

/// Replaces the file as a whole, if it still is what was read: written beside it, synced, renamed. Keeps the mode; follows a
/// link, as people keep their settings in a repository of their own.
pub(crate) fn replace(path: &Path, expected: &str, text: &str) -> Result<(), SettingsError> {
    let refuse = |source| SettingsError::File { path: path.to_owned(), source };
    let target = match fs::canonicalize(path) {
        Ok(target) => target,
        Err(why) if why.kind() == ErrorKind::NotFound => path.to_owned(),
        Err(why) => return Err(refuse(why)),
    };
    let beside = with_suffix(&target, ".keyholder-new");
    // Left behind by a crash; our own name, so nobody else's work.
    match fs::remove_file(&beside) {
        Err(why) if why.kind() != ErrorKind::NotFound => return Err(refuse(why)),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    for_owner_only(&mut options);
    let written = options.open(&beside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        if let Ok(found) = fs::metadata(&target) {
            file.set_permissions(found.permissions())?;
        }
        file.sync_all()
    });
    let result = written.map_err(refuse).and_then(|()| {
        // The last look before the rename: a person's edit in between must not be lost.
        if read(path)? == expected {
            fs::rename(&beside, &target).map_err(refuse)
        } else {
            Err(SettingsError::Busy { path: path.to_owned() })
        }
    });
    if result.is_err() {
        let _ = fs::remove_file(&beside);
        return result;
    }
    // Where a folder cannot be synced (Windows) the rename is as durable as it gets.
    if let Some(folder) = target.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Creates a database file for its owner alone, or checks the one that is there.
pub(crate) fn prepare_database(path: &Path) -> Result<(), SettingsError> {
    for beside in ["-wal", "-shm", "-journal"].map(|suffix| with_suffix(path, suffix)) {
        inspect(&beside)?;
    }
    if inspect(path)? {
        return Ok(());
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    for_owner_only(&mut options);
    options.open(path).map(drop).map_err(|source| SettingsError::File { path: path.to_owned(), source })
}

fn inspect(path: &Path) -> Result<bool, SettingsError> {
    let refuse = |why| Err(SettingsError::Unsafe { path: path.to_owned(), why });
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(false),
        Err(source) => return Err(SettingsError::File { path: path.to_owned(), source }),
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
    close_to_others(path, &found).map_err(|source| SettingsError::File { path: path.to_owned(), source })?;
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

/// The system administrator's file is trusted too: root could change ours anyway.
#[cfg(unix)]
fn is_foreign(found: &Metadata) -> bool {
    let owner = std::os::unix::fs::MetadataExt::uid(found);
    owner != 0 && owner != rustix::process::geteuid().as_raw()
}

#[cfg(unix)]
fn close_to_others(path: &Path, found: &Metadata) -> std::io::Result<()> {
    let is_open_to_others = std::os::unix::fs::MetadataExt::mode(found) & 0o077 != 0;
    if is_open_to_others {
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    }
    Ok(())
}

// On Windows the files inherit the access list of the person's own folder.
#[cfg(not(unix))]
fn for_owner_only(_: &mut OpenOptions) {}

#[cfg(not(unix))]
fn is_foreign(_: &Metadata) -> bool {
    false
}

#[cfg(not(unix))]
fn close_to_others(_: &Path, _: &Metadata) -> std::io::Result<()> {
    Ok(())
}

/// Bytes of the largest `config.toml` that is read.
const LARGEST: u64 = 1 << 20;

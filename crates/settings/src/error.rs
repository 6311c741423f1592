//! What can go wrong with the settings.

use keyholder_model::server::ServerName;
use rusqlite::ErrorCode;
use std::path::{Path, PathBuf};

/// Why the settings cannot be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file went on changing while it was to be rewritten.
    #[error("{} is being changed by another program; try again", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// `config.toml` says something that cannot be understood.
    #[error("{}, line {line}, column {column}: {what}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
        /// What is wrong, in one sentence that shows no value.
        what: String,
    },
    /// The database is no longer readable.
    #[error("the settings database {} is damaged: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        why: String,
    },
    /// A server of this name is there already.
    #[error("there is already a server named {0}")]
    Exists(ServerName),
    /// A file cannot be read or written.
    #[error("{} cannot be used: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// No space is left.
    #[error("the settings cannot be saved because the disk is full")]
    Full,
    /// A later version of Keyholder wrote the database; it is left as it is (catalogue case 158).
    #[error("the settings database {} was written by a newer Keyholder (its version is {found}, this program knows {known})", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The file's version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// Anything else that the database reports.
    #[error("the settings database could not be used: {0}")]
    Store(#[source] rusqlite::Error),
    /// More than is kept: a server's texts must not fill the disk.
    #[error("this is not kept, because {0}")]
    TooMuch(&'static str),
    /// There is no server of this name.
    #[error("there is no server named {0}")]
    UnknownServer(ServerName),
    /// A setting cannot have this value.
    #[error("{0}")]
    Value(String),
    /// The file is not one that Keyholder may trust.
    #[error("{} is not used because {why}", path.display())]
    Unsafe {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl SettingsError {
    /// Sorts a database error by whose fault it is.
    pub(crate) fn of(source: rusqlite::Error, path: &Path) -> Self {
        let path = path.to_owned();
        match source {
            // A value that is not what we wrote.
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..) => Self::Damaged { path, why: source.to_string() },
            _ => match source.sqlite_error_code() {
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                    Self::Damaged { path, why: source.to_string() }
                }
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
                Some(ErrorCode::DiskFull) => Self::Full,
                Some(
                    ErrorCode::CannotOpen
                    | ErrorCode::PermissionDenied
                    | ErrorCode::ReadOnly
                    | ErrorCode::SystemIoFailure,
                ) => Self::File { path, source: std::io::Error::other(source) },
                _ => Self::Store(source),
            },
        }
    }
}

//! What can go wrong with the log.

use rusqlite::ErrorCode;
use std::path::PathBuf;

/// Why the log cannot be written or read. A call whose intent cannot be written is refused.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The file is no longer a readable log. The broker moves it aside and refuses calls until the person was told.
    #[error("the audit log {} is damaged: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        why: String,
    },
    /// The disk reported a failure; after that nothing written is assumed to be safe until the log is opened anew (catalogue
    /// case 151).
    #[error("the disk failed while the audit log was written; the log must be opened again")]
    Failed(#[source] Option<rusqlite::Error>),
    /// No space is left. Writing works again when there is.
    #[error("the audit log cannot be written because the disk is full")]
    Full,
    /// Another process writes this log (catalogue case 237).
    #[error("the audit log {} is in use by another Keyholder", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// A later version of Keyholder wrote this file; it is left as it is (catalogue case 158).
    #[error("the audit log {} was written by a newer Keyholder (its version is {found}, this program knows {known})", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The file's schema version.
        found: i64,
        /// The newest schema version that this program knows.
        known: i64,
    },
    /// The linked SQLite has the WAL-reset fault (catalogue case 149).
    #[error("this program was built with SQLite {found}, which can damage a log; 3.51.3 or newer is needed")]
    OldSqlite {
        /// The version that is linked.
        found: &'static str,
    },
    /// Anything else that the database reports.
    #[error("the audit log could not be used: {0}")]
    Store(#[source] rusqlite::Error),
    /// The file is not one that Keyholder may trust.
    #[error("the audit log {} is not used because {why}", path.display())]
    Unsafe {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The file or its folder cannot be written.
    #[error("the audit log {} cannot be written: {source}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl AuditError {
    /// Sorts a database error by whose fault it is.
    pub(crate) fn of(source: rusqlite::Error, path: &std::path::Path) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged { path, why: source.to_string() }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::InUse { path },
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::SystemIoFailure) => Self::Failed(Some(source)),
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
                Self::Unwritable { path, source: std::io::Error::other(source) }
            }
            _ => Self::Store(source),
        }
    }
}

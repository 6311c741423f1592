//! stdout, with one writer: whole lines only (spec T-001, T-002; invariant 9).

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

/// Where the host reads.
pub(super) struct Outlet {
    to: Mutex<Box<dyn Write + Send>>,
}

impl Outlet {
    /// The process's own stdout.
    pub(super) fn stdout() -> Self {
        Self::new(Box::new(io::stdout()))
    }

    pub(super) fn new(to: Box<dyn Write + Send>) -> Self {
        Self { to: Mutex::new(to) }
    }

    /// Writes one or more whole lines, all pieces without anything between them, and flushes.
    ///
    /// # Errors
    /// What writing gives: the host has closed its end.
    pub(super) fn write<'a>(&self, pieces: impl IntoIterator<Item = &'a [u8]>) -> io::Result<()> {
        let mut to = self.to.lock().unwrap_or_else(PoisonError::into_inner);
        for piece in pieces {
            to.write_all(piece)?;
        }
        to.flush()
    }

    /// Writes lines; without a reader there is nobody to serve, so the bridge ends (catalogue case 105).
    pub(super) fn say(&self, lines: &[u8]) {
        if !lines.is_empty() && self.write([lines]).is_err() {
            super::leave();
        }
    }
}

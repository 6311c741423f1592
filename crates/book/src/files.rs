//! Which rules of the person's own files they confirmed.

use crate::book::Book;
use crate::text;
use keyholder_model::digest::Digest;
use serde::{Deserialize, Serialize};

/// One rule of a file, as it was confirmed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FileRule {
    /// What it says, whatever its layout.
    #[serde(with = "text::digest")]
    pub meaning: Digest,
    /// Whether it permits; else it forbids.
    pub permits: bool,
    /// Its text in Cedar.
    pub text: String,
    /// The name of its file.
    pub file: String,
}

impl Book {
    /// What the person's files say was confirmed: from now on, what allows more waits.
    pub fn confirm_files(&mut self, rules: Vec<FileRule>) {
        self.files = Some(rules);
    }

    /// What was confirmed; none before there was anything to protect.
    pub fn files(&self) -> Option<&[FileRule]> {
        self.files.as_deref()
    }
}

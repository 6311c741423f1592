//! Which rules of the person's own files they confirmed.

use crate::book::Book;
use crate::text;
use keyholder_model::digest::Digest;
use keyholder_model::server::ServerName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    pub fn confirm_files(&mut self, rules: Vec<FileRule>, groups: BTreeMap<String, String>) {
        self.files = Some(rules);
        self.groups = groups;
    }

    /// The group of a server: as it stands in the configuration until something was confirmed, and as it was confirmed then.
    /// Another group could be one about which the rules say less.
    pub fn group<'a>(&'a self, server: &ServerName, configured: Option<&'a str>) -> Option<&'a str> {
        match self.files {
            None => configured,
            Some(_) => self.groups.get(server.as_str()).map(String::as_str),
        }
    }

    /// What was confirmed; none before there was anything to protect.
    pub fn files(&self) -> Option<&[FileRule]> {
        self.files.as_deref()
    }
}

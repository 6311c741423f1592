//! The person at the browser, played by the program `practice-browser`.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::programs::program;

/// A browser that `BROWSER` can name. Its folder says how the person is minded, since a broker that a bridge wakes hands no
/// other variable on.
#[derive(Debug)]
pub struct Browser {
    folder: TempDir,
}

/// What the person does with a sign-in page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Presses the button that allows.
    Allow,
    /// Presses the button that denies.
    Deny,
    /// Leaves it open.
    Ignore,
}

impl Browser {
    /// A browser with a person in this mood.
    pub fn new(mood: Mood) -> Self {
        let folder = tempfile::Builder::new().prefix("khb-").tempdir_in("/tmp").expect("/tmp takes a folder");
        let browser = Self { folder };
        let original = program("practice-browser");
        // A link where the folders are on one file system: a fresh copy may still be open for writing when it is started.
        let linked = fs::hard_link(&original, browser.program());
        linked.or_else(|_| fs::copy(&original, browser.program()).map(|_| ())).expect("the browser can be copied");
        browser.set_mood(mood);
        browser
    }

    /// What `BROWSER` is set to.
    pub fn program(&self) -> PathBuf {
        self.folder.path().join("practice-browser")
    }

    /// Changes the person's mind for the next page.
    pub fn set_mood(&self, mood: Mood) {
        let word = match mood {
            Mood::Allow => "allow",
            Mood::Deny => "deny",
            Mood::Ignore => "ignore",
        };
        fs::write(self.folder.path().join("mood"), word).expect("the browser's folder is ours");
    }

    /// Opens a page by hand: the person comes back to a tab.
    pub fn open(&self, address: &str) {
        let status =
            std::process::Command::new(self.program()).arg(address).status().expect("the browser can be started");
        assert!(status.success());
    }

    /// The addresses it was opened with.
    pub fn visits(&self) -> Vec<String> {
        let visits = fs::read_to_string(self.folder.path().join("visits")).unwrap_or_default();
        visits.lines().map(str::to_owned).collect()
    }

    /// The pages it ended up on, status line first, or what went wrong.
    pub fn landings(&self) -> String {
        fs::read_to_string(self.folder.path().join("landings")).unwrap_or_default()
    }
}

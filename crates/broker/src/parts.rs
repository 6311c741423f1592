//! What a door puts into the house: the person, their browser, where credentials are kept, time and chance.

use keyholder_approval::Approver;
use keyholder_console::news::Destination;
use keyholder_console::status::FaceView;
use keyholder_model::clock::{Clock, Rng};
use keyholder_oauth::VettedUrl;
use keyholder_settings::SettingsError;
use keyholder_wire::place::Places;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Opens the person's own browser. Never through a shell, never with anything but a vetted address (S-050).
pub trait Browser: Send + Sync {
    /// Opens the page.
    ///
    /// # Errors
    /// One sentence why no browser could be started.
    fn open(&self, url: &VettedUrl) -> Result<(), String>;

    /// What would open it.
    ///
    /// # Errors
    /// One sentence why nothing can.
    fn name(&self) -> Result<String, String>;
}

/// The person's screen.
pub trait Screen: Send + Sync {
    /// Whether it is locked; none where that cannot be told.
    fn is_locked(&self) -> Option<bool>;
}

/// A screen of which nothing is known.
#[derive(Clone, Copy, Debug)]
pub struct NoScreen;

impl Screen for NoScreen {
    fn is_locked(&self) -> Option<bool> {
        None
    }
}

/// Keyholder's own windows.
pub trait Windows: Send + Sync {
    /// Takes the person there, as soon as there is a window.
    ///
    /// # Errors
    /// One sentence why there can be none.
    fn show(&self, to: Destination) -> Result<(), String>;
}

/// No windows: there is no display, or somebody else is asked.
#[derive(Clone, Copy, Debug)]
pub struct NoWindows;

impl Windows for NoWindows {
    fn show(&self, _: Destination) -> Result<(), String> {
        Err("this broker has no window: it runs without a display, or asks in its terminal".to_owned())
    }
}

/// Where credentials are kept.
#[derive(Debug)]
pub enum VaultChoice {
    /// A sealed file; the file with its passphrase.
    File {
        /// The file with the passphrase.
        passphrase_file: PathBuf,
    },
    /// The operating system's keychain.
    Keychain,
    /// Nowhere: gone when the broker ends. For the demo.
    Memory,
}

/// What the broker is made of.
pub struct Parts {
    /// Where everything lies.
    pub places: Places,
    /// The name of the person whose machine it is, for rules.
    pub person: String,
    /// Their screen.
    pub screen: Arc<dyn Screen>,
    /// The person's face.
    pub approver: Arc<dyn Approver>,
    /// Keyholder's own windows.
    pub windows: Arc<dyn Windows>,
    /// Where the person is asked, for showing.
    pub face: FaceView,
    /// Their browser.
    pub browser: Arc<dyn Browser>,
    /// Where credentials are kept.
    pub vault: VaultChoice,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub rng: Arc<dyn Rng>,
    /// After how long without a bridge the broker leaves.
    pub idle_exit: IdleExit,
}

/// After how long without a bridge the broker leaves: what is said here, else what the settings say, else what is left.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct IdleExit {
    /// What the person said at its start: it goes before the settings.
    pub said: Option<Duration>,
    /// Where the settings say nothing; `None`: it stays.
    pub otherwise: Option<Duration>,
}

/// Why the broker cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// A folder cannot be made.
    #[error("{} cannot be made: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The settings cannot be read.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

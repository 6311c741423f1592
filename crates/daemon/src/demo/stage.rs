//! Sets everything up for the story, and clears it away: a throw-away home, practice servers, the real broker, the real bridge.

use super::command::Keyholder;
use super::host::Host;
use super::person::{Person, Visits};
use keyholder_broker::door::listener;
use keyholder_broker::door::peer::make_private_folder;
use keyholder_broker::{Broker, IdleExit, NoScreen, NoWindows, Parts, VaultChoice, try_keychain};
use keyholder_demo::{Faults, Options, Practice};
use keyholder_model::clock::{Clock, Rng, SystemClock, SystemRng};
use keyholder_wire::place::Places;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinHandle;

/// The server's name in the configuration.
pub(super) const SERVER: &str = "notes";

/// What is left to end gets this long.
const FAREWELL: Duration = Duration::from_secs(5);

/// Everything that takes part.
pub(super) struct Stage {
    pub(super) person: Person,
    pub(super) practice: Practice,
    pub(super) keyholder: Keyholder,
    pub(super) host: Mutex<Host>,
    pub(super) visits: Arc<Visits>,
    /// Why there is no keychain, where there is none.
    pub(super) without_keychain: Option<String>,
    broker: Arc<Broker>,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
    home: TempDir,
}

impl Stage {
    /// Sets everything up.
    ///
    /// # Errors
    /// One sentence.
    pub(super) async fn set() -> Result<Self, String> {
        let home = throw_away_home()?;
        let places = Places::under(home.path());
        let keyholder = Keyholder::beside_us(home.path().to_owned())?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let rng: Arc<dyn Rng> = Arc::new(SystemRng);

        // A server with a tool that no server should have: step 5 needs it.
        let faults = Faults { echo_credentials: true, ..Faults::default() };
        let options = Options { faults, ..Options::new(Arc::clone(&clock), Arc::clone(&rng)) };
        let practice =
            Practice::start(options).await.map_err(|why| format!("the practice servers cannot start: {why}"))?;
        write_configuration(&places, &practice.server_url())?;

        let without_keychain = try_keychain(&places, &*clock, &rng).await.err().map(|why| why.to_string());
        let vault = if without_keychain.is_none() { VaultChoice::Keychain } else { VaultChoice::Memory };
        let (person, visits) = (Person::find(), Arc::new(Visits::default()));
        let doors = listener::open(&places).map_err(|why| why.to_string())?;
        let broker = Broker::build(Parts {
            places,
            person: crate::user::name(|variable| std::env::var(variable).ok()),
            screen: Arc::new(NoScreen),
            approver: person.approver(),
            windows: Arc::new(NoWindows),
            face: person.face(),
            browser: person.browser(Arc::clone(&visits)),
            vault,
            clock,
            rng,
            idle_exit: IdleExit::default(),
        })
        .map_err(|why| why.to_string())?;
        person.attend(&broker);
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = Arc::clone(&broker);
        let running = tokio::spawn(async move {
            // A stage that is dropped says stop as well.
            serving.run(doors, async { drop(stopped.await) }).await;
        });
        let host = Mutex::new(Host::start(&keyholder, SERVER)?);
        Ok(Self { person, practice, keyholder, host, visits, without_keychain, broker, stop, running, home })
    }

    /// Where everything of the demo lies.
    pub(super) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Ends everything and leaves nothing behind: no process, no folder, no item in the keychain.
    ///
    /// # Errors
    /// One sentence about what is left.
    pub(super) async fn clear(self) -> Result<(), String> {
        self.host.into_inner().quit().await;
        let _ = self.stop.send(());
        let ended = tokio::time::timeout(FAREWELL, self.running).await;
        let emptied = self.broker.empty_vault().await;
        self.practice.stop().await;
        let path = self.home.path().to_owned();
        let removed = self.home.close();
        ended.map_err(|_| "the demo's broker did not end in time".to_owned())?.map_err(|why| why.to_string())?;
        emptied.map_err(|why| format!("something of the demo is left in the keychain: {why}"))?;
        removed.map_err(|why| format!("{} cannot be removed: {why}", path.display()))
    }
}

/// A folder that only this user can enter, with a path short enough for sockets.
fn throw_away_home() -> Result<TempDir, String> {
    let short = |folder: &Path| folder.as_os_str().len() <= 64;
    let folder = std::env::temp_dir();
    let folder = if short(&folder) || cfg!(windows) { folder } else { Path::new("/tmp").to_owned() };
    // On Unix `tempfile` makes folders with mode 0700.
    let made = tempfile::Builder::new().prefix("kh-").tempdir_in(&folder);
    made.map_err(|why| format!("{} takes no folder: {why}", folder.display()))
}

/// What `keyholder add notes URL` would write, and a deadline that leaves time to read.
fn write_configuration(places: &Places, url: &str) -> Result<(), String> {
    let file = places.config_file();
    let text = format!("[servers.{SERVER}]\nurl = \"{url}\"\n\n[approval]\ndeadline_seconds = 600\n");
    make_private_folder(&places.config)
        .and_then(|()| std::fs::write(&file, text))
        .map_err(|why| format!("{} cannot be written: {why}", file.display()))
}

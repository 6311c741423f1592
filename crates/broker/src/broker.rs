//! The house put together: every room in its place, both doors open, until it is told to stop.

use crate::answers::OfferedWith;
use crate::book::Shelf;
use crate::bulletin::{Bulletin, Posted};
use crate::counter;
use crate::decide::{Matter, Scene};
use crate::door::listener::Doors;
use crate::history::Histories;
use crate::live_secrets::LiveSecrets;
use crate::outages::Outages;
use crate::parts::{BrokerError, Browser, IdleExit, Parts, Screen, VaultChoice, Windows};
use crate::refusal::Refusal;
use crate::registry::Registry;
use crate::session::{self, Session};
use crate::site::Site;
use crate::upkeep;
use bytes::Bytes;
use interprocess::local_socket::traits::tokio::Listener as _;
use keyholder_approval::{Desk, Guard};
use keyholder_audit::{AuditError, Event, Log, Note};
use keyholder_console::status::FaceView;
use keyholder_mcp::fault::Fault;
use keyholder_model::caller::Caller;
use keyholder_model::clock::{Clock, Rng};
use keyholder_policy::Policy;
use keyholder_settings::Settings;
use keyholder_vault::{Vault, VaultError};
use keyholder_wire::place::Places;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// The broker.
pub struct Broker {
    pub(crate) places: Places,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rng: Arc<dyn Rng>,
    pub(crate) settings: Settings,
    pub(crate) policy: Policy,
    pub(crate) shelf: Shelf,
    pub(crate) histories: Histories,
    pub(crate) offered: OfferedWith,
    pub(crate) bulletin: Arc<Bulletin>,
    pub(crate) windows: Arc<dyn Windows>,
    /// Each window that is served holds a copy.
    pub(crate) open_windows: Arc<()>,
    pub(crate) person: String,
    pub(crate) screen: Arc<dyn Screen>,
    /// Answers come from a thread of the face's own.
    pub(crate) runtime: tokio::runtime::Handle,
    pub(crate) desk: Desk,
    pub(crate) browser: Arc<dyn Browser>,
    pub(crate) secrets: LiveSecrets,
    pub(crate) face: FaceView,
    pub(crate) vault_choice: VaultChoice,
    pub(crate) idle_exit: IdleExit,
    pub(crate) started: Duration,
    log: Result<Log, AuditError>,
    vault: tokio::sync::Mutex<Option<Vault>>,
    pub(crate) registry: Registry,
    pub(crate) outages: Outages,
    /// One grant is given back at a time, by whoever does it.
    pub(crate) giving_back: tokio::sync::Mutex<()>,
    locked: AtomicBool,
    verified: Mutex<Option<bool>>,
    stopping: Notify,
}

impl Broker {
    /// Puts the rooms in place. A log that is damaged or unwritable does not stop the broker from starting: it refuses what
    /// must be logged, and says so wherever a person looks (catalogue case 147).
    ///
    /// # Errors
    /// [`BrokerError`].
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn build(parts: Parts) -> Result<Arc<Self>, BrokerError> {
        let places = parts.places;
        for folder in [&places.config, &places.data, &places.state, &places.policies()] {
            crate::door::peer::make_private_folder(folder)
                .map_err(|source| BrokerError::Folder { path: folder.clone(), source })?;
        }
        let settings = Settings::open(&places.config, &places.data)?;
        let shelf = Shelf::default();
        let policy = Policy::load(&shelf.sources(&places));
        let log = upkeep::open_log(&places.audit_file(), &parts.clock);
        let bulletin = Arc::new(Bulletin::default());
        let guard = Guard::near(settings.options().guard);
        Ok(Arc::new(Self {
            desk: Desk::new(
                Arc::new(Posted { approver: parts.approver, bulletin: Arc::clone(&bulletin) }),
                Arc::clone(&parts.clock),
            )
            .guarded(guard),
            started: parts.clock.monotonic(),
            clock: parts.clock,
            rng: parts.rng,
            settings,
            policy,
            shelf,
            histories: Histories::default(),
            offered: OfferedWith::default(),
            bulletin: Arc::clone(&bulletin),
            windows: parts.windows,
            open_windows: Arc::default(),
            person: parts.person,
            screen: parts.screen,
            runtime: tokio::runtime::Handle::current(),
            browser: parts.browser,
            secrets: LiveSecrets::default(),
            face: parts.face,
            vault_choice: parts.vault,
            idle_exit: parts.idle_exit,
            log,
            vault: tokio::sync::Mutex::default(),
            registry: Registry::default(),
            outages: Outages::default(),
            giving_back: tokio::sync::Mutex::default(),
            locked: AtomicBool::new(false),
            verified: Mutex::default(),
            stopping: Notify::new(),
            places,
        }))
    }

    /// Serves both doors until `until` is over, the person says stop, or nobody has come for a while.
    pub async fn run(self: &Arc<Self>, doors: Doors, until: impl Future<Output = ()>) {
        let _ = self.note(&Note::of(Event::Start));
        self.remember_sessions();
        let housekeeping = tokio::spawn(upkeep::keep(Arc::clone(self)));
        tokio::pin!(until);
        loop {
            tokio::select! {
                bridge = doors.bridge.accept() => match bridge {
                    Ok(stream) => { tokio::spawn(session::serve(Arc::clone(self), stream)); }
                    Err(why) => self.rest_after(&why).await,
                },
                console = doors.console.accept() => match console {
                    Ok(stream) => { tokio::spawn(counter::serve(Arc::clone(self), stream)); }
                    Err(why) => self.rest_after(&why).await,
                },
                () = self.stopping.notified() => break,
                () = &mut until => break,
            }
        }
        housekeeping.abort();
        self.desk.clear();
        let _ = self.note(&Note::of(Event::Stop));
        upkeep::write_down_uses(self);
        upkeep::anchor(self).await;
    }

    /// Out of descriptors, most likely: going on at once would spin.
    async fn rest_after(&self, why: &std::io::Error) {
        tracing::error!(%why, "a caller could not be let in");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    /// Ends [`run`](Self::run).
    pub fn stop(&self) {
        self.stopping.notify_one();
    }

    /// The log.
    ///
    /// # Errors
    /// [`Refusal::Audit`] if it cannot be used: then nothing that must be logged may run.
    pub(crate) fn log(&self) -> Result<&Log, Refusal> {
        self.log.as_ref().map_err(|why| Refusal::Audit(why.to_string()))
    }

    /// Writes a note.
    ///
    /// # Errors
    /// [`Refusal::Audit`].
    pub(crate) fn note(&self, note: &Note<'_>) -> Result<(), Refusal> {
        let written = self.log()?.note(note).map_err(|why| Refusal::Audit(why.to_string()));
        if let Err(why) = &written {
            tracing::error!(%why, event = note.event.as_str(), "the log does not take a note");
        }
        self.bulletin.post_event(note.event);
        written.map(|_| ())
    }

    /// The keychain, opened at the first need and again after it was locked.
    ///
    /// # Errors
    /// [`VaultError`].
    pub(crate) async fn vault(&self) -> Result<Vault, VaultError> {
        let mut open = self.vault.lock().await;
        if let Some(vault) = &*open {
            return Ok(vault.clone());
        }
        let vault = upkeep::open_vault(&self.vault_choice, &self.places, &self.rng).await?;
        *open = Some(vault.clone());
        Ok(vault)
    }

    /// Removes everything of this home from the vault, after [`run`](Self::run): for a home that is thrown away.
    ///
    /// # Errors
    /// What the vault says; then something may be left in it.
    pub async fn empty_vault(&self) -> Result<(), VaultError> {
        upkeep::empty_vault(self).await
    }

    /// How long a host waits for the person (T-241).
    pub(crate) fn approval_budget(&self) -> Duration {
        self.settings.options().approval_deadline
    }

    /// After how long without a bridge the broker leaves; none where it stays.
    pub(crate) fn idle_exit(&self) -> Option<Duration> {
        self.idle_exit.said.or(self.settings.options().idle_exit).or(self.idle_exit.otherwise)
    }

    /// Whether the person has locked Keyholder.
    pub(crate) fn is_locked(&self) -> bool {
        self.locked.load(Ordering::Acquire)
    }

    /// Locks: nothing runs, and no token stays in memory.
    pub(crate) async fn lock(&self) {
        self.locked.store(true, Ordering::Release);
        self.desk.clear();
        for site in self.registry.sites() {
            site.keeper().forget();
        }
        for session in self.registry.sessions() {
            session.cut(&Refusal::Locked);
        }
        self.secrets.clear();
        *self.vault.lock().await = None;
    }

    /// Unlocks.
    pub(crate) fn unlock(&self) {
        self.locked.store(false, Ordering::Release);
    }

    /// What the last look at the whole log found; `None` before the first.
    pub(crate) fn verified(&self) -> Option<bool> {
        *self.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what a look at the whole log found.
    pub(crate) fn set_verified(&self, intact: bool) {
        *self.verified.lock().unwrap_or_else(PoisonError::into_inner) = Some(intact);
    }

    /// Removes live credentials from what goes to a host.
    pub(crate) fn scrub(&self, session: &Session, line: Vec<u8>) -> Bytes {
        let Some(scrubbed) = self.secrets.scrubber().scrub(&line) else { return line.into() };
        tracing::warn!(server = %session.site.server, places = scrubbed.found, "a live credential was removed from an answer");
        let reason = format!("a live credential was removed from an answer in {} places", scrubbed.found);
        let _ = self.note(&Note {
            session: Some(session.id),
            app: Some(session.caller.app()),
            server: Some(&session.site.server),
            account: Some(&session.site.account),
            reason: Some(&reason),
            ..Note::of(Event::Tamper)
        });
        scrubbed.bytes.into()
    }

    /// Notes a bridge that asks for what it cannot have, once: it goes on asking, since the person may mend it.
    pub(crate) fn note_refused_bridge(&self, caller: &Caller, sentence: &str) {
        if !self.registry.is_new_refusal(caller, sentence) {
            return;
        }
        let ancestry = caller.ancestry();
        let _ = self.note(&Note {
            app: Some(caller.app()),
            ancestry: Some(&ancestry),
            decision: Some("deny"),
            reason: Some(sentence),
            ..Note::of(Event::Refuse)
        });
    }

    /// Notes a line of a host that was no request.
    pub(crate) fn note_refused_line(&self, session: &Session, fault: &Fault) {
        let _ = self.note(&Note {
            session: Some(session.id),
            app: Some(session.caller.app()),
            server: Some(&session.site.server),
            decision: Some("deny"),
            reason: Some(&fault.message),
            ..Note::of(Event::Refuse)
        });
    }

    /// After a sign-in: hosts that were shown the reduced list may ask again.
    pub(crate) fn tools_may_have_changed(&self, site: &Arc<Site>) {
        for session in self.registry.sessions() {
            if Arc::ptr_eq(&session.site, site) {
                session.tell_tools_changed();
            }
        }
    }

    /// Tools of all other servers, by server and name: a tool of one that speaks of another's is odd (case 164).
    pub(crate) fn tools_elsewhere(&self, site: &Site) -> Vec<(String, String)> {
        let sites = self.registry.sites();
        let others = sites.iter().filter(|other| other.server != site.server);
        others
            .flat_map(|other| {
                other.catalog.tools().into_iter().map(|tool| (other.server.to_string(), tool.definition.name.clone()))
            })
            .collect()
    }

    /// Whether a tool is kept from an app altogether: then it is not even listed.
    pub(crate) fn hides(&self, session: &Session, tool: &str) -> bool {
        let matter = Matter {
            caller: &session.caller,
            site: &session.site,
            action: keyholder_policy::Action::Call {
                tool,
                arguments: b"{}",
                tier: keyholder_model::risk::Tier::Send,
                labels: keyholder_model::risk::Labels::NONE,
                pinned: None,
            },
            request: keyholder_model::digest::Digest::of_parts(&[b"listing"]),
            budget: Duration::ZERO,
        };
        let scene = Scene::of(self, &matter);
        self.policy.hides(&matter.facts(self, &scene))
    }

    /// A bridge came.
    pub(crate) fn enter(&self, session: &Arc<Session>) {
        tracing::info!(session = %session.id, app = session.caller.app(), server = %session.site.server, "a bridge came");
        self.registry.enter(session);
        let ancestry = session.caller.ancestry();
        let _ = self.note(&Note {
            session: Some(session.id),
            app: Some(session.caller.app()),
            ancestry: Some(&ancestry),
            server: Some(&session.site.server),
            account: Some(&session.site.account),
            ..Note::of(Event::Connect)
        });
    }

    /// A bridge left.
    pub(crate) fn leave(&self, session: &Arc<Session>) {
        tracing::info!(session = %session.id, "a bridge left");
        self.registry.leave(session);
        if !self.registry.sessions().iter().any(|other| other.caller.app() == session.caller.app()) {
            self.desk.quit(session.caller.app());
        }
        let _ = self.note(&Note {
            session: Some(session.id),
            app: Some(session.caller.app()),
            server: Some(&session.site.server),
            ..Note::of(Event::Disconnect)
        });
    }
}

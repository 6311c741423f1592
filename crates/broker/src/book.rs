//! What the person decided, read from the vault at the first need and written back with every decision.
//!
//! Rules come from here and from files: this is where the two are put together for the policy.

use crate::broker::Broker;
use crate::refusal::Refusal;
use crate::upkeep;
use crate::uses::Counted;
use arc_swap::ArcSwap;
use keyholder_book::{Answered, Book, FileRule};
use keyholder_model::clock::Timestamp;
use keyholder_model::id::RuleId;
use keyholder_policy::{Confirmed, ConfirmedRule, Effect, Life, Limits, Remembered, Sources};
use keyholder_vault::VaultError;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A keychain that was missing is not looked for again sooner than this.
const BETWEEN_LOOKS: Duration = Duration::from_secs(5);

/// Answers for a while that are kept in memory. More than a person can give.
const MOST_PASSING: usize = 500;

const DAY: Duration = Duration::from_hours(24);

/// The book, and what belongs to it only for now.
#[derive(Default)]
pub(crate) struct Shelf {
    now: ArcSwap<Reading>,
    /// One change at a time.
    turn: tokio::sync::Mutex<()>,
    lives: Mutex<HashMap<RuleId, Arc<Life>>>,
    passing: Mutex<Vec<Passing>>,
    pub(crate) counted: Counted,
}

/// What is known of the book.
#[derive(Default)]
enum Reading {
    /// There is no keychain, so nothing can be kept and no credential can be used: what is decided lasts as long as the broker.
    Absent { book: Arc<Book>, since: Duration },
    /// As the vault has it.
    Read(Arc<Book>),
    /// It was not looked at yet, or could not be read: nothing is allowed on its account.
    #[default]
    Unread,
}

/// A rule that is not written down: it ends with the broker at the latest.
#[derive(Clone)]
pub(crate) struct Passing {
    pub(crate) id: RuleId,
    pub(crate) text: String,
    pub(crate) origin: String,
    pub(crate) bound_to: Vec<String>,
    pub(crate) made: Timestamp,
    pub(crate) life: Arc<Life>,
}

impl Broker {
    /// The book.
    ///
    /// # Errors
    /// [`Refusal::Vault`] where there is a keychain that does not give it: then nothing may run.
    pub(crate) async fn book(&self) -> Result<Arc<Book>, Refusal> {
        if let Some(book) = self.shelf.book(self.clock.monotonic()) {
            return Ok(book);
        }
        let _turn = self.shelf.turn.lock().await;
        if let Some(book) = self.shelf.book(self.clock.monotonic()) {
            return Ok(book);
        }
        let read = match self.vault().await {
            Ok(vault) => vault.book().await,
            Err(why) => Err(why),
        };
        let book = match read {
            Ok(Some(bytes)) => Arc::new(Book::parse(&bytes).map_err(|why| Refusal::Book(why.to_string()))?),
            Ok(None) => Arc::new(self.first_book()),
            Err(VaultError::Missing { .. }) => {
                let book = self.shelf.absent().unwrap_or_default();
                self.shelf.put(Reading::Absent { book: Arc::clone(&book), since: self.clock.monotonic() });
                self.reload_rules();
                return Ok(book);
            }
            Err(why) => return Err(why.into()),
        };
        self.shelf.put(Reading::Read(Arc::clone(&book)));
        self.reload_rules();
        Ok(book)
    }

    /// Where there is no book there was nothing to decide yet. Where there are grants all the same, somebody took the book away:
    /// then nothing counts as confirmed.
    fn first_book(&self) -> Book {
        let mut book = Book::default();
        if self.settings.grants().is_ok_and(|grants| !grants.is_empty()) {
            tracing::warn!("there are grants and nothing that the person decided; rules in files wait to be confirmed");
            book.confirm_files(Vec::new(), BTreeMap::new());
        }
        book
    }

    /// The book as far as it is known now: for showing, and for what cannot wait. An unread one says nothing.
    pub(crate) fn known_book(&self) -> Arc<Book> {
        match &**self.shelf.now.load() {
            Reading::Absent { book, .. } | Reading::Read(book) => Arc::clone(book),
            Reading::Unread => Arc::default(),
        }
    }

    /// Changes the book, keeps it, and lets the rules follow.
    ///
    /// # Errors
    /// [`Refusal::Vault`]: nothing was changed.
    pub(crate) async fn change_book<T>(&self, change: impl FnOnce(&mut Book) -> T) -> Result<T, Refusal> {
        self.book().await?;
        let _turn = self.shelf.turn.lock().await;
        let mut book = (*self.known_book()).clone();
        let result = change(&mut book);
        book.note_moment(self.clock.now());
        let is_absent = matches!(**self.shelf.now.load(), Reading::Absent { .. });
        if is_absent {
            self.shelf.put(Reading::Absent { book: Arc::new(book), since: self.clock.monotonic() });
        } else {
            let bytes = book.to_bytes().map_err(|why| Refusal::Book(why.to_string()))?;
            self.vault().await?.set_book(&bytes).await?;
            self.shelf.put(Reading::Read(Arc::new(book)));
        }
        self.reload_rules();
        Ok(result)
    }

    /// Reads all rules anew; they count from the next call on.
    pub(crate) fn reload_rules(&self) {
        self.policy.reload(&self.shelf.sources(&self.places));
    }

    /// From the first sign-in on, what the files allow beyond what they said then waits for the person.
    pub(crate) async fn protect_files(&self) {
        if self.known_book().files().is_some() {
            return;
        }
        let (written, groups) = (file_rules(&self.policy.written()), self.groups());
        if let Err(why) = self.change_book(|book| book.confirm_files(written, groups)).await {
            tracing::error!(%why, "the rules in files could not be confirmed");
        }
    }

    /// The groups of servers as they are configured now.
    pub(crate) fn groups(&self) -> BTreeMap<String, String> {
        let servers = self.settings.servers().into_iter();
        servers.filter_map(|server| Some((server.name.to_string(), server.group?))).collect()
    }

    /// A rule that lasts as long as its life, and never longer than the broker.
    pub(crate) fn add_passing(&self, passing: Passing) {
        {
            let mut all = self.shelf.passing();
            if all.len() >= MOST_PASSING {
                all.remove(0);
            }
            all.push(passing);
        }
        self.reload_rules();
    }

    /// Takes a passing rule away. Says whether it was there.
    pub(crate) fn remove_passing(&self, id: RuleId) -> bool {
        let removed = {
            let mut all = self.shelf.passing();
            let before = all.len();
            all.retain(|passing| passing.id != id);
            all.len() < before
        };
        if removed {
            self.reload_rules();
        }
        removed
    }

    /// The passing rules.
    pub(crate) fn passing(&self) -> Vec<Passing> {
        self.shelf.passing().clone()
    }

    /// The life of a kept rule.
    pub(crate) fn life_of(&self, id: RuleId) -> Option<Arc<Life>> {
        self.shelf.lives().get(&id).cloned()
    }

    /// Writes down, once a day for each, when rules were last used, and takes out what has ended.
    pub(crate) async fn write_down_rules(&self) {
        let now = self.clock.now();
        let monotonic = self.clock.monotonic();
        self.shelf.passing().retain(|passing| passing.life.is_alive(now, monotonic));
        let book = self.known_book();
        let is_due = |answer: &Answered| {
            let used = self.life_of(answer.id).filter(|life| life.used() > 0).map(|life| life.last_used());
            used.filter(|used| answer.last_used.is_none_or(|known| used.since(known) >= DAY))
                .map(|used| (answer.id, used))
        };
        let due: HashMap<RuleId, Timestamp> = book.answers.iter().filter_map(is_due).collect();
        if due.is_empty() {
            return;
        }
        let written = self.change_book(|book| {
            for answer in &mut book.answers {
                answer.last_used = due.get(&answer.id).copied().or(answer.last_used);
            }
        });
        if let Err(why) = written.await {
            tracing::warn!(%why, "when rules were used could not be written down");
        }
    }
}

impl Shelf {
    /// Where rules come from.
    pub(crate) fn sources(&self, places: &keyholder_wire::place::Places) -> Sources {
        let files = |book: &Book| match book.files() {
            None => Confirmed::Everything,
            Some(rules) => Confirmed::Only(rules.iter().map(confirmed).collect()),
        };
        let (confirmed, mut remembered, unknown) = match &**self.now.load() {
            Reading::Absent { book, .. } | Reading::Read(book) => {
                (files(book), book.answers.iter().map(|answer| self.remembered(answer)).collect(), None)
            }
            // A block that cannot be read must not be as if it were not there (invariant 10).
            Reading::Unread => {
                (Confirmed::Only(Vec::new()), Vec::new(), Some("it was not read yet, or could not be".to_owned()))
            }
        };
        remembered.extend(self.passing().iter().map(|passing| Remembered {
            id: passing.id.to_string(),
            text: passing.text.clone(),
            life: Arc::clone(&passing.life),
        }));
        Sources {
            person: places.policies(),
            confirmed,
            managed: upkeep::managed_policies(),
            unknown,
            remembered,
            ..Sources::default()
        }
    }

    fn remembered(&self, answer: &Answered) -> Remembered {
        let mut lives = self.lives();
        let life = lives.entry(answer.id).or_insert_with(|| {
            let idle = answer.idle_days.map(|days| DAY * days);
            let limits = Limits { expires: answer.expires, ends: None, idle, uses: None };
            Arc::new(Life::new(limits, answer.last_used.unwrap_or(answer.made)))
        });
        Remembered { id: answer.id.to_string(), text: answer.text.clone(), life: Arc::clone(life) }
    }

    fn book(&self, now: Duration) -> Option<Arc<Book>> {
        match &**self.now.load() {
            Reading::Read(book) => Some(Arc::clone(book)),
            Reading::Absent { book, since } if now.saturating_sub(*since) < BETWEEN_LOOKS => Some(Arc::clone(book)),
            Reading::Absent { .. } | Reading::Unread => None,
        }
    }

    /// The book of a broker without a keychain.
    fn absent(&self) -> Option<Arc<Book>> {
        match &**self.now.load() {
            Reading::Absent { book, .. } => Some(Arc::clone(book)),
            Reading::Read(_) | Reading::Unread => None,
        }
    }

    fn put(&self, reading: Reading) {
        self.now.store(Arc::new(reading));
    }

    fn lives(&self) -> MutexGuard<'_, HashMap<RuleId, Arc<Life>>> {
        self.lives.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn passing(&self) -> MutexGuard<'_, Vec<Passing>> {
        self.passing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the files say, as it is confirmed.
pub(crate) fn file_rules(written: &[ConfirmedRule]) -> Vec<FileRule> {
    let rule = |rule: &ConfirmedRule| FileRule {
        meaning: rule.meaning,
        permits: rule.effect == Effect::Permit,
        text: rule.text.clone(),
        file: rule.file.clone(),
    };
    written.iter().map(rule).collect()
}

fn confirmed(rule: &FileRule) -> ConfirmedRule {
    let effect = if rule.permits { Effect::Permit } else { Effect::Forbid };
    ConfirmedRule { meaning: rule.meaning, effect, text: rule.text.clone(), file: rule.file.clone() }
}

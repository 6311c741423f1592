//! Who is here: the bridges that are connected, the sites they use, and whom it was no use to let in.

use crate::session::Session;
use crate::site::{Access, Site};
use keyholder_model::caller::Caller;
use keyholder_model::id::SessionId;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Refused bridges that are remembered as noted.
const MOST_REFUSED: usize = 256;

/// The lists, each behind a lock of its own.
#[derive(Default)]
pub(crate) struct Registry {
    accesses: Mutex<HashMap<String, Arc<Access>>>,
    refused: Mutex<HashSet<Refused>>,
    sessions: Mutex<HashMap<SessionId, Arc<Session>>>,
    sites: Mutex<HashMap<String, Arc<Site>>>,
}

/// A bridge that was refused: which process, where that is known, and what it was told.
#[derive(PartialEq, Eq, Hash)]
struct Refused {
    process: Option<(u32, u64)>,
    sentence: String,
}

impl Registry {
    /// A bridge came.
    pub(crate) fn enter(&self, session: &Arc<Session>) {
        lock(&self.sessions).insert(session.id, Arc::clone(session));
    }

    /// A bridge left.
    pub(crate) fn leave(&self, session: &Session) {
        lock(&self.sessions).remove(&session.id);
    }

    /// The bridges that are connected.
    pub(crate) fn sessions(&self) -> Vec<Arc<Session>> {
        lock(&self.sessions).values().cloned().collect()
    }

    /// Whether nobody is connected.
    pub(crate) fn is_deserted(&self) -> bool {
        lock(&self.sessions).is_empty()
    }

    /// The sites that are in use.
    pub(crate) fn sites(&self) -> Vec<Arc<Site>> {
        lock(&self.sites).values().cloned().collect()
    }

    /// The site under this key, made if there is none.
    ///
    /// # Errors
    /// What making it gave.
    pub(crate) fn site_or(
        &self,
        key: String,
        make: impl FnOnce() -> Result<Site, String>,
    ) -> Result<Arc<Site>, String> {
        let mut sites = lock(&self.sites);
        if let Some(site) = sites.get(&key) {
            return Ok(Arc::clone(site));
        }
        let site = Arc::new(make()?);
        sites.insert(key, Arc::clone(&site));
        Ok(site)
    }

    /// Forgets a site whose configuration changed or was removed.
    pub(crate) fn drop_site(&self, site: &Arc<Site>) {
        lock(&self.sites).retain(|_, known| !Arc::ptr_eq(known, site));
    }

    /// What opens one account at one address: made once, shared by all its sites.
    pub(crate) fn access_to(&self, key: String) -> Arc<Access> {
        Arc::clone(lock(&self.accesses).entry(key).or_default())
    }

    /// Whether this bridge was not told this before: it goes on asking, and the log needs to say so once.
    pub(crate) fn is_new_refusal(&self, caller: &Caller, sentence: &str) -> bool {
        let process = caller.chain.first().map(|process| (process.pid, process.started));
        let mut refused = lock(&self.refused);
        if refused.len() >= MOST_REFUSED {
            refused.clear();
        }
        refused.insert(Refused { process, sentence: sentence.to_owned() })
    }
}

fn lock<T>(list: &Mutex<T>) -> MutexGuard<'_, T> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}

//! What both servers share: addresses, options, faults, tables, and the list of what happened.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::task::JoinSet;

use crate::authorization::{Clients, Consents, Tokens};
use crate::event::{Event, Tally};
use crate::faults::Faults;
use crate::mcp::{Notes, Session};
use crate::options::Options;

/// Events that are kept; the oldest go first.
const MOST_EVENTS: usize = 10_000;

/// The state of both servers.
pub(crate) struct World {
    pub(crate) options: Options,
    /// The MCP endpoint, which is the resource of RFC 8707.
    pub(crate) resource: String,
    /// Where the MCP server lives, without a path.
    pub(crate) resource_origin: String,
    pub(crate) issuer: String,
    faults: Mutex<Faults>,
    tables: Mutex<Tables>,
    events: Mutex<VecDeque<Event>>,
    tally: Mutex<Tally>,
    tasks: Mutex<JoinSet<()>>,
}

/// Everything that changes while the servers run.
#[derive(Default)]
pub(crate) struct Tables {
    pub(crate) clients: Clients,
    pub(crate) consents: Consents,
    pub(crate) tokens: Tokens,
    pub(crate) sessions: HashMap<String, Session>,
    pub(crate) notes: Notes,
    /// The `requestState` of every modern question that is open.
    pub(crate) questions: HashSet<String>,
}

impl World {
    pub(crate) fn new(options: Options, resource: SocketAddr, issuer: SocketAddr) -> Self {
        Self {
            faults: Mutex::new(options.faults.clone()),
            options,
            resource: format!("http://{resource}/mcp"),
            resource_origin: format!("http://{resource}"),
            issuer: format!("http://{issuer}"),
            tables: Mutex::default(),
            events: Mutex::default(),
            tally: Mutex::default(),
            tasks: Mutex::default(),
        }
    }

    /// The tables, for a moment: never held across an await.
    pub(crate) fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn faults(&self) -> Faults {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_faults(&self, faults: Faults) {
        *self.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    pub(crate) fn note(&self, event: Event) {
        tracing::debug!(%event, "practice");
        self.tally.lock().unwrap_or_else(PoisonError::into_inner).count(&event);
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() == MOST_EVENTS {
            events.pop_front();
        }
        events.push_back(event);
    }

    pub(crate) fn tally(&self) -> Tally {
        *self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Runs something that may outlive its request; it ends with the servers.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work);
    }

    /// Ends everything that [`World::spawn`] started.
    pub(crate) fn end_tasks(&self) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
    }

    /// 192 random bits as base64url, behind a prefix that says what it is.
    pub(crate) fn random(&self, prefix: &str) -> String {
        let mut bytes = [0_u8; 24];
        self.options.rng.fill(&mut bytes);
        format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("resource", &self.resource).field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// RFC 7396: the patch over the document; `null` removes a member.
pub(crate) fn merge(document: &mut serde_json::Value, patch: &serde_json::Value) {
    use serde_json::Value;
    let Value::Object(changes) = patch else {
        *document = patch.clone();
        return;
    };
    if !document.is_object() {
        *document = Value::Object(serde_json::Map::new());
    }
    if let Value::Object(members) = document {
        for (name, change) in changes {
            if change.is_null() {
                members.remove(name);
            } else {
                merge(members.entry(name.clone()).or_insert(Value::Null), change);
            }
        }
    }
}

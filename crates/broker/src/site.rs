//! One account at one server: where it is, what opens it, and who is signing in to it right now.

use crate::credential::Keeper;
use crate::sign_in::SignIn;
use keyholder_http::Client;
use keyholder_mcp::outgoing::Subject;
use keyholder_mcp::tool::{ParameterHeader, Tool};
use keyholder_model::server::{Account, ServerName, ServerUrl};
use keyholder_oauth::ClientSettings;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// One account at one server, shared by every bridge that serves it.
pub(crate) struct Site {
    /// The person's name for the server.
    pub(crate) server: ServerName,
    /// Which of its accounts.
    pub(crate) account: Account,
    /// Where it is.
    pub(crate) url: ServerUrl,
    /// A client with a connection pool of its own: no other server or account shares its connections (T-055).
    pub(crate) http: Client,
    /// How Keyholder introduces itself at the authorization server.
    pub(crate) client: ClientSettings,
    /// The tokens.
    pub(crate) keeper: Keeper,
    /// The one sign-in that may be under way.
    pub(crate) sign_in: SignIn,
    known: AtomicBool,
    paused: AtomicBool,
    tools: RwLock<HashMap<String, Arc<Tool>>>,
}

impl Site {
    /// A site that nobody has used yet.
    pub(crate) fn new(
        server: ServerName,
        account: Account,
        url: ServerUrl,
        http: Client,
        client: ClientSettings,
        standing: Standing,
    ) -> Self {
        Self {
            server,
            account,
            url,
            http,
            client,
            keeper: Keeper::default(),
            sign_in: SignIn::default(),
            known: AtomicBool::new(standing == Standing::Configured),
            paused: AtomicBool::new(false),
            tools: RwLock::new(HashMap::new()),
        }
    }

    /// Whose requests these are.
    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject { server: self.server.as_str(), account: self.account.as_str() }
    }

    /// Whether the person knows this address: it stands in the configuration, or they agreed to it.
    pub(crate) fn is_known(&self) -> bool {
        self.known.load(Ordering::Acquire)
    }

    /// The person agreed to this address.
    pub(crate) fn mark_known(&self) {
        self.known.store(true, Ordering::Release);
    }

    /// Whether the person has paused it.
    pub(crate) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    /// Pauses it or lets it go on.
    pub(crate) fn set_paused(&self, paused: bool) {
        self.paused.store(paused, Ordering::Release);
    }

    /// Remembers what a page of `tools/list` said.
    pub(crate) fn learn_tools(&self, tools: &[Tool]) {
        let mut known = self.tools.write().unwrap_or_else(PoisonError::into_inner);
        for tool in tools {
            known.insert(tool.name.clone(), Arc::new(tool.clone()));
        }
    }

    /// A tool as it was last listed.
    pub(crate) fn tool(&self, name: &str) -> Option<Arc<Tool>> {
        self.tools.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// All tools as they were last listed, by name.
    pub(crate) fn tools(&self) -> Vec<Arc<Tool>> {
        let mut tools: Vec<_> = self.tools.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        tools.sort_by(|a, b| a.name.cmp(&b.name));
        tools
    }

    /// Which arguments of a tool are mirrored into headers.
    pub(crate) fn headers_of(&self, tool: &str) -> Vec<ParameterHeader> {
        self.tool(tool).map(|tool| tool.headers.clone()).unwrap_or_default()
    }

    /// Whether any list of tools has been seen.
    pub(crate) fn has_listed(&self) -> bool {
        !self.tools.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

/// Whether the person has put a server into the configuration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Standing {
    /// Yes.
    Configured,
    /// A host named its address.
    Unknown,
}

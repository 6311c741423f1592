//! A call that nobody makes: what the rules would be told of it.

use crate::broker::Broker;
use crate::catalog::Known;
use crate::who::Who;
use keyholder_model::digest::Digest;
use keyholder_model::risk::{Labels, Tier};
use keyholder_model::server::{Account, ServerName};
use keyholder_policy::{Action, Facts, Situation};
use keyholder_risk::{Standing, Tool, Trust};
use keyholder_settings::Server;
use std::sync::Arc;

/// An app that no rule names.
pub(super) const UNKNOWN_APP: &str = "unknown";

/// Everything that is known of a call but its tool's name and its arguments.
pub(super) struct Imagined {
    pub(super) who: Who,
    pub(super) place: Place,
    pub(super) account: Account,
    pub(super) situation: Situation,
    pub(super) tier: Tier,
    pub(super) labels: Labels,
    pub(super) pinned: Option<Digest>,
}

/// Where a server is, for the rules.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) server: ServerName,
    pub(super) host: String,
    pub(super) group: Option<String>,
}

/// What is known of a tool before any call.
pub(super) struct Stood {
    pub(super) standing: Standing,
    pub(super) labels: Labels,
    /// As its server lists it now, where it does.
    pub(super) known: Option<Arc<Known>>,
}

impl Place {
    pub(super) fn of(broker: &Broker, server: &Server) -> Self {
        let group = broker.known_book().group(&server.name, server.group.as_deref()).map(str::to_owned);
        Self { server: server.name.clone(), host: server.url.host().to_owned(), group }
    }
}

impl Stood {
    /// One that its server does not list is known by its name alone.
    pub(super) fn of(broker: &Broker, server: &Server, account: &Account, tool: &str) -> Self {
        let sites = broker.registry.sites();
        let mut here = sites
            .iter()
            .filter(|site| site.server == server.name && site.account == *account && site.url == server.url);
        let known = here.find_map(|site| site.catalog.tool(tool));
        let standing = known.as_ref().map_or_else(
            || {
                let host = server.url.host();
                Standing::of(&Tool { name: tool, definition: "{}", host, trust: Trust::Untrusted })
            },
            |known| known.standing.clone(),
        );
        let labels = broker.known_book().labels(&server.name, tool).unwrap_or(standing.labels);
        Self { standing, labels, known }
    }
}

impl Imagined {
    pub(super) fn facts<'a>(&'a self, person: &'a str, tool: &'a str, arguments: &'a [u8]) -> Facts<'a> {
        Facts {
            person,
            app: &self.who.app,
            app_path: self.who.path.as_deref(),
            instance: &self.who.instance,
            processes: &self.who.processes,
            signer: self.who.signer.as_deref(),
            server: &self.place.server,
            host: &self.place.host,
            group: self.place.group.as_deref(),
            account: &self.account,
            action: Action::Call { tool, arguments, tier: self.tier, labels: self.labels, pinned: self.pinned },
            situation: &self.situation,
            // Nothing is ever permitted on these facts: they are only judged.
            request: Digest::of_parts(&[b"imagined"]),
        }
    }
}

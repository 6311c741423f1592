//! How the practice servers are set up before they start.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use keyholder_model::clock::{Clock, Rng};

use crate::faults::Faults;

/// Everything that is chosen before the start. Build it with [`Options::new`] and change single fields.
#[derive(Clone)]
pub struct Options {
    /// Which protocol eras the MCP server speaks.
    pub eras: Eras,
    /// How long an access token lives; `expires_in` says the same, in whole seconds.
    pub token_lifetime: Duration,
    /// Whether the MCP server asks for a token at all.
    pub protection: Protection,
    /// Who answers at the authorization endpoint.
    pub person: Person,
    /// Where the servers misbehave; [`crate::Practice::set_faults`] changes it later.
    pub faults: Faults,
    /// Tells the time: token lifetimes are judged by it.
    pub clock: Arc<dyn Clock>,
    /// Makes tokens, codes and session ids.
    pub rng: Arc<dyn Rng>,
}

impl Options {
    /// Both eras, OAuth, a page for the person, tokens that live an hour, no faults.
    pub fn new(clock: Arc<dyn Clock>, rng: Arc<dyn Rng>) -> Self {
        Self {
            eras: Eras::Both,
            token_lifetime: Duration::from_hours(1),
            protection: Protection::OAuth,
            person: Person::Page,
            faults: Faults::default(),
            clock,
            rng,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("eras", &self.eras)
            .field("token_lifetime", &self.token_lifetime)
            .field("protection", &self.protection)
            .field("person", &self.person)
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}

/// The protocol eras that the MCP server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eras {
    /// 2026-07-28 and the legacy revisions.
    Both,
    /// 2025-03-26 to 2025-11-25, with `initialize` and sessions.
    LegacyOnly,
    /// 2026-07-28 alone: stateless, with `server/discover`.
    ModernOnly,
}

impl Eras {
    pub(crate) fn speaks_legacy(self) -> bool {
        matches!(self, Self::Both | Self::LegacyOnly)
    }

    pub(crate) fn speaks_modern(self) -> bool {
        matches!(self, Self::Both | Self::ModernOnly)
    }
}

/// Whether the MCP server is an OAuth protected resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Access tokens of the practice authorization server, bound to this resource.
    OAuth,
    /// Anyone on this machine may call.
    Open,
}

/// Who answers at the authorization endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    /// Nobody is asked: every request is allowed at once.
    AutoApprove,
    /// Nobody is asked: every request is answered `access_denied`.
    Deny,
    /// A small page asks, and a person (or a practice browser) answers.
    Page,
}

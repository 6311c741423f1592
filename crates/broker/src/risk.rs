//! How much harm one call can do, as far as Keyholder knows by itself.

use crate::broker::Broker;
use crate::catalog::Known;
use crate::site::Site;
use keyholder_audit::Risk;
use keyholder_mcp::outgoing::Call;
use keyholder_model::risk::Labels;
use keyholder_risk::{Assessment, Standing, Tool, Trust};

/// What is known of one call.
pub(crate) struct CallRisk {
    pub(crate) assessment: Assessment,
    /// What it does to its session.
    pub(crate) labels: Labels,
    /// What it does, in one line of ours.
    pub(crate) headline: String,
}

/// Judges one call of a tool; one that the server does not list is judged by its name alone.
pub(crate) fn of_call(broker: &Broker, site: &Site, known: Option<&Known>, call: &Call<'_>) -> CallRisk {
    let by_name;
    let (standing, labels) = if let Some(known) = known {
        (&known.standing, known.labels(broker, site))
    } else {
        let host = site.url.host();
        by_name = Standing::of(&Tool { name: &call.tool, definition: "{}", host, trust: Trust::Untrusted });
        let corrected = broker.known_book().labels(&site.server, &call.tool);
        (&by_name, corrected.unwrap_or(by_name.labels))
    };
    CallRisk { assessment: standing.assess(call.arguments), labels, headline: standing.headline(call.arguments) }
}

impl CallRisk {
    /// What of it is written down.
    pub(crate) fn on_record(&self) -> Risk {
        Risk { tier: Some(self.assessment.tier), labels: self.labels }
    }
}

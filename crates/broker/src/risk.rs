//! How much harm one call can do, as far as Keyholder knows by itself.

use crate::broker::Broker;
use crate::catalog::Known;
use crate::site::Site;
use keyholder_audit::Risk;
use keyholder_mcp::outgoing::Call;
use keyholder_model::risk::Labels;
use keyholder_risk::{Assessment, Standing, Tool, Trust};
use std::borrow::Cow;

/// What is known of one call.
pub(crate) struct CallRisk<'a> {
    pub(crate) assessment: Assessment,
    /// What it does to its session.
    pub(crate) labels: Labels,
    standing: Cow<'a, Standing>,
}

/// Judges one call of a tool; one that the server does not list is judged by its name alone.
pub(crate) fn of_call<'a>(broker: &Broker, site: &Site, known: Option<&'a Known>, call: &Call<'_>) -> CallRisk<'a> {
    let (standing, labels) = if let Some(known) = known {
        (Cow::Borrowed(&known.standing), known.labels(broker, site))
    } else {
        let host = site.url.host();
        let by_name = Standing::of(&Tool { name: &call.tool, definition: "{}", host, trust: Trust::Untrusted });
        let corrected = broker.known_book().labels(&site.server, &call.tool);
        let labels = corrected.unwrap_or(by_name.labels);
        (Cow::Owned(by_name), labels)
    };
    CallRisk { assessment: standing.assess(call.arguments), labels, standing }
}

impl CallRisk<'_> {
    /// What it does, in one line of ours.
    pub(crate) fn headline(&self, arguments: &str) -> String {
        self.standing.headline(arguments)
    }

    /// What of it is written down.
    pub(crate) fn on_record(&self) -> Risk {
        Risk { tier: Some(self.assessment.tier), labels: self.labels }
    }
}

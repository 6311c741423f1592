//! What an endpoint was found to speak, remembered between sessions (T-084).

use crate::broker::Broker;
use keyholder_model::server::ServerUrl;
use keyholder_settings::{self as settings, EraVerdict};
use keyholder_upstream::Era;
use std::time::Duration;

/// A legacy verdict goes on working silently after a server has learned the newer era, so it is doubted after a day.
const LEGACY_IS_GOOD_FOR: Duration = Duration::from_hours(24);

/// What is remembered of an endpoint, if it is fresh enough to rely on.
pub(crate) fn prior(broker: &Broker, url: &ServerUrl) -> Option<Era> {
    let verdict = broker.settings.era(&url.masked())?;
    let age = broker.clock.now().since(verdict.found);
    match verdict.era {
        settings::Era::Legacy if age < LEGACY_IS_GOOD_FOR => Some(Era::Legacy { version: verdict.version }),
        settings::Era::Modern => Some(Era::Modern { version: verdict.version }),
        settings::Era::Legacy | settings::Era::Sse => None,
    }
}

/// Remembers what an endpoint speaks. Forgetting it costs one question more, so a failure is only logged.
pub(crate) fn remember(broker: &Broker, url: &ServerUrl, era: &Era) {
    let (family, version) = match era {
        Era::Legacy { version } => (settings::Era::Legacy, version),
        Era::Modern { version } => (settings::Era::Modern, version),
    };
    let verdict = EraVerdict { version: version.clone(), era: family, found: broker.clock.now() };
    let is_known = broker.settings.era(&url.masked()).is_some_and(|known| {
        known.era == verdict.era && known.version == verdict.version && family == settings::Era::Modern
    });
    if !is_known && let Err(why) = broker.settings.put_era(&url.masked(), &verdict) {
        tracing::warn!(%why, "what the server speaks could not be remembered");
    }
}

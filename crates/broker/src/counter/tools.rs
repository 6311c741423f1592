//! The tools of servers: how much harm they can do, what they do to a session, and what the person says of both.

use crate::broker::Broker;
use crate::site::Site;
use keyholder_console::tools::{LabelSource, ToolState, ToolView};
use std::sync::Arc;

/// A tool's description is shown up to this many bytes.
const MAX_DESCRIPTION: usize = 2 << 10;

pub(super) fn of_site(broker: &Arc<Broker>, site: &Arc<Site>) -> Vec<ToolView> {
    let view = |known: &Arc<crate::catalog::Known>| ToolView {
        server: site.server.to_string(),
        name: known.definition.name.clone(),
        description: keyholder_mcp::tool::Tool::read(&known.definition.text)
            .ok()
            .and_then(|tool| tool.description())
            .map(|text| text[..text.floor_char_boundary(MAX_DESCRIPTION)].to_owned()),
        digest: known.definition.digest.to_string(),
        tier: known.standing.tier.to_string(),
        labels: known.labels(broker, site).iter().map(|label| label.to_string()).collect(),
        labels_from: match broker.known_book().labels(&site.server, &known.definition.name) {
            Some(_) => LabelSource::Person,
            None => LabelSource::Proposed,
        },
        verdict: None,
        state: ToolState::Admitted,
        last_used: None,
        uses: 0,
    };
    site.catalog.tools().iter().map(view).collect()
}

//! The broker at a glance.

use super::wish::Wish;
use super::{Giver, done, mode, refused, rules, settings};
use crate::broker::Broker;
use crate::parts::VaultChoice;
use keyholder_audit::{Event, Note};
use keyholder_console::error::ConsoleError;
use keyholder_console::order::Answer;
use keyholder_console::status::{AuditView, SessionView, StatusView, VaultView};
use keyholder_policy::Openness;
use std::sync::Arc;

pub(super) async fn look(broker: &Arc<Broker>) -> StatusView {
    StatusView {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        pid: std::process::id(),
        uptime_s: broker.clock.monotonic().saturating_sub(broker.started).as_secs(),
        vault: vault(broker).await,
        locked: broker.is_locked(),
        face: broker.face,
        policy_problems: broker.policy.problems().iter().map(ToString::to_string).collect(),
        wide_open: match broker.policy.is_wide_open() {
            Openness::WideOpen { rule } => Some(rule),
            Openness::Guarded => None,
        },
        mode: mode::now(broker),
        reviews: count(broker.registry.sites().iter().map(|site| site.catalog.held().len()).sum()),
        pending_rules: count(rules::pending(broker)),
        sessions: sessions(broker),
        audit: AuditView {
            count: broker.log().ok().and_then(|log| log.head().ok()).map_or(0, |head| head.count),
            verified: broker.verified(),
        },
        questions: u32::try_from(broker.desk.open().len()).unwrap_or(u32::MAX),
        settings: settings::view(broker),
    }
}

/// Uses no credential until unlocked.
pub(super) async fn lock(broker: &Arc<Broker>) -> Result<Answer, ConsoleError> {
    broker.lock().await;
    let _ = broker.note(&Note::of(Event::Lock));
    Ok(done())
}

/// Uses credentials again, after a yes.
pub(super) async fn unlock(broker: &Arc<Broker>, giver: Giver<'_>) -> Result<Answer, ConsoleError> {
    Wish::order("unlock", "Unlock Keyholder: its credentials are used again", &[], &[]).agree(broker, giver).await?;
    broker.note(&Note::of(Event::Unlock)).map_err(|refusal| refused(&refusal, "log"))?;
    broker.unlock();
    Ok(done())
}

fn count(many: usize) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}

async fn vault(broker: &Arc<Broker>) -> VaultView {
    let kind = match broker.vault_choice {
        VaultChoice::File { .. } => "file",
        VaultChoice::Keychain => "keychain",
        VaultChoice::Memory => "memory",
    };
    let opened = broker.vault().await;
    VaultView { kind: kind.to_owned(), usable: opened.is_ok(), detail: opened.err().map(|why| why.to_string()) }
}

fn sessions(broker: &Arc<Broker>) -> Vec<SessionView> {
    let view = |session: &Arc<crate::session::Session>| SessionView {
        id: session.id.to_string(),
        app: session.caller.app().to_owned(),
        ancestry: session.caller.ancestry(),
        server: session.site.server.to_string(),
        account: session.site.account.to_string(),
        since: session.since.to_string(),
        pending: session.pending(),
    };
    broker.registry.sessions().iter().map(view).collect()
}

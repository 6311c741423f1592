//! What the house does by itself: anchoring the log, noticing edited rules, leaving when nobody comes.

use crate::broker::Broker;
use crate::giving_back;
use crate::parts::VaultChoice;
use keyholder_audit::{Anchor, AuditError, Durability, Event, Log, Note};
use keyholder_model::clock::{Clock, Rng};
use keyholder_model::id::GrantId;
use keyholder_secret::token::Passphrase;
use keyholder_vault::{Kind, Namespace, NoteName, Vault, VaultError};
use keyholder_wire::place::Places;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How often the house looks around.
const ROUND: Duration = Duration::from_secs(1);

/// How often the log's newest point is put into the keychain while it grows.
const BETWEEN_ANCHORS: Duration = Duration::from_secs(30);

/// A log of this many entries is checked at the start within a second; a longer one when the person asks.
const CHECKED_AT_START: u64 = 200_000;

/// Looks at the whole log once, against the point that the keychain remembers: what was changed while no broker ran is found
/// now, not when somebody asks.
async fn check_log(broker: &Arc<Broker>) {
    let is_short = broker.log().ok().and_then(|log| log.head().ok()).is_some_and(|head| head.count <= CHECKED_AT_START);
    if !is_short {
        return;
    }
    match crate::counter::verify_log(broker).await {
        Ok(report) if report.intact && report.anchored == Some(true) => broker.set_verified(true),
        // A keychain that cannot be read, or that remembers nothing yet, vouches for nothing.
        Ok(report) if report.intact => tracing::info!("there was nothing to compare the audit log with"),
        Ok(report) => tampered(broker, &report.fault.unwrap_or_default()),
        Err(why) => tracing::error!(why = why.detail.unwrap_or_default(), "the audit log could not be checked"),
    }
}

fn tampered(broker: &Broker, fault: &str) {
    tracing::error!(%fault, "the audit log was tampered with");
    broker.set_verified(false);
    let _ = broker.note(&Note { reason: Some(fault), ..Note::of(Event::Tamper) });
}

/// Rounds, until the broker ends.
pub(crate) async fn keep(broker: Arc<Broker>) {
    let mut alone_since = broker.clock.monotonic();
    let mut anchored_at = broker.clock.monotonic();
    let look = || (fingerprint(&broker.places.policies()), managed_policies().map(|folder| fingerprint(&folder)));
    let mut rules = look();
    // The book says which rules count; what was edited since the rules were first read counts too.
    if let Err(why) = broker.book().await {
        tracing::error!(%why, "what the person decided could not be read; nothing runs until it can");
    }
    broker.reload_rules();
    // A slow keychain must not keep the house from looking around.
    let checked = Arc::clone(&broker);
    tokio::spawn(async move {
        check_log(&checked).await;
        anchor(&checked).await;
    });
    // Nor an authorization server that does not answer.
    tokio::spawn(giving_back::keep(Arc::clone(&broker)));
    loop {
        tokio::time::sleep(ROUND).await;
        let now = broker.clock.monotonic();
        if let Ok(log) = broker.log()
            && let Err(why) = log.flush()
        {
            tracing::error!(%why, "the log cannot be written");
        }
        broker.desk.sweep();
        let seen = look();
        if seen != rules {
            rules = seen;
            tracing::info!("rules on disk changed");
            broker.reload_rules();
        }
        if now.saturating_sub(anchored_at) >= BETWEEN_ANCHORS {
            anchored_at = now;
            write_down_uses(&broker);
            broker.write_down_rules().await;
            anchor(&broker).await;
        }
        if !broker.registry.is_deserted() || Arc::strong_count(&broker.open_windows) > 1 {
            alone_since = now;
        }
        if broker.idle_exit().is_some_and(|limit| now.saturating_sub(alone_since) >= limit) {
            tracing::info!("nobody has come for a while");
            broker.stop();
        }
    }
}

/// Writes down when each grant was last used, and how often each rule decided.
pub(crate) fn write_down_uses(broker: &Broker) {
    broker.write_down_counts();
    for (grant, at) in broker.registry.sites().iter().filter_map(|site| site.keeper().take_use()) {
        if let Err(why) = broker.settings.touch_grant(grant, at) {
            tracing::warn!(%why, "when a grant was used could not be written down");
        }
    }
}

/// Keeps the log's newest point in the keychain, so that a log that was cut off or replaced is noticed (case 235). What was
/// kept is never replaced by less: then it is the evidence.
pub(crate) async fn anchor(broker: &Broker) {
    if broker.verified() == Some(false) || broker.is_locked() {
        return;
    }
    let Ok(log) = broker.log() else { return };
    let Ok(head) = log.head() else { return };
    let Ok(vault) = broker.vault().await else { return };
    // A keychain that cannot say what it remembers is not told anything new.
    let Ok(kept) = vault.note(NoteName::AuditAnchor).await else { return };
    let text = kept.map(|text| String::from_utf8_lossy(&text).into_owned());
    let kept: Option<Anchor> = match text.map(|text| text.parse()).transpose() {
        Ok(kept) => kept,
        // What cannot be read may still be the evidence.
        Err(why) => return tracing::error!(%why, "what the keychain remembers of the audit log cannot be read"),
    };
    match kept {
        Some(kept) if kept == head => return,
        Some(kept) if kept.count > head.count => {
            let fault = format!(
                "the audit log has {} entries, but the keychain remembers {}: it was cut off or replaced",
                head.count, kept.count
            );
            return tampered(broker, &fault);
        }
        Some(kept) => match log.holds(&kept) {
            Ok(true) => {}
            Ok(false) => {
                let fault = format!("entry {} is not the one that the keychain remembers", kept.count);
                return tampered(broker, &fault);
            }
            Err(why) => return tracing::warn!(%why, "the audit log could not be compared with the keychain"),
        },
        None => {}
    }
    if let Err(why) = vault.set_note(NoteName::AuditAnchor, head.to_string().as_bytes()).await {
        tracing::warn!(%why, "the audit anchor could not be kept");
    }
}

/// Opens the log; one that is damaged is put aside under another name, where it can be examined.
pub(crate) fn open_log(path: &Path, clock: &Arc<dyn Clock>) -> Result<Log, AuditError> {
    let opened = Log::open(path, Arc::clone(clock), Durability::default());
    if let Err(why @ AuditError::Damaged { .. }) = &opened {
        tracing::error!(%why, "the audit log is damaged; nothing runs until the person has looked at it");
    }
    opened
}

/// Opens the place where credentials are kept.
pub(crate) async fn open_vault(choice: &VaultChoice, places: &Places, rng: &Arc<dyn Rng>) -> Result<Vault, VaultError> {
    let kind = match choice {
        VaultChoice::Keychain => Kind::Keychain,
        VaultChoice::Memory => Kind::Memory,
        VaultChoice::File { passphrase_file } => {
            Kind::File { path: places.data.join("vault.age"), passphrase: read_passphrase(passphrase_file)? }
        }
    };
    Vault::open(kind, namespace(places), places.data.join("sealed"), Arc::clone(rng)).await
}

/// A home of its own (`KEYHOLDER_HOME`) has keychain items of its own: a throw-away one never touches the person's. Only there do
/// all four places stand under one folder.
fn namespace(places: &Places) -> Namespace {
    match places.config.parent() {
        Some(home) if Places::under(home) == *places => Namespace::of_home(home),
        _ => Namespace::standard(),
    }
}

/// Under which name a person finds what is kept for a grant.
pub(crate) fn record_name(broker: &Broker, grant: GrantId) -> String {
    match broker.vault_choice {
        VaultChoice::Keychain => namespace(&broker.places).shown(grant),
        VaultChoice::File { .. } | VaultChoice::Memory => grant.to_string(),
    }
}

/// Whether the system's keychain takes and returns items for a home at these places, tried with one that is thrown away: for a
/// door that has to choose a [`VaultChoice`].
///
/// # Errors
/// What the keychain would answer to a call.
pub async fn try_keychain(places: &Places, clock: &dyn Clock, rng: &Arc<dyn Rng>) -> Result<(), VaultError> {
    open_vault(&VaultChoice::Keychain, places, rng).await?.probe(clock).await.map(|_| ())
}

/// Removes everything of this home from the vault: for a home that is thrown away. The grants are not given back by this.
///
/// # Errors
/// What the vault says; then something may be left.
pub(crate) async fn empty_vault(broker: &Broker) -> Result<(), VaultError> {
    let vault = broker.vault().await?;
    for grant in broker.settings.grants().unwrap_or_default() {
        vault.delete(grant.id).await?;
    }
    vault.remove_own_items().await
}

/// The passphrase that the person keeps in a file of their own.
fn read_passphrase(path: &Path) -> Result<Passphrase, VaultError> {
    let unusable = |why: String| VaultError::Refused { act: "read the passphrase file", why };
    let text = zeroize::Zeroizing::new(std::fs::read_to_string(path).map_err(|why| unusable(why.to_string()))?);
    Passphrase::new(text.trim_end_matches(['\r', '\n']).to_owned()).map_err(|why| unusable(why.to_string()))
}

/// The organisation's rules, where there are any.
pub(crate) fn managed_policies() -> Option<PathBuf> {
    let folder = Path::new("/etc/keyholder/policies");
    folder.is_dir().then(|| folder.to_owned())
}

/// Names, sizes and times of the rule files: enough to notice an edit.
fn fingerprint(folder: &Path) -> Vec<(PathBuf, u64, Option<SystemTime>)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut seen: Vec<_> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension.eq_ignore_ascii_case("cedar")))
        .filter_map(|entry| {
            std::fs::metadata(entry.path()).ok().map(|found| (entry.path(), found.len(), found.modified().ok()))
        })
        .collect();
    seen.sort();
    seen
}

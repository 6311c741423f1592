//! Definitions that nobody agreed to yet: held back, shown to the person with what differs, and let in or not.

use crate::broker::Broker;
use crate::catalog::{self, key};
use crate::decide::{Matter, Scene};
use crate::refusal::Refusal;
use crate::session::Session;
use crate::site::Site;
use keyholder_approval::{Answer, Brief, Offers, Question, Settled, Subject};
use keyholder_audit::{Event, Note};
use keyholder_book::Stand;
use keyholder_mcp::definition::{Definition, DefinitionKind};
use keyholder_mcp::difference::difference;
use keyholder_model::clock::Timestamp;
use keyholder_model::digest::Digest;
use keyholder_model::id::QuestionId;
use keyholder_model::risk::Tier;
use keyholder_model::untrusted::visible;
use keyholder_policy::{Action, Change, Verdict};
use keyholder_risk::Trust;
use keyholder_settings::SeenDefinition;
use std::sync::Arc;
use std::time::Duration;

/// How long the question about new definitions stays open.
const PERSONS_TIME: Duration = Duration::from_mins(10);

/// Lines of differences that one question shows.
const MOST_LINES: usize = 60;

/// Names that one question names.
const MOST_NAMES: usize = 8;

/// A definition that is held back.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    /// Kind and name.
    pub(crate) key: String,
    pub(crate) definition: Definition,
    pub(crate) stand: Stand,
    /// What differs from the one that was agreed to, a line each.
    pub(crate) difference: Vec<String>,
    /// What looks odd about it, a sentence each.
    pub(crate) suspicions: Vec<String>,
    pub(crate) since: Timestamp,
}

/// Holds these back, and asks about what is new among them, once. Gives the digests of those that a rule lets in by itself.
pub(crate) async fn take(session: &Arc<Session>, news: Vec<(Definition, Stand)>) -> Vec<Digest> {
    let (broker, site) = (&session.broker, &session.site);
    let (mut admitted, mut to_ask) = (Vec::new(), Vec::new());
    for (definition, stand) in news {
        let held = describe(broker, site, definition, stand);
        let verdict = if stand == Stand::Refused { None } else { Some(judge(session, &held)) };
        match verdict {
            Some(Verdict::Allow(_)) => admitted.push(held),
            Some(Verdict::Ask(asked)) => {
                if site.catalog.hold(held.clone()) {
                    to_ask.push((held, asked.why().to_owned()));
                }
            }
            Some(Verdict::Deny(_)) | None => drop(site.catalog.hold(held)),
        }
    }
    let digests = admitted.iter().map(|held| held.definition.digest).collect();
    if !admitted.is_empty()
        && let Err(why) = admit(broker, site, admitted, "a rule").await
    {
        tracing::error!(%why, "what a rule admits could not be kept");
        return Vec::new();
    }
    ask(session, &to_ask);
    digests
}

/// Lets definitions in, as the person or a rule said.
///
/// # Errors
/// [`Refusal`]: they stay held back.
pub(crate) async fn admit(broker: &Arc<Broker>, site: &Arc<Site>, held: Vec<Held>, by: &str) -> Result<(), Refusal> {
    broker
        .change_book(|book| {
            for held in &held {
                book.admit(site.place(), &held.key, held.definition.digest);
            }
        })
        .await?;
    for held in &held {
        site.catalog.release(&held.key);
        note(broker, site, held, "allow", &format!("let in by {by}"));
    }
    keep_texts(broker, site, held.into_iter().map(|held| held.definition).collect()).await;
    Ok(())
}

/// Keeps definitions out: they are not asked about again.
///
/// # Errors
/// [`Refusal`]: they stay held back all the same.
pub(crate) async fn refuse(broker: &Broker, site: &Site, held: &[Held]) -> Result<(), Refusal> {
    broker
        .change_book(|book| {
            for held in held {
                book.refuse(site.place(), &held.key, held.definition.digest);
            }
        })
        .await?;
    for held in held {
        site.catalog.hold(Held { stand: Stand::Refused, ..held.clone() });
        note(broker, site, held, "deny", "kept out by the person");
    }
    Ok(())
}

/// Keeps the texts that were agreed to, so that a later change can be shown against them. Only for showing: what counts is the
/// digest in the book.
pub(crate) async fn keep_texts(broker: &Arc<Broker>, site: &Site, definitions: Vec<Definition>) {
    let now = broker.clock.now();
    let seen: Vec<_> = definitions
        .into_iter()
        .map(|definition| SeenDefinition {
            url: address(site),
            account: site.account.clone(),
            kind: definition.kind.to_string(),
            name: definition.name,
            digest: definition.digest,
            text: definition.text,
            seen: now,
        })
        .collect();
    let broker = Arc::clone(broker);
    let kept = tokio::task::spawn_blocking(move || broker.settings.put_definitions(&seen)).await;
    if let Ok(Err(why)) = kept {
        tracing::warn!(%why, "what was agreed to could not be kept as text; its next change is shown without it");
    }
}

/// What a place listed at its connecting is on the record.
pub(crate) fn note_established(session: &Session, definitions: usize) {
    let reason = format!("{definitions} definitions were agreed to with the connection");
    let _ = session.broker.note(&Note {
        app: Some(session.caller.app()),
        server: Some(&session.site.server),
        account: Some(&session.site.account),
        decision: Some("allow"),
        reason: Some(&reason),
        ..Note::of(Event::Review)
    });
}

fn describe(broker: &Broker, site: &Site, definition: Definition, stand: Stand) -> Held {
    let difference =
        agreed_text(broker, site, &definition).map(|before| difference(&before, &definition.text)).unwrap_or_default();
    let described = keyholder_risk::Tool {
        name: &definition.name,
        definition: &definition.text,
        host: site.url.host(),
        trust: Trust::Untrusted,
    };
    let suspicions = if definition.kind == DefinitionKind::Instructions {
        Vec::new()
    } else {
        catalog::suspicions(&described, &broker.tools_elsewhere(site))
    };
    Held {
        key: key(&definition),
        difference,
        suspicions: suspicions.into_iter().map(|one| one.sentence).collect(),
        since: broker.clock.now(),
        definition,
        stand,
    }
}

/// The text that was agreed to. Only where it is still that very text: anybody can write into the settings, and a text that was
/// changed there would hide what the server changed.
fn agreed_text(broker: &Broker, site: &Site, now: &Definition) -> Option<String> {
    let agreed = broker.known_book().admitted(site.place(), &key(now))?;
    let kept = broker.settings.definition(&address(site), &site.account, now.kind.as_str(), &now.name).ok()??;
    let before = Definition::new(now.kind, kept.name, kept.text).ok()?;
    (before.digest == agreed).then_some(before.text)
}

/// How a site's address stands in the settings: an address may hold a secret, its digest does not.
fn address(site: &Site) -> String {
    Digest::of_parts(&[site.url.as_str().as_bytes()]).to_string()
}

fn judge(session: &Session, held: &Held) -> Verdict {
    let name = match held.definition.kind {
        DefinitionKind::Tool => held.definition.name.as_str(),
        _ => held.key.as_str(),
    };
    let change = if held.stand == Stand::New { Change::New } else { Change::Changed };
    let matter = Matter {
        caller: &session.caller,
        site: &session.site,
        action: Action::Admit { tool: name, change, suspicious: !held.suspicions.is_empty() },
        request: held.definition.digest,
        budget: PERSONS_TIME,
    };
    let broker = &session.broker;
    let scene = Scene::of(broker, &matter);
    broker.policy.decide(&matter.facts(broker, &scene))
}

/// One question for all that one list brought.
fn ask(session: &Arc<Session>, news: &[(Held, String)]) {
    let Some((_, why)) = news.first() else { return };
    let (why, held) = (why.clone(), news.iter().map(|(held, _)| held.clone()).collect::<Vec<_>>());
    let session = Arc::clone(session);
    tokio::spawn(async move {
        let (broker, site) = (&session.broker, &session.site);
        let settled = broker.desk.ask(question(&session, &held, why), PERSONS_TIME).await;
        let outcome = match settled {
            Settled::Answered(Answer::AllowOnce) => admit(broker, site, held, "the person").await,
            Settled::Answered(_) => refuse(broker, site, &held).await,
            // They stay held back, where `keyholder tools review` and the windows show them.
            Settled::Edited(_) | Settled::Nobody { .. } | Settled::StillOpen | Settled::Withdrawn => return,
        };
        match outcome {
            Ok(()) => broker.tools_may_have_changed(site),
            Err(why) => tracing::error!(%why, "the answer about new definitions could not be kept"),
        }
    });
}

/// A question about definitions that are held back.
pub(crate) fn question(session: &Session, held: &[Held], why: String) -> Question {
    let (broker, site, caller) = (&session.broker, &session.site, &session.caller);
    let digests: Vec<_> = held.iter().map(|held| held.definition.digest.to_string()).collect();
    let place = keyholder_book::place_key(site.place());
    Question {
        id: QuestionId::make(&*broker.clock, &*broker.rng),
        asked: broker.clock.now(),
        app: caller.app().to_owned(),
        app_path: caller.app_path().map(|path| path.to_string_lossy().into_owned()),
        ancestry: caller.ancestry(),
        server: site.server.clone(),
        host: site.url.host().to_owned(),
        account: site.account.clone(),
        subject: subject(held),
        brief: Brief { tier: Tier::Send, headline: headline(held), ..Brief::default() },
        offers: Offers::once_or_not(),
        rule: why,
        request: Digest::of_parts(&[b"admit", place.as_bytes(), digests.join(" ").as_bytes()]),
        budget: PERSONS_TIME,
    }
}

/// What is asked about definitions that are held back.
pub(crate) fn subject(held: &[Held]) -> Subject {
    let mut names: Vec<String> = held.iter().take(MOST_NAMES).map(|held| visible(&held.key)).collect();
    if held.len() > MOST_NAMES {
        names.push(format!("and {} more", held.len() - MOST_NAMES));
    }
    let mut lines = Vec::new();
    for held in held {
        let name = visible(&held.key);
        match held.stand {
            Stand::New => lines.push(format!("{name}: new: {}", clip(&visible(&held.definition.text)))),
            _ if held.difference.is_empty() => {
                lines.push(format!("{name}: changed, now: {}", clip(&visible(&held.definition.text))));
            }
            _ => lines.extend(held.difference.iter().map(|line| format!("{name}: {line}"))),
        }
    }
    let further = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    if further > 0 {
        lines.push(format!("and {further} more lines"));
    }
    let kinds: std::collections::BTreeSet<_> = held.iter().map(|held| held.definition.kind.as_str()).collect();
    Subject::Admit {
        kind: kinds.into_iter().collect::<Vec<_>>().join(", "),
        tool: names.join(", "),
        difference: lines,
        suspicions: held.iter().flat_map(|held| held.suspicions.iter().cloned()).collect(),
    }
}

fn headline(held: &[Held]) -> String {
    let new = held.iter().filter(|held| held.stand == Stand::New).count();
    match (new, held.len() - new) {
        (0, 1) => "Let in a changed definition".to_owned(),
        (1, 0) => "Let in a new definition".to_owned(),
        (0, changed) => format!("Let in {changed} changed definitions"),
        (new, 0) => format!("Let in {new} new definitions"),
        (new, changed) => format!("Let in {new} new and {changed} changed definitions"),
    }
}

fn clip(text: &str) -> String {
    const MOST: usize = 600;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}\u{2026}", &text[..at]),
        None => text.to_owned(),
    }
}

fn note(broker: &Broker, site: &Site, held: &Held, decision: &str, reason: &str) {
    let digest = held.definition.digest;
    let reason = format!("{reason}; definition {digest}");
    let _ = broker.note(&Note {
        server: Some(&site.server),
        account: Some(&site.account),
        tool: Some(&held.key),
        decision: Some(decision),
        reason: Some(&reason),
        ..Note::of(Event::Review)
    });
}

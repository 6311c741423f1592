//! Going and looking at what a server lists: all of it when a place is connected, and one list anew when it may have changed.

use super::{MOST_DEFINITIONS, instructions, is_too_odd, key, learn, read, sift};
use crate::refusal::Refusal;
use crate::request::Request;
use crate::review;
use crate::road;
use crate::session::Session;
use keyholder_mcp::definition::{self, Definition, DefinitionKind, Definitions};
use keyholder_mcp::era::Side;
use keyholder_mcp::members;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// Pages of one list that are looked at (T-236).
const MAX_PAGES: usize = 100;

/// A list whose time to live is shorter is not asked for again at every call.
const SHORTEST_LIFE: Duration = Duration::from_secs(5);

/// How long the first look at a server may take in all; a host is not kept waiting for so long.
const FIRST_LOOK: Duration = Duration::from_mins(1);

/// Looks at everything that a place lists, once, and agrees to it with the connection.
pub(super) async fn ensure_established(request: &Request, budget: Duration) -> Result<(), Refusal> {
    let session = &request.session;
    if session.broker.book().await?.is_established(session.site.place()) {
        return Ok(());
    }
    // It goes on when this host does not wait any longer: the next listing finds it done.
    let looking = Arc::clone(session);
    let side = request.side;
    let look = tokio::spawn(async move { tokio::time::timeout(FIRST_LOOK, establish(&looking, side)).await });
    match tokio::time::timeout(request.left_of(budget), look).await {
        Ok(Ok(Ok(outcome))) => outcome,
        Ok(Ok(Err(_)) | Err(_)) | Err(_) if session.site.access.sign_in.is_going() => Err(Refusal::SigningIn),
        Ok(Ok(Err(_)) | Err(_)) | Err(_) => Err(Refusal::Slow),
    }
}

async fn establish(session: &Arc<Session>, side: Side) -> Result<(), Refusal> {
    let (broker, site) = (&session.broker, &session.site);
    let _looking = site.catalog.looking.lock().await;
    if broker.book().await?.is_established(site.place()) {
        return Ok(());
    }
    let connected = session.line.get(session, FIRST_LOOK).await?;
    let announced =
        |what: &str| members::of(&connected.greeting.capabilities).is_ok_and(|all| members::find(&all, what).is_some());
    let mut found = Vec::new();
    for (kind, capability) in [
        (DefinitionKind::Tool, "tools"),
        (DefinitionKind::Prompt, "prompts"),
        (DefinitionKind::Resource, "resources"),
        (DefinitionKind::ResourceTemplate, "resources"),
    ] {
        // Some servers list tools without announcing them.
        if kind == DefinitionKind::Tool || announced(capability) {
            found.extend(look_through(session, side, kind).await?);
        }
    }
    found.extend(connected.greeting.instructions.as_deref().and_then(instructions));
    learn(session, &found.iter().filter(|one| one.kind == DefinitionKind::Tool).cloned().collect::<Vec<_>>());
    site.catalog.write().is_complete = true;
    let is_fine = |definition: &&Definition| {
        definition.kind != DefinitionKind::Tool
            || site.catalog.tool(&definition.name).is_some_and(|known| !is_too_odd(&known.suspicions))
    };
    let agreed: Vec<_> = found.iter().filter(is_fine).cloned().collect();
    let pins: Vec<_> = agreed.iter().map(|definition| (key(definition), definition.digest)).collect();
    tracing::info!(server = %site.server, account = %site.account, definitions = pins.len(), "agreed to with the connection");
    broker.change_book(|book| book.establish(site.place(), pins)).await?;
    review::note_established(session, agreed.len());
    review::keep_texts(broker, site, agreed).await;
    Ok(())
}

/// Looks at one kind of list as it is now.
pub(super) async fn look(session: &Arc<Session>, side: Side, kind: DefinitionKind) -> Result<(), Refusal> {
    let _looking = session.site.catalog.looking.lock().await;
    if session.site.catalog.is_current(session.broker.clock.monotonic()) {
        return Ok(());
    }
    let found = look_through(session, side, kind).await?;
    let names: HashSet<_> = found.iter().map(|definition| definition.name.clone()).collect();
    session.site.catalog.write().tools.retain(|name, _| names.contains(name));
    sift(session, kind, &Definitions { kept: found, dropped: Vec::new(), next: None }).await?;
    session.site.catalog.write().is_complete = true;
    Ok(())
}

/// All pages of one list. A server that has no such list has nothing on it.
async fn look_through(session: &Arc<Session>, side: Side, kind: DefinitionKind) -> Result<Vec<Definition>, Refusal> {
    let method = match kind {
        DefinitionKind::Instructions => return Ok(Vec::new()),
        DefinitionKind::Prompt => "prompts/list",
        DefinitionKind::Resource => "resources/list",
        DefinitionKind::ResourceTemplate => "resources/templates/list",
        DefinitionKind::Tool => "tools/list",
    };
    let mut found = Vec::new();
    let mut cursor: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let params = cursor.as_ref().map(|cursor| format!(r#"{{"cursor":{cursor}}}"#));
        let page = Request::own(session, side, method, params);
        let answered = Box::pin(road::send_listing(&page)).await?;
        let Some(result) = answered.result() else { return Ok(found) };
        let definitions = read(kind, result)?;
        if kind == DefinitionKind::Tool {
            let now = session.broker.clock.monotonic();
            session.site.catalog.write().until = time_to_live(result).map(|life| now + life.max(SHORTEST_LIFE));
        }
        if kind == DefinitionKind::Tool {
            session.site.catalog.cannot_be(definitions.dropped.into_iter().map(|dropped| dropped.name));
        }
        found.extend(definitions.kept);
        if found.len() > MOST_DEFINITIONS || definitions.next.is_none() || definitions.next == cursor {
            break;
        }
        cursor = definitions.next;
    }
    // Two of one name on different pages are none as well.
    let (kept, doubles) = definition::refuse_doubles(found);
    if kind == DefinitionKind::Tool {
        session.site.catalog.cannot_be(doubles.into_iter().map(|dropped| dropped.name));
    }
    Ok(kept)
}

/// `ttlMs` of a modern server's list.
fn time_to_live(result: &str) -> Option<Duration> {
    let members = members::of(result).ok()?;
    members::find(&members, "ttlMs")?.get().parse().ok().map(Duration::from_millis)
}

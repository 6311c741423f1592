//! What a server says about itself, as the person agreed to it: tools, prompts, resources, instructions.
//!
//! What is listed when a place is connected is agreed to with the connection, whole. After that a host only ever sees definitions
//! that the person agreed to, byte for byte; what is new or changed is held back until they have looked at it, and the rest of the
//! list goes on as before (catalogue cases 160 to 165, 260).

use crate::broker::Broker;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::review::{self, Held};
use crate::session::Session;
use crate::site::Site;
use keyholder_book::{Place, Stand};
use keyholder_mcp::definition::{self, Definition, DefinitionKind, Definitions};
use keyholder_mcp::tool::{ParameterHeader, Tool};
use keyholder_model::digest::Digest;
use keyholder_model::risk::Labels;
use keyholder_risk::{Severity, Standing, Suspicion, SuspicionKind, Trust};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

mod look;

use look::{ensure_established, look};

/// Definitions of one place that are remembered, and their bytes.
const MOST_DEFINITIONS: usize = 10_000;
const MOST_BYTES: usize = 32 << 20;

/// A tool as it was last listed.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) definition: Definition,
    pub(crate) headers: Vec<ParameterHeader>,
    /// The exact text of its annotations: claims, shown as such.
    pub(crate) claims: Option<String>,
    pub(crate) standing: Standing,
    pub(crate) trust: Trust,
    pub(crate) suspicions: Vec<Suspicion>,
}

/// One place's definitions as they were last listed.
#[derive(Default)]
pub(crate) struct Catalog {
    listed: RwLock<Listed>,
    held: Mutex<HashMap<String, Held>>,
    looking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Listed {
    tools: HashMap<String, Arc<Known>>,
    /// Names under which something is listed that is no tool: two of one name, what nobody can read.
    impossible: HashSet<String>,
    bytes: usize,
    /// Whether all pages were seen since the server last said that something changed.
    is_complete: bool,
    /// On the monotonic clock: when the list is to be asked for again, where the server says so.
    until: Option<Duration>,
}

impl Catalog {
    /// A tool as it was last listed.
    pub(crate) fn tool(&self, name: &str) -> Option<Arc<Known>> {
        self.read().tools.get(name).cloned()
    }

    /// All tools as they were last listed, by name.
    pub(crate) fn tools(&self) -> Vec<Arc<Known>> {
        let mut tools: Vec<_> = self.read().tools.values().cloned().collect();
        tools.sort_by(|a, b| a.definition.name.cmp(&b.definition.name));
        tools
    }

    /// A tool, as if the server had listed it.
    #[cfg(test)]
    pub(crate) fn put(&self, known: Known) {
        self.write().tools.insert(known.definition.name.clone(), Arc::new(known));
    }

    /// The server said that its lists changed: they are looked at again before the next call.
    pub(crate) fn outdate(&self) {
        self.write().is_complete = false;
    }

    /// What is held back, by key.
    pub(crate) fn held(&self) -> Vec<Held> {
        let mut held: Vec<_> = self.held.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        held.sort_by(|a, b| a.key.cmp(&b.key));
        held
    }

    /// Something is held back. Says whether that is news.
    pub(crate) fn hold(&self, held: Held) -> bool {
        let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = all.get(&held.key).is_none_or(|known| known.definition.digest != held.definition.digest);
        if all.len() < MOST_DEFINITIONS {
            all.insert(held.key.clone(), held);
        }
        is_news
    }

    /// It is no longer.
    pub(crate) fn release(&self, key: &str) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    /// Under these names nothing can be called.
    fn cannot_be(&self, names: impl Iterator<Item = String>) {
        let mut listed = self.write();
        for name in names.take(MOST_DEFINITIONS) {
            listed.tools.remove(&name);
            if listed.impossible.len() < MOST_DEFINITIONS {
                listed.impossible.insert(name);
            }
        }
    }

    fn is_current(&self, now: Duration) -> bool {
        let listed = self.read();
        listed.is_complete && listed.until.is_none_or(|until| now < until)
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Listed> {
        self.listed.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Listed> {
        self.listed.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Site {
    /// Under which its definitions stand in the book.
    pub(crate) fn place(&self) -> Place<'_> {
        Place { url: &self.url, account: &self.account }
    }
}

impl Known {
    /// What it does to a session: as the person said, else as Keyholder proposes.
    pub(crate) fn labels(&self, broker: &Broker, site: &Site) -> Labels {
        let corrected = broker.known_book().labels(&site.server, &self.definition.name);
        corrected.unwrap_or(self.standing.labels)
    }
}

/// The key of a definition in the book.
pub(crate) fn key(definition: &Definition) -> String {
    format!("{} {}", definition.kind, definition.name)
}

/// The tool that is to be called, as the person agreed to it; none where the server lists no such tool.
///
/// # Errors
/// [`Refusal::Held`] for a definition that nobody agreed to; what keeps the list from being read.
pub(crate) async fn find(request: &Request, tool: &str, budget: Duration) -> Result<Option<Arc<Known>>, Refusal> {
    let session = &request.session;
    let site = &session.site;
    ensure_established(request, budget).await?;
    if !site.catalog.is_current(session.broker.clock.monotonic()) {
        look(session, request.side, DefinitionKind::Tool).await?;
    }
    let Some(known) = site.catalog.tool(tool) else {
        let is_impossible = site.catalog.read().impossible.contains(tool);
        return if is_impossible { Err(Refusal::Held) } else { Ok(None) };
    };
    check(session, &known.definition)?;
    Ok(Some(known))
}

/// Whether the person agreed to exactly this.
///
/// # Errors
/// [`Refusal::Held`].
pub(crate) fn check(session: &Session, definition: &Definition) -> Result<(), Refusal> {
    let stand = session.broker.known_book().stand(session.site.place(), &key(definition), &definition.digest);
    if stand == Stand::Admitted { Ok(()) } else { Err(Refusal::Held) }
}

/// Whether a tool is still defined as it was when it was decided on (catalogue case 189).
///
/// # Errors
/// [`Refusal::Held`].
pub(crate) fn check_unchanged(session: &Session, known: Option<&Known>) -> Result<(), Refusal> {
    let Some(known) = known else { return Ok(()) };
    let now = session.site.catalog.tool(&known.definition.name);
    if now.is_none_or(|now| now.definition.digest != known.definition.digest) {
        return Err(Refusal::Held);
    }
    check(session, &known.definition)
}

/// A prompt that is asked for must be one that the person agreed to, as far as it is listed at all.
///
/// # Errors
/// [`Refusal::Held`].
pub(crate) fn check_prompt(request: &Request) -> Result<(), Refusal> {
    if request.method != "prompts/get" {
        return Ok(());
    }
    let session = &request.session;
    let Some(name) = request.text("name") else { return Ok(()) };
    let key = format!("{} {name}", DefinitionKind::Prompt);
    let is_held = session.site.catalog.held().iter().any(|held| held.key == key);
    if is_held { Err(Refusal::Held) } else { Ok(()) }
}

/// A page of a list as the host may see it; nothing where it may see it as it is.
///
/// # Errors
/// What keeps the list from being read.
pub(crate) async fn screen(
    request: &Request,
    kind: DefinitionKind,
    result: &str,
    budget: Duration,
) -> Result<Option<String>, Refusal> {
    let session = &request.session;
    ensure_established(request, budget).await?;
    let definitions = read(kind, result)?;
    let shown = sift(session, kind, &definitions).await?;
    let listed = definitions.kept.len() + definitions.dropped.len();
    if shown.len() == listed {
        return Ok(None);
    }
    let Some(list) = kind.list_key() else { return Ok(None) };
    definition::rewrite_page(result, list, &shown).map(Some).map_err(Refusal::Bad)
}

/// A server's instructions as the host may see them.
pub(crate) async fn screen_instructions(session: &Arc<Session>, greeting: &str) -> Option<String> {
    let definition = instructions(greeting)?;
    let Ok(book) = session.broker.book().await else { return None };
    if !book.is_established(session.site.place()) {
        // Agreed to with the connection, at the first look at the lists.
        return Some(definition.text);
    }
    let stand = book.stand(session.site.place(), &key(&definition), &definition.digest);
    if stand == Stand::Admitted {
        return Some(definition.text);
    }
    hold_back(session, vec![(definition, stand)]).await;
    None
}

fn instructions(text: &str) -> Option<Definition> {
    Definition::new(DefinitionKind::Instructions, String::new(), text.to_owned()).ok()
}

/// The definitions of a page that the host may see, as exact texts.
async fn sift<'a>(
    session: &Arc<Session>,
    kind: DefinitionKind,
    definitions: &'a Definitions,
) -> Result<Vec<&'a str>, Refusal> {
    let (broker, site) = (&session.broker, &session.site);
    if kind == DefinitionKind::Tool {
        learn(session, &definitions.kept);
    }
    for dropped in &definitions.dropped {
        tracing::warn!(server = %site.server, name = %dropped.name, why = %dropped.why, "a definition was left out");
    }
    if kind == DefinitionKind::Tool {
        site.catalog.cannot_be(definitions.dropped.iter().map(|dropped| dropped.name.clone()));
    }
    let book = broker.book().await?;
    let stand = |definition: &Definition| book.stand(site.place(), &key(definition), &definition.digest);
    let odd: Vec<_> = definitions
        .kept
        .iter()
        .map(|definition| (definition, stand(definition)))
        .filter(|(_, stand)| *stand != Stand::Admitted)
        .collect();
    let news = odd.iter().map(|(definition, stand)| ((*definition).clone(), *stand)).collect();
    let admitted = hold_back(session, news).await;
    let may_see = |definition: &&Definition| {
        let is_odd = odd.iter().any(|(one, _)| std::ptr::eq(*one, *definition));
        let is_admitted = !is_odd || admitted.contains(&definition.digest);
        is_admitted && !(kind == DefinitionKind::Tool && broker.hides(session, &definition.name))
    };
    Ok(definitions.kept.iter().filter(may_see).map(|definition| definition.text.as_str()).collect())
}

/// Holds back what nobody agreed to. Gives what a rule admits by itself.
async fn hold_back(session: &Arc<Session>, news: Vec<(Definition, Stand)>) -> Vec<Digest> {
    if news.is_empty() {
        return Vec::new();
    }
    review::take(session, news).await
}

/// Remembers tools as they are listed now.
fn learn(session: &Session, tools: &[Definition]) {
    let (broker, site) = (&session.broker, &session.site);
    let trust =
        if broker.known_book().trusts(&site.server, site.url.host()) { Trust::Trusted } else { Trust::Untrusted };
    let elsewhere = broker.tools_elsewhere(site);
    for definition in tools {
        let known = site.catalog.tool(&definition.name);
        if known.is_some_and(|known| known.definition.text == definition.text && known.trust == trust) {
            continue;
        }
        let Ok(tool) = Tool::read(&definition.text) else { continue };
        let described =
            keyholder_risk::Tool { name: &definition.name, definition: &definition.text, host: site.url.host(), trust };
        let known = Known {
            headers: tool.headers,
            claims: tool.annotations,
            standing: Standing::of(&described),
            trust,
            suspicions: suspicions(&described, &elsewhere),
            definition: definition.clone(),
        };
        let mut listed = site.catalog.write();
        // A server that goes on inventing tools fills no memory; what is not remembered is no known tool.
        if listed.tools.len() >= MOST_DEFINITIONS || listed.bytes + definition.text.len() > MOST_BYTES {
            tracing::warn!(server = %site.server, "too many tools; the rest is not remembered");
            return;
        }
        listed.bytes += definition.text.len();
        if let Some(old) = listed.tools.insert(definition.name.clone(), Arc::new(known)) {
            listed.bytes = listed.bytes.saturating_sub(old.definition.text.len());
        }
    }
}

/// What looks odd about a tool.
pub(crate) fn suspicions(tool: &keyholder_risk::Tool<'_>, elsewhere: &[(String, String)]) -> Vec<Suspicion> {
    let elsewhere: Vec<_> = elsewhere
        .iter()
        .map(|(server, tool)| keyholder_risk::Elsewhere { server: server.as_str(), tool: tool.as_str() })
        .collect();
    keyholder_risk::suspicions(tool, &elsewhere)
}

/// Whether a definition is too odd to be agreed to with the connection alone. That another server has a tool of the same name is
/// common, and only said.
pub(crate) fn is_too_odd(suspicions: &[Suspicion]) -> bool {
    suspicions.iter().any(|one| one.severity == Severity::Refuse || one.kind != SuspicionKind::Collision)
}

fn read(kind: DefinitionKind, result: &str) -> Result<Definitions, Refusal> {
    let read = match kind {
        DefinitionKind::Instructions => return Ok(Definitions::default()),
        DefinitionKind::Prompt => definition::read_prompts(result),
        DefinitionKind::Resource => definition::read_resources(result),
        DefinitionKind::ResourceTemplate => definition::read_templates(result),
        DefinitionKind::Tool => definition::read_tools(result),
    };
    read.map_err(Refusal::Bad)
}

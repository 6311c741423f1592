//! Definitions that are held back: listed, let in, kept out.

use super::wish::Wish;
use super::{Giver, done, refused};
use crate::broker::Broker;
use crate::review::{self, Held};
use crate::site::Site;
use keyholder_book::{Book, Stand};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::Answer;
use keyholder_console::reviews::{ReviewKind, ReviewState, ReviewView};
use keyholder_mcp::definition::DefinitionKind;
use keyholder_model::server::{Account, ServerName};
use keyholder_model::untrusted::{clip, visible};
use std::collections::HashSet;
use std::sync::Arc;

/// Definitions that one list shows. A server may invent thousands; nobody looks at them one by one.
const MOST: usize = 500;

/// Characters of a name that stand in an id, and of a text that stands in a line.
const LONGEST_NAME: usize = 120;
const LONGEST_LINE: usize = 2_000;

/// Lines of a difference that are shown.
const MOST_LINES: usize = 60;

/// One definition that waits, with every place that holds back the same.
struct Waiting {
    id: String,
    site: Arc<Site>,
    held: Held,
    /// The same definition of the same account at the same address, met by bridges with flags of their own.
    also: Vec<Arc<Site>>,
}

pub(super) fn list(broker: &Broker) -> Vec<ReviewView> {
    let book = broker.known_book();
    waiting(broker).into_iter().take(MOST).map(|one| view(&book, one)).collect()
}

/// Lets a definition in, after a yes: exactly the one that was shown, whatever the server lists by then.
pub(super) async fn admit(broker: &Arc<Broker>, giver: Giver<'_>, id: &str) -> Result<Answer, ConsoleError> {
    let one = find(broker, id)?;
    let headline = format!("Let in {id}");
    let place = keyholder_book::place_key(one.site.place());
    let digest = one.held.definition.digest.to_string();
    Wish::order("admit", &headline, &[], &[place.as_bytes(), one.held.key.as_bytes(), digest.as_bytes()])
        .at(&one.site.server, one.site.url.host(), &one.site.account)
        .about(review::subject(std::slice::from_ref(&one.held)))
        .agree_as_shown(broker, giver)
        .await?;
    let admitted = review::admit(broker, &one.site, vec![one.held.clone()], "the person").await;
    admitted.map_err(|refusal| refused(&refusal, id))?;
    for site in &one.also {
        site.catalog.release(&one.held.key);
    }
    one.tell(broker);
    Ok(done())
}

/// Keeps a definition out for good.
pub(super) async fn refuse(broker: &Arc<Broker>, id: &str) -> Result<Answer, ConsoleError> {
    let one = find(broker, id)?;
    let held = std::slice::from_ref(&one.held);
    review::refuse(broker, &one.site, held).await.map_err(|refusal| refused(&refusal, id))?;
    for site in &one.also {
        site.catalog.hold(Held { stand: Stand::Refused, ..one.held.clone() });
    }
    one.tell(broker);
    Ok(done())
}

impl Waiting {
    fn tell(&self, broker: &Arc<Broker>) {
        for site in std::iter::once(&self.site).chain(&self.also) {
            broker.tools_may_have_changed(site);
        }
    }
}

fn find(broker: &Broker, id: &str) -> Result<Waiting, ConsoleError> {
    let unknown = || ConsoleError::new(Code::NotFound).about(id).because("nothing of this name is held back");
    waiting(broker).into_iter().find(|one| one.id == id).ok_or_else(unknown)
}

/// Everything that is held back, each once, under an id of its own.
fn waiting(broker: &Broker) -> Vec<Waiting> {
    let mut all: Vec<(Arc<Site>, Held)> = Vec::new();
    for site in broker.registry.sites() {
        all.extend(site.catalog.held().into_iter().map(|held| (Arc::clone(&site), held)));
    }
    let order = |(site, held): &(Arc<Site>, Held)| {
        let place = keyholder_book::place_key(site.place());
        (site.server.clone(), site.account.clone(), held.key.clone(), place, held.definition.digest.to_string())
    };
    all.sort_by_cached_key(order);
    let mut waiting: Vec<Waiting> = Vec::new();
    let mut given = HashSet::new();
    for (site, held) in all {
        if let Some(last) = waiting.last_mut().filter(|last| last.is(&site, &held)) {
            last.also.push(site);
            continue;
        }
        let definition = &held.definition;
        let id = unique(&name(definition.kind, &site.server, &site.account, &definition.name), &mut given);
        waiting.push(Waiting { id, site, held, also: Vec::new() });
    }
    waiting
}

impl Waiting {
    fn is(&self, site: &Site, held: &Held) -> bool {
        self.site.server == site.server
            && self.site.account == site.account
            && self.site.url == site.url
            && self.held.key == held.key
            && self.held.definition.digest == held.definition.digest
    }
}

/// What a person types: `tool notes/send`, `tool notes@work/send`, `instructions notes`.
fn name(kind: DefinitionKind, server: &ServerName, account: &Account, name: &str) -> String {
    let at = if *account == Account::default() { String::new() } else { format!("@{account}") };
    if kind == DefinitionKind::Instructions {
        return format!("{kind} {server}{at}");
    }
    // An order's words are put together again with one space between them.
    let words: Vec<_> = name.split(' ').filter(|word| !word.is_empty()).collect();
    format!("{kind} {server}{at}/{}", visible(&clip_plain(&words.join(" "))))
}

/// The beginning of a name; what deceives is escaped afterwards and not replaced, so that two names stay two.
fn clip_plain(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

/// Two names that read alike get a number each.
fn unique(name: &str, given: &mut HashSet<String>) -> String {
    let mut id = name.to_owned();
    let mut number = 1;
    while !given.insert(id.clone()) {
        number += 1;
        id = format!("{name}~{number}");
    }
    id
}

fn view(book: &Book, one: Waiting) -> ReviewView {
    let Waiting { id, site, held, .. } = one;
    let mut difference: Vec<String> = if held.difference.is_empty() {
        vec![clip(&held.definition.text, LONGEST_LINE)]
    } else {
        held.difference.iter().take(MOST_LINES).map(|line| clip(line, LONGEST_LINE)).collect()
    };
    let further = held.difference.len().saturating_sub(MOST_LINES);
    if further > 0 {
        difference.push(format!("and {further} more lines"));
    }
    if held.stand == Stand::Refused {
        difference.push("you said no to exactly this; it is not asked about again".to_owned());
    }
    ReviewView {
        id,
        server: site.server.to_string(),
        account: site.account.to_string(),
        kind: match held.definition.kind {
            DefinitionKind::Instructions => ReviewKind::Instructions,
            DefinitionKind::Prompt => ReviewKind::Prompt,
            DefinitionKind::Resource | DefinitionKind::ResourceTemplate => ReviewKind::Resource,
            DefinitionKind::Tool => ReviewKind::Tool,
        },
        name: held.definition.name.clone(),
        state: match book.admitted(site.place(), &held.key) {
            Some(_) => ReviewState::Changed,
            None => ReviewState::New,
        },
        difference,
        suspicions: held.suspicions.clone(),
        since: held.since.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_back_has_a_name_that_can_be_typed() {
        let server = "notes".parse().unwrap();
        let of = |account: &str, text: &str| name(DefinitionKind::Tool, &server, &account.parse().unwrap(), text);
        assert_eq!(of(Account::default().as_str(), "send"), "tool notes/send");
        assert_eq!(of("work", "send"), "tool notes@work/send");
        assert_eq!(of("work", "a\u{202e}  b\n"), "tool notes@work/a\\u202e b\\n");
        assert!(of("work", &"x".repeat(5_000)).len() < 200);
        assert_eq!(name(DefinitionKind::Instructions, &server, &Account::default(), ""), "instructions notes");
    }

    #[test]
    fn two_names_that_read_alike_stay_two() {
        let mut given = HashSet::new();
        let ids: Vec<_> = (0..3).map(|_| unique("tool a/b", &mut given)).collect();
        assert_eq!(ids, ["tool a/b", "tool a/b~2", "tool a/b~3"]);
    }
}

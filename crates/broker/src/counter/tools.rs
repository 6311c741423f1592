//! The tools of servers: how much harm they can do, what they do to a session, and what the person says of both.

mod usage;

pub(super) use usage::{Named, set as set_use};

use super::explain::words;
use super::grants::find;
use super::imagined::{Imagined, Place, UNKNOWN_APP};
use super::wish::Wish;
use super::{Giver, done, refused, word};
use crate::broker::Broker;
use crate::catalog::Known;
use crate::site::Site;
use crate::who::Who;
use keyholder_audit::{CallQuery, Event, Fate, Note};
use keyholder_book::tool_key;
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::Answer;
use keyholder_console::servers::Verdict;
use keyholder_console::tools::{LabelSource, ToolState, ToolView};
use keyholder_model::clock::Timestamp;
use keyholder_model::risk::{Label, Labels};
use keyholder_model::server::{Account, ServerName};
use keyholder_model::untrusted::visible;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A tool's description is shown up to this many bytes.
const MAX_DESCRIPTION: usize = 2 << 10;

/// Bytes of names and descriptions that are shown of one place.
const MOST_SHOWN: usize = 2 << 20;

/// Calls of the log, newest first, in which uses are counted.
const LATELY: usize = CallQuery::MOST;

/// How often tools were called of late, and when last.
#[derive(Default)]
pub(super) struct Uses(HashMap<String, (u64, Timestamp)>);

impl Uses {
    /// As far back as a bounded look at the log goes. Without a log nothing is known, and no call would run either.
    pub(super) fn lately(broker: &Broker) -> Self {
        let query = CallQuery { limit: Some(LATELY), ..CallQuery::default() };
        let calls = broker.log().ok().and_then(|log| log.calls(&query).ok()).unwrap_or_default();
        let mut uses = HashMap::new();
        for call in calls.into_iter().filter(|call| call.fate == Fate::Made) {
            let Some(server) = call.server else { continue };
            let (times, last) = uses.entry(format!("{server}/{}", call.tool)).or_insert((0, call.at));
            *times += 1;
            *last = call.at.max(*last);
        }
        Self(uses)
    }
}

pub(super) fn list(broker: &Arc<Broker>, server: Option<&str>) -> Result<Vec<ToolView>, ConsoleError> {
    let wanted = server.map(|name| find(broker, name)).transpose()?.map(|server| server.name);
    let uses = Uses::lately(broker);
    let mut sites = broker.registry.sites();
    sites.retain(|site| wanted.as_ref().is_none_or(|wanted| site.server == *wanted));
    sites.sort_by(|a, b| (&a.server, &a.account).cmp(&(&b.server, &b.account)));
    // Two bridges with flags of their own list the same tools.
    let mut seen = HashSet::new();
    let tools = sites.iter().flat_map(|site| of_site(broker, site, &uses));
    Ok(tools.filter(|tool| seen.insert(each(tool))).collect())
}

/// What tells one listed tool from another.
pub(super) fn each(tool: &ToolView) -> [String; 4] {
    [&tool.server, &tool.account, &tool.name, &tool.digest].map(Clone::clone)
}

pub(super) fn of_site(broker: &Arc<Broker>, site: &Arc<Site>, uses: &Uses) -> Vec<ToolView> {
    let held: HashSet<_> = site.catalog.held().into_iter().map(|held| held.key).collect();
    let book = broker.known_book();
    let view = |known: &Arc<Known>| {
        let name = &known.definition.name;
        let (times, last) = uses.0.get(&tool_key(&site.server, name)).copied().unzip();
        ToolView {
            server: site.server.to_string(),
            account: site.account.to_string(),
            name: name.clone(),
            description: keyholder_mcp::tool::Tool::read(&known.definition.text)
                .ok()
                .and_then(|tool| tool.description())
                .map(|text| text[..text.floor_char_boundary(MAX_DESCRIPTION)].to_owned()),
            digest: known.definition.digest.to_string(),
            tier: known.standing.tier.to_string(),
            labels: words(known.labels(broker, site)),
            labels_from: match book.labels(&site.server, name) {
                Some(_) => LabelSource::Person,
                None => LabelSource::Proposed,
            },
            verdict: verdict(broker, site, known),
            usage: usage::of(broker, &book, site, known),
            state: if held.contains(&crate::catalog::key(&known.definition)) {
                ToolState::Pending
            } else {
                ToolState::Admitted
            },
            last_used: last.map(|at| at.to_string()),
            uses: times.unwrap_or(0),
        }
    };
    let mut left = MOST_SHOWN;
    let fits = |tool: &ToolView| {
        let size = tool.name.len() + tool.description.as_deref().map_or(0, str::len);
        left.checked_sub(size).inspect(|rest| left = *rest).is_some()
    };
    site.catalog.tools().iter().map(view).take_while(fits).collect()
}

/// What the rules say to a call of it without arguments, by an app that no rule names; nothing where the arguments decide.
fn verdict(broker: &Broker, site: &Site, known: &Known) -> Option<Verdict> {
    let tool = known.definition.name.as_str();
    let configured = broker.settings.server(&site.server).and_then(|server| server.group);
    let imagined = Imagined {
        who: Who::named(UNKNOWN_APP),
        place: Place {
            server: site.server.clone(),
            host: site.url.host().to_owned(),
            group: broker.known_book().group(&site.server, configured.as_deref()).map(str::to_owned),
        },
        account: site.account.clone(),
        situation: broker.situation(UNKNOWN_APP, Some(&tool_key(&site.server, tool))),
        tier: known.standing.assess("{}").tier,
        labels: known.labels(broker, site),
        pinned: Some(known.definition.digest),
    };
    let facts = imagined.facts(&broker.person, tool, b"{}");
    (!broker.policy.reads_arguments(&facts)).then(|| word(broker.policy.judge(&facts).word))
}

/// Says what a tool does to a session: at once where that only adds, after a yes where something goes, or may go.
pub(super) async fn set_labels(
    broker: &Arc<Broker>,
    giver: Giver<'_>,
    (server, tool): (&str, &str),
    labels: &[String],
) -> Result<Answer, ConsoleError> {
    let server = find(broker, server)?;
    let read = |word: &String| {
        word.parse::<Label>()
            .map_err(|why| ConsoleError::new(Code::Invalid).about(word.as_str()).because(why.to_string()))
    };
    let mut wanted = Labels::NONE;
    for label in labels {
        wanted = wanted.with(read(label)?);
    }
    if tool.is_empty() {
        return Err(ConsoleError::new(Code::Invalid).because("which tool?"));
    }
    let book = broker.book().await.map_err(|refusal| refused(&refusal, tool))?;
    let now = book.labels(&server.name, tool).or_else(|| proposed(broker, &server.name, tool));
    let only_adds = now.is_some_and(|now| wanted.covers(now));
    if !only_adds {
        let lines = changes(now, wanted);
        let headline = format!("Say what the tool \u{201c}{}\u{201d} of {} does", visible(tool), server.name);
        let done = [server.name.as_str(), tool, &wanted.to_string()].map(str::to_owned);
        Wish::order("set_labels", &headline, &lines, &done.each_ref().map(String::as_bytes))
            .at(&server.name, server.url.host(), &Account::default())
            .agree(broker, giver)
            .await?;
    }
    let reason = if wanted.is_empty() { "without labels".to_owned() } else { format!("labels {wanted}") };
    let note = Note {
        server: Some(&server.name),
        tool: Some(tool),
        decision: Some("label"),
        reason: Some(&reason),
        labels: wanted,
        ..Note::of(Event::Label)
    };
    let noted = broker.note(&note).map_err(|refusal| refused(&refusal, "log"));
    // What lowers authority does not wait for a log that cannot be written.
    noted.or_else(|why| if only_adds { Ok(()) } else { Err(why) })?;
    let set = broker.change_book(|book| book.set_labels(&server.name, tool, wanted)).await;
    set.map_err(|refusal| refused(&refusal, tool))?;
    Ok(done())
}

/// What Keyholder proposes for a tool, wherever the server lists it; nothing where it is not listed.
fn proposed(broker: &Broker, server: &ServerName, tool: &str) -> Option<Labels> {
    let sites = broker.registry.sites();
    let known = sites.iter().filter(|site| site.server == *server).filter_map(|site| site.catalog.tool(tool));
    known.map(|known| known.standing.labels).reduce(Labels::union)
}

/// What would change, a line a label.
fn changes(now: Option<Labels>, wanted: Labels) -> Vec<String> {
    let Some(now) = now else {
        let all = if wanted.is_empty() { "nothing".to_owned() } else { words(wanted).join(", ") };
        return vec![format!("it has not been listed yet; from then on it counts as what does {all}")];
    };
    let line = |label: Label| match (now.has(label), wanted.has(label)) {
        (true, false) => Some(format!("no longer: {label}")),
        (false, true) => Some(format!("new: {label}")),
        (true, true) => Some(format!("as before: {label}")),
        (false, false) => None,
    };
    Label::ALL.into_iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_about_a_tool_is_said_label_by_label() {
        let labels = |words: &str| words.parse::<Labels>().unwrap();
        assert_eq!(
            changes(Some(labels("destroys reads_private")), labels("reads_private sends_outward")),
            ["no longer: destroys", "as before: reads_private", "new: sends_outward"]
        );
        assert!(changes(None, Labels::NONE)[0].contains("nothing"));
    }
}

//! Putting into force what waits in the person's own rules files.

use super::super::wish::Wish;
use super::super::{Giver, refused, said};
use super::tell_all;
use crate::book::file_rules;
use crate::broker::Broker;
use keyholder_audit::{Event, Note};
use keyholder_book::{Book, FileRule};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::Answer;
use keyholder_model::digest::Digest;
use keyholder_model::server::ServerName;
use keyholder_policy::{Policy, Sources, Weight};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Confirms the person's files as they were when they were shown, whatever becomes of them meanwhile.
pub(in crate::counter) async fn confirm(broker: &Arc<Broker>, giver: Giver<'_>) -> Result<Answer, ConsoleError> {
    let book = broker.book().await.map_err(|refusal| refused(&refusal, "rules"))?;
    let (written, groups) = (read_files(broker)?, broker.groups());
    let regrouped = regrouped(&book, &broker.settings.servers());
    let changed = Changed::between(book.files().unwrap_or_default(), &written);
    if book.files().is_some() && changed.is_nothing() && regrouped.is_empty() {
        return Ok(said("nothing waits: the files say what you confirmed".to_owned()));
    }
    let (headline, lines) = (changed.headline(), changed.lines(&regrouped));
    if !changed.added.is_empty() || !changed.withdrawn.is_empty() || !regrouped.is_empty() {
        let snapshot = digest(&written, &groups);
        Wish::order("confirm_rules", &headline, &lines, &[snapshot.as_bytes()]).agree_as_shown(broker, giver).await?;
    }
    let note = Note { decision: Some("confirm"), reason: Some(&headline), ..Note::of(Event::ConfirmRules) };
    broker.note(&note).map_err(|refusal| refused(&refusal, "log"))?;
    let confirmed = broker.change_book(|book| book.confirm_files(written, groups)).await;
    confirmed.map_err(|refusal| refused(&refusal, "rules"))?;
    tell_all(broker);
    Ok(said(headline))
}

/// The person's files as they are at this moment, by themselves: what else keeps rules from being read may be just what confirming
/// mends.
fn read_files(broker: &Broker) -> Result<Vec<FileRule>, ConsoleError> {
    let files = Policy::load(&Sources { person: broker.places.policies(), ..Sources::default() });
    // The rules of a file that cannot be read would look as if they had been taken out of it.
    match files.problems().into_iter().find(|problem| problem.weight == Weight::Closes) {
        Some(problem) => Err(ConsoleError::new(Code::ConfigInvalid).because(problem.to_string())),
        None => Ok(file_rules(&files.written())),
    }
}

/// How the files differ from what was confirmed, as far as a person must look at it.
struct Changed<'a> {
    /// Permits that were not confirmed.
    added: Vec<&'a FileRule>,
    /// Confirmed forbids that are no longer there.
    withdrawn: Vec<&'a FileRule>,
    /// How many rules came or went that only deny more. They count already.
    denying: usize,
}

impl<'a> Changed<'a> {
    fn between(confirmed: &'a [FileRule], written: &'a [FileRule]) -> Self {
        let has = |rules: &[FileRule], wanted: &FileRule| {
            rules.iter().any(|rule| rule.permits == wanted.permits && rule.meaning == wanted.meaning)
        };
        let (added, denying_more): (Vec<_>, Vec<_>) =
            written.iter().filter(|rule| !has(confirmed, rule)).partition(|rule| rule.permits);
        let (allowing_less, withdrawn): (Vec<_>, Vec<_>) =
            confirmed.iter().filter(|rule| !has(written, rule)).partition(|rule| rule.permits);
        Self { added, withdrawn, denying: denying_more.len() + allowing_less.len() }
    }

    fn is_nothing(&self) -> bool {
        self.added.is_empty() && self.withdrawn.is_empty() && self.denying == 0
    }

    fn headline(&self) -> String {
        format!(
            "Confirm your rules files: {} new rules that allow, {} rules taken out that forbade",
            self.added.len(),
            self.withdrawn.len()
        )
    }

    fn lines(&self, regrouped: &[String]) -> Vec<String> {
        let added = self.added.iter().map(|rule| format!("new in {}:\n{}", rule.file, rule.text));
        let withdrawn = self.withdrawn.iter().map(|rule| format!("no longer in {}:\n{}", rule.file, rule.text));
        let denying = (self.denying > 0).then(|| format!("and {} changes that only deny more", self.denying));
        added.chain(withdrawn).chain(regrouped.iter().cloned()).chain(denying).collect()
    }
}

/// Servers that the configuration puts into another group than was confirmed: rules may say less about it.
fn regrouped(book: &Book, servers: &[keyholder_settings::Server]) -> Vec<String> {
    let word = |group: Option<&str>| group.map_or_else(|| "no group".to_owned(), |group| format!("the group {group}"));
    let moved = |name: &ServerName, now: Option<&str>| {
        let before = book.group(name, now);
        (before != now).then(|| format!("the server {name} moves from {} to {}", word(before), word(now)))
    };
    servers.iter().filter_map(|server| moved(&server.name, server.group.as_deref())).collect()
}

/// What exactly would be confirmed.
fn digest(written: &[FileRule], groups: &BTreeMap<String, String>) -> Digest {
    let rules = written.iter().map(|rule| format!("{} {} {}", rule.permits, rule.meaning, rule.file));
    let groups = groups.iter().map(|(server, group)| format!("{server} in {group}"));
    let parts: Vec<_> = rules.chain(groups).collect();
    Digest::of_parts(&parts.iter().map(String::as_bytes).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(meaning: &str, permits: bool) -> FileRule {
        let digest = Digest::of_parts(&[meaning.as_bytes()]);
        FileRule { meaning: digest, permits, text: format!("rule {meaning};"), file: "own.cedar".to_owned() }
    }

    #[test]
    fn new_permits_and_withdrawn_forbids_are_shown_with_their_text() {
        let confirmed = [rule("a", true), rule("b", false), rule("c", true)];
        let written = [rule("a", true), rule("d", true), rule("e", false), rule("b", true)];
        let changed = Changed::between(&confirmed, &written);
        let lines = changed.lines(&["the server notes moves from no group to the group work".to_owned()]).join("\n");
        assert_eq!((changed.added.len(), changed.withdrawn.len(), changed.denying), (2, 1, 2));
        assert!(lines.contains("new in own.cedar:\nrule d;") && lines.contains("no longer in own.cedar:\nrule b;"));
        assert!(lines.contains("the group work") && lines.contains("2 changes that only deny more"));
        assert!(!lines.contains("rule e;") && !lines.contains("rule c;") && !lines.contains("rule a;"));
        assert!(Changed::between(&confirmed, &confirmed).is_nothing());
    }

    #[test]
    fn a_yes_is_good_for_the_very_rules_that_were_shown() {
        let none = BTreeMap::new();
        let group = BTreeMap::from([("notes".to_owned(), "work".to_owned())]);
        let (one, other) = ([rule("a", true)], [rule("a", false)]);
        assert_eq!(digest(&one, &none), digest(&one.clone(), &none));
        assert_ne!(digest(&one, &none), digest(&other, &none));
        assert_ne!(digest(&one, &none), digest(&one, &group));
    }
}

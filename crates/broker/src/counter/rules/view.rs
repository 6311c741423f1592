//! Rules as a person sees them.

use crate::book::Passing;
use crate::broker::Broker;
use keyholder_book::{Answered, Book};
use keyholder_console::rules::{RuleOrigin, RuleState, RuleView};
use keyholder_console::servers::Verdict;
use keyholder_model::clock::Timestamp;
use keyholder_policy::{self as policy, Effect, Life, OnArguments, Openness, Origin, Standing};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A rule's summary has at most so many characters.
const LONGEST_SUMMARY: usize = 160;

/// All rules, the strongest layer first; answers that have ended last.
pub(in crate::counter) fn list(broker: &Broker) -> Vec<RuleView> {
    let known = Known::of(broker);
    let rules = broker.policy.rules();
    let remembered = |rule: &policy::RuleView| match &rule.origin {
        Origin::Remembered(id) => Some(id.clone()),
        Origin::Managed(_) | Origin::Person(_) | Origin::Shipped => None,
    };
    let counting: HashSet<_> = rules.iter().filter_map(remembered).collect();
    let ended: Vec<_> = known.book.answers.iter().filter(|answer| !counting.contains(&answer.id.to_string())).collect();
    let listed = rules.into_iter().map(|rule| known.view(broker, rule));
    listed.chain(ended.into_iter().map(|answer| known.ended(broker, answer))).collect()
}

/// How many rules in files wait for the person.
pub(in crate::counter) fn pending(broker: &Broker) -> usize {
    broker.policy.rules().iter().filter(|rule| rule.standing != Standing::InForce).count()
}

/// What is known of answers beside their text.
struct Known {
    book: Arc<Book>,
    /// Where each answer stands in the book.
    places: HashMap<String, usize>,
    passing: Vec<Passing>,
    uses: HashMap<String, (u64, Option<Timestamp>)>,
    open: Option<String>,
    now: Timestamp,
    monotonic: Duration,
}

impl Known {
    fn of(broker: &Broker) -> Self {
        let book = broker.known_book();
        Self {
            now: book.believe(broker.clock.now()),
            monotonic: broker.clock.monotonic(),
            places: (0..).zip(&book.answers).map(|(place, answer)| (answer.id.to_string(), place)).collect(),
            passing: broker.passing(),
            uses: broker.uses_of_rules(),
            open: match broker.policy.is_wide_open() {
                Openness::WideOpen { rule } => Some(rule),
                Openness::Guarded => None,
            },
            book,
        }
    }

    fn view(&self, broker: &Broker, rule: policy::RuleView) -> RuleView {
        let is_open = self.open.as_ref() == Some(&rule.id);
        let (origin, file, id) = match rule.origin {
            Origin::Managed(file) => (RuleOrigin::Managed, Some(place(&file, &rule.id)), rule.id),
            Origin::Person(file) => (RuleOrigin::File, Some(place(&file, &rule.id)), rule.id),
            Origin::Remembered(id) => (RuleOrigin::Answer, None, id),
            Origin::Shipped => (RuleOrigin::Shipped, None, rule.id),
        };
        let (state, note) = match rule.standing {
            Standing::InForce => (RuleState::InForce, None),
            Standing::Pending => (RuleState::Pending, Some("it does not count until you confirm it")),
            Standing::Withdrawn => {
                (RuleState::Pending, Some("it was taken out of its file; it still counts until you confirm that"))
            }
        };
        let note = if is_open { Some("because of it everything runs without a question") } else { note };
        let plain = RuleView {
            effect: effect(rule.effect, &rule.text),
            summary: summary(&rule.text),
            source: rule.text,
            origin,
            file,
            state,
            uses: 0,
            last_used: None,
            expires: None,
            idle_days: None,
            uses_left: None,
            bound_to: Vec::new(),
            binds_arguments: (origin == RuleOrigin::Answer).then_some(rule.arguments == OnArguments::Bound),
            made: None,
            note: note.map(str::to_owned),
            id,
        };
        if let Some(answer) = self.places.get(&plain.id).and_then(|place| self.book.answers.get(*place)) {
            return self.kept(broker, answer, plain);
        }
        match self.passing.iter().find(|passing| passing.id.to_string() == plain.id) {
            Some(passing) => self.passing(passing, plain),
            None => plain,
        }
    }

    /// An answer that was given for good.
    fn kept(&self, broker: &Broker, answer: &Answered, plain: RuleView) -> RuleView {
        let (uses, used) = self.uses.get(&plain.id).copied().unwrap_or_default();
        let is_alive = broker.life_of(answer.id).is_none_or(|life| life.is_alive(self.now, self.monotonic));
        RuleView {
            summary: answer.origin.clone(),
            state: match (is_alive, is_suspended(broker, answer)) {
                (false, _) => RuleState::Expired,
                (true, true) => RuleState::Suspended,
                (true, false) => plain.state,
            },
            uses,
            last_used: used.max(answer.last_used).map(|at| at.to_string()),
            expires: answer.expires.map(|at| at.to_string()),
            idle_days: answer.idle_days,
            bound_to: answer.bound_to.clone(),
            made: Some(answer.made.to_string()),
            ..plain
        }
    }

    /// An answer that ends by itself.
    fn passing(&self, passing: &Passing, plain: RuleView) -> RuleView {
        let life: &Life = &passing.life;
        let limits = life.limits();
        let ends = limits.ends.map(|ends| self.now.plus(ends.saturating_sub(self.monotonic)));
        let expires = limits.expires.into_iter().chain(ends).min();
        let is_alive = life.is_alive(self.now, self.monotonic);
        let idle = limits.idle.map(|idle| format!("it ends {} minutes after its last use", idle.as_secs() / 60));
        RuleView {
            summary: passing.origin.clone(),
            state: if is_alive { plain.state } else { RuleState::Expired },
            uses: life.used(),
            last_used: (life.used() > 0).then(|| life.last_used().to_string()),
            expires: expires.map(|at| at.to_string()),
            uses_left: life.uses_left(),
            bound_to: passing.bound_to.clone(),
            made: Some(passing.made.to_string()),
            note: plain.note.or(idle).or_else(|| Some("it ends with the broker at the latest".to_owned())),
            ..plain
        }
    }

    /// An answer that no longer counts, and stays in the book so that the person can see why they are asked again.
    fn ended(&self, broker: &Broker, answer: &Answered) -> RuleView {
        let rule = policy::RuleView {
            id: answer.id.to_string(),
            origin: Origin::Remembered(answer.id.to_string()),
            effect: Effect::Permit,
            text: answer.text.clone(),
            standing: Standing::InForce,
            life: None,
            arguments: policy::on_arguments(&answer.text),
        };
        RuleView { state: RuleState::Expired, effect: None, ..self.view(broker, rule) }
    }
}

/// Whether the tool that a rule is good for is listed, and nowhere as it was then.
fn is_suspended(broker: &Broker, answer: &Answered) -> bool {
    let (Some(key), Some(pinned)) = (&answer.tool, &answer.pinned) else { return false };
    let Some((server, tool)) = key.split_once('/') else { return false };
    let sites = broker.registry.sites();
    let of_server = sites.iter().filter(|site| site.server.as_str() == server);
    let listed: Vec<_> = of_server.filter_map(|site| site.catalog.tool(tool)).collect();
    !listed.is_empty() && listed.iter().all(|known| known.definition.digest.to_string() != *pinned)
}

/// What a rule does, where its action says it.
fn effect(effect: Effect, text: &str) -> Option<Verdict> {
    let only_unattended = text.contains("_unattended\"") && !text.contains("action in [");
    match (effect, only_unattended) {
        // Without a question not, with one perhaps.
        (Effect::Forbid, true) => Some(Verdict::Ask),
        (Effect::Forbid, false) => Some(Verdict::Deny),
        (Effect::Permit, _) if text.contains("_unattended\"") => Some(Verdict::Allow),
        (Effect::Permit, _) => None,
    }
}

/// A rule's own words about itself, or its text on one line.
fn summary(text: &str) -> String {
    let reason = |line: &str| line.trim().strip_prefix("@reason(\"")?.strip_suffix("\")").map(str::to_owned);
    if let Some(reason) = text.lines().find_map(reason) {
        return reason;
    }
    let bare = text.lines().filter(|line| !line.trim_start().starts_with(['@', '/']));
    let words: Vec<_> = bare.flat_map(str::split_whitespace).collect();
    let line = words.join(" ");
    match line.char_indices().nth(LONGEST_SUMMARY) {
        Some((at, _)) => format!("{}\u{2026}", &line[..at]),
        None => line,
    }
}

/// A file, with the line where the rule's name tells it.
fn place(file: &Path, id: &str) -> String {
    let line = id.rsplit_once(':').map(|(_, line)| line).filter(|line| line.parse::<u32>().is_ok());
    line.map_or_else(|| file.display().to_string(), |line| format!("{}:{line}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_summed_up_in_one_line() {
        assert_eq!(summary("@id(\"x\")\n@reason(\"You said so.\")\npermit (principal);"), "You said so.");
        assert_eq!(
            summary("@id(\"x\")\n// why\npermit (\n    principal,\n  action, resource\n);"),
            "permit ( principal, action, resource );"
        );
        assert!(summary(&"word ".repeat(500)).chars().count() <= LONGEST_SUMMARY + 1);
    }

    #[test]
    fn what_a_rule_does_is_said_only_where_it_is_one_thing() {
        let both = "forbid (principal, action in [Action::\"call\", Action::\"call_unattended\"], resource);";
        assert_eq!(effect(Effect::Forbid, both), Some(Verdict::Deny));
        let quiet = "forbid (principal, action == Action::\"call_unattended\", resource);";
        assert_eq!(effect(Effect::Forbid, quiet), Some(Verdict::Ask));
        assert_eq!(effect(Effect::Permit, "permit (principal, action == Action::\"call\", resource);"), None);
        assert_eq!(effect(Effect::Permit, &quiet.replace("forbid", "permit")), Some(Verdict::Allow));
    }

    #[test]
    fn a_place_has_the_line_that_the_name_tells() {
        let file = Path::new("/p/work.cedar");
        assert_eq!(place(file, "work.cedar:12"), "/p/work.cedar:12");
        assert_eq!(place(file, "work.cedar/no-sending"), "/p/work.cedar");
    }
}

//! Two sets of rules, and how they differ on one call after the other.

use super::super::imagined::Imagined;
use super::super::word;
use keyholder_audit::PastCall;
use keyholder_console::servers::Verdict;
use keyholder_console::simulation::{ChangedView, SimulationView, TallyView};
use keyholder_policy::Policy;

/// Calls that are listed.
const MOST_CHANGED: usize = 1_000;

/// The rules of this moment against others.
pub(super) struct Trial {
    before: Policy,
    after: Policy,
    person: String,
    found: SimulationView,
}

impl Trial {
    pub(super) fn new(before: Policy, after: Policy, person: String) -> Self {
        let found = SimulationView {
            calls: 0,
            unknown: 0,
            before: TallyView::default(),
            after: TallyView::default(),
            changed: Vec::new(),
        };
        Self { before, after, person, found }
    }

    /// How many calls were looked at.
    pub(super) fn calls(&self) -> u64 {
        self.found.calls
    }

    /// What was found.
    pub(super) fn view(self) -> SimulationView {
        self.found
    }

    /// A call of which too little is known.
    pub(super) fn give_up(&mut self) {
        self.found.calls += 1;
        self.found.unknown += 1;
    }

    /// One call.
    pub(super) fn take(&mut self, call: &PastCall, imagined: &Imagined) {
        let complete = call.preview.as_deref().filter(|preview| is_complete(preview));
        let facts = imagined.facts(&self.person, &call.tool, complete.unwrap_or("{}").as_bytes());
        // Where no rule that has a say reads the arguments, both verdicts are what they were with the ones that are not known.
        if complete.is_none() && (self.before.reads_arguments(&facts) || self.after.reads_arguments(&facts)) {
            return self.give_up();
        }
        let (was, would_be) = (self.before.judge(&facts), self.after.judge(&facts));
        let found = &mut self.found;
        found.calls += 1;
        count(&mut found.before, word(was.word));
        count(&mut found.after, word(would_be.word));
        if was.word != would_be.word && found.changed.len() < MOST_CHANGED {
            found.changed.push(ChangedView {
                number: call.number,
                at: call.at.to_string(),
                app: imagined.who.app.clone(),
                server: imagined.place.server.to_string(),
                tool: call.tool.clone(),
                was: word(was.word),
                would_be: word(would_be.word),
                rule: would_be.rule,
            });
        }
    }
}

/// Whether a preview holds the arguments as they were: nothing was hidden and nothing was cut. One that only looks as if it had
/// been cut counts as cut.
fn is_complete(preview: &str) -> bool {
    preview.starts_with('{') && !preview.contains("[redacted, ") && !preview.contains('\u{2026}')
}

fn count(tally: &mut TallyView, verdict: Verdict) {
    match verdict {
        Verdict::Allow => tally.allowed += 1,
        Verdict::Ask => tally.asked += 1,
        Verdict::Deny => tally.denied += 1,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::imagined::Place;
    use super::*;
    use crate::who::Who;
    use keyholder_audit::Fate;
    use keyholder_model::clock::Timestamp;
    use keyholder_model::risk::{Labels, Tier};
    use keyholder_model::server::Account;
    use keyholder_policy::{Extra, Situation, Sources};
    use std::time::Duration;

    fn policy(text: &str) -> Policy {
        let extra = vec![Extra { name: "own.cedar".to_owned(), text: text.to_owned() }];
        Policy::load(&Sources { extra, ..Sources::default() })
    }

    fn call(tool: &str, preview: Option<&str>) -> PastCall {
        PastCall {
            number: 7,
            at: Timestamp::from_millis(1_763_700_000_000),
            app: Some("claude".to_owned()),
            server: Some("notes".to_owned()),
            account: None,
            tool: tool.to_owned(),
            preview: preview.map(str::to_owned),
            decision: None,
            reason: None,
            fate: Fate::Made,
            outcome: None,
            tier: Some(Tier::Send),
            labels: Labels::NONE,
        }
    }

    fn imagined() -> Imagined {
        let place = Place { server: "notes".parse().unwrap(), host: "notes.example".to_owned(), group: None };
        Imagined {
            who: Who::named("claude"),
            place,
            account: Account::default(),
            situation: Situation::at(Timestamp::from_millis(1_763_700_000_000), Duration::ZERO),
            tier: Tier::Send,
            labels: Labels::NONE,
            pinned: None,
        }
    }

    const NO_OPS: &str = "forbid(principal, action == Action::\"call\", resource == Tool::\"notes/send\") \
         when { context.arguments has to && context.arguments.to == \"ops\" };";

    #[test]
    fn calls_that_would_go_another_way_are_listed_and_all_are_counted() {
        let mut trial = Trial::new(policy(""), policy(NO_OPS), "ana".to_owned());
        for preview in [r#"{"to":"ops"}"#, r#"{"to":"dev"}"#] {
            trial.take(&call("send", Some(preview)), &imagined());
        }
        let found = trial.view();
        assert_eq!((found.calls, found.unknown, found.changed.len()), (2, 0, 1));
        assert_eq!((found.before.asked, found.after.asked, found.after.denied), (2, 1, 1));
        let changed = &found.changed[0];
        assert_eq!((changed.was, changed.would_be, changed.number), (Verdict::Ask, Verdict::Deny, 7));
        assert_eq!(changed.rule, "own.cedar:1");
    }

    #[test]
    fn what_the_log_hides_or_cuts_is_noticed_as_the_log_writes_it() {
        let preview = |arguments: &str| keyholder_excerpt::preview::of_arguments(arguments.as_bytes());
        assert!(is_complete(&preview(r#"{"to":"ops","times":3}"#)) && is_complete(&preview("{}")));
        assert!(!is_complete(&preview(r#"{"password":"hunter2hunter2"}"#)));
        assert!(!is_complete(&preview(&format!(r#"{{"text":"{}"}}"#, "long ".repeat(1_000)))));
        assert!(!is_complete(&preview("nonsense")) && !is_complete(&preview("")));
    }

    #[test]
    fn what_the_log_does_not_hold_is_not_guessed() {
        let mut trial = Trial::new(policy(""), policy(NO_OPS), "ana".to_owned());
        for preview in [
            None,
            Some(r#"{"to":[redacted, 40 characters]}"#),
            Some("{\"to\":\"o\u{2026}"),
            Some("[9 bytes that are no JSON]"),
        ] {
            trial.take(&call("send", preview), &imagined());
            // No rule looks at the arguments of this one.
            trial.take(&call("read", preview), &imagined());
        }
        let found = trial.view();
        assert_eq!((found.calls, found.unknown, found.before.asked, found.after.asked), (8, 4, 4, 4));
    }
}

//! Whether anything is still asked at all, found out by trying: there are too many ways to write `true`.
//!
//! An app and a server that nobody has heard of want to do each thing that may happen, at two moments that have nothing in
//! common. Where permits alone let all of that run unattended, the rules are as good as wide open, however they are spelt.

use crate::context;
use crate::decide::RuleSet;
use crate::entities::Parties;
use crate::facts::{Action, Change, Facts, Rates, Situation};
use crate::parse::Rule;
use crate::reads::Reads;
use crate::rule::{Effect, Openness};
use cedar_policy::{Authorizer, Decision, PolicySet, PrincipalConstraint, Request, ResourceConstraint};
use keyholder_model::asking::AskMode;
use keyholder_model::clock::Timestamp;
use keyholder_model::digest::Digest;
use keyholder_model::grant::ScopeSet;
use keyholder_model::risk::{Label, Labels, Tier};
use std::collections::BTreeSet;
use std::time::Duration;

impl RuleSet {
    /// Whether whatever no rule forbids runs without a question.
    pub(crate) fn openness(&self) -> Openness {
        if let Some(rule) = self.bare() {
            return Openness::WideOpen { rule: rule.view.id.clone() };
        }
        let wide: Vec<_> = self.rules.iter().filter(|rule| is_wide(rule)).collect();
        let Ok(permits) = PolicySet::from_policies(wide.iter().map(|rule| rule.policy.clone())) else {
            return Openness::Guarded;
        };
        // A rule may speak of the person instead of everybody: on this machine that is the same.
        let mut persons: BTreeSet<_> = wide.iter().filter_map(|rule| person(rule)).take(MOST_PERSONS).collect();
        persons.insert("somebody".to_owned());
        persons
            .iter()
            .find_map(|person| opened(&permits, person))
            .map_or(Openness::Guarded, |rule| Openness::WideOpen { rule })
    }
}

/// A permit whose scope does not name an app or a thing.
fn is_wide(rule: &Rule) -> bool {
    let principal = match rule.policy.principal_constraint() {
        PrincipalConstraint::Any | PrincipalConstraint::Is(_) => true,
        PrincipalConstraint::In(_) | PrincipalConstraint::IsIn(..) => person(rule).is_some(),
        PrincipalConstraint::Eq(_) => false,
    };
    let resource = matches!(rule.policy.resource_constraint(), ResourceConstraint::Any | ResourceConstraint::Is(_));
    rule.effect() == Effect::Permit && principal && resource
}

fn person(rule: &Rule) -> Option<String> {
    match rule.policy.principal_constraint() {
        PrincipalConstraint::In(one) | PrincipalConstraint::IsIn(_, one) if one.type_name().basename() == "Person" => {
            Some(one.id().unescaped().to_owned())
        }
        _ => None,
    }
}

/// The rule by which a stranger's call runs unattended, where everything else that a stranger may want does too.
fn opened(permits: &PolicySet, person: &str) -> Option<String> {
    let scopes = ScopeSet::default();
    let mut rule = None;
    for situation in [by_day(), by_night()] {
        let is_night = situation.hour == 3;
        let (app, tool, tier) =
            if is_night { ("stranger", "wipe", Tier::Destroy) } else { ("guest", "note", Tier::Send) };
        let labels = if is_night { Label::ALL.into_iter().collect() } else { Labels::NONE };
        let arguments: &[u8] = if is_night { br#"{"x":["y"]}"# } else { b"{}" };
        let change = if is_night { Change::Changed } else { Change::New };
        for action in [
            Action::Admit { tool, change, suspicious: is_night },
            Action::Answer { kind: if is_night { "sampling/createMessage" } else { "elicitation/create" } },
            Action::Connect { issuer: is_night.then_some("https://as.stranger.example"), scopes: &scopes },
            Action::Read { method: if is_night { "prompts/get" } else { "resources/read" }, uri: None },
            Action::Call { tool, arguments, tier, labels, pinned: None },
        ] {
            let facts = Facts {
                person,
                app,
                app_path: is_night.then_some("/stranger"),
                instance: if is_night { "1@1" } else { "2@2" },
                processes: &[],
                signer: None,
                server: &if is_night { "stranger.server" } else { "guest.server" }.parse().ok()?,
                host: if is_night { "stranger.example" } else { "guest.example" },
                group: None,
                account: &if is_night { "stranger" } else { "guest" }.parse().ok()?,
                action,
                situation: &situation,
                request: Digest::of_parts(&[]),
            };
            rule = Some(permitting(permits, &facts)?);
        }
    }
    rule
}

/// The permit that lets this run unattended.
fn permitting(permits: &PolicySet, facts: &Facts<'_>) -> Option<String> {
    let parties = Parties::of(facts).ok()?;
    let (context, _) = context::context(facts, &Reads::everything(), false).ok()?;
    let request = Request::new(parties.principal, parties.unattended, parties.resource, context, None).ok()?;
    let response = Authorizer::new().is_authorized(&request, permits, &parties.entities);
    let reason = response.diagnostics().reason().map(ToString::to_string).min();
    reason.filter(|_| response.decision() == Decision::Allow)
}

fn by_day() -> Situation {
    Situation {
        hour: 12,
        weekday: 3,
        first_use: false,
        ..Situation::at(Timestamp::from_millis(1_000_000_000_000), Duration::ZERO)
    }
}

fn by_night() -> Situation {
    let many = Rates { minute: 1_000, hour: 10_000, day: 100_000 };
    Situation {
        hour: 3,
        weekday: 7,
        screen_locked: Some(true),
        mode: AskMode::Careful,
        seen: Label::ALL.into_iter().collect(),
        calls: many,
        unasked: many,
        unasked_destroying: 10_000,
        unasked_sending: 10_000,
        ..Situation::at(Timestamp::from_millis(4_000_000_000_000), Duration::ZERO)
    }
}

const MOST_PERSONS: usize = 8;

#[cfg(test)]
mod tests {
    use crate::Openness;
    use crate::policy::tests::with;

    #[test]
    fn wide_open_is_noticed_however_it_is_spelt() {
        for open in [
            "permit(principal, action, resource) when { true || principal.name == \"x\" };",
            "permit(principal, action, resource) when { 1 == 1 };",
            "permit(principal, action, resource) when { principal == principal };",
            "permit(principal, action, resource) unless { context has uri && false };",
            "permit(principal, action, resource) unless { principal.name == \"claude\" };",
            "permit(principal is App, action, resource);",
            "permit(principal in Person::\"ana\", action, resource);",
            "permit(principal is App in Person::\"ana\", action, resource);",
            "permit(principal, action, resource is Tool);\npermit(principal, action, resource is Server);",
            "permit(principal, action in [Action::\"call\", Action::\"call_unattended\", Action::\"read_unattended\", Action::\"connect\", Action::\"connect_unattended\", Action::\"admit_unattended\", Action::\"answer_unattended\"], resource);",
        ] {
            assert!(
                matches!(with(open).is_wide_open(), Openness::WideOpen { rule } if rule.starts_with("own.cedar")),
                "{open}"
            );
        }
        for guarded in [
            "permit(principal, action, resource) when { context.hour >= 9 };",
            "permit(principal, action, resource) unless { context.screen_locked };",
            "permit(principal, action, resource) unless { context has screen_locked && context.screen_locked };",
            "permit(principal, action, resource is Tool);",
            "permit(principal, action, resource in Server::\"github\");",
            "permit(principal in App::\"x\", action, resource);",
            "permit(principal, action, resource) when { principal has signer };",
        ] {
            assert_eq!(with(guarded).is_wide_open(), Openness::Guarded, "{guarded}");
        }
    }

    #[test]
    fn only_a_permit_that_is_bare_to_the_eye_switches_the_brakes_off() {
        use crate::policy::tests::{call, moment, word};
        use keyholder_model::risk::{Label, Labels, Tier};
        let situation = crate::Situation { unasked_destroying: 99, ..moment() };
        let facts = call(Tier::Destroy, Labels::NONE.with(Label::Destroys), &situation);
        assert_eq!(word(&with("permit(principal, action, resource);").decide(&facts)), "allow");
        assert_eq!(word(&with("permit(principal, action, resource) when { 1 == 1 };").decide(&facts)), "ask");
    }
}

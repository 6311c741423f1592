//! Why the rules say what they say to a call that somebody might make. Nothing is sent, and no use of a rule is counted.

use super::grants::find;
use super::imagined::{Imagined, Place, Stood, UNKNOWN_APP};
use super::{parse_account, refused, word};
use crate::brief;
use crate::broker::Broker;
use crate::catalog::{Known, key};
use crate::who::Who;
use keyholder_book::tool_key;
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::explanation::{CallView, ConsideredView, ExplanationView, FactView, RuleOutcome};
use keyholder_console::order::Answer;
use keyholder_console::rules::RuleOrigin;
use keyholder_console::servers::Verdict;
use keyholder_excerpt::preview;
use keyholder_mcp::members;
use keyholder_model::risk::Labels;
use keyholder_policy::{Considered, Effect, Origin, Rates, Said};
use std::sync::Arc;

pub(super) async fn explain(broker: &Arc<Broker>, call: &CallView) -> Result<Answer, ConsoleError> {
    broker.book().await.map_err(|refusal| refused(&refusal, "rules"))?;
    let server = find(broker, &call.server)?;
    let account = parse_account(call.account.as_deref())?.unwrap_or_default();
    let arguments = if call.arguments.is_empty() { "{}" } else { call.arguments.trim() };
    if call.tool.is_empty() || !arguments.starts_with('{') || members::of(arguments).is_err() {
        return Err(ConsoleError::new(Code::Invalid)
            .about(call.tool.as_str())
            .because("a call has a tool\u{2019}s name, and a JSON object as its arguments"));
    }
    let stood = Stood::of(broker, &server, &account, &call.tool);
    let assessment = stood.standing.assess(arguments);
    let who = Who::named(call.app.as_deref().unwrap_or(UNKNOWN_APP));
    let imagined = Imagined {
        situation: broker.situation(&who.app, Some(&tool_key(&server.name, &call.tool))),
        who,
        place: Place::of(broker, &server),
        account,
        tier: assessment.tier,
        labels: stood.labels,
        pinned: stood.known.as_ref().map(|known| known.definition.digest),
    };
    let explanation = broker.policy.explain(&imagined.facts(&broker.person, &call.tool, arguments.as_bytes()));
    let judgement = explanation.judgement;
    let history = if judgement.rule.starts_with("sequences/") {
        brief::chain(&broker.histories.steps(&imagined.who.app, brief::led_here()))
    } else {
        Vec::new()
    };
    let mut facts = facts(&imagined, &call.tool, arguments);
    facts.extend(stood.known.as_deref().filter(|known| is_held(broker, &imagined, known)).map(|_| {
        fact("definition", "held back until you have looked at it: whatever the rules say, no call is made".to_owned())
    }));
    Ok(Answer::Explanation(Box::new(ExplanationView {
        verdict: word(judgement.word),
        rule: judgement.rule,
        why: judgement.why,
        tier: assessment.tier.to_string(),
        labels: words(stood.labels),
        considered: explanation.considered.into_iter().map(considered).collect(),
        facts,
        history,
    })))
}

/// Labels as words.
pub(super) fn words(labels: Labels) -> Vec<String> {
    labels.iter().map(|label| label.to_string()).collect()
}

fn is_held(broker: &Broker, imagined: &Imagined, known: &Known) -> bool {
    let sites = broker.registry.sites();
    let mut here = sites.iter().filter(|site| site.server == imagined.place.server && site.account == imagined.account);
    here.any(|site| site.catalog.held().iter().any(|held| held.key == key(&known.definition)))
}

fn considered(rule: Considered) -> ConsideredView {
    let is_unattended = rule.action.ends_with("_unattended");
    let (outcome, note) = match rule.said {
        Said::Broken(why) => (RuleOutcome::Error, Some(why)),
        Said::Matched => (RuleOutcome::Matched, None),
        Said::Unmatched => (RuleOutcome::NotMatched, None),
    };
    ConsideredView {
        rule: rule.rule,
        origin: match rule.origin {
            Origin::Managed(_) => RuleOrigin::Managed,
            Origin::Person(_) => RuleOrigin::File,
            Origin::Remembered(_) => RuleOrigin::Answer,
            Origin::Shipped => RuleOrigin::Shipped,
        },
        // What it does to this one action: what may not run unattended asks, and so does what may run attended.
        effect: Some(match (rule.effect, is_unattended) {
            (Effect::Forbid, false) => Verdict::Deny,
            (Effect::Forbid, true) | (Effect::Permit, false) => Verdict::Ask,
            (Effect::Permit, true) => Verdict::Allow,
        }),
        outcome,
        note,
    }
}

/// What the rules were told, by the names that rules have for it.
fn facts(imagined: &Imagined, tool: &str, arguments: &str) -> Vec<FactView> {
    let Imagined { who, place, account, situation, tier, labels, pinned } = imagined;
    let mut facts = vec![
        fact("principal", format!("App::\"{}\"", who.app)),
        fact("resource", format!("Tool::\"{}/{tool}\"", place.server)),
        fact("resource.host", place.host.clone()),
        fact("resource.account", account.to_string()),
        fact("resource.labels", listed(*labels)),
        fact("context.arguments", preview::of_arguments(arguments.as_bytes())),
        fact("context.tier", format!("{} ({tier})", tier.as_number())),
        fact("context.mode", situation.mode.to_string()),
        fact("context.now", situation.at.to_string()),
        fact("context.hour", situation.hour.to_string()),
        fact("context.weekday", situation.weekday.to_string()),
        fact("context.first_use", situation.first_use.to_string()),
        fact("context.seen", listed(situation.seen)),
        fact("context.calls", rates(situation.calls)),
        fact("context.unasked", rates(situation.unasked)),
        fact("context.unasked_destroying", situation.unasked_destroying.to_string()),
        fact("context.unasked_sending", situation.unasked_sending.to_string()),
    ];
    facts.extend(place.group.as_ref().map(|group| fact("resource.group", group.clone())));
    facts.extend(pinned.map(|pinned| fact("resource.pinned", pinned.to_string())));
    facts.extend(situation.screen_locked.map(|locked| fact("context.screen_locked", locked.to_string())));
    facts
}

fn fact(name: &str, value: String) -> FactView {
    FactView { name: name.to_owned(), value }
}

fn listed(labels: Labels) -> String {
    if labels.is_empty() { "none".to_owned() } else { words(labels).join(", ") }
}

fn rates(rates: Rates) -> String {
    format!("{} in the last minute, {} in the last hour, {} in the last day", rates.minute, rates.hour, rates.day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_rule_does_is_told_for_the_action_that_it_was_asked_about() {
        let said = |effect, action: &str| {
            let rule = "own.cedar:1".to_owned();
            let all =
                Considered { rule, origin: Origin::Shipped, effect, action: action.to_owned(), said: Said::Matched };
            considered(all).effect
        };
        assert_eq!(said(Effect::Permit, "call"), Some(Verdict::Ask));
        assert_eq!(said(Effect::Permit, "call_unattended"), Some(Verdict::Allow));
        assert_eq!(said(Effect::Forbid, "call_unattended"), Some(Verdict::Ask));
        assert_eq!(said(Effect::Forbid, "call"), Some(Verdict::Deny));
    }
}

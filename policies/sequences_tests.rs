//! What `sequences.cedar` promises. Compiled as part of `keyholder-policy`.

use crate::policy::tests::{call, home, load, moment, word};
use crate::{Situation, Verdict};
use keyholder_model::risk::{Label, Labels, Tier};

const CALLS: &str = "permit(principal, action == Action::\"call_unattended\", resource);";

#[test]
fn sending_is_asked_about_after_private_data_and_untrusted_text_and_only_then() {
    let policy = load(&home(&[("own.cedar", CALLS)]));
    let all = (0..16_u8).map(|bits| {
        Label::ALL.into_iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1).map(|(_, label)| label).collect()
    });
    let all: Vec<Labels> = all.collect();
    for seen in &all {
        for does in &all {
            let situation = Situation { seen: *seen, ..moment() };
            let risky = does.has(Label::SendsOutward)
                && seen.covers(Labels::NONE.with(Label::ReadsPrivate).with(Label::SeesUntrusted));
            let expected = if risky { "ask" } else { "allow" };
            assert_eq!(word(&policy.decide(&call(Tier::Look, *does, &situation))), expected, "{seen}, then {does}");
        }
    }
}

#[test]
fn no_answer_can_spare_the_next_question() {
    let policy = load(&home(&[("own.cedar", CALLS)]));
    let seen = Labels::NONE.with(Label::ReadsPrivate).with(Label::SeesUntrusted);
    let situation = Situation { seen, ..moment() };
    let verdict = policy.decide(&call(Tier::Send, Labels::NONE.with(Label::SendsOutward), &situation));
    let Verdict::Ask(asked) = verdict else { panic!("it should ask: {verdict:?}") };
    assert!(asked.is_firm());
    assert_eq!(asked.rule(), "sequences/outward");
}

#[test]
fn whoever_lets_everything_run_is_not_asked() {
    let policy = load(&home(&[("own.cedar", "permit(principal, action, resource);")]));
    let seen = Labels::NONE.with(Label::ReadsPrivate).with(Label::SeesUntrusted);
    let situation = Situation { seen, ..moment() };
    let sends = Labels::NONE.with(Label::SendsOutward);
    assert_eq!(word(&policy.decide(&call(Tier::Send, sends, &situation))), "allow");
}

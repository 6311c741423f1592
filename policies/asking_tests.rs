//! What `asking.cedar` promises. Compiled as part of `keyholder-policy`.

use crate::policy::tests::{call, home, load, moment, word};
use keyholder_model::asking::AskMode;
use keyholder_model::risk::{Label, Labels, Tier};

#[test]
fn each_mode_asks_as_much_as_it_says() {
    let policy = load(&home(&[]));
    for (mode, runs) in [
        (AskMode::Balanced, &[Tier::Look][..]),
        (AskMode::Careful, &[]),
        (AskMode::Learning, &[Tier::Look, Tier::Change]),
    ] {
        let situation = crate::Situation { mode, ..moment() };
        for tier in Tier::ALL {
            let expected = if runs.contains(&tier) { "allow" } else { "ask" };
            assert_eq!(word(&policy.decide(&call(tier, Labels::NONE, &situation))), expected, "{mode} {tier}");
        }
    }
}

#[test]
fn a_rule_of_yours_forbids_what_a_mode_would_let_run() {
    let policy = load(&home(&[("own.cedar", "forbid(principal, action == Action::\"call_unattended\", resource);")]));
    let situation = crate::Situation { mode: AskMode::Learning, ..moment() };
    assert_eq!(word(&policy.decide(&call(Tier::Look, Labels::NONE, &situation))), "ask");
}

/// Every tier in every mode, whatever the tool does and however the session went: nothing shipped lets what leaves the account or
/// destroys run unattended.
#[test]
fn nothing_shipped_lets_what_sends_or_destroys_run() {
    let policy = load(&home(&[]));
    let all = |bits: u8| {
        let chosen = Label::ALL.into_iter().enumerate().filter(move |(place, _)| bits >> place & 1 == 1);
        chosen.map(|(_, label)| label).collect::<Labels>()
    };
    for mode in [AskMode::Balanced, AskMode::Careful, AskMode::Learning] {
        for tier in Tier::ALL {
            for (does, seen) in (0..=255_u8).map(|bits| (all(bits & 15), all(bits >> 4))) {
                for (locked, first_use) in [(None, true), (Some(false), false), (Some(true), true)] {
                    let situation = crate::Situation { mode, seen, screen_locked: locked, first_use, ..moment() };
                    let said = word(&policy.decide(&call(tier, does, &situation)));
                    assert_ne!(said, "deny", "starter/call asks at least: {mode} {tier} {does}");
                    if tier >= Tier::Send || mode == AskMode::Careful {
                        assert_eq!(said, "ask", "{mode} {tier} {does}, after {seen}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_sends_outward_is_asked_about_in_every_mode_after_private_data_and_untrusted_text() {
    let policy = load(&home(&[]));
    let seen = Labels::NONE.with(Label::ReadsPrivate).with(Label::SeesUntrusted);
    for mode in [AskMode::Balanced, AskMode::Careful, AskMode::Learning] {
        let situation = crate::Situation { mode, seen, ..moment() };
        for tier in Tier::ALL {
            let does = Labels::NONE.with(Label::SendsOutward);
            assert_eq!(word(&policy.decide(&call(tier, does, &situation))), "ask", "{mode} {tier}");
        }
    }
}

//! What `asking.cedar` promises. Compiled as part of `keyholder-policy`.

use crate::policy::tests::{call, home, load, moment, word};
use keyholder_model::asking::AskMode;
use keyholder_model::risk::{Labels, Tier};

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

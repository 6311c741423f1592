//! What `quantities.cedar` promises. Compiled as part of `keyholder-policy`.

use crate::policy::tests::{call, home, load, moment, word};
use crate::{Rates, Situation};
use keyholder_model::risk::{Label, Labels, Tier};

const CALLS: &str = "permit(principal, action == Action::\"call_unattended\", resource);";

#[test]
fn many_small_deletions_are_one_large_one() {
    let policy = load(&home(&[("own.cedar", CALLS)]));
    let destroys = Labels::NONE.with(Label::Destroys);
    for (count, expected) in [(0, "allow"), (9, "allow"), (10, "ask"), (5_000, "ask")] {
        let situation = Situation { unasked_destroying: count, ..moment() };
        assert_eq!(word(&policy.decide(&call(Tier::Destroy, destroys, &situation))), expected, "{count}");
        assert_eq!(word(&policy.decide(&call(Tier::Look, Labels::NONE, &situation))), "allow", "looking goes on");
    }
}

#[test]
fn many_messages_and_many_changes_are_asked_about() {
    let policy = load(&home(&[("own.cedar", CALLS)]));
    let sends = Labels::NONE.with(Label::SendsOutward);
    let sent = Situation { unasked_sending: 30, ..moment() };
    assert_eq!(word(&policy.decide(&call(Tier::Send, sends, &sent))), "ask");
    let changed = Situation { unasked: Rates { hour: 200, ..Rates::default() }, ..moment() };
    assert_eq!(word(&policy.decide(&call(Tier::Change, Labels::NONE, &changed))), "ask");
    assert_eq!(word(&policy.decide(&call(Tier::Look, Labels::NONE, &changed))), "allow");
}

#[test]
fn whoever_lets_everything_run_is_not_asked() {
    let policy = load(&home(&[("own.cedar", "permit(principal, action, resource);")]));
    let situation = Situation { unasked_destroying: 99, ..moment() };
    assert_eq!(word(&policy.decide(&call(Tier::Destroy, Labels::NONE.with(Label::Destroys), &situation))), "allow");
}

#[test]
fn each_count_asks_exactly_from_where_its_reason_says() {
    let policy = load(&home(&[("own.cedar", CALLS)]));
    let (destroys, sends) = (Labels::NONE.with(Label::Destroys), Labels::NONE.with(Label::SendsOutward));
    for (most, tier, does, situation) in [
        (
            10,
            Tier::Destroy,
            destroys,
            (|count| Situation { unasked_destroying: count, ..moment() }) as fn(u32) -> Situation,
        ),
        (30, Tier::Send, sends, |count| Situation { unasked_sending: count, ..moment() }),
        (200, Tier::Change, Labels::NONE, |count| Situation {
            unasked: Rates { hour: count, ..Rates::default() },
            ..moment()
        }),
    ] {
        for (count, expected) in [(0, "allow"), (most - 1, "allow"), (most, "ask"), (u32::MAX, "ask")] {
            assert_eq!(word(&policy.decide(&call(tier, does, &situation(count)))), expected, "{count} of {most}");
        }
    }
}

#[test]
fn a_count_of_one_kind_is_none_of_another() {
    let policy = load(&home(&[("own.cedar", CALLS)]));
    let situation = Situation { unasked_destroying: 99, unasked_sending: 99, ..moment() };
    assert_eq!(word(&policy.decide(&call(Tier::Change, Labels::NONE, &situation))), "allow");
}

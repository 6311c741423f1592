//! Asking a policy about the small world.

use super::chance::{Chance, Clocks};
use super::event::{Event, Kind, START};
use super::load::World;
use keyholder_policy::{Policy, Situation, Verdict, Weight};
use std::time::Duration;

pub fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Allow(_) => "allow",
        Verdict::Ask(_) => "ask",
        Verdict::Deny(_) => "deny",
    }
}

pub fn strictness(word: &str) -> usize {
    ["allow", "ask", "deny"].iter().position(|one| *one == word).expect("one of the three")
}

pub fn events(chance: &mut Chance, count: usize) -> Vec<Event> {
    events_about(chance, 12, count)
}

pub fn events_about(chance: &mut Chance, subjects: usize, count: usize) -> Vec<Event> {
    let subjects = chance.subjects(subjects);
    let mut clocks = Clocks::default();
    (0..count).map(|_| chance.event(&subjects, &mut clocks)).collect()
}

pub fn load(world: &World) -> Policy {
    let policy = Policy::load(&world.settle().sources);
    let closing: Vec<_> = policy.problems().into_iter().filter(|one| one.weight == Weight::Closes).collect();
    assert_eq!(closing, []);
    policy
}

pub fn judged(policy: &Policy, event: &Event) -> usize {
    policy.judge(&event.facts()).word as usize
}

/// A call that only such an answer lets run.
pub fn calling() -> Event {
    let mut chance = Chance(7);
    loop {
        let subject = chance.subject();
        let mut event = chance.event(&[subject], &mut Clocks::default());
        let plain = Situation::at(START, Duration::ZERO);
        if let Kind::Call { arguments, tier, .. } = &mut event.kind {
            (*arguments, *tier) = (1, keyholder_model::risk::Tier::Destroy);
            return Event { situation: plain, ..event };
        }
    }
}

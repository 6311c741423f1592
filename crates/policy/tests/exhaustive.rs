//! The decision against the reference where nothing is left to chance: every fact by itself, and every combination of a few rules.

mod small_world;

use keyholder_policy::{Limits, Policy};
use small_world::ask::{calling, events_about, judged, load, strictness, word};
use small_world::chance::Chance;
use small_world::condition::Condition;
use small_world::evaluator::Reference;
use small_world::event::Event;
use small_world::load::World;
use small_world::rule::{Simple, Where, Who};

/// One rule that reads one fact, and many requests of which most differ in one thing from another.
#[test]
fn every_fact_counts_also_in_what_is_kept() {
    let mut chance = Chance(1);
    let mut conditions: Vec<Condition> = Vec::new();
    for _ in 0..3_000 {
        let condition = chance.condition();
        let is_one_of_many = matches!(condition, Condition::Before(2..) | Condition::Digest(3..));
        if !is_one_of_many && !conditions.contains(&condition) {
            conditions.push(condition);
        }
    }
    for condition in conditions {
        let rule = Simple {
            forbids: false,
            who: Who::Anybody,
            actions: Some(0b10_1010_1010),
            resource: Where::Anything,
            conditions: vec![(false, condition)],
            is_drafted: false,
        };
        let kept = small_world::load::Kept { rule, limits: Limits::default() };
        let world = World { remembered: vec![kept], ..World::default() };
        let (policy, mut reference) = (load(&world), Reference::of(&world));
        for event in events_about(&mut chance, 40, 160) {
            let expected = reference.decide(&event);
            assert_eq!(word(&policy.decide(&event.facts())), expected.word, "{world:?} {event:?}");
        }
    }
}

/// Two managed, two of the person's and two remembered rules, each of an alphabet of three or absent, in every combination: the
/// managed layer only tightens, and every verdict is the reference's.
#[test]
fn in_every_combination_of_six_rules_the_managed_layer_only_tightens() {
    let rule = |forbids, actions, conditions: &[(bool, Condition)]| Simple {
        forbids,
        who: Who::Anybody,
        actions,
        resource: Where::Anything,
        conditions: conditions.to_vec(),
        is_drafted: false,
    };
    let alphabet = [
        rule(false, None, &[]),
        rule(false, Some(3), &[(false, Condition::NIs(1))]),
        rule(true, Some(3), &[(false, Condition::NIs(1))]),
    ];
    // Unordered pairs, for order does not matter.
    let mut pairs: Vec<Vec<Simple>> = vec![Vec::new()];
    for (place, one) in alphabet.iter().enumerate() {
        pairs.push(vec![one.clone()]);
        pairs.extend(alphabet[place + 1..].iter().map(|other| vec![one.clone(), other.clone()]));
    }
    let events: Vec<Event> = [1, 2, 4, 14].into_iter().map(with_arguments).collect();
    for (number, person) in pairs.iter().enumerate() {
        for remembered in &pairs {
            let filed = |rule: &Simple| small_world::load::Filed {
                rule: rule.clone(),
                is_written: true,
                is_confirmed: rule.forbids || number % 2 == 0,
            };
            let kept = |rule: &Simple| small_world::load::Kept { rule: rule.clone(), limits: Limits::default() };
            let loose = World {
                managed: Vec::new(),
                person: person.iter().map(filed).collect(),
                is_pinned: true,
                remembered: remembered.iter().map(kept).collect(),
            };
            let place = loose.settle();
            let policy = Policy::load(&place.sources);
            let without: Vec<_> = events.iter().map(|event| judged(&policy, event)).collect();
            for managed in &pairs {
                let world = World { managed: managed.clone(), ..loose.clone() };
                let text: String = managed.iter().map(Simple::text).collect();
                std::fs::write(place.path().join("managed/m.cedar"), text).unwrap();
                policy.reload(&place.sources);
                let mut reference = Reference::of(&world);
                for (event, without) in events.iter().zip(&without) {
                    let said = judged(&policy, event);
                    assert!(said >= *without, "{world:?} {event:?}");
                    assert_eq!(said, strictness(reference.decide(event).word), "{world:?} {event:?}");
                }
            }
        }
    }
}

fn with_arguments(place: usize) -> Event {
    let mut event = calling();
    if let small_world::event::Kind::Call { arguments, .. } = &mut event.kind {
        *arguments = place;
    }
    event
}

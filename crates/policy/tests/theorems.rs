//! The theorems of the decision, each as a property over small worlds; and every decision against the reference.
//!
//! A failing case is a seed, from which the world and its events follow.

mod small_world;

use keyholder_model::clock::Timestamp;
use keyholder_policy::{
    Confirmed, Effect, Facts, Life, Limits, Policy, Remembered, Said, Situation, Sources, Standing, Verdict, Word,
};
use proptest::prelude::*;
use small_world::ask::{calling, events, judged, load, strictness, word};
use small_world::chance::Chance;
use small_world::evaluator::Reference;
use small_world::event::{ACTIONS, Event, START};
use small_world::load::World;
use small_world::rule::{Simple, Where, Who};
use small_world::whole::Whole;
use std::sync::Arc;
use std::time::Duration;

/// A world whose rules end by nothing, so that one event changes nothing for the next.
fn lasting(chance: &mut Chance, size: usize) -> World {
    let mut world = chance.world(size);
    world.remembered.iter_mut().for_each(|kept| kept.limits = Limits::default());
    world
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]

    /// Word and name; also with decisions that were kept from the events before, after a reload, and by Cedar alone.
    #[test]
    fn every_decision_is_the_references(seed: u64) {
        let mut chance = Chance(seed);
        let world = chance.world(10);
        let (place, mut reference) = (world.settle(), Reference::of(&world));
        let (policy, whole) = (Policy::load(&place.sources), Whole::of(&reference));
        for (number, event) in events(&mut chance, 100).iter().enumerate() {
            if number == 50 {
                policy.reload(&place.sources);
            }
            let alone = (number % 8 == 0).then(|| whole.decide(&reference, event));
            let expected = reference.decide(event);
            prop_assert!(alone.is_none_or(|word| word == expected.word), "by Cedar alone {:?}: {:?}", alone, event);
            let verdict = policy.decide(&event.facts());
            prop_assert_eq!(word(&verdict), expected.word, "{:?}", event);
            let name = match verdict {
                Verdict::Allow(permit) => permit.reason().describe().trim_start_matches("rule ").to_owned(),
                Verdict::Ask(asked) => asked.rule().to_owned(),
                Verdict::Deny(denial) => denial.rule,
            };
            prop_assert!(expected.names.contains(&name), "{} is none of {:?}", name, expected.names);
        }
    }

    /// Against a policy that has decided nothing before.
    #[test]
    fn a_kept_decision_is_the_decision(seed: u64) {
        let mut chance = Chance(seed);
        let world = lasting(&mut chance, 8);
        let (kept, events) = (load(&world), events(&mut chance, 5));
        for event in events.iter().chain(&events) {
            prop_assert_eq!(word(&kept.decide(&event.facts())), word(&load(&world).decide(&event.facts())));
        }
    }

    /// Denied by default: nobody is asked without a permit that matches and no forbid against it, and nothing runs without both
    /// twice.
    #[test]
    fn what_no_permit_speaks_of_is_denied(seed: u64) {
        let mut chance = Chance(seed);
        let policy = load(&chance.world(10));
        for event in events(&mut chance, 15) {
            let explanation = policy.explain(&event.facts());
            let is_permitted = |action: &str| {
                let mut said = explanation.considered.iter().filter(|one| one.action == action);
                let is_closed = said.clone().any(|one| one.effect == Effect::Forbid && one.said != Said::Unmatched);
                !is_closed && said.any(|one| one.effect == Effect::Permit && one.said == Said::Matched)
            };
            let attended = ACTIONS[event.kind.place()];
            let word = explanation.judgement.word;
            prop_assert!(word == Word::Deny || is_permitted(attended), "{:?}", event);
            prop_assert!(word != Word::Allow || is_permitted(&format!("{attended}_unattended")), "{:?}", event);
        }
    }

    #[test]
    fn a_deny_wins_over_everything(seed: u64) {
        let mut chance = Chance(seed);
        let mut world = lasting(&mut chance, 10);
        let everything = |actions| Simple {
            forbids: true, who: Who::Anybody, actions, resource: Where::Anything, conditions: Vec::new(), is_drafted: false,
        };
        let place = chance.below(3);
        let forbid = everything(None);
        match place {
            0 => world.managed.push(forbid),
            1 => world.person.push(small_world::load::Filed { rule: forbid, is_written: true, is_confirmed: false }),
            _ => world.remembered.push(small_world::load::Kept { rule: forbid, limits: Limits::default() }),
        }
        let policy = load(&world);
        for event in events(&mut chance, 40) {
            prop_assert_eq!(policy.judge(&event.facts()).word, Word::Deny, "layer {}", place);
        }
    }

    #[test]
    fn a_further_deny_never_widens(seed: u64) {
        let mut chance = Chance(seed);
        let world = lasting(&mut chance, 10);
        let mut tighter = world.clone();
        let forbid = Simple { forbids: true, ..chance.rule() };
        match chance.below(3) {
            0 => tighter.managed.push(forbid),
            1 => tighter.person.push(small_world::load::Filed { rule: forbid, is_written: true, is_confirmed: true }),
            _ => tighter.remembered.push(small_world::load::Kept { rule: forbid, limits: Limits::default() }),
        }
        let (one, tighter) = (load(&world), load(&tighter));
        for event in events(&mut chance, 40) {
            prop_assert!(judged(&tighter, &event) >= judged(&one, &event), "{:?}", event);
        }
    }

    #[test]
    fn the_managed_layer_never_loosens(seed: u64) {
        let mut chance = Chance(seed);
        let managed = lasting(&mut chance, 16);
        let without = World { managed: Vec::new(), ..managed.clone() };
        let (managed, without) = (load(&managed), load(&without));
        for event in events(&mut chance, 40) {
            prop_assert!(judged(&managed, &event) >= judged(&without, &event), "{:?}", event);
        }
    }

    #[test]
    fn the_order_of_rules_does_not_matter(seed: u64) {
        let mut chance = Chance(seed);
        let world = lasting(&mut chance, 10);
        let mut turned = world.clone();
        turned.managed.reverse();
        turned.person.reverse();
        turned.remembered.reverse();
        let (one, other) = (load(&world), load(&turned));
        for event in events(&mut chance, 40) {
            prop_assert_eq!(judged(&one, &event), judged(&other, &event), "{:?}", event);
        }
    }

    #[test]
    fn a_pending_rule_never_allows(seed: u64) {
        let mut chance = Chance(seed);
        let mut world = lasting(&mut chance, 10);
        world.is_pinned = true;
        let mut bare = world.clone();
        let is_pending = |filed: &small_world::load::Filed| !filed.rule.forbids && !filed.is_confirmed;
        let confirmed: Vec<_> = world.person.iter().filter(|filed| !is_pending(filed)).map(|filed| filed.rule.text()).collect();
        // Those which say the same as a confirmed one are none of those that wait.
        bare.person.retain(|filed| !is_pending(filed) || confirmed.contains(&filed.rule.text()));
        let (with, without) = (load(&world), load(&bare));
        for event in events(&mut chance, 40) {
            prop_assert_eq!(judged(&with, &event), judged(&without, &event), "{:?}", event);
        }
        for rule in with.rules().iter().filter(|rule| rule.standing == Standing::Pending) {
            prop_assert_eq!(rule.effect, Effect::Permit);
        }
    }

    /// Also imagined moments, long ago and far ahead, end nothing.
    #[test]
    fn judging_and_explaining_leave_no_trace(seed: u64) {
        let mut chance = Chance(seed);
        let world = chance.world(10);
        let (one, other) = (world.settle(), world.settle());
        let (plain, watched) = (Policy::load(&one.sources), Policy::load(&other.sources));
        for event in events(&mut chance, 30) {
            for (years, hours) in [(0, 0), (-50, 0), (50, 0), (0, 1_000_000)] {
                let at = Timestamp::from_millis(event.situation.at.as_millis() + years * 31_557_600_000);
                let monotonic = event.situation.monotonic + Duration::from_secs(3_600 * hours);
                let imagined = Event { situation: Situation { at, monotonic, ..event.situation.clone() }, ..event.clone() };
                watched.judge(&imagined.facts());
                watched.explain(&imagined.facts());
            }
            let judgement = watched.judge(&event.facts());
            prop_assert_eq!(&watched.explain(&event.facts()).judgement, &judgement);
            let verdict = watched.decide(&event.facts());
            prop_assert_eq!(strictness(word(&verdict)), judgement.word as usize);
            prop_assert_eq!(word(&verdict), word(&plain.decide(&event.facts())));
        }
        for (used, unused) in other.sources.remembered.iter().zip(&one.sources.remembered) {
            prop_assert_eq!(used.life.used(), unused.life.used());
        }
    }

    /// Whatever the wall clock does: what has ended stays ended, also over a reload, and nothing outlives its time.
    #[test]
    fn no_change_of_the_clock_prolongs_a_rule(
        jumps in prop::collection::vec((-100_000_i64..100_000, 0_i64..400, any::<bool>()), 1..40),
        limit in 1_i64..600, which in 0..3_usize,
    ) {
        let minutes = |minutes: i64| Duration::from_secs(60 * minutes.unsigned_abs());
        let limits = [
            Limits { expires: Some(START.plus(minutes(limit))), ..Limits::default() },
            Limits { ends: Some(minutes(limit)), ..Limits::default() },
            Limits { idle: Some(minutes(limit)), ..Limits::default() },
        ][which];
        let sources = remembering(limits);
        let policy = Policy::load(&sources);
        let (mut has_ended, mut passed, mut used) = (false, 0, 0);
        let event = calling();
        for (skew, gap, is_reloaded) in std::iter::once((0, 0, false)).chain(jumps) {
            passed += gap;
            let at = Timestamp::from_millis(START.as_millis() + 60_000 * (passed + skew));
            let situation = Situation { at, monotonic: minutes(passed), ..event.situation.clone() };
            if is_reloaded {
                policy.reload(&sources);
            }
            let runs = word(&policy.decide(&Facts { situation: &situation, ..event.facts() })) == "allow";
            prop_assert!(!(runs && has_ended), "it came back");
            let begun = if which == 2 { used } else { 0 };
            prop_assert!(!runs || passed - begun < limit, "it runs {} minutes after it should have ended", passed - begun - limit);
            has_ended |= !runs;
            used = if runs { passed } else { used };
        }
    }
}

/// An answer that lets everything that is called run, until it ends.
fn remembering(limits: Limits) -> Sources {
    let text = "permit(principal, action == Action::\"call_unattended\", resource);".to_owned();
    let life = Arc::new(Life::new(limits, START));
    Sources { remembered: vec![Remembered { id: "r".to_owned(), text, life }], ..Sources::default() }
}

#[test]
fn a_counted_rule_never_allows_more_than_its_count_whoever_calls() {
    const COUNT: u32 = 137;
    let sources = remembering(Limits { uses: Some(COUNT), ..Limits::default() });
    let policy = Policy::load(&sources);
    let event = calling();
    let runs = |_: usize| word(&policy.decide(&event.facts())) == "allow";
    let allowed: usize = std::thread::scope(|scope| {
        let reloading = scope.spawn(|| (0..20).for_each(|_| policy.reload(&sources)));
        let callers: Vec<_> = (0..4).map(|_| scope.spawn(|| (0..100).filter(|one| runs(*one)).count())).collect();
        reloading.join().unwrap();
        callers.into_iter().map(|caller| caller.join().unwrap()).sum()
    });
    assert_eq!((allowed, sources.remembered[0].life.uses_left()), (COUNT as usize, Some(0)));
    assert_eq!(sources.remembered[0].life.used(), u64::from(COUNT));
}

#[test]
fn a_permit_is_confirmed_by_what_it_says_wherever_it_stands() {
    let directory = tempfile::tempdir().unwrap();
    let (one, other) = (directory.path().join("one.cedar"), directory.path().join("other.cedar"));
    let permit = "permit(principal, action == Action::\"call_unattended\", resource);";
    std::fs::write(&one, permit).unwrap();
    let person = Sources { person: directory.path().to_owned(), ..Sources::default() };
    let pinned = Sources { confirmed: Confirmed::Only(Policy::load(&person).written()), ..person };
    std::fs::rename(&one, &other).unwrap();
    let event = calling();
    assert_eq!(word(&Policy::load(&pinned).decide(&event.facts())), "allow", "moved, it says what was confirmed");
    for widened in [
        "permit(principal, action, resource);".to_owned(),
        permit.replace("resource)", "resource) unless { context.first_use }"),
    ] {
        std::fs::write(&one, &widened).unwrap();
        std::fs::remove_file(&other).ok();
        let policy = Policy::load(&pinned);
        assert_eq!(word(&policy.decide(&event.facts())), "ask", "{widened}");
    }
}

//! The decision against its reference, millions of times: `cargo run --release -p keyholder-policy --example differential -- 10000000`.
//!
//! The second argument is the seed. Ends with 1 at the first difference, after making the world around it as small as it gets.
#![allow(clippy::print_stdout, reason = "a program that prints its measurements")]

#[path = "../tests/small_world/mod.rs"]
mod small_world;

use keyholder_model::clock::{Clock, SystemClock};
use keyholder_policy::{Policy, Verdict, Weight, Word};
use small_world::chance::{Chance, Clocks};
use small_world::evaluator::{Expected, Reference};
use small_world::event::Event;
use small_world::load::World;
use small_world::whole::Whole;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What was done.
#[derive(Debug, Default)]
struct Tally {
    cases: AtomicU64,
    rules: AtomicU64,
    worlds: AtomicU64,
    whole: AtomicU64,
    words: Mutex<BTreeMap<&'static str, u64>>,
    is_stopped: AtomicBool,
}

fn main() -> ExitCode {
    let number = |place, otherwise| std::env::args().nth(place).and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let (cases, seed): (u64, u64) = (number(1, 100_000), number(2, 20_261_121));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    println!("seed {seed}, {threads} threads");
    let (clock, tally, next) = (SystemClock::new(), Tally::default(), AtomicU64::new(0));
    let found: Mutex<Vec<String>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while tally.cases.load(Ordering::Relaxed) < cases && !tally.is_stopped.load(Ordering::Relaxed) {
                    let world = next.fetch_add(1, Ordering::Relaxed);
                    if let Err(difference) = try_world(seed.wrapping_add(world), &tally) {
                        found.lock().expect("nobody panicked").push(difference);
                    }
                }
            });
        }
    });
    let (cases, seconds) = (tally.cases.load(Ordering::Relaxed), clock.monotonic().as_secs_f64());
    #[allow(clippy::cast_precision_loss, reason = "a rate for a person")]
    let rate = cases as f64 / seconds;
    println!(
        "{cases} cases in {seconds:.0} s, {rate:.0} cases/s; {} worlds with {} rules; {} cases by Cedar alone as well",
        tally.worlds.load(Ordering::Relaxed),
        tally.rules.load(Ordering::Relaxed),
        tally.whole.load(Ordering::Relaxed)
    );
    println!("verdicts {:?}", tally.words.lock().expect("nobody panicked"));
    let found = found.into_inner().expect("nobody panicked");
    println!("differences: {}", found.len());
    found.iter().min_by_key(|difference| difference.len()).map_or(ExitCode::SUCCESS, |difference| {
        println!("{difference}");
        ExitCode::FAILURE
    })
}

/// An event, and whether the rules are read again before it.
#[derive(Clone, Debug)]
struct Step {
    event: Event,
    is_after_reload: bool,
}

/// The events of a world, all made before any is decided on.
fn steps(chance: &mut Chance) -> Vec<Step> {
    const STEPS: usize = 2_500;
    let subjects = chance.subjects(24);
    let mut clocks = Clocks::default();
    (0..STEPS)
        .map(|_| Step { event: chance.event(&subjects, &mut clocks), is_after_reload: chance.once_in(800) })
        .collect()
}

fn try_world(seed: u64, tally: &Tally) -> Result<(), String> {
    let mut chance = Chance(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
    // Most worlds are small, since in a large one nearly everything is forbidden; some are as large as a person's may get.
    let size = if chance.once_in(20) { 120 } else { 1 + chance.below(16) };
    let (world, steps) = (chance.world(size), steps(&mut chance));
    let mut words = BTreeMap::new();
    if let Err((place, why)) = compare(&world, &steps, &mut words, tally) {
        tally.is_stopped.store(true, Ordering::Relaxed);
        return Err(format!("world {seed}: {}", smallest(world, steps[..=place].to_vec(), why)));
    }
    tally.cases.fetch_add(steps.len() as u64, Ordering::Relaxed);
    tally.worlds.fetch_add(1, Ordering::Relaxed);
    tally.rules.fetch_add(world.len() as u64, Ordering::Relaxed);
    let mut all = tally.words.lock().map_err(|why| why.to_string())?;
    for (word, count) in words {
        *all.entry(word).or_default() += count;
    }
    Ok(())
}

/// Of the rules and of the events as few as show the difference.
fn smallest(mut world: World, mut steps: Vec<Step>, mut why: String) -> String {
    let differs = |world: &World, steps: &[Step]| compare(world, steps, &mut BTreeMap::new(), &Tally::default()).err();
    let mut chunk = steps.len() / 2;
    while chunk > 0 {
        let mut from = 0;
        while from < steps.len() {
            let rest = steps.iter().enumerate().filter(|(at, _)| !(from..from + chunk).contains(at));
            let fewer: Vec<_> = rest.map(|(_, step)| step.clone()).collect();
            match differs(&world, &fewer) {
                Some((place, still)) => (steps, why) = (fewer[..=place.min(fewer.len() - 1)].to_vec(), still),
                None => from += chunk,
            }
        }
        chunk /= 2;
    }
    let mut place = 0;
    while place < world.len() {
        match differs(&world.without(place), &steps) {
            Some((_, still)) => (world, why) = (world.without(place), still),
            None => place += 1,
        }
    }
    format!(
        "{why}\nmanaged {:?}\nperson {:?}, pinned: {}\nremembered {:?}\nevents {steps:#?}",
        world.managed, world.person, world.is_pinned, world.remembered
    )
}

/// The place of the first event that is decided otherwise than it must be, and how.
fn compare(
    world: &World,
    steps: &[Step],
    words: &mut BTreeMap<&'static str, u64>,
    tally: &Tally,
) -> Result<(), (usize, String)> {
    let place = world.settle();
    let policy = Policy::load(&place.sources);
    if let Some(problem) = policy.problems().iter().find(|problem| problem.weight == Weight::Closes) {
        return Err((0, problem.to_string()));
    }
    let mut reference = Reference::of(world);
    let whole = Whole::of(&reference);
    for (number, Step { event, is_after_reload }) in steps.iter().enumerate() {
        if *is_after_reload {
            policy.reload(&place.sources);
        }
        let mut all = Vec::new();
        if number % 16 == 0 {
            all.push(("judged", judged(&policy, event)));
        }
        if number % 50 == 0 {
            tally.whole.fetch_add(1, Ordering::Relaxed);
            all.push(("by Cedar alone", (whole.decide(&reference, event), None)));
        }
        let expected = reference.decide(event);
        all.push(("decided", decided(policy.decide(&event.facts()))));
        *words.entry(expected.word).or_default() += 1;
        if let Some((how, (word, name))) = all.into_iter().find(|(_, said)| !agrees(said, &expected)) {
            return Err((number, format!("event {number} is {how} {word} {name:?}, but should be {expected:?}")));
        }
    }
    Ok(())
}

fn agrees((word, name): &(&'static str, Option<String>), expected: &Expected) -> bool {
    *word == expected.word && name.as_ref().is_none_or(|name| expected.names.contains(name))
}

fn decided(verdict: Verdict) -> (&'static str, Option<String>) {
    match verdict {
        Verdict::Allow(permit) => ("allow", permit.reason().describe().strip_prefix("rule ").map(str::to_owned)),
        Verdict::Ask(asked) => ("ask", Some(asked.rule().to_owned())),
        Verdict::Deny(denial) => ("deny", Some(denial.rule)),
    }
}

fn judged(policy: &Policy, event: &Event) -> (&'static str, Option<String>) {
    let judgement = policy.judge(&event.facts());
    let word = match judgement.word {
        Word::Allow => "allow",
        Word::Ask => "ask",
        Word::Deny => "deny",
    };
    (word, Some(judgement.rule))
}

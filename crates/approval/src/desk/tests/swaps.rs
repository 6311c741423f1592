//! Approve, then swap (case 189): the same ids and the same apps with other bytes, while answers, deadlines and cancellations come
//! in every order.

use super::*;
use crate::batch::BatchAnswer;
use crate::offers::Choice;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::sync::oneshot::error::TryRecvError;

/// Predictable chance: the same races in every run.
struct Dice(u64);

impl Dice {
    /// A number below `sides` (the generator `SplitMix64`).
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap() % sides
    }
}

/// Two requests that differ in their bytes, to be asked about under a few ids.
struct Swap {
    requests: [Question; 2],
}

impl Swap {
    fn new(house: &House) -> Self {
        let request = |bytes| {
            let choice = |answer| Choice { answer, words: String::new(), matched: None };
            let offers = Offers { choices: vec![choice(AllowOnce), choice(AllowTimes(50))] };
            Question { offers, ..house.question("github", "claude", bytes) }
        };
        Self { requests: [request("shown"), request("swapped")] }
    }

    fn under(&self, id: QuestionId, bytes: usize) -> Question {
        Question { id, ..self.requests[bytes].clone() }
    }

    fn digest(&self, bytes: usize) -> Digest {
        self.requests[bytes].request
    }

    fn bytes_of(&self, digest: &Digest) -> usize {
        self.requests.iter().position(|request| request.request == *digest).unwrap()
    }
}

/// What was said yes to, and what ran, for each of the two requests.
#[derive(Default)]
struct Count {
    granted: [AtomicUsize; 2],
    released: [AtomicUsize; 2],
    races: AtomicUsize,
}

impl Count {
    fn settled(&self, bytes: usize, settled: &Settled) {
        if matches!(settled, Settled::Answered(answer) if answer.allows()) {
            self.released[bytes].fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Counts what a yes let run, which is never more than it said, and never anything but what was shown.
    fn receipt(&self, swap: &Swap, shown: &Digest, receipt: &Receipt) {
        assert_eq!(receipt.question.request, *shown, "an answer was taken for what was not shown");
        if receipt.answer.allows() {
            let calls = match receipt.landing {
                Landing::Delivered { calls } => calls,
                Landing::Parked => 1,
            };
            let most = if let AllowTimes(times) = receipt.answer { usize::from(times) } else { 1 };
            assert!(calls <= most, "{calls} calls after \u{201c}{}\u{201d}", receipt.answer);
            self.granted[swap.bytes_of(shown)].fetch_add(calls, Ordering::SeqCst);
        }
    }

    fn hold(&self) {
        for (granted, released) in self.granted.iter().zip(&self.released) {
            let (granted, released) = (granted.load(Ordering::SeqCst), released.load(Ordering::SeqCst));
            assert!(released <= granted, "{released} calls ran after a yes to {granted}");
        }
    }
}

const RACES: u64 = 100_000;
const STEPS: usize = 10;

#[test]
fn in_a_hundred_thousand_swaps_no_call_runs_that_was_not_shown_and_allowed() {
    let house = House::new();
    let swap = Swap::new(&house);
    let ids: Vec<_> = (0..3).map(|_| QuestionId::make(&*house.clock, &house.rng)).collect();
    let total = Count::default();
    for race in 0..RACES {
        let desk = Desk::new(house.face.clone(), house.clock.clone());
        let (mut dice, count) = (Dice(race), Count::default());
        let mut waiting: Vec<(usize, Waiting<'_>)> = Vec::new();
        for _ in 0..STEPS {
            let (id, bytes) = (ids[dice.roll(ids.len())], dice.roll(2));
            let one = if waiting.is_empty() { 0 } else { dice.roll(waiting.len()) };
            match dice.roll(12) {
                0..=3 => match desk.enter(swap.under(id, bytes)) {
                    Ok(call) => waiting.push((bytes, call)),
                    Err(settled) => count.settled(bytes, &settled),
                },
                4..=6 => {
                    let answer = [AllowOnce, AllowTimes(2), Deny][dice.roll(3)];
                    if let Ok(receipt) = desk.answer(id, &swap.digest(bytes), answer) {
                        count.receipt(&swap, &swap.digest(bytes), &receipt);
                    }
                }
                7 => {
                    let listed = [(id, swap.digest(bytes)), (ids[dice.roll(ids.len())], swap.digest(bytes))];
                    for receipt in desk.answer_batch(&listed, BatchAnswer::AllowOnce).iter().flatten() {
                        count.receipt(&swap, &swap.digest(bytes), receipt);
                    }
                }
                8 if !waiting.is_empty() => {
                    let (bytes, call) = waiting.swap_remove(one);
                    count.settled(bytes, &call.give_up());
                }
                9 if !waiting.is_empty() => drop(waiting.swap_remove(one)),
                10 => desk.withdraw(id),
                _ => {
                    if let Some(answer) = desk.take_parked("claude", &swap.digest(bytes)) {
                        count.settled(bytes, &Settled::Answered(answer));
                    }
                }
            }
        }
        desk.clear();
        for (bytes, mut call) in waiting {
            match call.answer.try_recv() {
                Ok(settled) => count.settled(bytes, &settled),
                Err(TryRecvError::Closed) => {}
                Err(TryRecvError::Empty) => panic!("race {race}: a call was told nothing"),
            }
        }
        count.hold();
        total.released[0].fetch_add(count.released[0].load(Ordering::SeqCst), Ordering::SeqCst);
    }
    assert!(total.released[0].load(Ordering::SeqCst) > 10_000, "the races let calls run");
}

#[test]
fn threads_that_swap_bytes_under_the_same_ids_run_nothing_that_was_not_allowed() {
    const EACH: usize = 5_000;
    let house = House::new();
    let swap = Swap::new(&house);
    let ids: Vec<_> = (0..EACH + 3).map(|_| QuestionId::make(&*house.clock, &house.rng)).collect();
    let (count, asking) = (Count::default(), AtomicBool::new(true));
    std::thread::scope(|threads| {
        let askers: Vec<_> = (0..2)
            .map(|seed| {
                let (house, swap, ids, count) = (&house, &swap, &ids, &count);
                threads.spawn(move || {
                    let mut dice = Dice(seed);
                    for turn in 0..EACH {
                        // Slowly enough for the flood brake.
                        house.clock.advance(Duration::from_secs(7));
                        let (id, bytes) = (ids[turn + dice.roll(3)], dice.roll(2));
                        match house.desk.enter(swap.under(id, bytes)) {
                            Err(settled) => count.settled(bytes, &settled),
                            Ok(call) => {
                                (0..dice.roll(40)).for_each(|_| std::thread::yield_now());
                                if dice.roll(4) > 0 {
                                    count.settled(bytes, &call.give_up());
                                }
                            }
                        }
                        count.races.fetch_add(1, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        for seed in 2..4 {
            let (house, swap, count, asking) = (&house, &swap, &count, &asking);
            threads.spawn(move || {
                let mut dice = Dice(seed);
                while asking.load(Ordering::SeqCst) {
                    for open in house.desk.open() {
                        let shown = swap.digest(dice.roll(2));
                        let answer = [AllowOnce, AllowTimes(2)][dice.roll(2)];
                        if let Ok(receipt) = house.desk.answer(open.question.id, &shown, answer) {
                            count.receipt(swap, &shown, &receipt);
                        }
                    }
                    std::thread::yield_now();
                }
            });
        }
        let ended: Vec<_> = askers.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        // Also after a panic, so that the others end.
        asking.store(false, Ordering::SeqCst);
        assert!(ended.iter().all(Result::is_ok));
    });
    count.hold();
    assert_eq!(count.races.into_inner(), 2 * EACH);
    assert!(count.released.iter().all(|released| released.load(Ordering::SeqCst) > 0), "calls ran");
}

//! The desk at and around the deadline: yes, deadline, cancellation, repetition, in every order.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// T-243: at the deadline, with real threads: every yes lets exactly one request run, whose result somebody takes.
#[test]
fn at_the_deadline_a_yes_is_delivered_or_parked_and_never_both() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_time().build().unwrap();
    let house = House::new();
    let (delivered, parked) = (AtomicUsize::new(0), AtomicUsize::new(0));
    for round in 0..3_000_u64 {
        // Slowly enough for the flood brake.
        house.clock.advance(Duration::from_secs(10));
        let question = house.question("github", "claude", &round.to_string());
        runtime.block_on(async {
            // A deadline of nothing at all ends the wait at its first look at the time, while the answer is on its way.
            let deadline = Duration::from_micros(round % 3);
            let (desk, asked) = (house.desk.clone(), question.clone());
            let call = tokio::spawn(async move { desk.ask(asked, deadline).await });
            let (desk, id, shown) = (house.desk.clone(), question.id, question.request);
            let person = tokio::spawn(async move {
                loop {
                    match desk.answer(id, &shown, AllowOnce) {
                        Err(ApprovalError::Unknown(_)) => yield_now().await,
                        other => return other,
                    }
                }
            });
            let (settled, receipt) = (call.await.unwrap(), person.await.unwrap().unwrap());
            let kept = house.desk.take_parked("claude", &question.request);
            match (settled, receipt.landing) {
                (Settled::Answered(AllowOnce), Landing::Delivered { calls: 1 }) => {
                    assert_eq!(kept, None);
                    delivered.fetch_add(1, Ordering::Relaxed);
                }
                (Settled::StillOpen, Landing::Parked) => {
                    assert_eq!(kept, Some(AllowOnce));
                    parked.fetch_add(1, Ordering::Relaxed);
                }
                other => panic!("the call and the person were told different things: {other:?}"),
            }
            assert_eq!(house.desk.take_parked("claude", &question.request), None);
        });
    }
    assert_eq!(delivered.into_inner() + parked.into_inner(), 3_000);
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(300))]
    /// Whatever happens in whatever order: no more identical requests run than the person said yes.
    #[test]
    fn no_more_calls_run_than_were_allowed(steps in proptest::collection::vec(0_u8..6, 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let (yes, run) = runtime.block_on(async {
            let house = House::new();
            let (mut calls, mut yes, mut run) = (Vec::new(), 0, 0);
            for step in steps {
                house.clock.advance(Duration::from_secs(7));
                match step {
                    0 | 1 => calls.push(house.asking(&house.question("github", "claude", "same")).await),
                    2 => if let Some(open) = house.desk.open().first() {
                        yes += usize::from(house.answer(&open.question, AllowOnce).is_ok());
                    },
                    3 => tokio::time::advance(Duration::from_secs(20)).await,
                    4 => if let Some(call) = calls.pop() { call.abort(); },
                    _ => run += usize::from(house.desk.take_parked("claude", &Digest::of_parts(&[b"same"])).is_some()),
                }
                yield_now().await;
            }
            tokio::time::advance(DEADLINE).await;
            for call in calls {
                run += usize::from(matches!(call.await, Ok(Settled::Answered(AllowOnce))));
            }
            (yes, run)
        });
        proptest::prop_assert!(run <= yes, "{run} requests ran after {yes} answers");
    }
}

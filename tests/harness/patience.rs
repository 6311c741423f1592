//! Waiting for other programs: by looking again, never longer than a deadline.

use std::time::{Duration, Instant};

/// What a story waits for anything before it calls it broken; the machine may be busy with other stories.
pub const LONG: Duration = Duration::from_secs(20);

/// Looks until there is something to see.
///
/// # Panics
/// If [`LONG`] passes first; `what` says what was waited for.
pub fn eventually<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    within(LONG, look).unwrap_or_else(|| panic!("{what} did not happen in {LONG:?}"))
}

/// Looks until there is something to see, or until the time is over.
pub fn within<T>(time: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let start = moment();
    loop {
        if let Some(seen) = look() {
            return Some(seen);
        }
        if start.elapsed() >= time {
            return None;
        }
        // Another program's progress gives no event to wait for.
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// As [`eventually`], but looks without a rest: for stories in which the next microsecond counts.
///
/// # Panics
/// If [`LONG`] passes first; `what` says what was waited for.
pub fn at_once<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = moment();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(start.elapsed() < LONG, "{what} did not happen in {LONG:?}");
        std::thread::yield_now();
    }
}

/// Lets a measured time pass, so that a story can strike at many moments of something that gives no sign of its own. Never a way
/// to wait for something.
pub fn let_pass(time: Duration) {
    let start = moment();
    while start.elapsed() < time {
        std::thread::yield_now();
    }
}

#[allow(clippy::disallowed_methods, reason = "the programs under test run in real time, so their deadlines do too")]
pub(crate) fn moment() -> Instant {
    Instant::now()
}

/// How often a story does what it does: as `variable` says for a long run (docs/long-runs.md), else `usually`.
///
/// # Panics
/// If the variable holds no number.
pub fn times(variable: &str, usually: usize) -> usize {
    std::env::var(variable).map_or(usually, |number| number.parse().expect("the variable holds a number"))
}

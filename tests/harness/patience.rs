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

#[allow(clippy::disallowed_methods, reason = "the programs under test run in real time, so their deadlines do too")]
pub(crate) fn moment() -> Instant {
    Instant::now()
}

//! How long a rule that came from an answer lives: until a moment, for a while, for so many uses, while it is used.
//!
//! Counted here and nowhere else, under the decision itself, so that ten calls at once cannot use up a rule for nine.

use keyholder_model::clock::Timestamp;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// A rule's lifetime. Shared by every set of rules that holds the rule, so that a reload neither renews nor shortens it.
#[derive(Debug, Default)]
pub struct Life {
    limits: Limits,
    left: AtomicU32,
    used: AtomicU64,
    /// Milliseconds; [`i64::MIN`] where it was never used.
    last: AtomicI64,
}

/// What ends a rule. Whichever comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Limits {
    /// The wall clock's moment at which it ends.
    pub expires: Option<Timestamp>,
    /// The reading of the monotonic clock at which it ends: turning the wall clock back gains nothing.
    pub ends: Option<Duration>,
    /// It ends when it was not used for so long.
    pub idle: Option<Duration>,
    /// How many uses it is good for.
    pub uses: Option<u32>,
}

/// Whether a rule counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Vital {
    Alive,
    Dead,
}

impl Life {
    /// A life that begins at `made`: idleness counts from there, or from the last use.
    pub fn new(limits: Limits, made: Timestamp) -> Self {
        Self {
            limits,
            left: AtomicU32::new(limits.uses.unwrap_or(0)),
            used: AtomicU64::new(0),
            last: AtomicI64::new(made.as_millis()),
        }
    }

    /// What ends it.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// How many uses are left, where they are counted.
    pub fn uses_left(&self) -> Option<u32> {
        self.limits.uses.map(|_| self.left.load(Ordering::Acquire))
    }

    /// How often it decided since it was read.
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// When it last decided; when it was made, where it never did.
    pub fn last_used(&self) -> Timestamp {
        Timestamp::from_millis(self.last.load(Ordering::Relaxed))
    }

    /// Whether it has not ended.
    pub fn is_alive(&self, at: Timestamp, monotonic: Duration) -> bool {
        self.vital(at, monotonic) == Vital::Alive
    }

    /// Whether it counts at this moment of both clocks.
    pub(crate) fn vital(&self, at: Timestamp, monotonic: Duration) -> Vital {
        let Limits { expires, ends, idle, uses } = self.limits;
        let is_over = expires.is_some_and(|expires| at >= expires)
            || ends.is_some_and(|ends| monotonic >= ends)
            || idle.is_some_and(|idle| at.since(self.last_used()) >= idle)
            || uses.is_some() && self.left.load(Ordering::Acquire) == 0;
        if is_over { Vital::Dead } else { Vital::Alive }
    }

    /// Takes one use. [`Vital::Dead`]: another call took the last one.
    pub(crate) fn use_once(&self, at: Timestamp) -> Vital {
        if self.limits.uses.is_some() {
            let taken = self.left.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1));
            if taken.is_err() {
                return Vital::Dead;
            }
        }
        self.used.fetch_add(1, Ordering::Relaxed);
        // A clock that was turned back makes nothing younger.
        self.last.fetch_max(at.as_millis(), Ordering::Relaxed);
        Vital::Alive
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE: Timestamp = Timestamp::from_millis(1_000_000);

    fn life(limits: Limits) -> Life {
        Life::new(limits, MADE)
    }

    #[test]
    fn turning_the_clock_back_prolongs_nothing() {
        let hour = Duration::from_hours(1);
        let life = life(Limits { expires: Some(MADE.plus(hour)), ends: Some(hour), ..Limits::default() });
        assert_eq!(life.vital(MADE, Duration::ZERO), Vital::Alive);
        assert_eq!(life.vital(MADE.plus(hour), Duration::ZERO), Vital::Dead, "the wall clock has passed it");
        assert_eq!(life.vital(Timestamp::from_millis(0), hour), Vital::Dead, "the other clock has");
    }

    #[test]
    fn uses_are_counted_once_each_whoever_takes_them() {
        let life = life(Limits { uses: Some(100), ..Limits::default() });
        let taken: usize = std::thread::scope(|scope| {
            let takers: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| (0..50).filter(|_| life.use_once(MADE) == Vital::Alive).count()))
                .collect();
            takers.into_iter().map(|taker| taker.join().unwrap()).sum()
        });
        assert_eq!((taken, life.uses_left()), (100, Some(0)));
        assert_eq!(life.vital(MADE, Duration::ZERO), Vital::Dead);
    }

    #[test]
    fn what_is_used_does_not_idle_and_idleness_counts_from_the_latest_use() {
        let day = Duration::from_hours(24);
        let life = life(Limits { idle: Some(day), ..Limits::default() });
        let later = MADE.plus(day / 2);
        assert_eq!(life.use_once(later), Vital::Alive);
        assert_eq!(life.use_once(MADE), Vital::Alive);
        assert_eq!(life.vital(MADE.plus(day), Duration::ZERO), Vital::Alive);
        assert_eq!(life.vital(later.plus(day), Duration::ZERO), Vital::Dead);
    }
}

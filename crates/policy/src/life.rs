//! How long a rule that came from an answer lives: until a moment, for a while, for so many uses, while it is used.
//!
//! Counted here and nowhere else, under the decision itself, so that ten calls at once cannot use up a rule for nine.
//!
//! # Which clock
//!
//! The wall clock can be turned, by a program too; the monotonic one cannot. So a life does not look at the wall clock alone: it
//! reckons the latest wall clock that was ever seen since, carried on by the monotonic one. That reckoning never goes back, so
//! what has ended stays ended, whatever the wall clock says later and however often the rules are read again.

use keyholder_model::clock::Timestamp;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// A rule's lifetime. Shared by every set of rules that holds the rule, so that a reload neither renews nor shortens it.
#[derive(Debug)]
pub struct Life {
    limits: Limits,
    made: Timestamp,
    left: AtomicU32,
    used: AtomicU64,
    /// The wall clock's milliseconds at the last use, as they are shown.
    last: AtomicI64,
    /// The same by the life's own reckoning, as idleness is measured.
    rested: AtomicI64,
    /// How many milliseconds the wall clock was ahead of the monotonic one at most; [`UNSEEN`] before the first decision.
    ahead: AtomicI64,
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

/// A moment by both clocks, and how far apart they have been.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) at: Timestamp,
    pub(crate) monotonic: Duration,
    /// As [`Life::ahead`], of all decisions with one set of rules, this one included.
    pub(crate) ahead: i64,
    /// Whether it is decided, or only looked at.
    pub(crate) trace: Trace,
}

/// Whether a look at the rules leaves anything behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Trace {
    Kept,
    None,
}

/// Nothing has been decided yet.
pub(crate) const UNSEEN: i64 = i64::MIN;

impl Moment {
    /// A moment of which nothing before is known.
    pub(crate) fn new(at: Timestamp, monotonic: Duration) -> Self {
        Self { at, monotonic, ahead: at.as_millis().saturating_sub(millis(monotonic)), trace: Trace::None }
    }
}

impl Default for Life {
    fn default() -> Self {
        Self::new(Limits::default(), Timestamp::from_millis(0))
    }
}

impl Life {
    /// A life that begins at `made`: idleness counts from there, or from the last use.
    pub fn new(limits: Limits, made: Timestamp) -> Self {
        Self {
            limits,
            made,
            left: AtomicU32::new(limits.uses.unwrap_or(0)),
            used: AtomicU64::new(0),
            last: AtomicI64::new(made.as_millis()),
            rested: AtomicI64::new(made.as_millis()),
            ahead: AtomicI64::new(UNSEEN),
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
        self.vital(&Moment::new(at, monotonic)) == Vital::Alive
    }

    /// Whether it counts at this moment. Changes nothing.
    pub(crate) fn vital(&self, moment: &Moment) -> Vital {
        let Limits { expires, ends, idle, uses } = self.limits;
        let now = self.reckon(moment);
        let is_over = expires.is_some_and(|expires| now >= expires)
            || ends.is_some_and(|ends| moment.monotonic >= ends)
            || idle.is_some_and(|idle| now.since(Timestamp::from_millis(self.rested.load(Ordering::Relaxed))) >= idle)
            || uses.is_some() && self.left.load(Ordering::Acquire) == 0;
        if is_over { Vital::Dead } else { Vital::Alive }
    }

    /// Keeps what a decision has seen of the clocks.
    pub(crate) fn witness(&self, moment: &Moment) {
        if moment.trace == Trace::None {
            return;
        }
        let ahead = self.ahead_at(moment);
        if ahead > self.ahead.load(Ordering::Relaxed) {
            self.ahead.fetch_max(ahead, Ordering::Relaxed);
        }
    }

    /// Takes over how far the clocks were apart in decisions with a set of rules that held it.
    pub(crate) fn inherit(&self, ahead: i64) {
        self.ahead.fetch_max(ahead, Ordering::Relaxed);
    }

    /// Takes one use. [`Vital::Dead`]: another call took the last one.
    pub(crate) fn use_once(&self, moment: &Moment) -> Vital {
        if self.limits.uses.is_some() {
            let taken = self.left.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1));
            if taken.is_err() {
                return Vital::Dead;
            }
        }
        self.used.fetch_add(1, Ordering::Relaxed);
        // A clock that was turned back makes nothing younger.
        self.last.fetch_max(moment.at.as_millis(), Ordering::Relaxed);
        self.rested.fetch_max(self.reckon(moment).as_millis(), Ordering::Relaxed);
        Vital::Alive
    }

    /// The latest wall clock seen, carried on by the monotonic one.
    fn reckon(&self, moment: &Moment) -> Timestamp {
        Timestamp::from_millis(self.ahead_at(moment).saturating_add(millis(moment.monotonic)))
    }

    fn ahead_at(&self, moment: &Moment) -> i64 {
        let known = match self.ahead.load(Ordering::Relaxed) {
            // No life is older than its beginning: a clock that stands before it (an empty battery) is not believed.
            UNSEEN => self.made.as_millis().saturating_sub(millis(moment.monotonic)),
            known => known,
        };
        known.max(moment.ahead)
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE: Timestamp = Timestamp::from_millis(1_000_000);

    fn life(limits: Limits) -> Life {
        Life::new(limits, MADE)
    }

    /// A decision at this moment sees whether it counts.
    fn see(life: &Life, at: Timestamp, monotonic: Duration) -> Vital {
        let moment = Moment { trace: Trace::Kept, ..Moment::new(at, monotonic) };
        life.witness(&moment);
        life.vital(&moment)
    }

    #[test]
    fn turning_the_clock_back_prolongs_nothing() {
        let hour = Duration::from_hours(1);
        let both = Limits { expires: Some(MADE.plus(hour)), ends: Some(hour), ..Limits::default() };
        assert_eq!(see(&life(both), MADE, Duration::ZERO), Vital::Alive);
        assert_eq!(see(&life(both), MADE.plus(hour), Duration::ZERO), Vital::Dead, "the wall clock has passed it");
        assert_eq!(see(&life(both), Timestamp::from_millis(0), hour), Vital::Dead, "the other clock has");

        let limits = [
            Limits { expires: Some(MADE.plus(hour)), ..Limits::default() },
            Limits { idle: Some(hour), ..Limits::default() },
        ];
        for limits in limits {
            let life = life(limits);
            assert_eq!(see(&life, MADE, Duration::ZERO), Vital::Alive);
            assert_eq!(see(&life, Timestamp::from_millis(0), hour / 2), Vital::Alive);
            assert_eq!(see(&life, Timestamp::from_millis(0), hour), Vital::Dead, "an hour has passed: {limits:?}");
        }
        for limits in limits {
            let life = life(limits);
            assert_eq!(see(&life, MADE.plus(hour), Duration::ZERO), Vital::Dead);
            assert_eq!(see(&life, MADE, Duration::ZERO), Vital::Dead, "what has ended has ended: {limits:?}");
        }
        for limits in limits {
            let life = life(limits);
            assert_eq!(see(&life, Timestamp::from_millis(0), Duration::ZERO), Vital::Alive);
            assert_eq!(see(&life, Timestamp::from_millis(0), hour), Vital::Dead, "time runs from its beginning");
        }
    }

    #[test]
    fn uses_are_counted_once_each_whoever_takes_them() {
        let life = life(Limits { uses: Some(100), ..Limits::default() });
        let moment = Moment::new(MADE, Duration::ZERO);
        let taken: usize = std::thread::scope(|scope| {
            let takers: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| (0..50).filter(|_| life.use_once(&moment) == Vital::Alive).count()))
                .collect();
            takers.into_iter().map(|taker| taker.join().unwrap()).sum()
        });
        assert_eq!((taken, life.uses_left()), (100, Some(0)));
        assert_eq!(life.vital(&moment), Vital::Dead);
    }

    #[test]
    fn what_is_used_does_not_idle_and_idleness_counts_from_the_latest_use() {
        let day = Duration::from_hours(24);
        let life = life(Limits { idle: Some(day), ..Limits::default() });
        let later = MADE.plus(day / 2);
        assert_eq!(life.use_once(&Moment::new(later, Duration::ZERO)), Vital::Alive);
        assert_eq!(life.use_once(&Moment::new(MADE, Duration::ZERO)), Vital::Alive);
        assert_eq!(life.last_used(), later);
        assert_eq!(life.vital(&Moment::new(MADE.plus(day), Duration::ZERO)), Vital::Alive);
        assert_eq!(life.vital(&Moment::new(later.plus(day), Duration::ZERO)), Vital::Dead);
    }
}

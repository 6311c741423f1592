//! Time and chance, passed in.
//!
//! No room asks the system for either (architecture, invariant 8): a story can then run an hour in a millisecond, and a
//! random value can be fixed where a test needs to know it.

use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

/// A moment in UTC, in milliseconds since 1970-01-01T00:00:00Z. Displayed as RFC 3339.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// This moment plus a duration; saturates at the far future instead of wrapping.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long ago `earlier` was; zero where it lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

/// A text that is no moment in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a moment in RFC 3339, such as 2026-11-21T07:00:00Z")]
pub struct NotATimestamp;

impl std::str::FromStr for Timestamp {
    type Err = NotATimestamp;

    fn from_str(text: &str) -> Result<Self, NotATimestamp> {
        let moment: jiff::Timestamp = text.parse().map_err(|_| NotATimestamp)?;
        Ok(Self(moment.as_millisecond()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(moment) => write!(f, "{moment:.3}"),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Wall-clock time, UTC. May jump.
    fn now(&self) -> Timestamp;

    /// Time since some fixed start; never goes back, and stands still for no one.
    fn monotonic(&self) -> Duration;

    /// What the person's own clock on the wall shows at this moment.
    fn local(&self, at: Timestamp) -> Local {
        Local::of(at, &jiff::tz::TimeZone::UTC)
    }
}

/// An hour of the day and a day of the week, where the person is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Local {
    /// 0 to 23.
    pub hour: u8,
    /// 1 (Monday) to 7 (Sunday).
    pub weekday: u8,
}

impl Local {
    /// A moment that lies outside of every calendar is a Monday's midnight.
    fn of(at: Timestamp, zone: &jiff::tz::TimeZone) -> Self {
        let Ok(moment) = jiff::Timestamp::from_millisecond(at.0) else { return Self { hour: 0, weekday: 1 } };
        let here = moment.to_zoned(zone.clone());
        Self { hour: here.hour().unsigned_abs(), weekday: here.weekday().to_monday_one_offset().unsigned_abs() }
    }
}

/// A source of unpredictable bytes.
pub trait Rng: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Panics
    /// If the system has no randomness to give: going on with weak values would be worse (catalogue case 154).
    fn fill(&self, bytes: &mut [u8]);
}

/// The machine's own clock.
#[derive(Debug)]
pub struct SystemClock {
    start: std::time::Instant,
}

impl SystemClock {
    /// A clock whose monotonic time starts now.
    #[allow(clippy::disallowed_methods, reason = "the one place where the system is asked for the time")]
    #[allow(clippy::new_without_default, reason = "a clock is made in a door, on purpose")]
    pub fn new() -> Self {
        Self { start: std::time::Instant::now() }
    }
}

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place where the system is asked for the time")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    fn local(&self, at: Timestamp) -> Local {
        // Read once: a person who travels starts the broker anew at the latest when the machine starts anew.
        static ZONE: std::sync::LazyLock<jiff::tz::TimeZone> = std::sync::LazyLock::new(jiff::tz::TimeZone::system);
        Local::of(at, &ZONE)
    }
}

/// The machine's own source of randomness.
#[derive(Clone, Copy, Debug)]
pub struct SystemRng;

impl Rng for SystemRng {
    #[allow(clippy::disallowed_methods, reason = "the one place where the system is asked for randomness")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the system gives random bytes");
    }
}

/// A clock that a test moves by hand.
#[derive(Debug)]
pub struct FakeClock {
    now: Mutex<(Timestamp, Duration)>,
}

impl FakeClock {
    /// A clock that shows `now` until it is moved.
    pub fn at(now: Timestamp) -> Self {
        Self { now: Mutex::new((now, Duration::ZERO)) }
    }

    /// Moves both the wall clock and the monotonic time forward.
    pub fn advance(&self, by: Duration) {
        let mut now = self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now = (now.0.plus(by), now.1 + by);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner).0
    }

    fn monotonic(&self) -> Duration {
        self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner).1
    }
}

/// Predictable bytes for tests: a counter, never zero twice in a row.
#[derive(Debug, Default)]
pub struct FakeRng {
    next: Mutex<u64>,
}

impl Rng for FakeRng {
    fn fill(&self, bytes: &mut [u8]) {
        let mut next = self.next.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            *next += 1;
            chunk.copy_from_slice(&next.to_be_bytes()[8 - chunk.len()..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_reads_as_rfc_3339() {
        assert_eq!(Timestamp::from_millis(1_795_500_000_123).to_string(), "2026-11-24T06:00:00.123Z");
    }

    #[test]
    fn adding_too_much_time_stays_in_the_far_future() {
        let late = Timestamp::from_millis(i64::MAX - 1).plus(Duration::from_secs(10));
        assert_eq!(late.as_millis(), i64::MAX);
        assert_eq!(Timestamp::from_millis(5).since(Timestamp::from_millis(9)), Duration::ZERO);
    }

    #[test]
    fn the_fake_clock_moves_only_by_hand() {
        let clock = FakeClock::at(Timestamp::from_millis(0));
        assert_eq!(clock.now(), clock.now());
        clock.advance(Duration::from_secs(3));
        assert_eq!(clock.now().as_millis(), 3_000);
        assert_eq!(clock.monotonic(), Duration::from_secs(3));
    }
}

//! Time and chance, passed in.
//!
//! No room asks the system for either (architecture, invariant 8): a story can then run an hour in a millisecond, and a
//! random value can be fixed where a test needs to know it.

use jiff::tz::TimeZone;
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

    /// Where the person is, as far as clocks know.
    fn zone(&self) -> TimeZone {
        TimeZone::UTC
    }

    /// What the person's own clock on the wall shows at this moment.
    fn local(&self, at: Timestamp) -> Local {
        Local::of(at, &self.zone())
    }

    /// The day on the person's own calendar at this moment.
    fn day(&self, at: Timestamp) -> Day {
        Day::of(at, &self.zone())
    }

    /// The first moment of a day on the person's own calendar.
    fn beginning(&self, day: Day) -> Timestamp {
        day.beginning(&self.zone())
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
    fn of(at: Timestamp, zone: &TimeZone) -> Self {
        let Ok(moment) = jiff::Timestamp::from_millisecond(at.0) else { return Self { hour: 0, weekday: 1 } };
        let here = moment.to_zoned(zone.clone());
        Self { hour: here.hour().unsigned_abs(), weekday: here.weekday().to_monday_one_offset().unsigned_abs() }
    }
}

/// A day of the calendar, where the person is. Displayed as `2026-11-21`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Day(jiff::civil::Date);

/// A text that is no day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a day of the calendar, such as 2026-11-21")]
pub struct NotADay;

impl Day {
    /// A moment that lies outside of every calendar is on its first or last day.
    fn of(at: Timestamp, zone: &TimeZone) -> Self {
        match jiff::Timestamp::from_millisecond(at.0) {
            Ok(moment) => Self(moment.to_zoned(zone.clone()).date()),
            Err(_) if at.0 < 0 => Self(jiff::civil::Date::MIN),
            Err(_) => Self(jiff::civil::Date::MAX),
        }
    }

    /// Where clocks skip midnight, the day begins when it does.
    fn beginning(self, zone: &TimeZone) -> Timestamp {
        match self.0.to_zoned(zone.clone()) {
            Ok(moment) => Timestamp(moment.timestamp().as_millisecond()),
            Err(_) if self.0 < jiff::civil::Date::ZERO => Timestamp(i64::MIN),
            Err(_) => Timestamp(i64::MAX),
        }
    }

    /// So many days later, or earlier; stops at the ends of the calendar.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        match jiff::Span::new().try_days(days) {
            Ok(days) => Self(self.0.saturating_add(days)),
            Err(_) if days < 0 => Self(jiff::civil::Date::MIN),
            Err(_) => Self(jiff::civil::Date::MAX),
        }
    }
}

impl std::str::FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        // The calendar's own parser would also take a moment's text.
        if text.len() != "2026-11-21".len() {
            return Err(NotADay);
        }
        text.parse().map(Self).map_err(|_| NotADay)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
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

    fn zone(&self) -> TimeZone {
        // Read once: a person who travels starts the broker anew at the latest when the machine starts anew.
        static ZONE: std::sync::LazyLock<TimeZone> = std::sync::LazyLock::new(TimeZone::system);
        ZONE.clone()
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
    zone: TimeZone,
}

impl FakeClock {
    /// A clock that shows `now` until it is moved.
    pub fn at(now: Timestamp) -> Self {
        Self { now: Mutex::new((now, Duration::ZERO)), zone: TimeZone::UTC }
    }

    /// The same clock elsewhere, as a POSIX rule says: `CET-1CEST,M3.5.0,M10.5.0/3`.
    ///
    /// # Panics
    /// If there is no such rule.
    #[must_use]
    pub fn in_zone(self, rule: &str) -> Self {
        Self { zone: TimeZone::posix(rule).expect("a test names a rule"), ..self }
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

    fn zone(&self) -> TimeZone {
        self.zone.clone()
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
    fn a_day_is_that_of_the_persons_own_calendar() {
        let clock = FakeClock::at(Timestamp::from_millis(0)).in_zone("CET-1CEST,M3.5.0,M10.5.0/3");
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let day = clock.day(at("2026-10-24T22:30:00Z"));
        assert_eq!((day.to_string().as_str(), clock.local(at("2026-10-24T22:30:00Z")).hour), ("2026-10-25", 0));
        // The day on which summer time ends has 25 hours.
        let (begin, end) = (clock.beginning(day), clock.beginning(day.plus(1)));
        assert_eq!((begin, end.since(begin)), (at("2026-10-24T22:00:00Z"), Duration::from_hours(25)));
        assert_eq!(clock.day(Timestamp::from_millis(end.as_millis() - 1)), day);
        assert_eq!((day.plus(-1).to_string().as_str(), day.plus(7).to_string().as_str()), ("2026-10-24", "2026-11-01"));
    }

    #[test]
    fn a_day_reads_back_and_nothing_else_does() {
        assert_eq!("2028-02-29".parse::<Day>().unwrap().to_string(), "2028-02-29");
        for text in ["", "2026-02-29", "2026-11-2", "2026-11-21T08:00:00Z", "20261121", "+002026-11-21", "2026-13-01"] {
            assert_eq!(text.parse::<Day>(), Err(NotADay), "{text}");
        }
        for at in [i64::MIN, i64::MAX] {
            let clock = FakeClock::at(Timestamp::from_millis(0));
            let day = clock.day(Timestamp::from_millis(at));
            let _ = (clock.beginning(day), day.plus(i32::MAX), day.plus(i32::MIN));
        }
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

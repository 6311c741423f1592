//! The days that are summed up, and those before them that say what is usual, on the person's own calendar.

use keyholder_model::clock::{Clock, Day, Timestamp};
use std::cell::Cell;

/// Days before each that say what is usual.
pub(super) const USUAL: usize = 30;

/// Days that can be summed up.
pub(super) const MOST_DAYS: u32 = 90;

/// A day: how many came before it since [`Calendar::since`].
pub(super) type Place = usize;

/// So many days up to today.
pub(super) struct Calendar<'a> {
    clock: &'a dyn Clock,
    days: Vec<Day>,
    /// The first moment of each, and of the day after the last.
    begins: Vec<Timestamp>,
    /// Where clocks are set, they are so at a quarter of an hour, and the log mostly goes on in the one where it was.
    quarter: Cell<(i64, u8)>,
    /// Where the days that are summed up begin.
    first: Place,
}

impl<'a> Calendar<'a> {
    pub(super) fn of(clock: &'a dyn Clock, days: u32) -> Self {
        let days = i32::try_from(days.clamp(1, MOST_DAYS)).unwrap_or(1);
        let usual = i32::try_from(USUAL).unwrap_or(0);
        let today = clock.day(clock.now());
        let days: Vec<Day> = (1 - days - usual..=0).map(|back| today.plus(back)).collect();
        let begins = days.iter().copied().chain([today.plus(1)]).map(|day| clock.beginning(day)).collect();
        Self { clock, days, begins, quarter: Cell::new((i64::MIN, 0)), first: USUAL }
    }

    /// The first moment that counts.
    pub(super) fn since(&self) -> Timestamp {
        self.begins.first().copied().unwrap_or(Timestamp::from_millis(i64::MIN))
    }

    /// The days that are summed up.
    pub(super) fn dates(&self) -> impl Iterator<Item = Day> + '_ {
        self.days.iter().skip(self.first).copied()
    }

    /// The places of the days that are summed up.
    pub(super) fn places(&self) -> std::ops::Range<Place> {
        self.first..self.days.len()
    }

    /// The day of a moment; none before the first, and after today: the clock was turned.
    pub(super) fn day(&self, at: Timestamp) -> Option<Place> {
        let begun = self.begins.partition_point(|begin| *begin <= at);
        begun.checked_sub(1).filter(|place| *place < self.days.len())
    }

    /// Where a day stands among those that are summed up.
    pub(super) fn place(&self, day: Place) -> Option<usize> {
        day.checked_sub(self.first)
    }

    /// The hour of the day.
    pub(super) fn hour(&self, at: Timestamp) -> u8 {
        let quarter = at.as_millis().div_euclid(QUARTER);
        let (known, hour) = self.quarter.get();
        if known == quarter {
            return hour;
        }
        let hour = self.clock.local(at).hour;
        self.quarter.set((quarter, hour));
        hour
    }
}

/// Milliseconds.
const QUARTER: i64 = 15 * 60 * 1_000;

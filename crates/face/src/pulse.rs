//! Whether the page in the approval window still runs. A page that hangs shows a question that cannot be answered.

use std::time::Duration;

/// A page that says nothing for so long hangs.
pub const HUNG_AFTER: Duration = Duration::from_secs(5);

/// A page that was just begun has so long until its first word: a cold disk, a slow machine.
pub const BEGUN_AFTER: Duration = Duration::from_secs(20);

/// If two looks lie further apart than this, the machine slept or this program was stopped, and the page with it.
const LOOK_AT_LEAST: Duration = Duration::from_secs(3);

/// The watch over one page. It begins at rest.
#[derive(Debug, Default)]
pub struct Pulse {
    has_begun: bool,
    watched: Option<Watched>,
}

#[derive(Debug)]
struct Watched {
    /// The last moment at which there was nothing to complain of.
    well: Duration,
    looked: Duration,
}

impl Pulse {
    /// The page is on the screen, and is expected to call every second from now on, if it was not before.
    pub fn watch(&mut self, now: Duration) {
        self.watched.get_or_insert(Watched { well: now, looked: now });
    }

    /// The page is hidden: it may sleep.
    pub fn rest(&mut self) {
        self.watched = None;
    }

    /// Another page stands in its place.
    pub fn begin(&mut self) {
        *self = Self::default();
    }

    /// The page called.
    pub fn beat(&mut self, now: Duration) {
        self.has_begun = true;
        if let Some(watched) = &mut self.watched {
            watched.well = watched.well.max(now);
        }
    }

    /// Whether the page has ever called.
    pub fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Whether the page hangs. To be called about once a second.
    pub fn is_hung(&mut self, now: Duration) -> bool {
        let most = if self.has_begun { HUNG_AFTER } else { BEGUN_AFTER };
        let Some(watched) = &mut self.watched else { return false };
        if now.saturating_sub(watched.looked) > LOOK_AT_LEAST {
            watched.well = now;
        }
        watched.looked = now;
        now.saturating_sub(watched.well) >= most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// The first second, up to `until`, at which a look each second finds it hung.
    fn hung_at(pulse: &mut Pulse, from: u64, until: u64) -> Option<u64> {
        (from..=until).find(|second| pulse.is_hung(s(*second)))
    }

    #[test]
    fn a_page_that_stops_calling_hangs_after_five_seconds() {
        let mut pulse = Pulse::default();
        pulse.watch(s(0));
        for second in 0..10 {
            pulse.beat(s(second));
            assert!(!pulse.is_hung(s(second)));
        }
        assert_eq!(hung_at(&mut pulse, 10, 60), Some(14));
    }

    #[test]
    fn a_page_that_begins_has_more_time_and_not_forever() {
        let mut pulse = Pulse::default();
        pulse.watch(s(0));
        assert_eq!(hung_at(&mut pulse, 0, 60), Some(20));
        pulse.begin();
        pulse.watch(s(30));
        assert_eq!(hung_at(&mut pulse, 30, 90), Some(50));
    }

    #[test]
    fn a_hidden_page_may_sleep() {
        let mut pulse = Pulse::default();
        pulse.watch(s(0));
        pulse.beat(s(1));
        pulse.rest();
        assert_eq!(hung_at(&mut pulse, 2, 100), None);
        pulse.watch(s(100));
        pulse.watch(s(103));
        assert_eq!(hung_at(&mut pulse, 103, 200), Some(105), "it has begun long ago, and been on the screen since 100");
    }

    #[test]
    fn a_machine_that_slept_is_no_page_that_hangs() {
        let mut pulse = Pulse::default();
        pulse.watch(s(0));
        pulse.beat(s(0));
        assert_eq!(hung_at(&mut pulse, 0, 3), None);
        assert!(!pulse.is_hung(s(3600)));
        assert_eq!(hung_at(&mut pulse, 3601, 3700), Some(3605));
    }
}

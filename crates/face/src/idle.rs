//! When the app may leave: a program with a web view in it costs memory, and the broker starts it again within a second.

use std::time::Duration;

/// Without windows for so long, it leaves.
pub const LEAVE_AFTER: Duration = Duration::from_mins(5);

/// How long there has been nothing on the screen.
#[derive(Debug)]
pub struct Idle {
    most: Duration,
    since: Option<Duration>,
}

impl Idle {
    /// From its start on, as long as no window was shown.
    pub fn new(most: Duration, now: Duration) -> Self {
        Self { most, since: Some(now) }
    }

    /// What is on the screen now: so many windows.
    pub fn windows(&mut self, open: usize, now: Duration) {
        self.since = if open > 0 { None } else { self.since.or(Some(now)) };
    }

    /// A window is about to be needed.
    pub fn stir(&mut self, now: Duration) {
        self.since = self.since.map(|_| now);
    }

    /// Whether it is time to leave.
    pub fn is_over(&self, now: Duration) -> bool {
        self.since.is_some_and(|since| now.saturating_sub(since) >= self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn it_leaves_some_time_after_the_last_window_and_not_before() {
        let mut idle = Idle::new(s(60), s(0));
        assert!(!idle.is_over(s(59)));
        assert!(idle.is_over(s(60)), "a face that nobody needs leaves too");
        idle.windows(1, s(61));
        assert!(!idle.is_over(s(1000)));
        idle.windows(0, s(1000));
        idle.windows(0, s(1030));
        assert!(!idle.is_over(s(1059)));
        assert!(idle.is_over(s(1060)));
    }

    #[test]
    fn what_comes_in_puts_it_off() {
        let mut idle = Idle::new(s(60), s(0));
        idle.stir(s(59));
        assert!(!idle.is_over(s(118)));
        assert!(idle.is_over(s(119)));
        idle.windows(1, s(119));
        idle.stir(s(120));
        assert!(!idle.is_over(s(500)), "a window is open");
    }
}

//! Authorization servers that are out of order are left in peace for a while, so that an outage is not answered with a storm,
//! and nobody waits for what cannot come.

use keyholder_model::clock::Rng;
use keyholder_model::grant::Issuer;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The pause after the first failure; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// The longest pause of our own. What a server asks for may be longer (RFC 9110 §10.2.3).
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// So many failures in a row may be chance; a request that cannot do without is tried until then.
const CHANCE: u32 = 3;

/// One for each issuer that failed last time.
#[derive(Default)]
pub(crate) struct Outages {
    failing: Mutex<HashMap<Issuer, Outage>>,
}

#[derive(Clone, Copy)]
struct Outage {
    failures: u32,
    /// Whether the server itself said when to come again.
    was_told: bool,
    /// On the monotonic clock.
    until: Duration,
}

/// How much a request for tokens is needed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Need {
    /// There is a token that is still good.
    Ahead,
    /// Nothing goes on without it.
    Now,
}

impl Outages {
    /// For how long this issuer is left in peace, if it is.
    pub(crate) fn pause(&self, issuer: &Issuer, need: Need, now: Duration) -> Option<Duration> {
        let failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        let outage = failing.get(issuer)?;
        let counts = need == Need::Ahead || outage.was_told || outage.failures >= CHANCE;
        outage.until.checked_sub(now).filter(|left| counts && !left.is_zero())
    }

    /// It failed, and perhaps said when to come again.
    pub(crate) fn failed(&self, issuer: &Issuer, retry_after: Option<Duration>, now: Duration, rng: &dyn Rng) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = failing.get(issuer).map_or(1, |outage| outage.failures.saturating_add(1));
        let doubled =
            FIRST_PAUSE.saturating_mul(1_u32.checked_shl(failures - 1).unwrap_or(u32::MAX)).min(LONGEST_PAUSE);
        // Many Keyholders that saw the same outage must not come back as one.
        let mut jitter = [0; 1];
        rng.fill(&mut jitter);
        let pause = doubled.mul_f64(0.75 + f64::from(jitter[0]) / 512.0);
        let until = now + pause.max(retry_after.unwrap_or_default());
        failing.insert(issuer.clone(), Outage { failures, was_told: retry_after.is_some(), until });
    }

    /// It answered.
    pub(crate) fn answered(&self, issuer: &Issuer) {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner).remove(issuer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyholder_model::clock::FakeRng;

    fn issuer() -> Issuer {
        "https://id.example".parse().unwrap()
    }

    #[test]
    fn a_server_that_fails_is_left_in_peace_longer_each_time_and_not_for_ever() {
        let (outages, rng, mut now) = (Outages::default(), FakeRng::default(), Duration::ZERO);
        let mut pauses = Vec::new();
        for _ in 0..12 {
            outages.failed(&issuer(), None, now, &rng);
            let pause = outages.pause(&issuer(), Need::Ahead, now).unwrap();
            pauses.push(pause.as_secs_f64());
            now += pause;
            assert_eq!(outages.pause(&issuer(), Need::Ahead, now), None);
        }
        for (number, pause) in pauses.iter().enumerate() {
            let doubled = 2.0_f64.powi(i32::try_from(number).unwrap() + 1).min(300.0);
            assert!((doubled * 0.75..=doubled * 1.25).contains(pause), "{pauses:?}");
        }
        outages.answered(&issuer());
        outages.failed(&issuer(), None, now, &rng);
        assert!(outages.pause(&issuer(), Need::Ahead, now).unwrap() < Duration::from_secs(3), "from the beginning");
    }

    #[test]
    fn what_is_needed_now_is_tried_until_it_is_no_chance_any_more() {
        let (outages, rng) = (Outages::default(), FakeRng::default());
        let mut rests = Vec::new();
        for _ in 0..4 {
            outages.failed(&issuer(), None, Duration::ZERO, &rng);
            rests.push(outages.pause(&issuer(), Need::Now, Duration::ZERO).is_some());
        }
        assert_eq!(rests, [false, false, true, true]);
        let other = "https://other.example".parse().unwrap();
        assert_eq!(outages.pause(&other, Need::Now, Duration::ZERO), None, "an outage of one is none of another");
    }

    #[test]
    fn what_the_server_asks_for_is_kept_also_the_first_time() {
        let outages = Outages::default();
        outages.failed(&issuer(), Some(Duration::from_secs(40)), Duration::ZERO, &FakeRng::default());
        assert_eq!(outages.pause(&issuer(), Need::Now, Duration::ZERO), Some(Duration::from_secs(40)));
        assert_eq!(outages.pause(&issuer(), Need::Now, Duration::from_secs(40)), None);
    }
}

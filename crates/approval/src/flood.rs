//! The flood brake: a person who is asked too much waves everything through (catalogue case 199).

use keyholder_model::server::ServerName;
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// Questions of one server that may be open at a time.
pub const OPEN_PER_SERVER: usize = 5;
/// Questions that may be open at a time.
pub const OPEN_TOTAL: usize = 20;
/// After so many denials of one server …
pub const DENIALS: usize = 3;
/// … within this time …
pub const DENIALS_WITHIN: Duration = Duration::from_mins(1);
/// … nobody is asked about it for this long.
pub const SNOOZE: Duration = Duration::from_mins(5);

/// Which servers were denied lately. Times are monotonic: turning the wall clock ends no snooze.
#[derive(Debug, Default)]
pub(crate) struct Flood {
    denials: HashMap<ServerName, VecDeque<Duration>>,
    snoozed: HashMap<ServerName, Duration>,
}

impl Flood {
    /// The person said no.
    pub(crate) fn denied(&mut self, server: &ServerName, now: Duration) {
        self.denials.retain(|_, times| times.back().is_some_and(|last| now.saturating_sub(*last) <= DENIALS_WITHIN));
        let times = self.denials.entry(server.clone()).or_default();
        times.retain(|time| now.saturating_sub(*time) <= DENIALS_WITHIN);
        times.push_back(now);
        if times.len() >= DENIALS {
            self.denials.remove(server);
            self.snoozed.insert(server.clone(), now + SNOOZE);
        }
    }

    /// Why nobody is asked about this server just now.
    pub(crate) fn refusal(&mut self, server: &ServerName, now: Duration) -> Option<String> {
        self.snoozed.retain(|_, until| *until > now);
        let left = self.snoozed.get(server)?.saturating_sub(now);
        Some(format!(
            "requests to {server} were denied {DENIALS} times within a minute; nobody is asked about it for another {} seconds",
            left.as_millis().div_ceil(1_000)
        ))
    }

    /// Asks again at once.
    pub(crate) fn wake(&mut self, server: &ServerName) {
        self.snoozed.remove(server);
        self.denials.remove(server);
    }
}

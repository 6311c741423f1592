//! What the windows share. It decides nothing: see `keyholder-face`.

use keyholder_console::news::Destination;
use keyholder_face::approvals::Approvals;
use keyholder_face::channel::Channel;
use keyholder_face::idle::Idle;
use keyholder_face::preferences::Preferences;
use keyholder_face::pulse::Pulse;
use keyholder_face::standing::Standing;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Everything behind the windows.
pub(crate) struct Face {
    /// To the broker.
    pub(crate) channel: Channel,
    /// The approval window's side of it.
    pub(crate) approvals: Approvals,
    begun: Instant,
    pulse: Mutex<Pulse>,
    idle: Mutex<Idle>,
    destination: Mutex<Destination>,
    standing: Mutex<Standing>,
    approval_preferences: Mutex<Preferences>,
    wants_approval: AtomicBool,
}

impl Face {
    pub(crate) fn new(channel: Channel, leave_after: Duration) -> Self {
        let begun = moment();
        let approvals = Approvals::new(channel.clone(), Box::new(move || begun.elapsed()));
        let idle = Mutex::new(Idle::new(leave_after, Duration::ZERO));
        Self {
            channel,
            approvals,
            begun,
            pulse: Mutex::default(),
            idle,
            destination: Mutex::default(),
            standing: Mutex::default(),
            approval_preferences: Mutex::default(),
            wants_approval: AtomicBool::new(false),
        }
    }

    /// Since the start.
    pub(crate) fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Whether the page in the approval window runs.
    pub(crate) fn pulse(&self) -> MutexGuard<'_, Pulse> {
        lock(&self.pulse)
    }

    /// Whether there is anything to stay for.
    pub(crate) fn idle(&self) -> MutexGuard<'_, Idle> {
        lock(&self.idle)
    }

    /// Whether the approval window belongs on the screen.
    pub(crate) fn wants_approval(&self) -> bool {
        self.wants_approval.load(Ordering::SeqCst)
    }

    /// From now on it does, or does not.
    pub(crate) fn want_approval(&self, wants: bool) {
        self.wants_approval.store(wants, Ordering::SeqCst);
    }

    /// Where the person wanted to be taken last.
    pub(crate) fn destination(&self) -> Destination {
        lock(&self.destination).clone()
    }

    /// The person wants to be taken there.
    pub(crate) fn set_destination(&self, to: Destination) {
        *lock(&self.destination) = to;
    }

    /// How the windows are to look and speak, as far as the broker has said.
    pub(crate) fn preferences(&self) -> Preferences {
        lock(&self.standing).preferences.clone()
    }

    /// Whether a question may come at any moment.
    pub(crate) fn expects_questions(&self) -> bool {
        lock(&self.standing).expects_questions
    }

    /// The broker says so.
    pub(crate) fn set_standing(&self, standing: Standing) {
        *lock(&self.standing) = standing;
    }

    /// The page of the approval window is opened with these.
    pub(crate) fn open_approval_with(&self) -> Preferences {
        let preferences = self.preferences();
        lock(&self.approval_preferences).clone_from(&preferences);
        preferences
    }

    /// Whether the page of the approval window was opened before the person set something else.
    pub(crate) fn is_approval_outdated(&self) -> bool {
        *lock(&self.approval_preferences) != self.preferences()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[allow(clippy::disallowed_methods, reason = "a door: from here on time is passed in")]
fn moment() -> Instant {
    Instant::now()
}

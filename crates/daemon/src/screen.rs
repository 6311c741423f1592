//! Whether the person's screen is locked, as far as the desktop says so: behind a locked screen nobody can answer a question.
//!
//! It is a hint and no proof. What tells it runs as the same user, and a program of theirs may take the name of a screen saver; and
//! a screen that is not locked does not mean that somebody sits there.

use tokio::sync::watch;
use tokio::task::JoinSet;

#[cfg(target_os = "linux")]
mod bus;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;

/// The screen, watched for as long as this lives.
pub(crate) struct Screen {
    told: watch::Receiver<Told>,
    /// Ended when dropped.
    _following: JoinSet<()>,
}

impl Screen {
    /// Begins to watch, within a Tokio runtime. Costs nothing where nobody could tell: without a bus, and on other platforms than
    /// Linux; and where somebody can, a message a change.
    pub(crate) fn watch() -> Self {
        let (teller, told) = watch::channel(Told::default());
        let mut following = JoinSet::new();
        follow(teller, &mut following);
        Self { told, _following: following }
    }
}

impl keyholder_broker::Screen for Screen {
    fn is_locked(&self) -> Option<bool> {
        self.told.borrow().is_locked()
    }
}

#[cfg(target_os = "linux")]
fn follow(teller: watch::Sender<Told>, following: &mut JoinSet<()>) {
    following.spawn(bus::follow_desktop(teller.clone()));
    following.spawn(bus::follow_login(teller));
}

/// Nobody tells.
#[cfg(not(target_os = "linux"))]
fn follow(teller: watch::Sender<Told>, _: &mut JoinSet<()>) {
    drop(teller);
}

/// What each of those who can tell last said.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Told {
    /// `org.freedesktop.ScreenSaver`: KDE and others.
    freedesktop: Option<bool>,
    /// `org.gnome.ScreenSaver`.
    gnome: Option<bool>,
    /// systemd-logind.
    login: Option<bool>,
}

impl Told {
    /// Locked where anyone says so: desktops implement one of them, and some answer for another without meaning it.
    fn is_locked(self) -> Option<bool> {
        [self.freedesktop, self.gnome, self.login].into_iter().flatten().reduce(|one, other| one || other)
    }
}

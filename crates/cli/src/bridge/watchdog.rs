//! Sees when there is nobody left to serve, though stdin is still open: a signal, a closed stdout, a dead parent.

/// Who started this process. To be asked for first of all: a parent that has died since then is no longer known.
#[cfg(unix)]
pub(super) fn parent() -> Parent {
    rustix::process::getppid()
}

/// A process, or none where the parent lives in another namespace.
#[cfg(unix)]
pub(super) type Parent = Option<rustix::process::Pid>;

/// Elsewhere the parent is not watched.
#[cfg(not(unix))]
pub(super) type Parent = ();

/// Elsewhere the parent is not watched.
#[cfg(not(unix))]
pub(super) fn parent() -> Parent {}

/// Watches until then, and ends the process.
///
/// The parent is asked for every second, instead of the kernel's death signal: that one comes when the *thread* dies that
/// started us, and some hosts start programs from threads that end (catalogue case 107).
#[cfg(unix)]
pub(super) fn watch(parent: Parent) {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::process::getppid;
    use std::os::unix::net::UnixStream;

    let Ok((told, teller)) = UnixStream::pair() else { return };
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT, signal_hook::consts::SIGHUP] {
        // If a handler cannot be set, the signal's usual effect ends the process too.
        let _ = teller.try_clone().and_then(|teller| signal_hook::low_level::pipe::register(signal, teller));
    }
    let second = Timespec { tv_sec: 1, tv_nsec: 0 };
    let stdout = std::io::stdout();
    loop {
        // stdout is asked for nothing: what is then reported is an error or that its reader is gone (catalogue case 105).
        let mut watched = [PollFd::new(&told, PollFlags::IN), PollFd::new(&stdout, PollFlags::empty())];
        let woken = poll(&mut watched, Some(&second));
        let over = watched.iter().any(|fd| !fd.revents().is_empty());
        if (woken.is_ok() && over) || getppid() != parent {
            super::leave();
        }
    }
}

/// Elsewhere the host's job object ends the bridge, and stdin's end does.
#[cfg(not(unix))]
pub(super) fn watch(_parent: Parent) {}

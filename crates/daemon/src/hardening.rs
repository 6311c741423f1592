//! How the broker stands to whoever started it, and how it is told to stop. One of the few places that know platforms apart; what
//! keeps others of the same user out of it is `keyholder_wire::hardening`.

/// A session of its own: the host that woke us may end without taking us along.
#[cfg(unix)]
pub(crate) fn leave_the_terminal() {
    let _ = rustix::process::setsid();
}

/// There are no sessions to leave.
#[cfg(not(unix))]
pub(crate) fn leave_the_terminal() {}

/// Whoever woke us reads from standard error why we could not start; from here on there is nothing more to read.
#[cfg(unix)]
pub(crate) fn close_standard_error() {
    if let Ok(nowhere) = std::fs::File::options().write(true).open("/dev/null") {
        let _ = rustix::stdio::dup2_stderr(&nowhere);
    }
}

/// It stays open; whoever woke us reads until we end.
#[cfg(not(unix))]
pub(crate) fn close_standard_error() {}

/// Waits for SIGTERM, SIGINT or SIGHUP.
#[cfg(unix)]
pub(crate) async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()];
    let [Ok(mut terminate), Ok(mut interrupt), Ok(mut hangup)] = kinds.map(signal) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = hangup.recv() => {}
    }
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
pub(crate) async fn told_to_stop() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

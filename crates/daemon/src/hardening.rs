//! What the system can do for a process that holds credentials. Together with `door::peer`, `vault::keychain` and `http::proxy`
//! one of the few places that know platforms apart.

/// No core dump, no debugger of the same user, no reading of this process's memory (catalogue cases 208, 209). Best effort: a
/// system that refuses leaves us as safe as any other program.
#[cfg(target_os = "linux")]
pub(crate) fn close_to_debuggers() {
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    no_core_files();
}

/// As on Linux, without the part that only Linux has.
#[cfg(all(unix, not(target_os = "linux")))]
pub(crate) fn close_to_debuggers() {
    no_core_files();
}

/// Nothing that can be done without help here.
#[cfg(not(unix))]
pub(crate) fn close_to_debuggers() {}

#[cfg(unix)]
fn no_core_files() {
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);
}

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

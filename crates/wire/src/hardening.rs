//! What the system can do for a program of Keyholder's that others of the same user must not look into: the broker, which holds
//! credentials, and the window, in which a person's answers arise.

/// No core dump, no debugger of the same user, no reading of this process's memory (catalogue cases 208, 209). Best effort: a
/// system that refuses leaves us as safe as any other program.
#[cfg(target_os = "linux")]
pub fn close_to_debuggers() {
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    no_core_files();
}

/// As on Linux, without the part that only Linux has.
#[cfg(all(unix, not(target_os = "linux")))]
pub fn close_to_debuggers() {
    no_core_files();
}

/// Nothing that can be done without help here.
#[cfg(not(unix))]
pub fn close_to_debuggers() {}

#[cfg(unix)]
fn no_core_files() {
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);
}

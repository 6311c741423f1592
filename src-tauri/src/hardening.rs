//! What the system can do for a process in which a person's answers arise.

/// No core dump, no debugger of the same user: what could be read or pressed through one is the person's. Best effort.
#[cfg(target_os = "linux")]
pub(crate) fn close_to_debuggers() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

/// Nothing that can be done without help here.
#[cfg(not(target_os = "linux"))]
pub(crate) fn close_to_debuggers() {}

//! What the windows cost: the time from an app's call to a question that is painted, the memory of each part, and the time to find
//! something among a million entries of the log. `./dev bench-windows` calls it after a release build and rewrites the table in
//! `docs/performance.md`.
//!
//! The floor is a window with a web view that shows a plain page (`src-tauri/examples/empty_view.rs`), in the same run.
#![cfg_attr(
    target_os = "linux",
    allow(
        clippy::print_stdout,
        clippy::disallowed_methods,
        reason = "a bench says what it does, and asks for the time"
    )
)]

#[cfg(target_os = "linux")]
mod floor;
#[cfg(target_os = "linux")]
mod measure;
#[cfg(target_os = "linux")]
mod table;

#[cfg(target_os = "linux")]
fn main() {
    table::write(&measure::all());
}

#[cfg(not(target_os = "linux"))]
fn main() {}

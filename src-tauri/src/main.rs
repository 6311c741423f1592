//! `keyholder-desktop`: the windows in which the broker asks and the person looks. It holds no token and decides nothing.
//!
//! The broker starts it, with the channel on standard input and output ([`keyholder_face::channel`]). Started by anybody else it
//! answers nothing: it asks the broker to show its own face, and leaves.
//!
//! Over `keyholder-face`, which knows what an answer is worth, it is only what a window library needs to be told. To add
//! something to a page: an order in `keyholder-console`; the three commands of the main window carry every order.

#![cfg_attr(windows, windows_subsystem = "windows")]

mod app;
mod by_hand;
mod commands;
mod environment;
mod face;
mod news;
mod page;
mod presses;
mod saving;
mod standing;
mod stdio;
mod watch;
mod windows;

use keyholder_face::start::Start;
use std::process::ExitCode;

fn main() -> ExitCode {
    write_log();
    let leave_after = match Start::parse(std::env::args_os().skip(1)) {
        Start::ByHand { arguments, passed_over } => return by_hand::ask(&arguments, &passed_over),
        Start::Face { leave_after } => leave_after,
    };
    // In this order, and before there is any thread or window: a clean environment, a closed process, a channel that no process
    // of ours inherits.
    let outcome = environment::enforce()
        .and_then(|()| {
            keyholder_wire::hardening::close_to_debuggers();
            stdio::take().map_err(|why| format!("the channel cannot be taken over: {why}"))
        })
        .and_then(|(from, to)| app::run(from, to, leave_after));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            tracing::error!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Standard error is the broker's to read; it has the time already. Once the broker is gone nobody reads it, and what cannot be
/// written then is no reason to fail: the windows still have to be closed.
fn write_log() {
    tracing_subscriber::fmt()
        .log_internal_errors(false)
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::INFO)
        .with_ansi(false)
        .without_time()
        .init();
}

//! `keyholder bridge`: what a host app starts. Host's stdin and stdout on one side, the broker's front door on the other.
//!
//! Plain threads, no async: one takes the host's lines, one relays the broker's frames, one watches for the end. It relays
//! lines that it does not understand; it knows of a request only what it takes to answer it when the broker dies. Nothing but
//! MCP goes to stdout (invariant 9), and no message to it has a field for a token (invariant 1).

mod fault;
mod flags;
mod lines;
mod outlet;
mod pending;
mod relay;
mod seek;
pub(crate) mod wake;
mod watchdog;

use crate::exit::Exit;
use flags::{Flags, Parsed};
use keyholder_wire::hello::{Hello, VERSION};
use keyholder_wire::place::Places;
use outlet::Outlet;
use relay::Relay;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::thread;

/// Serves one host until its stdin ends; then exits the process.
pub(crate) fn run(arguments: impl Iterator<Item = OsString>) -> Exit {
    let parent = watchdog::parent();
    end_on_panic();
    let flags = match flags::parse(arguments) {
        Parsed::Bridge(flags) => flags,
        Parsed::Help => {
            let _ = io::stdout().write_all(flags::HELP.as_bytes());
            return Exit::Ok;
        }
        Parsed::Refused(sentence) => {
            note(&sentence);
            return Exit::Usage;
        }
    };
    let Flags { target, options, warnings } = *flags;
    for warning in &warnings {
        note(warning);
    }
    let places = match Places::find(&|name| std::env::var_os(name)) {
        Ok(places) => places,
        Err(error) => {
            note(&error.to_string());
            return Exit::Config;
        }
    };
    let hello =
        Hello { version: VERSION, program: env!("CARGO_PKG_VERSION").to_owned(), target, options, resume: None };
    let relay = Arc::new(Relay::new(hello, Outlet::stdout()));
    let waker = wake::Waker::of_this_process(places);
    let link = Arc::clone(&relay);
    let started = small_thread("link", move || seek::keep_linked(&link, &waker, &seek::PATIENCE))
        .and_then(|()| small_thread("watchdog", move || watchdog::watch(parent)));
    if let Err(error) = started {
        note(&format!("the system gives no thread: {error}"));
        return Exit::General;
    }
    relay.take_lines(io::stdin().lock());
    relay.linger(relay::LINGER);
    Exit::Ok
}

/// Ends the process from whichever thread sees that there is nobody left to serve.
///
/// The kernel closes the socket, and the broker takes that as it takes `Closing`.
#[allow(
    clippy::disallowed_methods,
    reason = "a door ends its own process; the other threads block in reads that nothing can interrupt"
)]
fn leave() -> ! {
    std::process::exit(0)
}

/// One line on stderr, which hosts keep in a plain file: so nothing that a person, host or server sent is repeated there
/// beyond the refusal's own sentence (spec T-003).
fn note(sentence: &str) {
    // A host may have closed stderr; that is no reason to end.
    let _ = writeln!(io::stderr(), "keyholder: {}", crate::plain::escape(sentence));
}

/// A thread with a stack that fits its small work: ten bridges on a machine are usual.
fn small_thread(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name.to_owned()).stack_size(STACK).spawn(work).map(|_| ())
}

/// A bridge with a dead thread would look alive to its host and answer nothing.
#[allow(clippy::disallowed_methods, reason = "a door ends its own process")]
fn end_on_panic() {
    std::panic::set_hook(Box::new(|panic| {
        // The place only: a message might quote a line.
        let place = panic.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        let _ = writeln!(io::stderr(), "keyholder: a fault of the bridge itself{place}");
        std::process::exit(1);
    }));
}

const STACK: usize = 192 << 10;

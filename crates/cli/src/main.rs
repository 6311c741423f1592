//! `keyholder`: the bridge that host apps start, and the command for people.
//!
//! As thin as a door. It knows the words of `wire` and `console` and nothing deeper: no HTTP, TLS, keychain, database or async
//! library is linked (invariant 1, `tests/links.rs`), and no message to it has a field for a token.
//!
//! To add a verb: an order in `keyholder-console`, a variant in [`arguments::Verb`], a function in its subject's file under
//! `verbs/`.

mod arguments;
mod bridge;
mod exit;
mod output;
mod plain;
mod side_door;
mod since;
mod verbs;

use clap::Parser as _;
use output::Output;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut raw = std::env::args_os();
    // Hosts start this many times a day and wait for it: the parser for people's verbs is passed by. `mcp-remote` is what
    // configurations copied from that program say.
    if raw.nth(1).is_some_and(|verb| verb == "bridge" || verb == "mcp-remote") {
        return bridge::run(raw).into();
    }
    let arguments = arguments::Arguments::parse();
    let output = Output::new(arguments.json, arguments.color);
    verbs::run(arguments.verb, output).into()
}

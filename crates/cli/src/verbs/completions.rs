//! `keyholder completions`.

use crate::arguments::Arguments;
use crate::exit::Exit;
use clap::CommandFactory as _;
use std::io::{self, Write as _};

/// Prints the completions for a shell.
pub(super) fn print(shell: clap_complete::Shell) -> Exit {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "keyholder", &mut text);
    match io::stdout().write_all(&text) {
        Ok(()) => Exit::Ok,
        Err(_) => Exit::General,
    }
}

//! The programs under test, and how to start them so that none outlives its story.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A program that was built into the same folder as this test: `target/debug/NAME`.
///
/// # Panics
/// If it is not there.
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    // target/debug/deps/stories-… stands one folder deeper than the programs.
    let found = test.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|path| path.is_file());
    found.unwrap_or_else(|| {
        panic!("{name} is not built: run `cargo build -p keyholder-cli -p keyholder-daemon -p keyholder-stories` first")
    })
}

/// A command that ends when the thread that starts it ends, even if that is killed: `Drop` does not run then.
pub(crate) fn tethered(program: &Path) -> Command {
    let setpriv = Path::new("/usr/bin/setpriv");
    if !setpriv.is_file() {
        return Command::new(program);
    }
    let mut command = Command::new(setpriv);
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

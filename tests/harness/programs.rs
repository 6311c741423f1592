//! The programs under test, and how to start them so that none outlives its story.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A program that was built into the same folder as this test: `target/debug/NAME`.
///
/// # Panics
/// If it is not there.
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    // target/debug/deps/stories-… stands one folder deeper than the programs.
    let found = test.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|path| path.is_file());
    found.unwrap_or_else(|| {
        panic!("{name} is not built: run `cargo build -p keyholder-cli -p keyholder-daemon -p keyholder-desktop -p keyholder-stories` first")
    })
}

/// A command that ends when the thread that starts it ends, even if that is killed: `Drop` does not run then.
pub fn tethered(program: &Path) -> Command {
    let setpriv = Path::new("/usr/bin/setpriv");
    if !setpriv.is_file() {
        return Command::new(program);
    }
    let mut command = Command::new(setpriv);
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

/// A folder with these programs in it, each under the name behind its own.
///
/// # Panics
/// If one of them is not built.
pub(crate) fn install(programs: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::Builder::new().prefix("khi-").tempdir_in("/tmp").expect("/tmp takes a folder");
    for (original, name) in programs {
        let (original, place) = (program(original), folder.path().join(name));
        // A link where the folders are on one file system: a fresh copy may still be open for writing when it is started.
        let linked = fs::hard_link(&original, &place);
        linked.or_else(|_| fs::copy(&original, &place).map(|_| ())).expect("the programs can be copied");
    }
    folder
}

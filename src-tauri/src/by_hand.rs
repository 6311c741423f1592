//! Started by a person, a menu or a link: the `keyholder` command beside this program has the broker show its face.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

const COMMAND: &str = if cfg!(windows) { "keyholder.exe" } else { "keyholder" };

/// Becomes the command, where the system can do that; else waits for it.
pub(crate) fn ask(arguments: &[String], passed_over: &[String]) -> ExitCode {
    for sentence in passed_over {
        tracing::warn!("{sentence}");
    }
    let Some(program) = beside_this_program() else {
        tracing::error!("{COMMAND} does not stand beside this program");
        return ExitCode::FAILURE;
    };
    let mut command = Command::new(&program);
    command.args(arguments);
    match run(command) {
        Ok(code) => code,
        Err(why) => {
            tracing::error!("{} cannot be started: {why}", program.display());
            ExitCode::FAILURE
        }
    }
}

/// Never by way of PATH: what is found there could be anybody's.
fn beside_this_program() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?.parent()?.join(COMMAND);
    program.is_file().then_some(program)
}

#[cfg(unix)]
fn run(mut command: Command) -> std::io::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec())
}

#[cfg(not(unix))]
fn run(mut command: Command) -> std::io::Result<ExitCode> {
    let code = command.status()?.code();
    Ok(code.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

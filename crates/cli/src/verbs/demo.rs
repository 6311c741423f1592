//! `keyholder demo`: hands the terminal to `keyholderd --demo`.

use crate::exit::Exit;
use crate::output::complain;
use std::process::Command;

/// Becomes the demo; returns only if that is impossible.
pub(super) fn start() -> Exit {
    let name = format!("keyholderd{}", std::env::consts::EXE_SUFFIX);
    let Some(program) = std::env::current_exe()
        .ok()
        .and_then(|own| Some(own.parent()?.join(&name)))
        .filter(|program| program.is_file())
    else {
        complain(&format!("{name} does not stand beside the keyholder program; install both together"));
        return Exit::General;
    };
    become_it(Command::new(program).arg("--demo"))
}

#[cfg(unix)]
fn become_it(command: &mut Command) -> Exit {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    complain(&format!("{} cannot be started: {error}", command.get_program().display()));
    Exit::General
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> Exit {
    match command.status() {
        Ok(status) if status.success() => Exit::Ok,
        Ok(_) => Exit::General,
        Err(error) => {
            complain(&format!("{} cannot be started: {error}", command.get_program().display()));
            Exit::General
        }
    }
}

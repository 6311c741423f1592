//! The channel is on standard input and output. A web view starts processes, which would inherit both; so the two are moved to
//! where no child sees them, and nothing is left in their place.

#[cfg(unix)]
pub(crate) fn take() -> std::io::Result<(std::fs::File, std::fs::File)> {
    use rustix::io::fcntl_dupfd_cloexec;
    use rustix::stdio::{dup2_stdin, dup2_stdout, stdin, stdout};
    let from = fcntl_dupfd_cloexec(stdin(), 3)?;
    let to = fcntl_dupfd_cloexec(stdout(), 3)?;
    let nothing = std::fs::File::options().read(true).write(true).open("/dev/null")?;
    dup2_stdin(&nothing)?;
    dup2_stdout(&nothing)?;
    Ok((from.into(), to.into()))
}

/// Here a child inherits only what it is given.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as on other systems")]
pub(crate) fn take() -> std::io::Result<(std::io::Stdin, std::io::Stdout)> {
    Ok((std::io::stdin(), std::io::stdout()))
}

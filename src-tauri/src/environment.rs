//! The variables that a web view heeds. Some of them hand its windows to a driver, which could press the buttons in them.
//!
//! A process cannot change its own environment safely, so where something is wrong with it this program starts itself once more
//! with a better one. The broker gives a good one, so that this does not happen then.

use std::env;

/// Whoever sets one of these can press buttons in the windows or look into the pages.
const DRIVERS: [&str; 6] = [
    "TAURI_AUTOMATION",
    "TAURI_WEBVIEW_AUTOMATION",
    "WEBKIT_INSPECTOR_HTTP_SERVER",
    "WEBKIT_INSPECTOR_SERVER",
    "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS",
    "WEBVIEW2_BROWSER_EXECUTABLE_FOLDER",
];

/// What is set unless the person set it: `WebKitGTK` shows an empty window with some graphics drivers otherwise.
const USUAL: [(&str, &str); 1] = [("WEBKIT_DISABLE_DMABUF_RENDERER", "1")];

/// Comes back with an environment that is as it should be, or not at all.
///
/// # Errors
/// One sentence, where it is not and cannot be put right.
pub(crate) fn enforce() -> Result<(), String> {
    let unwanted = || DRIVERS.into_iter().filter(|name| env::var_os(name).is_some());
    let missing = || USUAL.into_iter().filter(|(name, _)| cfg!(target_os = "linux") && env::var_os(name).is_none());
    if unwanted().next().is_none() && missing().next().is_none() {
        return Ok(());
    }
    start_anew(unwanted(), missing())
}

#[cfg(unix)]
fn start_anew<'a>(
    unwanted: impl Iterator<Item = &'a str>,
    missing: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<(), String> {
    use std::os::unix::process::CommandExt as _;
    let program = env::current_exe().map_err(|why| format!("this program does not know where it stands: {why}"))?;
    let mut command = std::process::Command::new(program);
    command.args(env::args_os().skip(1)).envs(missing);
    for name in unwanted {
        tracing::warn!("{name} is set and was taken out: it hands Keyholder's windows to another program");
        command.env_remove(name);
    }
    // The new program finds nothing to put right, so that it does not start itself again.
    Err(format!("this program cannot start itself anew: {}", command.exec()))
}

#[cfg(not(unix))]
fn start_anew<'a>(
    mut unwanted: impl Iterator<Item = &'a str>,
    _: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<(), String> {
    unwanted.next().map_or(Ok(()), |name| Err(format!("{name} hands Keyholder's windows to another program: unset it")))
}

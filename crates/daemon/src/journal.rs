//! Where the broker's own log lines go: the terminal it was started in, or a file when a bridge woke it.
//!
//! Whatever level is asked for, other crates' lines below `warn` are left out: a library that traces its traffic would write
//! headers there, and headers hold tokens (catalogue case 212).

use keyholder_wire::place::Places;
use std::fs::File;
use std::io::Write as _;
use std::sync::Mutex;
use tracing::Level;
use tracing_subscriber::filter::{EnvFilter, FilterFn, LevelFilter};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

/// The file is begun anew when it has this size.
const MAX_FILE: u64 = 4 << 20;

/// Where the lines go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Into {
    /// `state/keyholderd.log`.
    File,
    /// Standard error.
    Terminal,
}

/// Begins logging. What cannot be written, to a terminal that is gone or a disk that is full, is no reason to fail.
///
/// # Errors
/// One sentence if the file cannot be opened.
pub(crate) fn open(places: &Places, into: Into) -> Result<(), String> {
    let wanted = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .with_env_var("KEYHOLDER_LOG")
        .from_env_lossy();
    let ours = FilterFn::new(|line| is_written(line.target(), *line.level()));
    match into {
        Into::Terminal => {
            let layer = fmt::layer().with_writer(std::io::stderr).with_target(false).compact();
            let layer = layer.log_internal_errors(false).with_filter(ours);
            tracing_subscriber::registry().with(wanted).with(layer).init();
        }
        Into::File => {
            let file = open_file(places)
                .map_err(|why| format!("the log file in {} cannot be opened: {why}", places.state.display()))?;
            let layer = fmt::layer().with_writer(Mutex::new(file)).with_ansi(false);
            let layer = layer.log_internal_errors(false).with_filter(ours);
            tracing_subscriber::registry().with(wanted).with(layer).init();
        }
    }
    Ok(())
}

/// Our own lines, those that the window says (`window::keeper`; it knows no token), and what anybody else warns of.
fn is_written(target: &str, level: Level) -> bool {
    target.starts_with("keyholder") || target == "window" || level <= Level::WARN
}

fn open_file(places: &Places) -> std::io::Result<File> {
    keyholder_broker::door::peer::make_private_folder(&places.state)?;
    let path = places.state.join("keyholderd.log");
    if std::fs::metadata(&path).is_ok_and(|found| found.len() > MAX_FILE) {
        std::fs::rename(&path, places.state.join("keyholderd.log.1"))?;
    }
    File::options().create(true).append(true).open(path)
}

/// One line for whoever started the program, also before or without logging.
pub(crate) fn complain(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "{sentence}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_window_says_is_written_and_a_library_s_traffic_is_not() {
        assert!(is_written("keyholderd::face", Level::DEBUG));
        assert!(is_written("window", Level::INFO), "an answer that it did not pass on");
        assert!(is_written("hyper::proto", Level::WARN));
        assert!(!is_written("hyper::proto", Level::INFO));
        assert!(!is_written("windows_sys", Level::INFO));
    }
}

//! `keyholder log export`: page by page, to standard output or into a file of the person's own.

use super::words;
use crate::arguments::ExportLog;
use crate::exit::Exit;
use crate::output::{Output, complain};
use crate::side_door::{self, Failure, Waking};
use keyholder_console::activity::export::{self, ExportFormat};
use keyholder_console::activity::{LogQuery, LogReport};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::{Answer, Order};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Entries that are asked for at a time.
const PAGE: u32 = 500;

/// Why nothing, or not everything, was written.
enum Stop {
    /// The broker did not give an entry.
    Broker(Failure),
    /// It could not be written.
    Io(io::Error),
}

impl From<io::Error> for Stop {
    fn from(why: io::Error) -> Self {
        Self::Io(why)
    }
}

/// Writes what the words find.
pub(in crate::verbs) fn export(wanted: &ExportLog, output: Output) -> Exit {
    let query = match words::read(&wanted.words) {
        Ok(words) => LogQuery { words, limit: Some(PAGE), ..LogQuery::default() },
        Err(sentence) => {
            complain(&sentence);
            return Exit::Usage;
        }
    };
    let format = wanted.format.into();
    let written = match &wanted.output {
        None => write(format, query, &mut BufWriter::new(io::stdout().lock())),
        Some(path) => into_file(format, query, path, wanted.force),
    };
    match (written, &wanted.output) {
        (Ok(count), Some(path)) if !output.json => {
            output.line(&crate::plain::escape(&format!("{count} entries written to {}", path.display())));
            Exit::Ok
        }
        // A reader that has seen enough (`| head`) is no fault.
        (Err(Stop::Io(why)), None) if why.kind() == io::ErrorKind::BrokenPipe => Exit::Ok,
        (Ok(_), _) => Exit::Ok,
        (Err(Stop::Broker(failure)), _) => super::super::fail(&failure, output),
        (Err(Stop::Io(why)), path) => {
            let place = path.as_ref().map_or_else(|| "standard output".to_owned(), |path| path.display().to_string());
            let is_there = why.kind() == io::ErrorKind::AlreadyExists;
            let sentence = if is_there {
                format!("{place} is there already; say --force if it may be replaced")
            } else {
                format!("{place} cannot be written: {why}")
            };
            complain(&sentence);
            if is_there { Exit::Conflict } else { Exit::General }
        }
    }
}

/// A file that is only its owner's, and that is there as a whole or not at all.
fn into_file(format: ExportFormat, query: LogQuery, path: &Path, force: bool) -> Result<u64, Stop> {
    // Nothing is taken away before there is something to put in its place.
    let target = if force { beside(path) } else { path.to_owned() };
    let mut file = BufWriter::new(create(&target)?);
    let written = write(format, query, &mut file).and_then(|count| {
        drop(file);
        if force {
            fs::rename(&target, path)?;
        }
        Ok(count)
    });
    if written.is_err() {
        let _ = fs::remove_file(&target);
    }
    written
}

/// The name of a file that is not finished.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

/// A new file: a link or a file that is there already is not followed.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn write(format: ExportFormat, query: LogQuery, to: &mut impl Write) -> Result<u64, Stop> {
    export::write(format, query, to, page)
}

fn page(query: &LogQuery) -> Result<LogReport, Stop> {
    match side_door::give(Order::Log(query.clone()), Waking::IfNeeded).map_err(Stop::Broker)? {
        Answer::Log(report) => Ok(report),
        _ => Err(Stop::Broker(Failure::Console(ConsoleError::new(Code::Internal)))),
    }
}

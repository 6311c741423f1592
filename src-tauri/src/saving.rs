//! Puts a part of the log into a file that the person chooses. The page names neither a folder nor what is written.

use crate::commands::aside;
use crate::windows;
use keyholder_console::activity::export;
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::{Answer, Order};
use keyholder_face::channel::Channel;
use keyholder_face::export::SaveRequest;
use rfd::AsyncFileDialog;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use tauri::AppHandle;
use tempfile::NamedTempFile;

/// What became of it.
#[derive(serde::Serialize)]
pub(crate) struct Saved {
    /// Where it was written; none where the person changed their mind.
    saved: Option<PathBuf>,
}

/// Asks where to, and writes there.
pub(crate) async fn save(app: AppHandle, request: SaveRequest) -> Result<Saved, ConsoleError> {
    let extension = request.format.extension();
    let dialog = AsyncFileDialog::new().set_file_name(request.file_name()).add_filter(extension, &[extension]);
    let dialog = match windows::main(&app) {
        Some(window) => dialog.set_parent(&window),
        None => dialog,
    };
    let Some(chosen) = dialog.save_file().await else { return Ok(Saved { saved: None }) };
    let path = chosen.path().to_owned();
    aside(app, move |_, face| {
        write(&path, request, &face.channel).map_err(|why| explain(why, &path))?;
        Ok(Saved { saved: Some(path) })
    })
    .await
}

/// The file is only its owner's, and there as a whole or not at all: what stood under the name before stays until then.
fn write(path: &Path, request: SaveRequest, channel: &Channel) -> Result<(), Fault> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = BufWriter::new(NamedTempFile::new_in(folder)?);
    export::write(request.format, request.query, &mut file, |query| {
        match channel.order(Order::Log(query.clone()))? {
            Answer::Log(report) => Ok::<_, Fault>(report),
            _ => Err(Fault::Console(ConsoleError::new(Code::Internal).because("the broker answered another order"))),
        }
    })?;
    let file = file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    file.persist(path).map_err(|why| why.error)?;
    Ok(())
}

/// Why there is no file.
enum Fault {
    /// The broker did not give an entry.
    Console(ConsoleError),
    /// It could not be written.
    Io(io::Error),
}

impl From<ConsoleError> for Fault {
    fn from(error: ConsoleError) -> Self {
        Self::Console(error)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn explain(why: Fault, path: &Path) -> ConsoleError {
    match why {
        Fault::Console(error) => error,
        Fault::Io(error) => {
            ConsoleError::new(Code::Internal).about(path.display().to_string()).because(error.to_string())
        }
    }
}

//! Puts a part of the log into a file that the person chooses. The page names neither a folder nor what is written.

use crate::commands::aside;
use crate::windows;
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::{Answer, Order};
use keyholder_face::channel::Channel;
use keyholder_face::export::{self, ExportError, SaveRequest};
use rfd::AsyncFileDialog;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use tauri::AppHandle;

/// What became of it.
#[derive(serde::Serialize)]
pub(crate) struct Saved {
    /// Where it was written; none where the person changed their mind.
    saved: Option<PathBuf>,
}

/// Asks where to, and writes there.
pub(crate) async fn save(app: AppHandle, request: SaveRequest) -> Result<Saved, ConsoleError> {
    let extension = request.format.extension();
    let name = export::file_name(&request);
    let dialog = AsyncFileDialog::new().set_file_name(name).add_filter(extension, &[extension]);
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

/// A file that could not be finished is not left behind.
fn write(path: &Path, request: SaveRequest, channel: &Channel) -> Result<(), ExportError> {
    let mut file = BufWriter::new(File::create(path)?);
    let written = export::write(request, &mut file, |query| match channel.order(Order::Log(query))? {
        Answer::Log(report) => Ok(report),
        _ => Err(ConsoleError::new(Code::Internal).because("the broker answered another order")),
    });
    if written.is_err() {
        drop(file);
        // What cannot be removed either is found by the person, who has just named it.
        let _ = std::fs::remove_file(path);
    }
    written
}

fn explain(why: ExportError, path: &Path) -> ConsoleError {
    match why {
        ExportError::Console(error) => error,
        ExportError::Io(error) => {
            ConsoleError::new(Code::Internal).about(path.display().to_string()).because(error.to_string())
        }
    }
}

//! What the pages may call, a file for each window. Each is one line: what it does is the broker's, or `keyholder-face`'s.
//!
//! `build.rs` lists them, `capabilities/` says which window has which, `isolation/drop.js` which arguments they take.

#![allow(clippy::needless_pass_by_value, reason = "the library passes what a command takes by value")]

pub(crate) mod approval;
pub(crate) mod main;

use crate::face::Face;
use keyholder_console::error::{Code, ConsoleError};
use tauri::{AppHandle, Manager as _};

/// Waits for the broker where nothing else waits: an order may take as long as the person takes.
pub(crate) async fn aside<T: Send + 'static>(
    app: AppHandle,
    work: impl FnOnce(&AppHandle, &Face) -> Result<T, ConsoleError> + Send + 'static,
) -> Result<T, ConsoleError> {
    let working = tauri::async_runtime::spawn_blocking(move || work(&app, &app.state::<Face>()));
    working.await.map_err(|why| ConsoleError::new(Code::Internal).because(why.to_string()))?
}

#[cfg(test)]
mod tests;

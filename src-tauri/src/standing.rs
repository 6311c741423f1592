//! How the broker stands: asked at the beginning, and again whenever it may have changed.

use crate::face::Face;
use crate::windows;
use keyholder_face::standing::Standing;
use std::io;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;
use tauri::{AppHandle, Manager as _};

/// A broker whose keychain is slow is not waited for longer: that a question is asked matters more than how it looks.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks for as long as the app runs, on a thread of its own: now, and after each word of `changed`. Comes back with the first
/// answer, so that the first window is opened with it; this is called before there is any window to draw.
///
/// # Errors
/// What starting a thread gives.
pub(crate) fn follow(app: AppHandle, changed: Receiver<()>) -> io::Result<()> {
    let (tell, told) = mpsc::channel();
    std::thread::Builder::new().name("standing".to_owned()).spawn(move || {
        let face = app.state::<Face>();
        loop {
            if let Some(standing) = Standing::ask(&face.channel) {
                face.set_standing(standing);
                windows::on_main_thread(&app, windows::prepare_approval);
            }
            // Only the first answer is waited for.
            let _ = tell.send(());
            if changed.recv().is_err() {
                return;
            }
            // Much news at once is one question.
            changed.try_iter().for_each(drop);
        }
    })?;
    // Without an answer the windows look and speak as the system does.
    let _ = told.recv_timeout(PATIENCE);
    Ok(())
}

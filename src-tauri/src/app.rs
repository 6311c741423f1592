//! How the app is put together. Nothing is decided here.

use crate::commands::{approval, main};
use crate::face::Face;
use crate::news::{self, Heard};
use crate::{standing, watch, windows};
use keyholder_face::channel::Channel;
use std::io::{Read, Write};
use std::sync::mpsc;
use std::time::Duration;
use tauri::{Manager as _, RunEvent};

/// Serves the person until the broker goes, or there has been nothing to show for so long.
///
/// # Errors
/// One sentence, where there can be no windows.
pub(crate) fn run(
    from: impl Read + Send + 'static,
    to: impl Write + Send + 'static,
    leave_after: Duration,
) -> Result<(), String> {
    let (hear, heard) = mpsc::channel();
    let (change, changed) = mpsc::channel();
    let hear_end = hear.clone();
    // Nobody listens any more once the app ends: then there is nothing to be told either.
    let channel = Channel::open(
        from,
        to,
        move |news| drop(hear.send(Heard::News(news))),
        move || drop(hear_end.send(Heard::End)),
    );
    tauri::Builder::default()
        .manage(Face::new(channel, leave_after))
        .invoke_handler(tauri::generate_handler![
            approval::approval_answer,
            approval::approval_answer_listed,
            approval::approval_close,
            approval::approval_edit,
            approval::approval_here,
            approval::approval_list,
            approval::approval_offer_pattern,
            approval::approval_raw,
            approval::approval_seen,
            approval::approval_show,
            approval::approval_show_listed,
            approval::approval_touched,
            main::main_lower,
            main::main_destination,
            main::main_raise,
            main::main_read,
            main::main_save,
        ])
        .on_window_event(windows::heed)
        .setup(|app| {
            standing::follow(app.handle().clone(), changed)?;
            windows::prepare_approval(app.handle());
            news::listen(app.handle().clone(), heard, change)?;
            watch::begin(app.handle().clone())?;
            Ok(())
        })
        .build(context())
        .map_err(|why| format!("there can be no windows: {why}"))?
        .run(|app, event| match event {
            // Without windows it stays, until somebody says that it is over.
            RunEvent::ExitRequested { code: None, api, .. } => api.prevent_exit(),
            RunEvent::WindowEvent { label, event: tauri::WindowEvent::Destroyed, .. } => {
                windows::is_gone(app.app_handle(), &label);
            }
            _ => {}
        });
    Ok(())
}

#[allow(clippy::disallowed_methods, reason = "the library's own code; it ends the process where the build is broken")]
fn context() -> tauri::Context {
    tauri::generate_context!()
}

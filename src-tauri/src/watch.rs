//! Once a second: whether the page in the approval window still runs, and whether there is anything to stay for.

use crate::face::Face;
use crate::windows;
use keyholder_face::glass::Stance;
use std::io;
use std::time::Duration;
use tauri::{AppHandle, Manager as _};

const EACH: Duration = Duration::from_secs(1);

/// Watches for as long as the app runs, on a thread of its own.
///
/// # Errors
/// What starting a thread gives.
pub(crate) fn begin(app: AppHandle) -> io::Result<()> {
    std::thread::Builder::new().name("watch".to_owned()).spawn(move || {
        loop {
            std::thread::sleep(EACH);
            let face = app.state::<Face>();
            let now = face.now();
            // A minimised page sleeps.
            match windows::stance(&app) {
                Stance::Hidden => face.pulse().rest(),
                Stance::Front | Stance::Unfocused => face.pulse().watch(now),
            }
            if face.pulse().is_hung(now) {
                tracing::warn!("the page in the approval window hangs and is begun anew");
                windows::on_main_thread(&app, windows::replace_approval);
            }
            // While something waits the broker would start the next window at once, in front of whoever put this one aside.
            if !face.approvals.has_open() && face.idle().is_over(now) {
                tracing::info!("there has been nothing to show for a while");
                app.exit(0);
            }
        }
    })?;
    Ok(())
}

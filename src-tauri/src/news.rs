//! What the broker's news do to the windows. The pages hear all of them, and read again what they show.

use crate::face::Face;
use crate::windows;
use keyholder_console::news::{Destination, News, Place, Subject};
use std::io;
use std::sync::mpsc::{Receiver, Sender};
use std::time::Duration;
use tauri::{AppHandle, Emitter as _, Manager as _};

/// As the pages know it.
const EVENT: &str = "news";

/// If the windows do not close within that, the process ends without them.
const LAST_MOMENT: Duration = Duration::from_secs(1);

/// What comes out of the channel.
pub(crate) enum Heard {
    /// The broker is gone.
    End,
    News(News),
}

/// Listens for as long as the app runs, on a thread of its own. What the person set may have changed at each word to `change`.
///
/// # Errors
/// What starting a thread gives.
pub(crate) fn listen(app: AppHandle, heard: Receiver<Heard>, change: Sender<()>) -> io::Result<()> {
    std::thread::Builder::new().name("news".to_owned()).spawn(move || {
        for piece in heard {
            match piece {
                Heard::End => leave(&app),
                Heard::News(news) => {
                    if matches!(news, News::Changed { subject: Subject::Status }) {
                        // Nobody asks any more once the app ends.
                        let _ = change.send(());
                    }
                    hear(&app, &news);
                }
            }
        }
    })?;
    Ok(())
}

fn hear(app: &AppHandle, news: &News) {
    let face = app.state::<Face>();
    if let News::Asked { .. } = news {
        face.approvals.asked();
    }
    if let News::Show(to) = news {
        face.set_destination(to.clone());
    }
    if let Err(why) = app.emit(EVENT, news) {
        tracing::error!("the pages did not hear the news: {why}");
    }
    match news {
        News::Asked { .. } | News::Show(Destination { place: Place::Questions, .. }) => {
            face.idle().stir(face.now());
            windows::on_main_thread(app, windows::show_approval);
        }
        News::Show(_) => {
            face.idle().stir(face.now());
            windows::on_main_thread(app, windows::open_main);
        }
        News::Changed { .. } | News::Paused | News::Settled { .. } => {}
    }
}

#[allow(clippy::disallowed_methods, reason = "a door, whose windows must not outlive the broker")]
fn leave(app: &AppHandle) {
    app.exit(0);
    std::thread::sleep(LAST_MOMENT);
    std::process::exit(0);
}

//! Starts the window when it is wanted, serves it, and replaces it when it ends or hangs while a question is open.

use super::Window;
use keyholder_broker::Broker;
use keyholder_console::order::Order;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};
use tokio::process::Child;

/// Between the end of a window and the start of the next: one that cannot start must not keep the machine busy.
const BETWEEN_STARTS: Duration = Duration::from_millis(100);

/// How often it is looked whether a rest is over.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// So much of a line that the window writes is put into the journal; the rest of the line is read and thrown away.
const LONGEST_LINE: u64 = 500;

/// Until the broker ends.
pub(super) async fn keep(window: Arc<Window>, broker: Arc<Broker>) {
    loop {
        until_wanted(&window).await;
        match window.program.start() {
            Ok(child) => attend(&window, &broker, child).await,
            Err(why) => {
                tracing::error!(%why, "the window could not be started");
                let now = window.clock.monotonic();
                window.change(|state| state.fail(&why, now));
            }
        }
        tokio::time::sleep(BETWEEN_STARTS).await;
    }
}

async fn until_wanted(window: &Window) {
    loop {
        let heard = window.wanted.notified();
        let now = window.clock.monotonic();
        if window.state.lock().is_ok_and(|state| state.wants_window(now)) {
            return;
        }
        // A rest ends by itself, and nobody says so.
        let _ = tokio::time::timeout(LOOK_AGAIN, heard).await;
    }
}

/// Serves one window to its end.
async fn attend(window: &Arc<Window>, broker: &Arc<Broker>, mut child: Child) {
    let news = window.change(|state| state.begin(window.clock.monotonic()));
    let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else { return };
    if let Some(said) = child.stderr.take() {
        tokio::spawn(write_down(said));
    }
    let heard = |order: &Order| {
        let now = window.clock.monotonic();
        window.change(|state| {
            state.heard();
            if let Order::Seen { question } = order {
                state.saw(question, now);
            }
        });
    };
    let why = tokio::select! {
        () = broker.serve_face(from, to, news, heard) => "it ended".to_owned(),
        () = until_hung(window) => "it shows nothing".to_owned(),
    };
    // It may be hung, or have closed the channel only: what has no channel is no window of ours.
    let _ = child.start_kill();
    let ended = child.wait().await.map_or(why.clone(), |status| format!("{why}, {status}"));
    tracing::info!(%ended, "the window is gone");
    let now = window.clock.monotonic();
    window.change(|state| state.end(&ended, now));
}

/// Comes back once the window has owed the person a question for too long.
async fn until_hung(window: &Window) {
    loop {
        let now = window.clock.monotonic();
        let hangs_at = window.state.lock().ok().and_then(|state| state.hangs_at());
        match hangs_at {
            Some(at) if at <= now => {
                if window.change(|state| state.is_hung(now)) {
                    return;
                }
            }
            Some(at) => tokio::time::sleep(at.saturating_sub(now)).await,
            None => tokio::time::sleep(super::state::SEEN_WITHIN).await,
        }
    }
}

/// What the window says goes where the broker's own lines go. Its pages say things there too, and whoever has taken one over could
/// say anything: a line without an end, bytes that are no text.
async fn write_down(said: impl AsyncRead + Unpin) {
    let mut said = BufReader::new(said);
    let mut line = Vec::new();
    let mut is_begun = false;
    loop {
        line.clear();
        let read = (&mut said).take(LONGEST_LINE).read_until(b'\n', &mut line).await;
        if !matches!(read, Ok(1..)) {
            return;
        }
        if !is_begun {
            let line = String::from_utf8_lossy(line.trim_ascii_end());
            tracing::info!(target: "window", line = &*line, "the window says");
        }
        is_begun = line.last() != Some(&b'\n');
    }
}

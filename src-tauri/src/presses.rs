//! What the person presses in the approval window, as the system saw it: a page that is busy hears of it late, and would take a key
//! that was pressed before the question could be read for an answer.

/// Tells of each key, button and touch, with the moment at which it happened.
#[cfg(target_os = "linux")]
pub(crate) fn notice(window: &tauri::WebviewWindow) {
    use gtk::glib::Propagation;
    use gtk::prelude::WidgetExt as _;
    use tauri::Manager as _;

    let app = window.app_handle().clone();
    let noticed = window.with_webview(move |view| {
        let view = view.inner();
        let pressed = move |time: u32| {
            app.state::<crate::face::Face>().approvals.pressed(ago(time));
            Propagation::Proceed
        };
        let (key, button, touch) = (pressed.clone(), pressed.clone(), pressed);
        view.connect_key_press_event(move |_, event| key(event.time()));
        view.connect_button_press_event(move |_, event| button(event.time()));
        view.connect_touch_event(move |_, event| touch(event.time()));
    });
    if let Err(why) = noticed {
        tracing::warn!("what is pressed is known from the page alone: {why}");
    }
}

/// The page alone tells.
#[cfg(not(target_os = "linux"))]
pub(crate) fn notice(_: &tauri::WebviewWindow) {}

/// Display servers stamp what is pressed with the milliseconds of the monotonic clock, as far as 32 bits go. A stamp that cannot be
/// one (some input methods make events of their own) counts as now.
#[cfg(target_os = "linux")]
fn ago(stamp: u32) -> std::time::Duration {
    use rustix::time::{ClockId, clock_gettime};
    use std::time::Duration;
    const MOST: Duration = Duration::from_mins(1);

    let now = clock_gettime(ClockId::Monotonic);
    let millis = now.tv_sec.wrapping_mul(1000).wrapping_add(now.tv_nsec / 1_000_000);
    // The lowest 32 bits are what is stamped.
    let now = u32::try_from(millis & i64::from(u32::MAX)).unwrap_or_default();
    let ago = Duration::from_millis(now.wrapping_sub(stamp).into());
    if stamp == 0 || ago > MOST { Duration::ZERO } else { ago }
}

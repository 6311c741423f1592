//! What the person presses in the approval window, as the system saw it: a page that is busy hears of it late, and would take a key
//! that was pressed before the question could be read for an answer.

/// Tells of each key, button and touch, with the moment at which it happened.
#[cfg(target_os = "linux")]
pub(crate) fn notice(window: &tauri::WebviewWindow) {
    use gtk::gdk::EventType;
    use gtk::glib::Propagation;
    use gtk::prelude::WidgetExt as _;
    use std::cell::RefCell;
    use tauri::Manager as _;

    let app = window.app_handle().clone();
    let noticed = window.with_webview(move |view| {
        let view = view.inner();
        let pressed = move |time: u32| {
            app.state::<crate::face::Face>().approvals.pressed(ago(time));
            Propagation::Proceed
        };
        let (key, button, touch) = (pressed.clone(), pressed.clone(), pressed);
        // One for each press of which the page hears: a double click and the end of a touch are events here, and none there, and
        // a key of which the page makes nothing comes by a second time.
        let keys = RefCell::new(Keys::default());
        view.connect_key_press_event(move |_, event| {
            let is_new = keys.borrow_mut().is_new(event.time(), event.hardware_keycode());
            if is_new { key(event.time()) } else { Propagation::Proceed }
        });
        view.connect_button_press_event(move |_, event| match event.event_type() {
            EventType::ButtonPress => button(event.time()),
            _ => Propagation::Proceed,
        });
        view.connect_touch_event(move |_, event| match event.event_type() {
            EventType::TouchBegin => touch(event.time()),
            _ => Propagation::Proceed,
        });
    });
    if let Err(why) = noticed {
        tracing::warn!("what is pressed is known from the page alone: {why}");
    }
}

/// The page alone tells.
#[cfg(not(target_os = "linux"))]
pub(crate) fn notice(_: &tauri::WebviewWindow) {}

/// The keys that were pressed last: stamp and key.
#[cfg(target_os = "linux")]
#[derive(Default)]
struct Keys(std::collections::VecDeque<(u32, u16)>);

#[cfg(target_os = "linux")]
impl Keys {
    /// So many may be on their way to a page that is busy.
    const MOST: usize = 256;

    fn is_new(&mut self, stamp: u32, key: u16) -> bool {
        // Without a stamp one is like another.
        if stamp != 0 && self.0.contains(&(stamp, key)) {
            return false;
        }
        self.0.truncate(Self::MOST - 1);
        self.0.push_front((stamp, key));
        true
    }
}

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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_comes_by_again_is_the_same_and_the_next_stroke_is_not() {
        let mut keys = Keys::default();
        let pressed = [(7, 23), (9, 23), (9, 36), (7, 23), (9, 23), (40, 23), (0, 23), (0, 23)];
        assert_eq!(
            pressed.map(|(stamp, key)| keys.is_new(stamp, key)),
            [true, true, true, false, false, true, true, true]
        );
        for stamp in 100..1000 {
            assert!(keys.is_new(stamp, 23));
        }
        assert_eq!(keys.0.len(), Keys::MOST);
    }
}

//! The two windows. The approval window is made as soon as a question may come, hidden, and lives as long as the app; the main
//! window is made when it is wanted, and closed is gone. All of this runs on the main thread, unless it says otherwise.

use crate::face::Face;
use crate::{page, presses};
use keyholder_face::glass::Stance;
use tauri::{
    AppHandle, Emitter as _, EventTarget, LogicalSize, Manager as _, PhysicalPosition, PhysicalSize, UserAttentionType,
    WebviewWindow, Window, WindowEvent,
};

const APPROVAL: &str = "approval";
const MAIN: &str = "main";

/// Logical pixels.
const APPROVAL_SIZE: (f64, f64) = (540.0, 720.0);
const APPROVAL_LEAST: (f64, f64) = (440.0, 420.0);
const APPROVAL_MOST: (f64, f64) = (900.0, 1200.0);
const MAIN_SIZE: (f64, f64) = (1100.0, 720.0);
const MAIN_LEAST: (f64, f64) = (480.0, 400.0);

/// Kept free around a window on a small screen, for panels.
const MARGIN: f64 = 48.0;

/// As the approval page knows it.
const ARMED: &str = "armed";

/// Runs this on the main thread, from any other.
pub(crate) fn on_main_thread(app: &AppHandle, work: fn(&AppHandle)) {
    let here = app.clone();
    if let Err(why) = app.run_on_main_thread(move || work(&here)) {
        tracing::error!("the windows do not listen: {why}");
    }
}

/// Makes the approval window, hidden.
fn create_approval(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    let face = app.state::<Face>();
    face.approvals.begin();
    face.pulse().begin();
    let (width, height) = APPROVAL_SIZE;
    let window = page::window(app, APPROVAL, &face.open_approval_with())
        .inner_size(width, height)
        .min_inner_size(APPROVAL_LEAST.0, APPROVAL_LEAST.1)
        .max_inner_size(APPROVAL_MOST.0, APPROVAL_MOST.1)
        .prevent_overflow_with_margin(LogicalSize::new(MARGIN, MARGIN))
        .maximizable(false)
        .visible(false)
        .always_on_top(true)
        .visible_on_all_workspaces(true)
        // What a call would send stays out of shared screens, where the system can do that.
        .content_protected(true)
        .build()?;
    page::notice_death(&window);
    presses::notice(&window);
    Ok(window)
}

/// Brings the approval window before the person. If it is there already, nothing is moved or taken: a question is being read.
pub(crate) fn show_approval(app: &AppHandle) {
    let window = match app.get_webview_window(APPROVAL) {
        Some(window) => window,
        None => match create_approval(app) {
            Ok(window) => window,
            Err(why) => return tracing::error!("the approval window cannot be made: {why}"),
        },
    };
    if stance(app) == Stance::Hidden {
        if before_the_person(&window).is_none() {
            complain(window.center());
        }
        bring(app, &window);
        let face = app.state::<Face>();
        face.want_approval(true);
        face.approvals.visible();
        face.pulse().watch(face.now());
    }
    if !matches!(window.is_focused(), Ok(true)) {
        // Some systems give no window the focus that it did not get from a person.
        complain(window.request_user_attention(Some(UserAttentionType::Critical)));
    }
    count(app);
}

/// The page has nothing to ask any more. It stays where a question came in between. From any thread.
pub(crate) fn close_approval(app: &AppHandle) {
    on_main_thread(app, |app| {
        if !app.state::<Face>().approvals.is_unheard() {
            hide_approval(app);
        }
    });
}

/// Makes the approval window anew, in the same place: its page hangs, is gone, or was opened for other preferences.
pub(crate) fn replace_approval(app: &AppHandle) {
    let face = app.state::<Face>();
    face.approvals.begin();
    face.pulse().begin();
    if let Some(window) = app.get_webview_window(APPROVAL) {
        // `is_gone` hears of it, and makes the next one.
        complain(window.destroy());
    }
}

/// Lets the next question find a window that has only to be shown, where one may come. One that was opened before the person set
/// how it is to look and speak is opened anew; what is on the screen stays as it is, for it may be being read.
pub(crate) fn prepare_approval(app: &AppHandle) {
    let face = app.state::<Face>();
    if app.get_webview_window(APPROVAL).is_none() {
        if face.expects_questions()
            && let Err(why) = create_approval(app)
        {
            tracing::error!("the approval window cannot be made: {why}");
        }
    } else if face.is_approval_outdated() && !face.wants_approval() {
        replace_approval(app);
    }
}

/// Opens the main window, or brings it to the front.
pub(crate) fn open_main(app: &AppHandle) {
    match app.get_webview_window(MAIN) {
        Some(window) => bring(app, &window),
        None => complain(
            page::window(app, MAIN, &app.state::<Face>().preferences())
                .inner_size(MAIN_SIZE.0, MAIN_SIZE.1)
                .min_inner_size(MAIN_LEAST.0, MAIN_LEAST.1)
                .prevent_overflow()
                .center()
                .build()
                .map(drop),
        ),
    }
    count(app);
}

/// The main window, while it is open. From any thread.
pub(crate) fn main(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(MAIN)
}

/// How the approval window stands. From any thread.
pub(crate) fn stance(app: &AppHandle) -> Stance {
    let Some(window) = app.get_webview_window(APPROVAL) else { return Stance::Hidden };
    let is = |fact: tauri::Result<bool>| fact.unwrap_or_default();
    if !is(window.is_visible()) || is(window.is_minimized()) {
        Stance::Hidden
    } else if is(window.is_focused()) {
        Stance::Front
    } else {
        Stance::Unfocused
    }
}

/// What happens to the windows.
pub(crate) fn heed(window: &Window, event: &WindowEvent) {
    if window.label() != APPROVAL {
        return;
    }
    let app = window.app_handle();
    match event {
        // Nothing is answered by closing it. The next question brings it back.
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            hide_approval(app);
        }
        WindowEvent::Focused(true) => {
            app.state::<Face>().approvals.focus();
            tell_armed(app);
        }
        WindowEvent::Focused(false) => app.state::<Face>().approvals.blur(),
        _ => {}
    }
}

/// A window is gone for good. There is always another approval window, once there was one.
pub(crate) fn is_gone(app: &AppHandle, label: &str) {
    if label == APPROVAL {
        let face = app.state::<Face>();
        face.approvals.hidden();
        face.approvals.blur();
        match create_approval(app) {
            Ok(_) if face.wants_approval() => show_approval(app),
            Ok(_) => {}
            Err(why) => tracing::error!("the approval window cannot be made: {why}"),
        }
    }
    count(app);
}

/// The process of the approval window's page ended.
#[cfg(target_os = "linux")]
pub(crate) fn page_died(app: &AppHandle) {
    // One that dies before it has begun would do so again at once; the pulse takes its time.
    if app.state::<Face>().pulse().has_begun() {
        replace_approval(app);
    }
}

fn hide_approval(app: &AppHandle) {
    let face = app.state::<Face>();
    face.want_approval(false);
    face.approvals.hidden();
    face.pulse().rest();
    if let Some(window) = app.get_webview_window(APPROVAL) {
        complain(window.hide());
    }
    prepare_approval(app);
    count(app);
}

/// Into the middle of the screen with the pointer on it, where the system says which that is.
fn before_the_person(window: &WebviewWindow) -> Option<()> {
    let pointer = window.cursor_position().ok()?;
    let monitor = window.monitor_from_point(pointer.x, pointer.y).ok()??;
    // Before it was ever on the screen, nobody knows its frame.
    let (inner, outer) = (window.inner_size().ok()?, window.outer_size().ok()?);
    let size = PhysicalSize::new(inner.width.max(outer.width), inner.height.max(outer.height));
    let area = monitor.work_area();
    let middle = |from: i32, room: u32, size: u32| from.saturating_add_unsigned(room.saturating_sub(size) / 2);
    let position = PhysicalPosition::new(
        middle(area.position.x, area.size.width, size.width),
        middle(area.position.y, area.size.height, size.height),
    );
    window.set_position(position).ok()
}

fn bring(app: &AppHandle, window: &WebviewWindow) {
    complain(window.unminimize());
    complain(window.show());
    // Not at once: a window that is only about to be shown takes no focus.
    let (app, window) = (app.clone(), window.clone());
    drop(tauri::async_runtime::spawn_blocking(move || {
        complain(app.run_on_main_thread(move || complain(window.set_focus())));
    }));
}

/// Lets the guard begin in the broker too, and tells the page.
fn tell_armed(app: &AppHandle) {
    let app = app.clone();
    // The broker is waited for, and the main thread has windows to draw.
    drop(tauri::async_runtime::spawn_blocking(move || {
        for armed in app.state::<Face>().approvals.guard_anew() {
            complain(app.emit_to(EventTarget::webview_window(APPROVAL), ARMED, armed));
        }
    }));
}

/// Whether there is anything on the screen to stay for.
fn count(app: &AppHandle) {
    let face = app.state::<Face>();
    let open = usize::from(face.wants_approval()) + usize::from(app.get_webview_window(MAIN).is_some());
    face.idle().windows(open, face.now());
}

/// A window that does not do as it is told is no reason to end.
fn complain(outcome: tauri::Result<()>) {
    if let Err(why) = outcome {
        tracing::warn!("a window did not do as it was told: {why}");
    }
}

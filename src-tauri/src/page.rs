//! One of Keyholder's own pages in a window: it goes nowhere, opens nothing, and is noticed when it dies.

use keyholder_face::preferences::Preferences;
use keyholder_wire::place::Places;
use std::path::PathBuf;
use tauri::webview::{NewWindowResponse, WebviewWindowBuilder};
use tauri::{AppHandle, Url, WebviewUrl, WebviewWindow, Wry};

/// A window of this name with the page of this name in it, which looks and speaks like this; still to be made.
pub(crate) fn window<'a>(
    app: &'a AppHandle,
    name: &str,
    preferences: &Preferences,
) -> WebviewWindowBuilder<'a, Wry, AppHandle> {
    let address = preferences.address(&format!("{name}.html"));
    let builder = WebviewWindowBuilder::new(app, name, WebviewUrl::App(address.into()))
        .title("Keyholder")
        // The page has the words in the person's language.
        .on_document_title_changed(|window, title| drop(window.set_title(&title)))
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .disable_drag_drop_handler()
        .browser_extensions_enabled(false)
        .general_autofill_enabled(false)
        .zoom_hotkeys_enabled(true);
    match folder() {
        Some(folder) => builder.data_directory(folder),
        None => builder,
    }
}

/// Where the web view keeps what it thinks it must: among Keyholder's own things that may be lost.
fn folder() -> Option<PathBuf> {
    let places = Places::find(&|name| std::env::var_os(name)).ok()?;
    Some(places.state.join("windows"))
}

/// Whether this address is one of ours: the pages, or the frame that looks through what they send.
fn is_own(url: &Url) -> bool {
    // Windows has no schemes of one's own for pages: there they are hosts.
    let host = url.host_str().unwrap_or_default();
    let name =
        if cfg!(windows) { host.strip_suffix(".localhost") } else { (host == "localhost").then(|| url.scheme()) };
    // The frame's name ends in what the build made up.
    name.is_some_and(|name| name == "tauri" || name.starts_with("isolation-"))
}

/// A page whose process ended is an empty window: the pulse would notice as well, some seconds later.
#[cfg(target_os = "linux")]
pub(crate) fn notice_death(window: &WebviewWindow) {
    use crate::windows;
    use tauri::Manager as _;
    use webkit2gtk::WebViewExt as _;

    let app = window.app_handle().clone();
    let watched = window.with_webview(move |view| {
        view.inner().connect_web_process_terminated(move |_, why| {
            tracing::error!(?why, "the page in the approval window died");
            windows::page_died(&app);
        });
    });
    if let Err(why) = watched {
        tracing::warn!("the page's process is not watched: {why}");
    }
}

/// The pulse alone watches.
#[cfg(not(target_os = "linux"))]
pub(crate) fn notice_death(_: &WebviewWindow) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str) -> bool {
        is_own(&url.parse().unwrap())
    }

    #[cfg(not(windows))]
    #[test]
    fn a_page_goes_nowhere_but_to_our_own() {
        for own in
            ["tauri://localhost/approval.html", "tauri://localhost/main.html#/grants", "isolation-1f://localhost/"]
        {
            assert!(check(own), "{own}");
        }
        for other in [
            "https://localhost/",
            "http://tauri.localhost/",
            "tauri://example.com/",
            "tauri://localhost.example.com/",
            "about:blank",
            "data:text/html,x",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "blob:tauri://localhost/x",
        ] {
            assert!(!check(other), "{other}");
        }
    }
}

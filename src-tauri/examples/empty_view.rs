//! The least that a window with a web view can cost on this machine: a plain page with a question, and nothing behind it. The bench
//! of the windows starts it as its floor, and ends it. It says `painted` once the page has been drawn.

#[cfg(target_os = "linux")]
fn main() {
    use gtk::prelude::*;
    use std::io::Write;
    use webkit2gtk::{LoadEvent, WebView, WebViewExt};

    const PAGE: &str = "<!doctype html><title>floor</title><h1>Send a message?</h1><button>Deny</button><button>Allow</button>\
        <script>requestAnimationFrame(() => requestAnimationFrame(() => document.title = 'painted'))</script>";

    if gtk::init().is_err() {
        return;
    }
    let window = gtk::Window::new(gtk::WindowType::Toplevel);
    window.set_default_size(520, 640);
    let view = WebView::new();
    view.connect_load_changed(|view, event| {
        if event == LoadEvent::Finished {
            view.connect_title_notify(|view| {
                if view.title().is_some_and(|title| title == "painted") {
                    // Whoever does not listen any more has ended it already.
                    let _ = writeln!(std::io::stdout(), "painted");
                }
            });
        }
    });
    view.load_html(PAGE, None);
    window.add(&view);
    window.show_all();
    gtk::main();
}

#[cfg(not(target_os = "linux"))]
fn main() {}

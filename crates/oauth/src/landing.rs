//! The page on which the browser lands.
//!
//! Static, under 6 kB, no script and nothing from elsewhere; its one style sheet is named by digest in the policy. It says how
//! the sign-in ended and nothing that an authorization server wrote.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Whom the page speaks of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Landing {
    /// The host app to go back to, as a person knows it.
    pub app: String,
    /// The MCP server's name.
    pub server: String,
}

/// How the sign-in ended, for the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ending {
    AlreadyUsed,
    Connected,
    Denied,
    DoesNotBelong,
    Expired,
    Failed,
}

const STYLE: &str = ":root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-items:center;\
font:1rem/1.5 system-ui,sans-serif;background:Canvas;color:CanvasText}main{max-width:34rem;padding:2rem}\
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem;outline:0}p{margin:0 0 1rem;overflow-wrap:anywhere}\
.quiet{font-size:.875rem;opacity:.8}";

/// The policy under which the page is shown.
pub(crate) fn content_security_policy() -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, STYLE.as_bytes());
    format!(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        STANDARD.encode(digest.as_ref())
    )
}

/// The page as HTML.
pub(crate) fn page(landing: &Landing, ending: Ending) -> String {
    let (app, server) = (escape(&landing.app), escape(&landing.server));
    let (title, text) = match ending {
        Ending::AlreadyUsed => ("Already used", "This sign-in link was used before. Nothing was changed.".to_owned()),
        Ending::Connected => ("Connected", format!("Keyholder now holds the key for <b>{server}</b>.")),
        Ending::Denied => ("Not connected", format!("Access to <b>{server}</b> was denied. Nothing was changed.")),
        Ending::DoesNotBelong => (
            "This does not belong to a sign-in",
            "Keyholder did not ask for this answer and has ignored it. Nothing was changed.".to_owned(),
        ),
        Ending::Expired => {
            ("Too late", format!("The sign-in to <b>{server}</b> took too long. Please start it again."))
        }
        Ending::Failed => (
            "Not connected",
            format!("Signing in to <b>{server}</b> did not work. Keyholder shows the reason in its own window."),
        ),
    };
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
<title>{title} \u{2013} Keyholder</title><style>{STYLE}</style></head><body><main><h1 tabindex=\"-1\" autofocus>{title}</h1>\
<p>{text}</p><p>You can close this tab and go back to <b>{app}</b>.</p>\
<p class=\"quiet\">Didn\u{2019}t start this? Open Keyholder \u{2192} Activity.</p></main></body></html>"
    )
}

/// Names come from outside: no markup, no trick characters, not longer than a line.
fn escape(text: &str) -> String {
    crate::untrusted::clip(text)
        .chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            '\'' => "&#39;".to_owned(),
            c => c.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_small_static_and_escaped() {
        let landing = Landing { app: "<script>alert(1)</script>".repeat(50), server: "a\"'&\u{202e}".repeat(200) };
        for ending in [
            Ending::AlreadyUsed,
            Ending::Connected,
            Ending::Denied,
            Ending::DoesNotBelong,
            Ending::Expired,
            Ending::Failed,
        ] {
            let page = page(&landing, ending);
            assert!(page.len() < 6_000, "{}", page.len());
            assert!(!page.contains("<script") && !page.contains("http") && !page.contains('\u{202e}'));
            assert!(page.contains("lang=\"en\"") && page.contains("color-scheme:light dark"));
        }
    }
}

//! The two pages a browser can see: the question, and what went wrong.
//!
//! No script, nothing loaded from anywhere, and every text from outside is escaped.

use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use url::Url;

use super::consent::Asked;
use super::scope::Scopes;
use crate::reply::{self, Reply};

const STYLE: &str = "\
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 30rem; margin: 12vh auto; padding: 0 1.5rem }
h1 { font-size: 1.4rem }
.quiet { opacity: .7; font-size: .9rem }
form { display: flex; gap: .75rem; margin: 2rem 0 }
button { font: inherit; padding: .5rem 1.5rem; border-radius: .4rem; border: 1px solid; background: none; color: inherit; cursor: pointer }
button[value=allow] { font-weight: 600 }
";

/// Asks whether this client may have what it wants.
pub(super) fn ask(client: &str, asked: &Asked, ticket: &str) -> Reply {
    let who = if client.is_empty() { "A program without a name" } else { client };
    let what = match asked.scopes {
        Scopes::Read => "<li>read your practice notes</li>",
        Scopes::ReadWrite => "<li>read your practice notes</li><li>add and delete practice notes</li>",
    };
    let back = origin(&asked.redirect);
    let body = format!(
        "<h1>{who} wants to use your practice notes</h1>\
         <p>It wants to:</p><ul>{what}</ul>\
         <form method=\"post\" action=\"/authorize/decide\">\
         <input type=\"hidden\" name=\"ticket\" value=\"{ticket}\">\
         <button name=\"answer\" value=\"allow\">Allow</button>\
         <button name=\"answer\" value=\"deny\">Deny</button></form>\
         <p class=\"quiet\">This is Keyholder’s practice sign-in. It runs on this computer, there is no account behind it, and its \
         notes are gone when it stops. The answer goes to {back}.</p>",
        who = escape(who),
        ticket = escape(ticket),
        back = escape(&back),
    );
    // Browsers hold the redirect that follows a form to `form-action` too, so the client's own address has to be in it.
    page(StatusCode::OK, &body, &format!("'self' {back}"))
}

/// Says what went wrong, where the browser cannot be sent back.
pub(super) fn wrong(why: &str) -> Reply {
    let body = format!("<h1>This sign-in cannot go on</h1><p>{}</p>", escape(why));
    page(StatusCode::BAD_REQUEST, &body, "'none'")
}

fn page(status: StatusCode, body: &str, form_action: &str) -> Reply {
    let document = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Keyholder practice sign-in</title>\
         <style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    );
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; form-action {form_action}; frame-ancestors 'none'; base-uri 'none'"
    );
    let reply = reply::with(reply::html(status, document), CONTENT_SECURITY_POLICY, &policy);
    let reply = reply::with(reply, REFERRER_POLICY, "no-referrer");
    reply::with(reply, X_CONTENT_TYPE_OPTIONS, "nosniff")
}

fn origin(address: &str) -> String {
    Url::parse(address).map_or_else(|_| String::new(), |url| url.origin().ascii_serialization())
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

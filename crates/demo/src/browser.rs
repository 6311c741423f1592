//! The practice browser: a person's browser where there is none, who presses Allow on the practice sign-in page.
//!
//! It opens nothing but loopback, and it knows only the markup of our own page. What it reports of an address is its origin and
//! path: the query carries codes and states.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;

/// Pages of one visit, redirects included.
const MOST_PAGES: usize = 10;
/// Bytes of one answer.
const MOST_BYTES: u64 = 1 << 20;
/// How long one visit may take in all.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a visit came through, in order: `127.0.0.1:4000/authorize` and so on, without queries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The pages.
    pub pages: Vec<String>,
}

/// Why a visit did not end on a page that says yes.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// An address, given or redirected to, is not `http` on this machine.
    #[error("the practice browser opens pages on this machine only")]
    Elsewhere,
    /// The last page was no success.
    #[error("the sign-in page answered {0}")]
    Refused(String),
    /// Too many pages, or too slow.
    #[error("the sign-in page did not come to an end")]
    Endless,
    /// A page could not be had.
    #[error("a page cannot be loaded: {0}")]
    Io(#[from] std::io::Error),
}

/// Opens an address, follows redirects, presses Allow where a form has such a button, and stops at the first page without one.
///
/// # Errors
/// [`BrowserError`].
pub async fn press_allow(address: &str) -> Result<Visit, BrowserError> {
    tokio::time::timeout(PATIENCE, browse(address)).await.unwrap_or(Err(BrowserError::Endless))
}

async fn browse(address: &str) -> Result<Visit, BrowserError> {
    let mut here = Url::parse(address).map_err(|_| BrowserError::Elsewhere)?;
    let mut visit = Visit { pages: Vec::new() };
    let mut page = load(&here, None, &mut visit).await?;
    for _ in 0..MOST_PAGES {
        if let Some(location) = page.location() {
            here = here.join(&location).map_err(|_| BrowserError::Elsewhere)?;
            page = load(&here, None, &mut visit).await?;
        } else if let Some((action, fields)) = page.form() {
            here = here.join(&action).map_err(|_| BrowserError::Elsewhere)?;
            page = load(&here, Some(&fields), &mut visit).await?;
        } else if page.status().starts_with('2') {
            return Ok(visit);
        } else {
            return Err(BrowserError::Refused(page.status()));
        }
    }
    Err(BrowserError::Endless)
}

/// What came back: status line, headers, body.
struct Page(String);

impl Page {
    fn status(&self) -> String {
        self.0.split(' ').nth(1).unwrap_or("nothing").chars().take(3).collect()
    }

    fn location(&self) -> Option<String> {
        let (head, _) = self.0.split_once("\r\n\r\n")?;
        let line = |line: &str| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("location").then(|| value.trim().to_owned())
        };
        head.lines().find_map(line).filter(|_| self.status().starts_with('3'))
    }

    /// Where the page's form goes and with what, when Allow is pressed.
    fn form(&self) -> Option<(String, String)> {
        let form = self.0.split("<form").nth(1)?.split("</form>").next()?;
        let action = attribute(form.split('>').next()?, "action")?;
        let mut fields = url::form_urlencoded::Serializer::new(String::new());
        for tag in form.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            let (Some(name), Some(value)) = (attribute(tag, "name"), attribute(tag, "value")) else { continue };
            if tag.starts_with("input") || (tag.starts_with("button") && value == "allow") {
                fields.append_pair(&name, &value);
            }
        }
        Some((action, fields.finish()))
    }
}

/// An attribute's value. The pages are our own, so their markup is known.
fn attribute(tag: &str, name: &str) -> Option<String> {
    tag.split(&format!("{name}=\"")).nth(1)?.split('"').next().map(str::to_owned)
}

async fn load(address: &Url, form: Option<&str>, visit: &mut Visit) -> Result<Page, BrowserError> {
    let host = match address.host_str() {
        Some(host @ ("127.0.0.1" | "localhost" | "[::1]")) if address.scheme() == "http" => host,
        _ => return Err(BrowserError::Elsewhere),
    };
    let port = address.port_or_known_default().unwrap_or(80);
    visit.pages.push(format!("{host}:{port}{}", address.path()));
    let mut socket = TcpStream::connect((host.trim_matches(['[', ']']), port)).await?;
    let target =
        address.query().map_or_else(|| address.path().to_owned(), |query| format!("{}?{query}", address.path()));
    let (method, kind) = match form {
        Some(_) => ("POST", "Content-Type: application/x-www-form-urlencoded\r\n"),
        None => ("GET", ""),
    };
    let body = form.unwrap_or_default();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/html\r\nConnection: close\r\n{kind}\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    socket.take(MOST_BYTES).read_to_end(&mut answer).await?;
    Ok(Page(String::from_utf8_lossy(&answer).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_but_this_machine_is_opened() {
        for address in
            ["https://127.0.0.1/x", "http://example.com/", "http://127.0.0.1.example.com/", "file:///etc/passwd", ""]
        {
            assert!(matches!(press_allow(address).await, Err(BrowserError::Elsewhere)), "{address}");
        }
    }

    #[test]
    fn the_button_that_allows_is_pressed_and_no_other() {
        let page = "HTTP/1.1 200 OK\r\n\r\n<form method=\"post\" action=\"/go\"><input type=\"hidden\" name=\"ticket\" value=\"t&1\">\
                    <button name=\"answer\" value=\"allow\">A</button><button name=\"answer\" value=\"deny\">D</button></form>";
        assert_eq!(Page(page.to_owned()).form(), Some(("/go".to_owned(), "ticket=t%261&answer=allow".to_owned())));
    }
}

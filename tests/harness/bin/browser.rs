//! A browser without a window: opens the address it is given, follows redirects on loopback, and presses a button on the page.
//!
//! How the person is minded stands in the file `mood` beside the program; `visits` and `landings` there say what happened.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use url::Url;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let Some(folder) = folder(&arguments) else { return ExitCode::from(2) };
    let done = match arguments.get(1..) {
        Some([visit, address]) if visit == "--visit" => {
            let landed = browse(&folder, &address.to_string_lossy());
            note(&folder, "landings", &landed.unwrap_or_else(|error| format!("went wrong: {error}")))
        }
        Some([address]) => open(&folder, &address.to_string_lossy()),
        _ => return ExitCode::from(2),
    };
    if done.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The folder with the person's mood.
fn folder(arguments: &[OsString]) -> Option<PathBuf> {
    let called = arguments.first().map(PathBuf::from);
    let candidates = [called, std::env::current_exe().ok()];
    candidates
        .into_iter()
        .flatten()
        .filter_map(|path| path.parent().map(Path::to_owned))
        .find(|folder| folder.join("mood").is_file())
}

/// Returns at once, as openers do; a child of its own does the visit.
fn open(folder: &Path, address: &str) -> io::Result<()> {
    note(folder, "visits", address)?;
    if mood(folder) == "ignore" {
        return Ok(());
    }
    let mut visit = Command::new(folder.join("practice-browser"));
    visit.args(["--visit", address]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    visit.spawn().map(|_| ())
}

fn browse(folder: &Path, address: &str) -> io::Result<String> {
    let mut here = parse(address)?;
    let mut page = get(&here)?;
    for _ in 0..10 {
        if let Some(location) = page.location() {
            here = here.join(&location).map_err(io::Error::other)?;
            page = get(&here)?;
        } else if let Some((action, fields)) = page.form(&mood(folder)) {
            here = here.join(&action).map_err(io::Error::other)?;
            page = post(&here, &fields)?;
        } else {
            return Ok(page.0);
        }
    }
    Err(io::Error::other("too many pages"))
}

/// What came back: status line, headers, body.
struct Page(String);

impl Page {
    fn location(&self) -> Option<String> {
        let (head, _) = self.0.split_once("\r\n\r\n")?;
        let redirect = head.split(' ').nth(1).is_some_and(|status| status.starts_with('3'));
        let line = |line: &str| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("location").then(|| value.trim().to_owned())
        };
        head.lines().find_map(line).filter(|_| redirect)
    }

    /// Where the page's form goes and with what, when the button of this mood is pressed.
    fn form(&self, mood: &str) -> Option<(String, String)> {
        let form = self.0.split("<form").nth(1)?.split("</form>").next()?;
        let action = attribute(form.split('>').next()?, "action")?;
        let mut fields = url::form_urlencoded::Serializer::new(String::new());
        for tag in form.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            let (Some(name), Some(value)) = (attribute(tag, "name"), attribute(tag, "value")) else { continue };
            if tag.starts_with("input") || (tag.starts_with("button") && value == mood) {
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

fn get(address: &Url) -> io::Result<Page> {
    exchange(address, "GET", "")
}

fn post(address: &Url, form: &str) -> io::Result<Page> {
    exchange(address, "POST", form)
}

fn exchange(address: &Url, method: &str, body: &str) -> io::Result<Page> {
    let host = match address.host_str() {
        Some(host @ ("127.0.0.1" | "localhost" | "[::1]")) if address.scheme() == "http" => host,
        _ => return Err(io::Error::other(format!("{address} is not on loopback"))),
    };
    let port = address.port_or_known_default().unwrap_or(80);
    let mut socket = TcpStream::connect((host.trim_matches(['[', ']']), port))?;
    socket.set_read_timeout(Some(Duration::from_secs(20)))?;
    let target =
        address.query().map_or_else(|| address.path().to_owned(), |query| format!("{}?{query}", address.path()));
    let kind = if body.is_empty() { "" } else { "Content-Type: application/x-www-form-urlencoded\r\n" };
    write!(
        socket,
        "{method} {target} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/html\r\nConnection: close\r\n{kind}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = Vec::new();
    socket.take(1 << 20).read_to_end(&mut answer)?;
    Ok(Page(String::from_utf8_lossy(&answer).into_owned()))
}

fn parse(address: &str) -> io::Result<Url> {
    Url::parse(address).map_err(io::Error::other)
}

fn mood(folder: &Path) -> String {
    fs::read_to_string(folder.join("mood")).unwrap_or_default().trim().to_owned()
}

fn note(folder: &Path, file: &str, line: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(folder.join(file))?;
    writeln!(file, "{line}")
}

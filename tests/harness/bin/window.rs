//! Keyholder's window without a screen: stands as `keyholder-desktop` beside a broker, and is played by the story, which listens
//! at the socket `person` in the same folder. What comes through the channel goes there as lines of JSON, and the other way round.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

use keyholder_wire::frame::{Header, Kind, read_frame, write_frame};
use serde_json::{Value, json};

fn main() -> ExitCode {
    if play().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn play() -> io::Result<()> {
    let folder = std::env::current_exe()?.parent().ok_or(io::ErrorKind::NotFound)?.to_owned();
    let person = UnixStream::connect(folder.join("person"))?;
    let mut said = person.try_clone()?;
    let words: Vec<String> = std::env::args().skip(1).collect();
    let environment: Vec<String> = std::env::vars().map(|(name, _)| name).collect();
    writeln!(said, "{}", json!({ "arguments": words, "environment": environment }))?;
    std::thread::spawn(move || {
        let _ = pass_frames(&mut io::stdin().lock(), &mut said);
        // The broker is gone: whoever plays this window hears it, and so does the other thread.
        let _ = said.shutdown(Shutdown::Both);
    });
    pass_orders(person);
    Ok(())
}

/// To the story, until the broker is gone.
fn pass_frames(from: &mut impl Read, said: &mut impl Write) -> io::Result<()> {
    let mut payload = Vec::new();
    while let Some(header) = read_frame(from, &mut payload)? {
        let content: Value = serde_json::from_slice(&payload)?;
        let line = match header.kind {
            Kind::News => json!({ "news": content }),
            Kind::Result => json!({ "reply": content, "sequence": header.sequence }),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        writeln!(said, "{line}")?;
    }
    Ok(())
}

/// To the broker; when the story hangs up, this window ends.
fn pass_orders(person: UnixStream) {
    for line in BufReader::new(person).lines().map_while(Result::ok) {
        let Ok(line) = serde_json::from_str::<Value>(&line) else { break };
        let payload = line["ask"].to_string();
        let sequence = line["sequence"].as_u64().unwrap_or_default();
        let Ok(header) = Header::of(Kind::Order, sequence, payload.as_bytes()) else { break };
        if write_frame(&mut io::stdout().lock(), header, payload.as_bytes()).is_err() {
            break;
        }
    }
}

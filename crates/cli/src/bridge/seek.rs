//! The link's thread: finds a broker, relays what it sends, and finds the next one when it is gone.

use super::relay::Relay;
use super::wake::Waker;
use super::{fault, note};
use keyholder_wire::endpoint::{self, Door, EndpointError, Stream};
use keyholder_wire::frame::{HEADER_BYTES, Header, Kind, read_frame, write_frame};
use keyholder_wire::hello::Welcome;
use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a broker is waited for.
pub(super) struct Patience {
    /// Until requests are answered with an error (catalogue case 140).
    pub(super) total: Duration,
    /// Between two attempts, growing from the first to the second while one is sought.
    pub(super) step: (Duration, Duration),
    /// Between two attempts once it is down.
    pub(super) idle: Duration,
    /// How long a broker that accepted may take to answer the greeting.
    pub(super) greeting: Duration,
}

/// What a bridge does unless a test hurries it.
pub(super) const PATIENCE: Patience = Patience {
    total: Duration::from_secs(15),
    step: (Duration::from_millis(5), Duration::from_millis(250)),
    idle: Duration::from_millis(500),
    greeting: Duration::from_secs(5),
};

/// Why no broker serves this bridge at the moment.
enum Unserved {
    /// Waiting may help.
    NotYet(String),
    /// It said no, or must not be asked; the sentence says why.
    Refused(String),
}

/// Keeps a broker at hand until the host has left.
pub(super) fn keep_linked(relay: &Relay, waker: &Waker, patience: &Patience) {
    loop {
        let (stream, mut reader) = find(relay, waker, patience);
        if relay.go_up(&stream).is_err() {
            relay.go_seeking(fault::LOST);
            continue;
        }
        if let Some(refusal) = pass_on(relay, &mut reader) {
            note(&refusal);
            relay.go_down(&refusal);
            relay.pause(patience.idle);
        } else if relay.is_leaving() {
            return;
        } else {
            note("the broker is gone; looking for another");
            relay.go_seeking(fault::LOST);
        }
    }
}

type Reader = BufReader<Incoming>;

/// A shared stream as a reader of its own.
struct Incoming(Arc<Stream>);

impl Read for Incoming {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        (&*self.0).read(bytes)
    }
}

/// Tries until a broker has taken the greeting.
fn find(relay: &Relay, waker: &Waker, patience: &Patience) -> (Arc<Stream>, Reader) {
    let start = moment();
    let mut step = patience.step.0;
    loop {
        match greet(relay, waker, patience) {
            Ok(link) => return link,
            Err(Unserved::Refused(sentence)) => {
                if !relay.is_down() {
                    note(&sentence);
                }
                relay.go_down(&sentence);
            }
            Err(Unserved::NotYet(why)) if relay.is_down() || start.elapsed() >= patience.total => {
                let sentence =
                    format!("Keyholder's broker cannot be reached: {why}. Run \u{201c}keyholder doctor\u{201d}.");
                if !relay.is_down() {
                    note(&sentence);
                }
                relay.go_down(&sentence);
            }
            Err(Unserved::NotYet(_)) => {}
        }
        if relay.is_down() {
            relay.pause(patience.idle);
            // A host that asks again and again must not make us start brokers again and again.
            std::thread::sleep(patience.step.1);
        } else {
            std::thread::sleep(step);
            step = (step * 2).min(patience.step.1);
        }
    }
}

/// Connects and greets once; wakes a broker where none listens.
fn greet(relay: &Relay, waker: &Waker, patience: &Patience) -> Result<(Arc<Stream>, Reader), Unserved> {
    let stream = match endpoint::connect(waker.places(), Door::Bridge) {
        Ok(stream) => Arc::new(stream),
        Err(EndpointError::Absent(_)) => return Err(Unserved::NotYet(waker.wake())),
        Err(error @ EndpointError::Folder { .. }) => return Err(Unserved::Refused(error.to_string())),
        Err(error) => return Err(Unserved::NotYet(error.to_string())),
    };
    let gone =
        |error: io::Error| Unserved::NotYet(waker.failure().unwrap_or_else(|| format!("it does not answer ({error})")));
    let hello = relay.greeting().to_json().map_err(|error| gone(error.into()))?;
    let header = Header::of(Kind::Hello, 0, &hello).map_err(|error| gone(error.into()))?;
    write_frame(&mut &*stream, header, &hello).map_err(gone)?;

    // Not every platform has a limit for one read; without it a silent broker is waited for.
    let _ = endpoint::limit_wait(&stream, Some(patience.greeting));
    let mut reader = BufReader::with_capacity(BUFFER, Incoming(Arc::clone(&stream)));
    let mut payload = Vec::new();
    let answer = read_frame(&mut reader, &mut payload).map_err(gone)?;
    let _ = endpoint::limit_wait(&stream, None);
    match answer.map(|header| header.kind) {
        Some(Kind::Welcome) => match Welcome::parse(&payload) {
            Ok(_) => Ok((stream, reader)),
            Err(error) => Err(Unserved::Refused(error.to_string())),
        },
        Some(Kind::Refused) => Err(Unserved::Refused(sentence(&payload))),
        _ => Err(Unserved::NotYet("it closed the connection".to_owned())),
    }
}

/// Relays frames until the connection ends; the sentence, if the broker refused to go on.
fn pass_on(relay: &Relay, reader: &mut Reader) -> Option<String> {
    let mut lines = Vec::new();
    let end = loop {
        match pass_one(relay, reader, &mut lines) {
            Ok(None) => {}
            Ok(Some(End::Lost)) | Err(_) => break None,
            Ok(Some(End::Refused(sentence))) => break Some(sentence),
        }
        // Several small lines that have arrived together go out in one write; none waits for one that has not.
        if lines.len() >= FULL || !holds_a_frame(reader.buffer()) {
            relay.outlet.say(&lines);
            lines.clear();
            relay.written();
        }
    };
    relay.outlet.say(&lines);
    relay.written();
    end
}

enum End {
    Lost,
    Refused(String),
}

fn pass_one(relay: &Relay, reader: &mut Reader, lines: &mut Vec<u8>) -> io::Result<Option<End>> {
    let mut head = [0; HEADER_BYTES];
    reader.read_exact(&mut head)?;
    let header = Header::decode(head)?;
    let length = header.length as usize;
    match header.kind {
        // The host took its request back: nothing is owed any more, and nothing is said.
        Kind::Answer if length == 0 => {
            relay.settle(header.sequence, &[]);
        }
        Kind::Answer | Kind::Message if length > FULL => {
            let pieces = read_pieces(reader, length)?;
            if header.kind == Kind::Message || relay.settle(header.sequence, &[]) {
                relay.outlet.say(lines);
                lines.clear();
                let line = pieces.iter().map(Vec::as_slice).chain([b"\n".as_slice()]);
                if relay.outlet.write(line).is_err() {
                    super::leave();
                }
            }
        }
        Kind::Answer | Kind::Message => {
            let start = lines.len();
            read_line(reader, length, lines)?;
            let line = lines.get(start..).unwrap_or_default();
            if header.kind == Kind::Message || relay.settle(header.sequence, line) {
                lines.push(b'\n');
            } else {
                lines.truncate(start);
            }
        }
        Kind::Refused => {
            let mut payload = vec![0; length];
            reader.read_exact(&mut payload)?;
            return Ok(Some(End::Refused(sentence(&payload))));
        }
        // Nothing else comes from a broker of this version: the connection is out of step.
        Kind::Closing | Kind::Hello | Kind::Line | Kind::News | Kind::Order | Kind::Result | Kind::Welcome => {
            return Ok(Some(End::Lost));
        }
    }
    Ok(None)
}

/// Reads a payload behind what `lines` holds; what arrived in part is taken back.
fn read_line(reader: &mut Reader, length: usize, lines: &mut Vec<u8>) -> io::Result<()> {
    let start = lines.len();
    lines.resize(start + length, 0);
    let read = reader.read_exact(lines.get_mut(start..).unwrap_or_default());
    if read.is_err() {
        lines.truncate(start);
    } else if let Some(line) = lines.get_mut(start..) {
        flatten(line);
    }
    read
}

/// Reads a long payload in pieces: those go back to the system when they are freed, where one block of that size would
/// make the allocator keep the next ones.
fn read_pieces(reader: &mut Reader, length: usize) -> io::Result<Vec<Vec<u8>>> {
    let mut pieces = Vec::with_capacity(length.div_ceil(FULL));
    let mut left = length;
    while left > 0 {
        let mut piece = vec![0; left.min(FULL)];
        reader.read_exact(&mut piece)?;
        flatten(&mut piece);
        left -= piece.len();
        pieces.push(piece);
    }
    Ok(pieces)
}

/// Outside of strings a line end is mere space in JSON, and inside of them it cannot stand (RFC 8259 §2, §7): a server that
/// prints its JSON prettily must not break the host's framing.
fn flatten(line: &mut [u8]) {
    line.iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
}

/// Whether the next frame has arrived whole.
fn holds_a_frame(buffer: &[u8]) -> bool {
    let Some((head, rest)) = buffer.split_first_chunk::<HEADER_BYTES>() else { return false };
    Header::decode(*head).is_ok_and(|header| rest.len() >= header.length as usize)
}

fn sentence(payload: &[u8]) -> String {
    String::from_utf8_lossy(payload).chars().take(LONGEST_SENTENCE).collect()
}

#[allow(
    clippy::disallowed_methods,
    reason = "a door measures its own patience; the clock's crate would bring a cryptography library along"
)]
fn moment() -> Instant {
    Instant::now()
}

const BUFFER: usize = 32 << 10;
const FULL: usize = 64 << 10;
const LONGEST_SENTENCE: usize = 2_000;

#[cfg(test)]
#[cfg(unix)]
mod tests;

//! Cutting a byte stream into events (WHATWG HTML, "Server-sent events"). Pure: bytes in, events out.
//!
//! Every byte is looked at once. A line that lies within one chunk is not copied; one that spans chunks is copied once.

use bytes::{Buf as _, Bytes, BytesMut};
use std::time::Duration;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    /// Whether its type is `message`, which is what an event without a type is.
    pub(crate) is_message: bool,
    /// Its data lines, joined by line feeds; may be empty (a priming event).
    pub(crate) data: Bytes,
}

/// An event is larger than the parser's limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// An incremental parser.
#[derive(Debug)]
pub(crate) struct Parser {
    chunk: Bytes,
    partial: BytesMut,
    after_carriage_return: bool,
    is_first_line: bool,
    draft: Draft,
    pending_id: Option<Bytes>,
    last_id: Option<Bytes>,
    retry: Option<Duration>,
    limit: usize,
}

#[derive(Debug, Default)]
struct Draft {
    data: Option<Data>,
    is_other: bool,
}

#[derive(Debug)]
enum Data {
    Line(Bytes),
    Lines(BytesMut),
}

impl Parser {
    /// A parser for one stream whose events are at most `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            chunk: Bytes::new(),
            partial: BytesMut::new(),
            after_carriage_return: false,
            is_first_line: true,
            draft: Draft::default(),
            pending_id: None,
            last_id: None,
            retry: None,
            limit,
        }
    }

    /// Takes the next chunk. Call only after [`next`](Self::next) said `None`.
    pub(crate) fn feed(&mut self, chunk: Bytes) {
        debug_assert!(self.chunk.is_empty(), "the chunk before is read to its end");
        self.chunk = chunk;
    }

    /// The next complete event, if the chunk holds one.
    pub(crate) fn next(&mut self) -> Result<Option<Event>, TooLarge> {
        while let Some(line) = self.take_line()? {
            if line.is_empty() {
                if let Some(event) = self.dispatch() {
                    return Ok(Some(event));
                }
            } else {
                self.field(&line)?;
            }
        }
        Ok(None)
    }

    /// What was begun when the stream ended cleanly. Strictly it is no event; some servers leave the last blank line out
    /// (catalogue case 115), so the caller may accept it if it is the very answer that it waits for.
    pub(crate) fn finish(mut self) -> Option<Event> {
        let rest = self.partial.split().freeze();
        if !rest.is_empty() {
            self.field(&rest).ok()?;
        }
        self.dispatch()
    }

    /// The id to resume from: of the last event that was complete.
    pub(crate) fn last_id(&self) -> Option<&Bytes> {
        self.last_id.as_ref()
    }

    /// How long the server asks to wait before a reconnection.
    pub(crate) fn retry(&self) -> Option<Duration> {
        self.retry
    }

    fn take_line(&mut self) -> Result<Option<Bytes>, TooLarge> {
        if self.after_carriage_return && !self.chunk.is_empty() {
            if self.chunk[0] == b'\n' {
                self.chunk.advance(1);
            }
            self.after_carriage_return = false;
        }
        let Some(end) = memchr::memchr2(b'\n', b'\r', &self.chunk) else {
            self.check(self.partial.len() + self.chunk.len())?;
            self.partial.extend_from_slice(&self.chunk);
            self.chunk.clear();
            return Ok(None);
        };
        self.check(self.partial.len() + end)?;
        let mut line = self.chunk.split_to(end);
        self.after_carriage_return = self.chunk[0] == b'\r';
        self.chunk.advance(1);
        if !self.partial.is_empty() {
            self.partial.extend_from_slice(&line);
            line = self.partial.split().freeze();
        }
        if std::mem::take(&mut self.is_first_line) && line.starts_with(BYTE_ORDER_MARK) {
            line.advance(BYTE_ORDER_MARK.len());
        }
        Ok(Some(line))
    }

    fn field(&mut self, line: &Bytes) -> Result<(), TooLarge> {
        let colon = memchr::memchr(b':', line).unwrap_or(line.len());
        let mut value = line.slice((colon + 1).min(line.len())..);
        if value.first() == Some(&b' ') {
            value.advance(1);
        }
        match &line[..colon] {
            b"data" => self.append(value)?,
            b"event" => self.draft.is_other = !value.is_empty() && value != b"message"[..],
            b"id" if !value.contains(&0) => self.pending_id = Some(value),
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                let millis = std::str::from_utf8(&value).ok().and_then(|digits| digits.parse().ok());
                self.retry = Some(Duration::from_millis(millis.unwrap_or(u64::MAX)));
            }
            // Comments (an empty name) and fields that nobody has defined.
            _ => {}
        }
        Ok(())
    }

    fn append(&mut self, value: Bytes) -> Result<(), TooLarge> {
        let data = match self.draft.data.take() {
            None => Data::Line(value),
            Some(before) => {
                let mut lines = match before {
                    Data::Line(first) => BytesMut::from(first),
                    Data::Lines(lines) => lines,
                };
                self.check(lines.len() + 1 + value.len())?;
                lines.extend_from_slice(b"\n");
                lines.extend_from_slice(&value);
                Data::Lines(lines)
            }
        };
        self.draft.data = Some(data);
        Ok(())
    }

    fn dispatch(&mut self) -> Option<Event> {
        let draft = std::mem::take(&mut self.draft);
        if let Some(id) = self.pending_id.take() {
            // A copy, so that a small id does not keep a large chunk alive.
            self.last_id = Some(Bytes::copy_from_slice(&id));
        }
        let data = match draft.data? {
            Data::Line(line) => line,
            Data::Lines(lines) => lines.freeze(),
        };
        Some(Event { is_message: !draft.is_other, data })
    }

    fn check(&self, length: usize) -> Result<(), TooLarge> {
        if length > self.limit { Err(TooLarge) } else { Ok(()) }
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

#[cfg(test)]
mod tests;

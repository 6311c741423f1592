//! What a message means: the same text with escapes undone, and the way back to the bytes that it came from.

use memchr::{memchr, memchr2, memmem};
use std::ops::Range;

/// How often escapes inside escapes are undone.
pub(super) const DEEPEST: usize = 3;

/// Decoded bytes, and where each came from.
#[derive(Default)]
pub(super) struct View {
    bytes: Vec<u8>,
    /// In order of `at`.
    runs: Vec<Run>,
}

/// A stretch of a view that came from one stretch of the source.
#[derive(Clone, Copy)]
struct Run {
    /// Where it begins in the view.
    at: usize,
    /// Where it begins in the source.
    from: usize,
    /// Its length in the source. As long as in the view: copied. Else: one escape, which is never cut.
    length: usize,
}

/// Which escapes are undone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    /// RFC 8259 §7.
    Json,
    /// RFC 3986 §2.1.
    Percent,
}

impl View {
    /// The message with either kind of escapes undone, and the `text` values of its content blocks put together; each only where
    /// it shows something new.
    pub(super) fn of_message(message: &[u8]) -> impl Iterator<Item = Self> {
        let [json, percent] = Self::undone(message);
        let texts = texts(message);
        let joined = (texts.len() > 1).then(|| {
            let mut view = Self::default();
            for text in texts {
                view.decode(message, text, Escapes::Json);
            }
            view
        });
        // Inside a message with JSON escapes, percent-encoding is undone after those.
        let percent = if json.is_some() { None } else { percent };
        [json, percent, joined].into_iter().flatten()
    }

    /// A view with one kind of escapes more undone, for each kind that it holds.
    pub(super) fn of_view(view: &Self) -> [Option<Self>; 2] {
        Self::undone(&view.bytes)
    }

    fn undone(source: &[u8]) -> [Option<Self>; 2] {
        let undo = |escapes| {
            let mut view = Self::default();
            view.decode(source, 0..source.len(), escapes);
            view
        };
        let has_json = memchr(b'\\', source).is_some();
        [has_json.then(|| undo(Escapes::Json)), has_percent(source).then(|| undo(Escapes::Percent))]
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Appends a part of the source. Line ends and tabs that were escaped are left out: Base64 is often broken into lines, and no
    /// secret holds one.
    fn decode(&mut self, source: &[u8], part: Range<usize>, escapes: Escapes) {
        self.bytes.reserve(part.len());
        let mut at = part.start;
        while at < part.end {
            let rest = &source[at..part.end];
            let next = match escapes {
                Escapes::Json => memchr(b'\\', rest),
                Escapes::Percent => memchr(b'%', rest),
            };
            let plain = next.unwrap_or(rest.len());
            if plain > 0 {
                self.runs.push(Run { at: self.bytes.len(), from: at, length: plain });
                self.bytes.extend_from_slice(&rest[..plain]);
                at += plain;
            }
            let Some(next) = next else { return };
            let rest = &rest[next..];
            let (decoded, length) = match escapes {
                Escapes::Json => escape(rest),
                Escapes::Percent => percent(rest),
            };
            self.runs.push(Run { at: self.bytes.len(), from: at, length });
            if !matches!(decoded, b'\n' | b'\r' | b'\t') {
                self.bytes.push(decoded);
            }
            at += length;
        }
    }

    /// The parts of the source that a part of the view came from; one, unless it spans what was put together.
    fn sources(&self, part: Range<usize>) -> Vec<Range<usize>> {
        let mut sources: Vec<Range<usize>> = Vec::new();
        let mut index = self.runs.partition_point(|run| run.at <= part.start).saturating_sub(1);
        while let Some(run) = self.runs.get(index).filter(|run| run.at < part.end) {
            let until = self.runs.get(index + 1).map_or(self.bytes.len(), |next| next.at);
            index += 1;
            let source = if until - run.at == run.length {
                let (start, end) = (part.start.max(run.at), part.end.min(until));
                run.from + (start - run.at).min(run.length)..run.from + (end.max(run.at) - run.at).min(run.length)
            } else if run.at < part.start && until <= part.start {
                continue;
            } else {
                run.from..run.from + run.length
            };
            match sources.last_mut() {
                Some(last) if last.end == source.start => last.end = source.end,
                _ => sources.push(source),
            }
        }
        sources.retain(|source| !source.is_empty());
        sources
    }
}

/// Leads a part of the deepest layer back to the message.
pub(super) fn to_message(layers: &[View], part: Range<usize>) -> Vec<Range<usize>> {
    let deepest = vec![part];
    layers.iter().rev().fold(deepest, |parts, layer| parts.into_iter().flat_map(|part| layer.sources(part)).collect())
}

/// One JSON escape at the start of `rest`: its byte (no secret holds anything beyond ASCII, so anything beyond is one 0xFF), and
/// its length. A backslash that begins no escape stands for itself.
fn escape(rest: &[u8]) -> (u8, usize) {
    match rest.get(1) {
        Some(b'u') => match rest.get(2..6).and_then(hex_value) {
            Some(value) => (u8::try_from(value).ok().filter(u8::is_ascii).unwrap_or(0xff), 6),
            None => (b'\\', 1),
        },
        Some(b'n') => (b'\n', 2),
        Some(b'r') => (b'\r', 2),
        Some(b't') => (b'\t', 2),
        Some(b'b') => (8, 2),
        Some(b'f') => (12, 2),
        Some(&byte @ (b'"' | b'\\' | b'/')) => (byte, 2),
        _ => (b'\\', 1),
    }
}

/// One percent-encoded byte at the start of `rest`, and its length. A percent sign that begins none stands for itself.
fn percent(rest: &[u8]) -> (u8, usize) {
    match rest.get(1..3).and_then(hex_value).and_then(|value| u8::try_from(value).ok()) {
        Some(byte) => (byte, 3),
        None => (b'%', 1),
    }
}

fn hex_value(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| Some(value * 16 + char::from(*digit).to_digit(16)?))
}

fn has_percent(source: &[u8]) -> bool {
    memchr::memchr_iter(b'%', source).any(|at| source.get(at + 1..at + 3).and_then(hex_value).is_some())
}

/// The insides of the strings that stand under a key `text`, in order. An unescaped quote stands only at a string's edge, so a key
/// is never mistaken for content.
fn texts(message: &[u8]) -> Vec<Range<usize>> {
    let mut texts = Vec::new();
    let mut at = 0;
    let key = memmem::Finder::new(b"\"text\"");
    while let Some(found) = key.find(&message[at..]) {
        at += found + key.needle().len();
        let Some(colon) = skip_blanks(message, at).filter(|&colon| message[colon] == b':') else { continue };
        let Some(quote) = skip_blanks(message, colon + 1).filter(|&quote| message[quote] == b'"') else { continue };
        let end = string_end(message, quote + 1);
        texts.push(quote + 1..end);
        at = end;
    }
    texts
}

fn skip_blanks(message: &[u8], at: usize) -> Option<usize> {
    message[at..].iter().position(|byte| !byte.is_ascii_whitespace()).map(|blanks| at + blanks)
}

/// Where the string that begins at `at` (behind its quote) ends: at its closing quote, or with the message.
pub(super) fn string_end(message: &[u8], mut at: usize) -> usize {
    while let Some(next) = memchr2(b'"', b'\\', &message[at..]) {
        at += next;
        if message[at] == b'"' {
            return at;
        }
        at = (at + 2).min(message.len());
    }
    message.len()
}

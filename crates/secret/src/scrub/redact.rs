//! Replaces places in a message so that JSON stays JSON.

use super::{MARK, Scrubbed, view};
use std::ops::Range;

/// The message with [`MARK`] for each place.
///
/// Inside a string the place itself is replaced, widened to whole escapes; outside strings the whole number or word that it
/// touches, by a string. What gives JSON its shape (quotes, brackets, commas) is never touched.
pub(super) fn redact(message: &[u8], mut places: Vec<Range<usize>>) -> Scrubbed {
    places.sort_unstable_by_key(|place| place.start);
    places.dedup_by(|later, earlier| {
        let touches = later.start <= earlier.end;
        if touches {
            earlier.end = earlier.end.max(later.end);
        }
        touches
    });
    let mut out =
        Out { message, places: &places, done: 0, copied: 0, bytes: Vec::with_capacity(message.len()), found: 0 };
    let mut at = 0;
    while let Some(&byte) = message.get(at) {
        match byte {
            b'"' => {
                let end = view::string_end(message, at + 1);
                out.string(at + 1..end);
                at = end + 1;
            }
            b'{' | b'}' | b'[' | b']' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            _ => {
                let length = message[at..].iter().position(|byte| b"{}[],:\" \t\r\n".contains(byte));
                let end = length.map_or(message.len(), |length| at + length);
                out.word(at..end);
                at = end;
            }
        }
    }
    out.bytes.extend_from_slice(&message[out.copied..]);
    Scrubbed { bytes: out.bytes, found: out.found }
}

struct Out<'a> {
    message: &'a [u8],
    /// In order, apart from each other.
    places: &'a [Range<usize>],
    /// How many places end before what is being read.
    done: usize,
    /// How much of the message was copied or replaced.
    copied: usize,
    bytes: Vec<u8>,
    found: usize,
}

impl Out<'_> {
    /// A string's inside.
    fn string(&mut self, inside: Range<usize>) {
        let mut open: Option<Range<usize>> = None;
        // Escapes are walked from the string's start: only from there is it known which backslash begins one.
        let mut walked = inside.start;
        for index in self.touching(&inside) {
            let place = &self.places[index];
            let start = self.whole(&mut walked, place.start.max(inside.start)).0;
            let mut ahead = walked;
            let end = self.whole(&mut ahead, place.end.min(inside.end) - 1).1.min(inside.end);
            open = Some(match open {
                Some(before) if start <= before.end => before.start..before.end.max(end),
                Some(before) => {
                    self.replace(before, MARK.as_bytes());
                    start..end
                }
                None => start..end,
            });
        }
        if let Some(place) = open {
            self.replace(place, MARK.as_bytes());
        }
    }

    /// A number, a word, or anything else that is no string.
    fn word(&mut self, word: Range<usize>) {
        if !self.touching(&word).is_empty() {
            self.replace(word, format!("\"{MARK}\"").as_bytes());
        }
    }

    /// Which places touch this part. Parts come in order, and a place may reach over several.
    fn touching(&mut self, part: &Range<usize>) -> Range<usize> {
        while self.places.get(self.done).is_some_and(|place| place.end <= part.start) {
            self.done += 1;
        }
        let count =
            if part.is_empty() { 0 } else { self.places[self.done..].partition_point(|place| place.start < part.end) };
        self.done..self.done + count
    }

    /// The escape, or the single byte, that holds the byte `at`: where it begins and ends. Moves `walked` up to it.
    fn whole(&self, walked: &mut usize, at: usize) -> (usize, usize) {
        loop {
            let skip = memchr::memchr(b'\\', &self.message[*walked..=at.max(*walked)]);
            let Some(skip) = skip else {
                *walked = at.max(*walked);
                return (at, at + 1);
            };
            let begin = *walked + skip;
            let length = if self.message.get(begin + 1) == Some(&b'u') { 6 } else { 2 };
            if begin + length > at {
                *walked = begin;
                return (begin, begin + length);
            }
            *walked = begin + length;
        }
    }

    fn replace(&mut self, place: Range<usize>, with: &[u8]) {
        self.bytes.extend_from_slice(&self.message[self.copied..place.start]);
        self.bytes.extend_from_slice(with);
        self.copied = place.end;
        self.found += 1;
    }
}

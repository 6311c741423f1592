//! Removes live secrets from what is passed on: to a host (catalogue case 168), and out of what a model sends (case 171).
//!
//! A message is searched as it stands, then as what it means: with JSON escapes undone, with percent-encoding undone, again where
//! that uncovers more of either, and with the `text` values of its content blocks put together. A place found in such a
//! `view` is led back to the bytes that it came from, and those are replaced so that JSON stays JSON.
//!
//! What this cannot find: values shorter than [`SHORTEST`] bytes; a secret that was compressed or enciphered, or spelled in letters
//! of another alphabet; a secret split over separate messages, or over strings that are no `text`; a part of a secret.
//!
//! To add an encoding: a line in `needle::spellings`, or a case in `view` where a spelling has many forms; then a line
//! in the property test's list.

mod needle;
mod redact;
#[cfg(test)]
mod tests;
mod view;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};
use needle::Needle;
use std::fmt;
use std::ops::Range;
use view::View;

/// What stands where a secret stood.
pub const MARK: &str = "[keyholder:redacted]";

/// Values with fewer bytes are not searched for: they would be found by chance.
pub const SHORTEST: usize = 8;

/// Searches for a fixed set of secrets.
///
/// Immutable; made anew when the set of live secrets changes. The needles are wiped when it is dropped. The automaton is not: its
/// tables keep eight bytes from the end of each spelling until that memory is used again, which is less than any secret.
pub struct Scrubber {
    /// Finds the last eight bytes of every needle; `None` where there is no needle.
    automaton: Option<AhoCorasick>,
    /// By the automaton's pattern: the needles that end so.
    needles: Vec<Vec<Needle>>,
}

/// A message without the secrets.
#[derive(PartialEq, Eq)]
pub struct Scrubbed {
    /// The message; valid JSON where the original was.
    pub bytes: Vec<u8>,
    /// In how many places [`MARK`] now stands.
    pub found: usize,
}

impl Default for Scrubber {
    /// One that looks for nothing.
    fn default() -> Self {
        Self::of([])
    }
}

impl Scrubber {
    /// A scrubber for these secrets, in all the spellings of this module's list.
    pub fn of<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut fragments: Vec<[u8; SHORTEST]> = Vec::new();
        let mut needles: Vec<Vec<Needle>> = Vec::new();
        for needle in secrets.into_iter().filter(|secret| secret.len() >= SHORTEST).flat_map(needle::spellings) {
            let Some(fragment) = needle.last_chunk::<SHORTEST>().copied() else { continue };
            let place = fragments.iter().position(|known| *known == fragment).unwrap_or_else(|| {
                fragments.push(fragment);
                needles.push(Vec::new());
                needles.len() - 1
            });
            if !needles[place].contains(&needle) {
                needles[place].push(needle);
            }
        }
        let automaton = (!fragments.is_empty()).then(|| Self::automaton(&fragments)).flatten();
        zeroize::Zeroize::zeroize(&mut fragments);
        Self { automaton, needles }
    }

    /// A table-driven automaton (one look-up per byte) where that stays small, and the library's choice above that.
    ///
    /// All patterns have one length, so at most one matches at a place and "leftmost" loses none.
    fn automaton(fragments: &[[u8; SHORTEST]]) -> Option<AhoCorasick> {
        let kind = (fragments.len() <= 1024).then_some(AhoCorasickKind::DFA);
        AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).kind(kind).build(fragments).ok()
    }

    /// Whether it has nothing to search for.
    pub fn is_empty(&self) -> bool {
        self.automaton.is_none()
    }

    /// The message without the secrets, or `None` where it holds none and can be passed on as it is.
    ///
    /// `message` is one JSON-RPC message; any other bytes are cleaned as well as they can be read.
    pub fn scrub(&self, message: &[u8]) -> Option<Scrubbed> {
        let places = self.places(message);
        if places.is_empty() { None } else { Some(redact::redact(message, places)) }
    }

    /// Whether the bytes hold a secret in any spelling: for what a model sends to a server (catalogue case 171).
    pub fn contains(&self, bytes: &[u8]) -> bool {
        !self.places(bytes).is_empty()
    }

    /// Where in the message secrets stand, in no order, possibly overlapping.
    fn places(&self, message: &[u8]) -> Vec<Range<usize>> {
        let mut places = self.search(message);
        if !self.is_empty() {
            for view in View::of_message(message) {
                self.search_views(&mut vec![view], &mut places);
            }
        }
        places
    }

    /// Searches the last view, and what that uncovers: JSON inside a text block, a URL inside that. The two kinds of escapes are
    /// undone apart, since a secret may hold a percent sign or a backslash of its own.
    fn search_views(&self, views: &mut Vec<View>, places: &mut Vec<Range<usize>>) {
        let Some(last) = views.last() else { return };
        for found in self.search(last.bytes()) {
            places.extend(view::to_message(views, found));
        }
        if views.len() == view::DEEPEST {
            return;
        }
        for next in View::of_view(last).into_iter().flatten() {
            views.push(next);
            self.search_views(views, places);
            views.pop();
        }
    }

    /// Where needles stand in exactly these bytes.
    fn search(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> = Vec::new();
        let Some(automaton) = &self.automaton else { return places };
        // Whoever issued a token could make one that repeats itself, and a message in which comparing it never ends. Past this
        // much work a likely place counts as found.
        let mut budget = bytes.len().saturating_mul(16).max(1 << 20);
        let mut at = 0;
        while let Some(hit) = automaton.find(Input::new(bytes).span(at..bytes.len())) {
            for needle in &self.needles[hit.pattern().as_usize()] {
                let Some(start) = hit.end().checked_sub(needle.len()) else { continue };
                let alike = if budget == 0 { needle.len() } else { alike(&bytes[start..hit.end()], needle) };
                if alike == needle.len() {
                    note(&mut places, start..hit.end());
                }
                budget = budget.saturating_sub(alike);
            }
            // Not from the hit's end: another needle's end may overlap this one's.
            at = hit.start() + 1;
        }
        places
    }
}

/// How many bytes two stretches have in common from their start: what comparing them costs.
fn alike(bytes: &[u8], needle: &[u8]) -> usize {
    bytes.iter().zip(needle).take_while(|(byte, wanted)| byte == wanted).count()
}

/// Adds a place, melting it into the one before where they touch, so that a repetitive message costs no memory.
fn note(places: &mut Vec<Range<usize>>, place: Range<usize>) {
    match places.last_mut() {
        Some(last) if place.start <= last.end && last.start <= place.end => {
            *last = last.start.min(place.start)..last.end.max(place.end);
        }
        _ => places.push(place),
    }
}

impl fmt::Debug for Scrubber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<scrubber of {} spellings>", self.needles.iter().map(Vec::len).sum::<usize>())
    }
}

impl fmt::Debug for Scrubbed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<message of {} bytes, {} places redacted>", self.bytes.len(), self.found)
    }
}

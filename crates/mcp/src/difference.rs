//! How two definitions differ, in lines that a person can read.
//!
//! The texts are a server's: every line is bounded, and nothing in it can break out of its line, hide, or end its quotation.

use crate::canonical::Node;
use keyholder_model::untrusted::push_visible;
use std::fmt::Write as _;

/// The most lines that are given; where there is more, the last of them says how much.
pub const MOST_LINES: usize = 40;

/// The most characters of one line.
pub const LONGEST_LINE: usize = 300;

/// What changed from one definition to the other, by JSON path: `description: “a” -> “b”`, `inputSchema.properties.to: added {…}`,
/// `title: removed “a”`. Empty where they are the same definition in another spelling.
pub fn difference(before: &str, now: &str) -> Vec<String> {
    let mut report = Report::default();
    match (Node::parse(before), Node::parse(now)) {
        (Ok(before), Ok(now)) => compare(&before, &now, &mut Vec::new(), &mut report),
        (before, now) => {
            let of = |it: &Result<_, crate::fault::Fault>| if it.is_ok() { "can be read" } else { "cannot be read" };
            let line = format!("the definition before {}, the one now {}", of(&before), of(&now));
            report.add(line);
        }
    }
    report.finish()
}

/// The lines so far, and how many more there would be.
#[derive(Default)]
struct Report {
    lines: Vec<String>,
    more: usize,
}

impl Report {
    fn add(&mut self, line: String) {
        if self.lines.len() < MOST_LINES { self.lines.push(line) } else { self.more += 1 }
    }

    /// Whether another line would only be counted: then it need not be composed.
    fn is_full(&self) -> bool {
        self.lines.len() == MOST_LINES
    }

    fn finish(mut self) -> Vec<String> {
        if self.more > 0 {
            self.lines.pop();
            self.lines.push(format!("and {} more", self.more + 1));
        }
        self.lines
    }
}

/// One step from a value to a value inside it.
#[derive(Clone, Copy)]
enum Step<'a> {
    Index(usize),
    Name(&'a str),
}

fn compare<'a>(before: &'a Node<'_>, now: &'a Node<'_>, path: &mut Vec<Step<'a>>, report: &mut Report) {
    match (before, now) {
        (Node::Object(old), Node::Object(new)) => {
            for (name, old) in old {
                path.push(Step::Name(name));
                match new.get(name) {
                    Some(new) => compare(old, new, path, report),
                    None => lone(path, "removed", old, report),
                }
                path.pop();
            }
            for (name, new) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
                path.push(Step::Name(name));
                lone(path, "added", new, report);
                path.pop();
            }
        }
        (Node::List(old), Node::List(new)) => compare_lists(old, new, path, report),
        (before, now) if before == now => {}
        _ if report.is_full() => report.more += 1,
        _ => {
            let (from, to) = shown_pair(before, now);
            report.add(bounded(&format!("{}: {from} -> {to}", shown_path(path))));
        }
    }
}

/// What stands alike at the start and at the end of both lists did not change; the rest is compared one by one.
fn compare_lists<'a>(old: &'a [Node<'_>], new: &'a [Node<'_>], path: &mut Vec<Step<'a>>, report: &mut Report) {
    let start = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[start..], &new[start..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
    for place in 0..old.len().max(new.len()) {
        path.push(Step::Index(start + place));
        match (old.get(place), new.get(place)) {
            (Some(old), Some(new)) => compare(old, new, path, report),
            (Some(old), None) => lone(path, "removed", old, report),
            (None, Some(new)) => lone(path, "added", new, report),
            (None, None) => {}
        }
        path.pop();
    }
}

/// A value that stands on one side only.
fn lone(path: &[Step<'_>], what: &str, value: &Node<'_>, report: &mut Report) {
    if report.is_full() {
        report.more += 1;
        return;
    }
    report.add(bounded(&format!("{}: {what} {}", shown_path(path), shown(value, 0, 160))));
}

/// Both values, each cut to what surrounds the first change.
fn shown_pair(before: &Node<'_>, now: &Node<'_>) -> (String, String) {
    let from = match (before, now) {
        (Node::Text(old), Node::Text(new)) => {
            let alike = old.chars().zip(new.chars()).take_while(|(old, new)| old == new).count();
            alike.saturating_sub(LEAD)
        }
        _ => 0,
    };
    (shown(before, from, SIDE), shown(now, from, SIDE))
}

/// A value from one character on, at most so many characters of it. A text stands in quotation marks, and none of its own can end
/// them.
fn shown(value: &Node<'_>, from: usize, most: usize) -> String {
    let composed;
    let (text, is_text): (&str, bool) = match value {
        Node::Text(text) => (text, true),
        Node::Bare(text) => (text, false),
        _ => {
            let mut whole = String::new();
            value.write(&mut whole);
            composed = whole;
            (&composed, false)
        }
    };
    let mut out = String::from(if is_text { "\u{201c}" } else { "" });
    if from > 0 {
        out.push('\u{2026}');
    }
    let mut left = most;
    for character in text.chars().skip(from) {
        let mut one = String::new();
        push_plain(&mut one, character);
        let width = one.chars().count();
        if width > left {
            out.push('\u{2026}');
            break;
        }
        left -= width;
        out.push_str(&one);
    }
    out.push_str(if is_text { "\u{201d}" } else { "" });
    out
}

fn push_plain(out: &mut String, character: char) {
    if matches!(character, '\u{201c}'..='\u{201f}') {
        // Writing to a String cannot fail.
        let _ = write!(out, "\\u{:04x}", u32::from(character));
    } else {
        push_visible(out, character);
    }
}

/// `inputSchema.properties.to`, `enum[2]`. A name that is no plain word stands in quotation marks; a long path loses its middle.
fn shown_path(path: &[Step<'_>]) -> String {
    if path.is_empty() {
        return "the whole".to_owned();
    }
    let mut out = String::new();
    for (place, step) in path.iter().enumerate() {
        match step {
            Step::Index(index) => {
                let _ = write!(out, "[{index}]");
            }
            Step::Name(name) => {
                if place > 0 {
                    out.push('.');
                }
                let is_plain =
                    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$'));
                let quoted = shown(&Node::Text((*name).into()), 0, 40);
                out.push_str(if is_plain && name.len() <= 40 { name } else { &quoted });
            }
        }
    }
    let length = out.chars().count();
    if length <= PATH {
        return out;
    }
    let head: String = out.chars().take(PATH / 2).collect();
    let tail: String = out.chars().skip(length - PATH / 2).collect();
    format!("{head}\u{2026}{tail}")
}

fn bounded(line: &str) -> String {
    line.chars().take(LONGEST_LINE).collect()
}

/// Characters that stand before the first change of a text.
const LEAD: usize = 24;

/// Characters of a path.
const PATH: usize = 100;

/// Characters of each side of a change.
const SIDE: usize = 90;

#[cfg(test)]
mod tests;

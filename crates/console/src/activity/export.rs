//! Entries as files for other programs: one line each, in JSON or as comma-separated values.
//!
//! What stands in an entry was written by hosts, models and servers. A line must stay one line, a spreadsheet must not take a text
//! for a formula, and a terminal must not obey one.

use super::{EntryView, LogQuery, LogReport};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::io::{self, Write};

/// How entries are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Comma-separated values (RFC 4180) with a heading.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

impl ExportFormat {
    /// How such files end.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }

    /// What stands above all entries, with its line's end; empty where nothing does.
    pub fn heading(self) -> String {
        match self {
            Self::Csv => format!("{}\r\n", COLUMNS.join(",")),
            Self::Jsonl => String::new(),
        }
    }

    /// One entry, with its line's end.
    pub fn line(self, entry: &EntryView) -> String {
        match self {
            Self::Csv => csv(entry),
            Self::Jsonl => jsonl(entry),
        }
    }
}

/// Writes what the query finds, newest first, page by page as `read` gives them. Says how many entries there were.
///
/// # Errors
/// What `read` and `to` give; what was written until then is only a beginning.
pub fn write<E: From<io::Error>>(
    format: ExportFormat,
    mut query: LogQuery,
    to: &mut impl Write,
    mut read: impl FnMut(&LogQuery) -> Result<LogReport, E>,
) -> Result<u64, E> {
    to.write_all(format.heading().as_bytes())?;
    let mut count = 0;
    loop {
        let LogReport { entries, next } = read(&query)?;
        for entry in &entries {
            to.write_all(format.line(entry).as_bytes())?;
            count += 1;
        }
        // A page that does not lead on would be read for ever.
        let Some(next) = next.filter(|next| query.before.is_none_or(|before| *next < before)) else { break };
        query.before = Some(next);
    }
    to.flush()?;
    Ok(count)
}

/// The columns of the comma-separated form. New ones are added at the end.
pub const COLUMNS: [&str; 17] = [
    "number",
    "at",
    "kind",
    "app",
    "server",
    "account",
    "tool",
    "decision",
    "by",
    "reason",
    "outcome",
    "tier",
    "preview",
    "fault",
    "millis",
    "decided_ms",
    "bytes",
];

fn csv(entry: &EntryView) -> String {
    let text = |value: &Option<String>| value.as_deref().map(cell).unwrap_or_default();
    let count = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
    let cells: [String; COLUMNS.len()] = [
        entry.number.to_string(),
        cell(&entry.at),
        cell(&entry.kind),
        text(&entry.app),
        text(&entry.server),
        text(&entry.account),
        text(&entry.tool),
        entry.decision.map(|decision| cell(decision.as_str())).unwrap_or_default(),
        entry.by.map(|by| cell(by.as_str())).unwrap_or_default(),
        text(&entry.reason),
        cell(entry.outcome.as_str()),
        text(&entry.tier),
        text(&entry.preview),
        text(&entry.fault),
        count(entry.millis),
        count(entry.decided_ms),
        count(entry.bytes),
    ];
    format!("{}\r\n", cells.join(","))
}

/// A text in quotes. Programs that part at other marks than commas keep what is in quotes together too.
fn cell(text: &str) -> String {
    let mut cell = String::from("\"");
    // A spreadsheet computes what begins so; the last four are the wide forms of the first.
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']) {
        cell.push('\'');
    }
    for c in text.chars() {
        match c {
            '"' => cell.push_str("\"\""),
            '\n' => cell.push_str("\\n"),
            '\r' => cell.push_str("\\r"),
            '\t' => cell.push_str("\\t"),
            // Writing to a string cannot fail.
            _ if is_unseen(c) => drop(write!(cell, "\\u{{{:x}}}", u32::from(c))),
            _ => cell.push(c),
        }
    }
    cell.push('"');
    cell
}

fn jsonl(entry: &EntryView) -> String {
    // An entry consists of texts and numbers, which always have a JSON form.
    let json = serde_json::to_string(entry).unwrap_or_default();
    let mut line = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        if is_unseen(c) {
            // All of them stand in strings, where this says the same (RFC 8259 §7).
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(line, "\\u{unit:04x}");
            }
        } else {
            line.push(c);
        }
    }
    line.push('\n');
    line
}

/// Controls, and what turns the direction of reading or cannot be seen.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::super::{DeciderView, DecisionView, OutcomeView};
    use super::*;

    fn entry(text: &str) -> EntryView {
        EntryView {
            number: 7,
            at: "2026-11-21T08:00:00.000Z".into(),
            kind: "call".into(),
            app: Some("claude".into()),
            server: Some("work".into()),
            account: None,
            tool: Some(text.into()),
            decision: Some(DecisionView::Allowed),
            by: Some(DeciderView::Rule),
            reason: Some("rule asking/look".into()),
            outcome: OutcomeView::Done,
            tier: Some("look".into()),
            preview: Some(r#"{"a":"b, c"}"#.into()),
            fault: None,
            detail: Some(r#"{"a":"b, c"}"#.into()),
            millis: Some(40),
            decided_ms: None,
            bytes: Some(512),
        }
    }

    #[test]
    fn an_entry_is_one_line_of_values() {
        assert_eq!(
            ExportFormat::Csv.heading() + &ExportFormat::Csv.line(&entry("send")),
            "number,at,kind,app,server,account,tool,decision,by,reason,outcome,tier,preview,fault,millis,decided_ms,bytes\r\n\
             7,\"2026-11-21T08:00:00.000Z\",\"call\",\"claude\",\"work\",,\"send\",\"allowed\",\"rule\",\
             \"rule asking/look\",\"done\",\"look\",\"{\"\"a\"\":\"\"b, c\"\"}\",,40,,512\r\n"
        );
    }

    #[test]
    fn a_spreadsheet_computes_nothing_and_a_line_stays_one() {
        for begin in ["=", "+", "-", "@", "\u{ff1d}"] {
            assert_eq!(cell(&format!("{begin}1+1|cmd")), format!("\"'{begin}1+1|cmd\""));
        }
        assert_eq!(cell("\t=1"), "\"'\\t=1\"");
        assert_eq!(cell("a\r\nb;\"c\u{1b}[2J\u{202e}"), "\"a\\r\\nb;\"\"c\\u{1b}[2J\\u{202e}\"");
        assert_eq!(cell("1-1=0"), "\"1-1=0\"");
        let hostile = "x\n2,\"y\"\r\n=HYPERLINK(\"\")\u{2028}\u{85}\0";
        let line = ExportFormat::Csv.line(&entry(hostile));
        assert_eq!(line.matches(['\r', '\n']).count(), 2);
        assert_eq!(read(&line).len(), COLUMNS.len());
    }

    #[test]
    fn a_line_of_json_reads_back_and_hides_nothing() {
        let hostile = "x\n\u{1b}[2J\u{202e}\u{e0041}\u{1f600}\"";
        let line = ExportFormat::Jsonl.line(&entry(hostile));
        assert!(line.ends_with("}\n") && !line.trim_end().contains(is_unseen), "{line}");
        assert_eq!(serde_json::from_str::<EntryView>(&line).unwrap(), entry(hostile));
        assert!(ExportFormat::Jsonl.heading().is_empty());
    }

    /// What is written of pages of two, from entry 6 on; `next` is where the page says that the following one begins.
    fn numbers(next: impl Fn(u64) -> Option<u64>) -> Vec<u64> {
        let mut bytes = Vec::new();
        let of = |number| EntryView { number, ..entry("t") };
        let count = write::<io::Error>(ExportFormat::Jsonl, LogQuery::default(), &mut bytes, |query| {
            let newest = query.before.unwrap_or(7) - 1;
            Ok(LogReport { entries: vec![of(newest), of(newest - 1)], next: next(newest - 1) })
        });
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(count.unwrap(), text.lines().count() as u64);
        text.lines().map(|line| serde_json::from_str::<EntryView>(line).unwrap().number).collect()
    }

    #[test]
    fn every_page_is_written_once_and_one_that_leads_in_circles_is_not_followed() {
        assert_eq!(numbers(|last| (last > 1).then_some(last)), [6, 5, 4, 3, 2, 1]);
        assert_eq!(numbers(|_| Some(5)), [6, 5, 4, 3]);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let refused = |_: &LogQuery| Err(io::Error::from(io::ErrorKind::NotConnected));
        let outcome = write(ExportFormat::Csv, LogQuery::default(), &mut Vec::new(), refused);
        assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::NotConnected);
    }

    /// The cells of a line, as RFC 4180 has them.
    fn read(line: &str) -> Vec<String> {
        let mut cells = vec![String::new()];
        let mut is_quoted = false;
        for c in line.trim_end_matches("\r\n").chars() {
            match c {
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => cells.push(String::new()),
                _ => cells.last_mut().unwrap().push(c),
            }
        }
        assert!(!is_quoted);
        cells
    }
}

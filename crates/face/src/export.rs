//! The log, or a part of it, as a file for other programs. Secrets are hidden in the log already; nothing shows them here.

use keyholder_console::activity::{EntryView, LogQuery, LogReport};
use keyholder_console::error::ConsoleError;
use serde::Deserialize;
use serde_json::Value;
use std::io::{self, Write};

/// What the main window wants written.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct SaveRequest {
    /// What the file could be called.
    pub name: String,
    /// How it is written.
    pub format: Format,
    /// Which entries.
    pub query: LogQuery,
}

/// How a file is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Comma-separated values (RFC 4180), with a line of names.
    Csv,
    /// One JSON object a line, as the console has them.
    Jsonl,
}

/// Why there is no file, or only part of one.
#[derive(Debug)]
pub enum ExportError {
    /// The broker did not give an entry.
    Console(ConsoleError),
    /// It could not be written.
    Io(io::Error),
}

impl Format {
    /// How such files are called.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }
}

/// Writes what the query finds, newest first, page by page as `read` gives them.
///
/// # Errors
/// [`ExportError`].
pub fn write(
    request: SaveRequest,
    to: &mut impl Write,
    read: impl Fn(LogQuery) -> Result<LogReport, ConsoleError>,
) -> Result<(), ExportError> {
    let SaveRequest { format, mut query, .. } = request;
    if format == Format::Csv {
        write_cells(to, COLUMNS.map(str::to_owned))?;
    }
    loop {
        let LogReport { entries, next } = read(query.clone()).map_err(ExportError::Console)?;
        for entry in &entries {
            match format {
                Format::Csv => write_cells(to, cells(entry)?)?,
                Format::Jsonl => {
                    serde_json::to_writer(&mut *to, entry).map_err(io::Error::from)?;
                    to.write_all(b"\n")?;
                }
            }
        }
        // A page that does not lead on would be read for ever.
        match next.filter(|next| query.before.is_none_or(|before| *next < before)) {
            Some(next) => query.before = Some(next),
            None => return Ok(to.flush()?),
        }
    }
}

/// A plain name with the format's ending and no path, whatever was suggested.
pub fn file_name(request: &SaveRequest) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = request.name.chars().filter(is_plain).take(80).collect();
    let extension = request.format.extension();
    let stem = name.strip_suffix(&format!(".{extension}")).unwrap_or(&name).trim_matches('.');
    format!("{}.{extension}", if stem.is_empty() { "keyholder" } else { stem })
}

/// The fields of an [`EntryView`], as the console names them.
const COLUMNS: [&str; 18] = [
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
    "detail",
    "millis",
    "decided_ms",
    "bytes",
];

fn cells(entry: &EntryView) -> io::Result<[String; COLUMNS.len()]> {
    let fields = serde_json::to_value(entry)?;
    Ok(COLUMNS.map(|name| match &fields[name] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }))
}

fn write_cells<const N: usize>(to: &mut impl Write, cells: [String; N]) -> io::Result<()> {
    let cells = cells.map(|cell| {
        // A server names its tools: none of them becomes a formula in somebody's spreadsheet.
        let formula = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        format!("\"{formula}{}\"", cell.replace('"', "\"\""))
    });
    write!(to, "{}\r\n", cells.join(","))
}

impl From<io::Error> for ExportError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyholder_console::error::Code;
    use serde_json::json;

    fn request(name: &str, format: Format) -> SaveRequest {
        SaveRequest { name: name.to_owned(), format, query: LogQuery::default() }
    }

    fn entry(number: u64, tool: &str) -> EntryView {
        let fields = json!({
            "number": number, "at": "2026-11-21T10:00:00Z", "kind": "call", "tool": tool, "outcome": "done", "millis": 5,
        });
        serde_json::from_value(fields).unwrap()
    }

    fn written(format: Format, read: impl Fn(LogQuery) -> Result<LogReport, ConsoleError>) -> String {
        let mut bytes = Vec::new();
        write(request("x", format), &mut bytes, read).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn every_page_is_written_once() {
        let text = written(Format::Jsonl, |query| {
            let newest = query.before.unwrap_or(7) - 1;
            let entries = (newest.saturating_sub(1)..=newest).rev().map(|number| entry(number, "t")).collect();
            Ok(LogReport { entries, next: (newest > 2).then(|| newest - 1) })
        });
        let numbers: Vec<_> =
            text.lines().map(|line| serde_json::from_str::<EntryView>(line).unwrap().number).collect();
        assert_eq!(numbers, [6, 5, 4, 3, 2, 1]);
    }

    #[test]
    fn a_broker_that_leads_in_circles_is_not_followed() {
        let text = written(Format::Jsonl, |_| Ok(LogReport { entries: vec![entry(3, "t")], next: Some(3) }));
        assert_eq!(text.lines().count(), 2);
    }

    #[test]
    fn a_cell_stays_a_cell_and_is_no_formula() {
        let tool = "=HYPERLINK(\"x\"),\r\nnext";
        let text = written(Format::Csv, |_| Ok(LogReport { entries: vec![entry(1, tool)], next: None }));
        let (names, line) = text.split_once("\r\n").unwrap();
        assert!(names.starts_with("\"number\",\"at\",\"kind\""));
        assert!(line.contains("\"'=HYPERLINK(\"\"x\"\"),\r\nnext\",\"\",\"\",\"\",\"done\""), "{line}");
    }

    #[test]
    fn no_field_is_left_out() {
        let fields = serde_json::to_value(entry(1, "t")).unwrap();
        let mut columns = COLUMNS.to_vec();
        columns.sort_unstable();
        let mut names: Vec<_> = fields.as_object().unwrap().keys().cloned().collect();
        names.sort_unstable();
        assert_eq!(columns, names);
    }

    #[test]
    fn what_the_broker_refuses_is_said() {
        let refused = |_| Err(ConsoleError::new(Code::Invalid));
        let outcome = write(request("x", Format::Csv), &mut Vec::new(), refused);
        assert!(matches!(outcome, Err(ExportError::Console(ConsoleError { code: Code::Invalid, .. }))));
    }

    #[test]
    fn a_suggested_name_is_a_name() {
        let name = |suggested| file_name(&request(suggested, Format::Csv));
        assert_eq!(name("activity-2026-11-21.csv"), "activity-2026-11-21.csv");
        assert_eq!(name("activity"), "activity.csv");
        assert_eq!(name("../../etc/passwd"), "etcpasswd.csv");
        assert_eq!(name("..."), "keyholder.csv");
    }
}

//! What people and scripts read: tables on a terminal, tab-separated lines on a pipe, JSON on request. Data on stdout,
//! everything else on stderr.

use crate::plain::escape;
use clap::ValueEnum;
use keyholder_console::envelope;
use keyholder_console::order::Answer;
use std::io::{self, IsTerminal as _, Write as _};

/// How this run shows things.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) json: bool,
    pub(crate) terminal: bool,
    colour: bool,
}

/// `--color`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub(crate) enum Colour {
    Always,
    #[default]
    Auto,
    Never,
}

/// What a word means, for its colour; the word itself always says it too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tone {
    Bad,
    Good,
    Plain,
    Warning,
}

/// One cell of a table.
pub(crate) struct Cell {
    text: String,
    tone: Tone,
}

/// A cell of text that may come from anywhere.
pub(crate) fn cell(text: impl AsRef<str>) -> Cell {
    toned(text, Tone::Plain)
}

/// A cell with a meaning.
pub(crate) fn toned(text: impl AsRef<str>, tone: Tone) -> Cell {
    Cell { text: escape(text.as_ref()), tone }
}

/// A cell that may be empty.
pub(crate) fn maybe(text: Option<impl AsRef<str>>) -> Cell {
    text.map_or_else(|| cell("-"), cell)
}

/// A cell with a moment, to the minute on a terminal.
pub(crate) fn moment(text: &str, output: Output) -> Cell {
    cell(minute(text, output))
}

/// A moment, to the minute on a terminal. Not escaped.
pub(crate) fn minute(text: &str, output: Output) -> String {
    let short = text.get(..16).filter(|_| output.terminal && text.len() >= 20);
    short.map_or_else(|| text.to_owned(), |short| short.replace('T', " "))
}

impl Output {
    /// By the flags, the environment (`NO_COLOR`, `CLICOLOR_FORCE`, `TERM`) and what stdout is.
    pub(crate) fn new(json: bool, colour: Colour) -> Self {
        let terminal = io::stdout().is_terminal();
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let colour = match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto if set("NO_COLOR") => false,
            Colour::Auto => (terminal && !dumb) || set("CLICOLOR_FORCE"),
        };
        Self { json, terminal, colour }
    }

    /// Shows an answer as JSON, if that was asked for.
    pub(crate) fn json(self, answer: &Answer) -> bool {
        if self.json {
            self.line(&envelope::of(answer).to_string());
        }
        self.json
    }

    /// One line on stdout.
    #[allow(clippy::unused_self, reason = "every way to stdout goes through the one who knows how it is shown")]
    pub(crate) fn line(self, line: &str) {
        // A reader that has seen enough (`| head`) is no fault.
        let _ = writeln!(io::stdout(), "{line}");
    }

    /// One line about something that is not there.
    pub(crate) fn nothing(self, sentence: &str) {
        if self.terminal {
            self.line(sentence);
        }
    }

    /// A list: aligned under its headings on a terminal, fields between tabs on a pipe.
    pub(crate) fn table(self, headings: &[&str], rows: &[Vec<Cell>]) {
        if !self.terminal {
            for row in rows {
                let fields: Vec<String> = row.iter().map(|cell| self.paint(cell, 0)).collect();
                self.line(&fields.join("\t"));
            }
            return;
        }
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.text.chars().count());
            cells.chain(headings.get(column).map(|heading| heading.chars().count())).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..headings.len()).map(width).collect();
        let heading: Vec<String> =
            headings.iter().zip(&widths).map(|(heading, width)| format!("{heading:width$}")).collect();
        self.line(heading.join("  ").trim_end());
        for row in rows {
            let fields: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| self.paint(cell, *width)).collect();
            self.line(fields.join("  ").trim_end());
        }
    }

    /// One thing: its fields under each other.
    pub(crate) fn fields(self, fields: &[(&str, Cell)]) {
        let width =
            if self.terminal { fields.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0) + 1 } else { 0 };
        for (name, cell) in fields {
            let between = if self.terminal { " " } else { "\t" };
            self.line(&format!("{:width$}{between}{}", format!("{name}:"), self.paint(cell, 0)));
        }
    }

    /// Lines that belong together under a heading of ours; nothing where there are none.
    pub(crate) fn section(self, heading: &str, lines: &[impl AsRef<str>]) {
        if lines.is_empty() {
            return;
        }
        self.line("");
        self.line(heading);
        for line in lines {
            self.line(&format!("  {}", escape(line.as_ref())));
        }
    }

    fn paint(self, cell: &Cell, width: usize) -> String {
        let text = &cell.text;
        let code = match cell.tone {
            Tone::Bad => "31",
            Tone::Good => "32",
            Tone::Warning => "33",
            Tone::Plain => return format!("{text:width$}"),
        };
        if self.colour { format!("\u{1b}[{code}m{text:width$}\u{1b}[0m") } else { format!("{text:width$}") }
    }
}

/// One sentence on stderr.
pub(crate) fn complain(sentence: &str) {
    let _ = writeln!(io::stderr(), "keyholder: {}", escape(sentence));
}

/// Asks at the terminal; none where there is no terminal to ask at.
pub(crate) fn confirm(question: &str) -> Option<bool> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return None;
    }
    let _ = write!(io::stderr(), "{} [y/N] ", escape(question));
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).ok()?;
    Some(matches!(answer.trim(), "y" | "Y" | "yes"))
}

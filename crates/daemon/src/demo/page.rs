//! What the demo writes: plain text on stdout, no colours, 80 columns.

use crate::layout::hanging;
use keyholder_model::untrusted;
use std::io::Write as _;

/// Where the second column begins.
const INDENT: usize = 15;

/// A headline, with its number.
pub(super) fn headline(number: usize, title: &str) {
    write(&format!("\n== {number}. {title} {}\n\n", "=".repeat(70_usize.saturating_sub(title.chars().count()))));
}

/// A paragraph of the narrator.
pub(super) fn tell(text: &str) {
    write(&hanging("", 0, text));
    blank();
}

/// One thing that is shown, by its name. Texts of others are made safe here.
pub(super) fn show(name: &str, text: &str) {
    write(&hanging(&format!("  {name}"), INDENT, &untrusted::visible(text)));
}

/// Lines as they are, indented: what a command printed.
pub(super) fn quote(text: &str) {
    for line in text.lines() {
        write(&hanging("", 4, &untrusted::visible(line)));
    }
}

/// A line of a question or prompt, exactly so.
pub(super) fn exactly(text: &str) {
    write(text);
}

/// An empty line.
pub(super) fn blank() {
    write("\n");
}

fn write(text: &str) {
    let mut out = std::io::stdout().lock();
    // A reader that has seen enough (`| head`) is no fault of the story.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

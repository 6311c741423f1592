//! Exactly what would be sent, a page at a time: nothing is left out and nothing is hidden.

use crate::layout::{WIDTH, columns};
use keyholder_approval::Subject;
use keyholder_model::untrusted;
use std::sync::Arc;

/// Lines of a page.
const PAGE: usize = 200;
const INDENT: &str = "    ";

/// A text, and how far it was shown.
#[derive(Debug)]
pub(crate) struct Pages {
    text: Arc<str>,
    at: usize,
}

impl Pages {
    /// The exact text of a subject, from its beginning; none where all of it is on the card.
    pub(crate) fn of(subject: &Subject) -> Option<Self> {
        let text = match subject {
            Subject::Call { arguments: text, .. }
            | Subject::Answer { content: text, .. }
            | Subject::Order { content: text, .. }
            | Subject::Read { content: text, .. } => text,
            Subject::Add { .. } | Subject::Admit { .. } | Subject::Connect { .. } => return None,
        };
        Some(Self { text: Arc::clone(text), at: 0 })
    }

    /// The next page; none after the last. Takes as long as the page, however long the text is.
    pub(crate) fn turn(&mut self) -> Option<String> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty() || self.at == 0)?;
        let (mut page, mut used, mut lines) = (INDENT.to_owned(), INDENT.len(), 1);
        let mut taken = rest.len();
        for (at, character) in rest.char_indices() {
            let before = page.len();
            untrusted::push_visible(&mut page, character);
            let added = columns(&page[before..]);
            if used + added > WIDTH {
                let moved = page.split_off(before);
                page.push('\n');
                if lines == PAGE {
                    taken = at;
                    break;
                }
                page.push_str(INDENT);
                page.push_str(&moved);
                lines += 1;
                used = INDENT.len();
            }
            used += added;
        }
        if taken == rest.len() {
            page.push('\n');
        }
        // One past the end says that all of it was shown, also of an empty text.
        self.at = if taken == rest.len() { self.text.len() + 1 } else { self.at + taken };
        Some(page)
    }

    /// Bytes that were not shown yet.
    pub(crate) fn left(&self) -> usize {
        self.text.len().saturating_sub(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(text: &str) -> Pages {
        Pages { text: text.into(), at: 0 }
    }

    #[test]
    fn two_megabytes_come_in_pages_and_nothing_is_lost() {
        let text = format!("{{\"a\":\"{}\"}}", "xy\u{4e16}".repeat(400_000));
        let mut pages = pages(&text);
        let (mut bare, mut left) = (String::new(), text.len());
        while let Some(page) = pages.turn() {
            assert!(page.lines().count() <= PAGE && page.lines().all(|line| columns(line) <= WIDTH));
            assert!(pages.left() < left);
            left = pages.left();
            bare.extend(page.lines().map(|line| line.strip_prefix(INDENT).unwrap()));
        }
        assert!(bare == text, "all of it was shown, in order");
    }

    #[test]
    fn nothing_in_the_text_can_move_the_cursor() {
        let mut pages = pages("{\"a\":\"\u{1b}[2J\r\n> yes\u{202e}\"}");
        assert_eq!(pages.turn().unwrap(), "    {\"a\":\"\\u001b[2J\\r\\n> yes\\u202e\"}\n");
        assert_eq!(pages.turn(), None);
    }

    #[test]
    fn an_empty_text_is_one_page() {
        let mut pages = pages("");
        assert_eq!(pages.turn().as_deref(), Some("    \n"));
        assert_eq!((pages.turn(), pages.left()), (None, 0));
    }
}

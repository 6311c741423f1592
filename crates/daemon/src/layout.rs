//! Text on a terminal of 80 columns.

use keyholder_model::untrusted;

/// Columns that are used.
pub(crate) const WIDTH: usize = 79;

/// `text` behind `head`, its further lines under its first; words that are longer than a line are cut. `head` is padded to
/// `indent` columns. Ends with a line end.
pub(crate) fn hanging(head: &str, indent: usize, text: &str) -> String {
    let room = WIDTH.saturating_sub(indent).max(20);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        // None at the beginning of a line: a space there belongs to the text.
        let mut line: Option<String> = None;
        for word in paragraph.split(' ') {
            let mut word = word;
            let mut begun = match line.take() {
                Some(full) if !fits(word, room.saturating_sub(columns(&full) + 1)) => {
                    lines.push(full);
                    String::new()
                }
                Some(begun) => begun + " ",
                None => String::new(),
            };
            while !fits(word, room) {
                let (piece, rest) = word.split_at(cut_of(word, room));
                lines.push(piece.to_owned());
                word = rest;
            }
            begun.push_str(word);
            line = Some(begun);
        }
        lines.push(line.unwrap_or_default());
    }
    let mut shown = String::new();
    for (number, line) in lines.iter().enumerate() {
        let head = if number == 0 { head } else { "" };
        shown.push_str(format!("{head:indent$}{line}").trim_end());
        shown.push('\n');
    }
    shown
}

/// Where a word that is too long is cut: behind its last comma or slash, if there is one in the second half.
fn cut_of(word: &str, room: usize) -> usize {
    let mut used = 0;
    let over = word.char_indices().find(|(_, character)| {
        used += width(*character);
        used > room
    });
    let most = over.map_or(word.len(), |(at, _)| at);
    let soft = word[..most].rfind([',', '/']).map(|at| at + 1);
    soft.filter(|cut| columns(&word[..*cut]) * 2 > room).unwrap_or(most)
}

/// Looks no further than it must: a word may be a megabyte of arguments.
fn fits(word: &str, room: usize) -> bool {
    let mut used = 0;
    word.chars().all(|character| {
        used += width(character);
        used <= room
    })
}

/// How many columns a text takes.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// How many columns a character takes: two for the wide ones of East Asia and for pictures (Unicode `EastAsianWidth` W and F,
/// roughly), else one. A mark that joins its neighbour is counted as well: a line may be too short, never too long.
pub(crate) fn width(character: char) -> usize {
    let is_wide = matches!(character,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{a4cf}' | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}' | '\u{1f000}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}');
    if is_wide { 2 } else { 1 }
}

/// A text of others on one line: visible, at most `most` columns of it, and how much is left out. Reads no more than it shows,
/// beside counting the rest.
pub(crate) fn bounded(text: &str, most: usize) -> String {
    let (mut shown, mut used) = (String::new(), 0);
    for (at, character) in text.char_indices() {
        let before = shown.len();
        untrusted::push_visible(&mut shown, character);
        used += columns(&shown[before..]);
        if used > most {
            shown.truncate(before);
            return shown + &format!("\u{2026} ({} more characters)", text[at..].chars().count());
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_and_no_line_is_longer_than_the_terminal() {
        let long = "x".repeat(200);
        for text in [
            "a few words that are quite a bit longer than eighty columns, so that they have to be wrapped somewhere",
            &long,
        ] {
            let shown = hanging("  head", 12, text);
            assert!(shown.lines().all(|line| line.chars().count() <= WIDTH), "{shown}");
            let bare: String = shown.replacen("head", "", 1).split_whitespace().collect();
            assert_eq!(bare, text.split_whitespace().collect::<String>());
        }
    }

    #[test]
    fn spaces_inside_a_text_stay() {
        assert_eq!(hanging("", 0, "a   b\n  c"), "a   b\n  c\n");
    }

    #[test]
    fn wide_letters_take_two_columns() {
        let shown = hanging("", 2, &"\u{4e16}".repeat(100));
        assert!(shown.lines().all(|line| columns(line) <= WIDTH), "{shown}");
        assert_eq!(shown.matches('\u{4e16}').count(), 100);
    }

    #[test]
    fn a_text_that_is_cut_says_how_much_is_missing() {
        assert_eq!(bounded("short", 5), "short");
        assert_eq!(bounded("a\u{202e}b", 7), "a\\u202e\u{2026} (1 more characters)");
        let huge = bounded(&"x".repeat(2_000_000), 100);
        assert!(huge.ends_with("(1999900 more characters)") && huge.len() < 140, "{huge}");
    }

    #[test]
    fn an_empty_text_is_one_line() {
        assert_eq!(hanging("head", 6, ""), "head\n");
    }
}

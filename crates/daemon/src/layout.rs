//! Text on a terminal of 80 columns.

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
    let most = word.char_indices().nth(room).map_or(word.len(), |(at, _)| at);
    let soft = word[..most].rfind([',', '/']).map(|at| at + 1);
    soft.filter(|cut| columns(&word[..*cut]) * 2 > room).unwrap_or(most)
}

/// Looks no further than it must: a word may be a megabyte of arguments.
fn fits(word: &str, room: usize) -> bool {
    word.chars().nth(room).is_none()
}

fn columns(text: &str) -> usize {
    text.chars().count()
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
    fn an_empty_text_is_one_line() {
        assert_eq!(hanging("head", 6, ""), "head\n");
    }
}

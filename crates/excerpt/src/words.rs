//! What changed within a text, word by word.

use crate::rows::clip;

/// A stretch of two texts side by side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Run {
    /// In the later text only.
    Added(String),
    /// In both. Long ones show their beginning and end, with an ellipsis between.
    Kept(String),
    /// In the earlier text only.
    Removed(String),
}

/// Bytes of each text that are compared.
pub(crate) const MOST_COMPARED: usize = 64 << 10;

/// Both texts in one, cut into runs; at most [`MOST_RUNS`] of them, each clipped.
/// Nothing where that would help no reader: a text too long, or too much changed.
pub(crate) fn runs(before: &str, now: &str) -> Option<Vec<Run>> {
    if before.len() > MOST_COMPARED || now.len() > MOST_COMPARED {
        return None;
    }
    let (before, now) = (cut(before), cut(now));
    let head = before.iter().zip(&now).take_while(|(one, other)| one == other).count();
    let (left, right) = (&before[head..], &now[head..]);
    let tail = left.iter().rev().zip(right.iter().rev()).take_while(|(one, other)| one == other).count();
    let (left, right) = (&left[..left.len() - tail], &right[..right.len() - tail]);
    // A table of both lengths: its size bounds time and memory.
    if left.len() * right.len() > MOST_CELLS {
        return None;
    }
    let mut steps = Vec::new();
    steps.extend(before[..head].iter().map(|word| (Step::Keep, *word)));
    align(left, right, &mut steps);
    steps.extend(before[before.len() - tail..].iter().map(|word| (Step::Keep, *word)));
    let joined = join(&steps);
    (joined.len() <= MOST_RUNS).then_some(joined)
}

/// Words, and what stands between them, each by itself.
fn cut(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut was_word = None;
    for (at, character) in text.char_indices() {
        let is_word = character.is_alphanumeric();
        // Between words every character stands alone, but for spaces.
        let goes_on = was_word == Some(is_word) && (is_word || character == ' ');
        if was_word.is_some() && !goes_on {
            words.push(&text[start..at]);
            start = at;
        }
        was_word = Some(is_word);
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Add,
    Keep,
    Remove,
}

/// The longest common subsequence, by the textbook's table.
fn align<'a>(left: &[&'a str], right: &[&'a str], steps: &mut Vec<(Step, &'a str)>) {
    let width = right.len() + 1;
    let mut longest = vec![0_u32; (left.len() + 1) * width];
    for row in (0..left.len()).rev() {
        for column in (0..right.len()).rev() {
            longest[row * width + column] = if left[row] == right[column] {
                longest[(row + 1) * width + column + 1] + 1
            } else {
                longest[(row + 1) * width + column].max(longest[row * width + column + 1])
            };
        }
    }
    let (mut row, mut column) = (0, 0);
    while row < left.len() && column < right.len() {
        if left[row] == right[column] {
            steps.push((Step::Keep, left[row]));
            (row, column) = (row + 1, column + 1);
        } else if longest[(row + 1) * width + column] >= longest[row * width + column + 1] {
            steps.push((Step::Remove, left[row]));
            row += 1;
        } else {
            steps.push((Step::Add, right[column]));
            column += 1;
        }
    }
    steps.extend(left[row..].iter().map(|word| (Step::Remove, *word)));
    steps.extend(right[column..].iter().map(|word| (Step::Add, *word)));
}

fn join(steps: &[(Step, &str)]) -> Vec<Run> {
    let mut runs = Vec::new();
    for group in steps.chunk_by(|(one, _), (other, _)| one == other) {
        let text: String = group.iter().map(|(_, word)| *word).collect();
        runs.push(match group[0].0 {
            Step::Add => Run::Added(clip(&text, MOST_CHANGED).0),
            Step::Keep => Run::Kept(shorten(text)),
            Step::Remove => Run::Removed(clip(&text, MOST_CHANGED).0),
        });
    }
    runs
}

/// Of what did not change, the neighbourhood of the changes is enough.
fn shorten(text: String) -> String {
    let length = text.chars().count();
    if length <= 2 * MOST_KEPT + 1 {
        return text;
    }
    let head: String = text.chars().take(MOST_KEPT).collect();
    let tail: String = text.chars().skip(length - MOST_KEPT).collect();
    format!("{head}\u{2026}{tail}")
}

const MOST_CELLS: usize = 250_000;
const MOST_CHANGED: usize = 240;
const MOST_KEPT: usize = 24;
const MOST_RUNS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_found_among_what_did_not() {
        assert_eq!(
            runs("send 5 to ann", "send 50 to ann and bob").unwrap(),
            [
                Run::Kept("send ".into()),
                Run::Removed("5".into()),
                Run::Added("50".into()),
                Run::Kept(" to ann".into()),
                Run::Added(" and bob".into()),
            ]
        );
        assert_eq!(runs("", "").unwrap(), []);
    }

    #[test]
    fn a_change_far_inside_a_long_text_is_shown() {
        let long = "same words ".repeat(2000);
        let found = runs(&format!("{long}a {long}"), &format!("{long}b {long}")).unwrap();
        assert!(found.contains(&Run::Removed("a".into())) && found.contains(&Run::Added("b".into())), "{found:?}");
        assert!(
            found
                .iter()
                .all(|run| matches!(run, Run::Kept(text) | Run::Added(text) | Run::Removed(text) if text.len() < 80))
        );
    }

    #[test]
    fn the_work_is_bounded() {
        let (one, other) = ("a b c ".repeat(3000), "x y z ".repeat(3000));
        assert_eq!(runs(&one, &other), None);
        assert_eq!(runs(&"a".repeat(MOST_COMPARED + 1), "a"), None);
    }

    proptest::proptest! {
        #[test]
        fn the_runs_hold_both_texts(before in "[a-c .]{0,40}", now in "[a-c .]{0,40}") {
            let (mut left, mut right) = (String::new(), String::new());
            for run in runs(&before, &now).unwrap_or_default() {
                match run {
                    Run::Added(text) => right.push_str(&text),
                    Run::Kept(text) => {
                        left.push_str(&text);
                        right.push_str(&text);
                    }
                    Run::Removed(text) => left.push_str(&text),
                }
            }
            proptest::prop_assert_eq!((left, right), (before, now));
        }
    }
}

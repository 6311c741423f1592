//! How the app was started. By the broker, it is its face. By a person, a menu or a link, it can answer nothing: it asks the
//! broker, by way of the `keyholder` command, to show its own face, and leaves.

use crate::idle::LEAVE_AFTER;
use keyholder_console::news::Place;
use std::ffi::OsString;
use std::time::Duration;

/// What to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Start {
    /// Whatever somebody else wanted of the app, as arguments for `keyholder`.
    ByHand {
        /// `open`, and where to.
        arguments: Vec<String>,
        /// What of the command line was passed over, and why, a sentence each.
        passed_over: Vec<String>,
    },
    /// The face of the broker at the other end of standard input and output.
    Face {
        /// How long it stays without windows.
        leave_after: Duration,
    },
}

impl Start {
    /// Reads the command line, without the program's own name. Nothing on it is an error: a menu entry has to open something.
    pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Self {
        let mut words = arguments.into_iter().map(|word| word.to_string_lossy().into_owned()).peekable();
        if words.next_if(|word| word == FACE).is_some() {
            return Self::Face { leave_after: leave_after(words) };
        }
        let (mut wanted, mut passed_over) = (Vec::new(), Vec::new());
        while let Some(word) = words.next() {
            let named = if word == PLACE { words.next().as_deref().and_then(place) } else { None };
            match named.or_else(|| link(&word)) {
                Some(opens) => wanted = opens,
                None => passed_over.push(format!("\u{201c}{}\u{201d} is nothing that can be opened", shown(&word))),
            }
        }
        let arguments = std::iter::once("open".to_owned()).chain(wanted).collect();
        Self::ByHand { arguments, passed_over }
    }
}

fn leave_after(mut words: impl Iterator<Item = String>) -> Duration {
    let seconds = words.find(|word| word == LEAVE).and_then(|_| words.next()?.parse().ok());
    seconds.map_or(LEAVE_AFTER, Duration::from_secs)
}

/// A place's name, as `keyholder open` takes it.
fn place(name: &str) -> Option<Vec<String>> {
    serde_json::from_value::<Place>(name.into()).ok()?;
    Some(vec![name.to_owned()])
}

/// `keyholder://add?server=NAME`, a name out of the registry and nothing else: a link comes from anywhere, and neither an address
/// nor a command may be put into it. It opens the wizard that connects servers.
fn link(word: &str) -> Option<Vec<String>> {
    let rest = word.strip_prefix("keyholder://add")?;
    let name = rest.strip_prefix('/').unwrap_or(rest).strip_prefix("?server=")?;
    // Nor an option of the command that it becomes a word of.
    let is_name = (1..=64).contains(&name.len())
        && !name.starts_with('-')
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    is_name.then(|| vec!["connect".to_owned(), name.to_owned()])
}

/// Fit for a log.
fn shown(word: &str) -> String {
    word.chars().take(80).flat_map(char::escape_default).collect()
}

const FACE: &str = "--face";
const LEAVE: &str = "--leave-after";
const PLACE: &str = "--place";

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Start {
        Start::parse(line.split_whitespace().map(OsString::from))
    }

    fn by_hand(line: &str) -> (String, usize) {
        match parse(line) {
            Start::ByHand { arguments, passed_over } => (arguments.join(" "), passed_over.len()),
            Start::Face { .. } => panic!("{line} makes a face"),
        }
    }

    #[test]
    fn the_broker_alone_makes_a_face_of_it() {
        assert_eq!(parse("--face"), Start::Face { leave_after: LEAVE_AFTER });
        assert_eq!(parse("--face --leave-after 7"), Start::Face { leave_after: Duration::from_secs(7) });
        assert_eq!(parse("--face --leave-after soon"), Start::Face { leave_after: LEAVE_AFTER });
        assert_eq!(
            by_hand("keyholder://add --face"),
            ("open".to_owned(), 2),
            "the word counts in the first place only"
        );
    }

    #[test]
    fn by_hand_it_opens_a_place() {
        assert_eq!(by_hand(""), ("open".to_owned(), 0));
        assert_eq!(by_hand("--place activity"), ("open activity".to_owned(), 0));
        assert_eq!(by_hand("--place elsewhere"), ("open".to_owned(), 1));
        assert_eq!(by_hand("--place"), ("open".to_owned(), 1));
        assert_eq!(by_hand("-psn_0_1234"), ("open".to_owned(), 1));
    }

    #[test]
    fn a_link_names_a_server_and_nothing_else() {
        let connects = ("open connect slack-2".to_owned(), 0);
        assert_eq!(by_hand("keyholder://add?server=slack-2"), connects);
        assert_eq!(by_hand("keyholder://add/?server=slack-2"), connects);
        let ignored = [
            "keyholder://add?server=",
            "keyholder://add?server=https://evil.example",
            "keyholder://add?server=a&command=sh",
            "keyholder://add?server=A",
            "keyholder://add?server=--help",
            "keyholder://add?server=a/../b",
            "keyholder://add?server=a%20b",
            "keyholder://addition?server=a",
            "keyholder://run?server=a",
            "https://add?server=a",
            "KEYHOLDER://add?server=a",
        ];
        for link in ignored {
            assert_eq!(by_hand(link), ("open".to_owned(), 1), "{link}");
        }
        let long = "x".repeat(64);
        assert_eq!(by_hand(&format!("keyholder://add?server={long}")).1, 0);
        assert_eq!(by_hand(&format!("keyholder://add?server={long}x")).1, 1);
    }

    #[test]
    fn what_is_passed_over_is_fit_for_a_log() {
        let Start::ByHand { passed_over, .. } = Start::parse([OsString::from("\u{1b}[2J\u{202e}evil")]) else {
            panic!()
        };
        assert_eq!(passed_over, ["\u{201c}\\u{1b}[2J\\u{202e}evil\u{201d} is nothing that can be opened"]);
    }
}

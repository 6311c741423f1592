//! What differs between the arguments of two calls.

use crate::members::{self, text_of};
use crate::preview::{self, MARK};
use crate::rows::{MOST_NAME, clip, shown};
use crate::words::{self, MOST_COMPARED};
use crate::{MOST_BYTES, MOST_DEPTH};
use keyholder_mcp::canonical;
use std::collections::{BTreeMap, BTreeSet};

pub use crate::words::Run;

/// What became of arguments at the top. Names and values are redacted, escaped and clipped as in a [row](crate::rows::Row).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// It was not there before.
    Added {
        /// The argument.
        name: String,
        /// Its value.
        now: String,
    },
    /// It has another value.
    Changed {
        /// The argument.
        name: String,
        /// Its value before.
        before: String,
        /// Its value now.
        now: String,
        /// Where both are texts: what changed in them, word by word. Nothing where that would be too long.
        words: Option<Vec<Run>>,
    },
    /// It is not there any more.
    Removed {
        /// The argument.
        name: String,
        /// Its value before.
        before: String,
    },
    /// These many have the value that they had.
    Same {
        /// How many arguments; never none.
        count: usize,
    },
    /// It is hidden, and so it cannot be told whether it changed. Treat it as changed.
    Unknown {
        /// The argument.
        name: String,
    },
}

/// The differences, at most [`MOST_CHANGES`] of them: what is there now in its order, what was removed, then the count of equal
/// ones. Either side may be a [preview](crate::preview), in which secrets are marked and numbers are written plainly. Nothing
/// where a side is no whole JSON object, has a name twice, or has more differences than that.
pub fn difference(before: &str, now: &str) -> Option<Vec<Change>> {
    let (before, now) = (side(before)?, side(now)?);
    let old: BTreeMap<&str, &str> = before.iter().map(|(name, json)| (name.as_str(), *json)).collect();
    let names: BTreeSet<&str> = now.iter().map(|(name, _)| name.as_str()).collect();
    let mut changes = Vec::new();
    let mut count = 0;
    for (name, json) in &now {
        match old.get(name.as_str()) {
            None => changes.push(Change::Added { name: shown_name(name), now: shown(name, json).0 }),
            Some(was) => match compare(name, was, json) {
                Some(change) => changes.push(change),
                None => count += 1,
            },
        }
        if changes.len() > MOST_CHANGES {
            return None;
        }
    }
    for (name, json) in before.iter().filter(|(name, _)| !names.contains(name.as_str())) {
        changes.push(Change::Removed { name: shown_name(name), before: shown(name, json).0 });
        if changes.len() > MOST_CHANGES {
            return None;
        }
    }
    if count > 0 {
        changes.push(Change::Same { count });
    }
    Some(changes)
}

/// Differences that are listed.
pub const MOST_CHANGES: usize = 200;

fn side(arguments: &str) -> Option<Vec<(String, &str)>> {
    if arguments.is_empty() {
        return Some(Vec::new());
    }
    if arguments.len() > MOST_BYTES || members::depth_of(arguments) > MOST_DEPTH {
        return None;
    }
    let members = members::of(arguments)?;
    let names: BTreeSet<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    // A redacted name could be any: two sides could not be matched.
    let is_clear = names.len() == members.len() && !names.iter().any(|name| name.contains(MARK));
    is_clear.then_some(members)
}

fn compare(name: &str, before: &str, now: &str) -> Option<Change> {
    let (one, other) = (canonical::canonical(before).ok(), canonical::canonical(now).ok());
    let is_hidden = before.contains(MARK) || now.contains(MARK);
    let is_same = match (&one, &other) {
        // A preview writes numbers plainly and marks secrets: the other side may have to be written like it first.
        (Some(one), Some(other)) => {
            one == other
                || Some(one) == as_previewed(name, now).as_ref()
                || as_previewed(name, before).as_ref() == Some(other)
        }
        _ => before == now,
    };
    match (is_same, is_hidden) {
        (true, false) => return None,
        (true, true) => return Some(Change::Unknown { name: shown_name(name) }),
        _ => {}
    }
    let words = match (text_of(before), text_of(now)) {
        (Some(before), Some(now)) if !preview::is_secret_name(name) => {
            let all = |text: &str| preview::of_string(text, MOST_COMPARED);
            words::runs(&all(&before), &all(&now)).filter(|runs| runs.iter().any(|run| !matches!(run, Run::Kept(_))))
        }
        _ => None,
    };
    Some(Change::Changed { name: shown_name(name), before: shown(name, before).0, now: shown(name, now).0, words })
}

/// A value as the preview of the log would write it; nothing where the preview would cut it.
fn as_previewed(name: &str, json: &str) -> Option<String> {
    if json.len() > 4 * preview::LIMIT {
        return None;
    }
    let name = if preview::is_secret_name(name) { "secret" } else { "x" };
    let whole = preview::of_json(format!("{{\"{name}\":{json}}}").as_bytes(), 16 * preview::LIMIT);
    canonical::canonical(whole.strip_prefix(&format!("{{\"{name}\":"))?.strip_suffix('}')?).ok()
}

fn shown_name(name: &str) -> String {
    clip(&preview::of_string(name, 8 * MOST_NAME), MOST_NAME).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_argument_is_added_changed_removed_or_the_same() {
        let changes =
            difference(r#"{"a":1,"b":"x y","c":true,"d":[1, 2]}"#, r#"{"d":[1,2],"b":"x z","e":null,"a":1}"#).unwrap();
        assert_eq!(
            changes,
            [
                Change::Changed {
                    name: "b".into(),
                    before: "x y".into(),
                    now: "x z".into(),
                    words: Some(vec![Run::Kept("x ".into()), Run::Removed("y".into()), Run::Added("z".into())]),
                },
                Change::Added { name: "e".into(), now: "null".into() },
                Change::Removed { name: "c".into(), before: "true".into() },
                Change::Same { count: 2 },
            ]
        );
        assert_eq!(difference("{}", ""), Some(Vec::new()));
    }

    #[test]
    fn a_preview_can_be_compared_with_the_whole() {
        let now = r#"{"n":1.50,"e":1e2,"text":"a\nb \u202e \"q\"","path":"/x"}"#;
        let before = preview::of_arguments(now.as_bytes());
        assert_eq!(difference(&before, now), Some(vec![Change::Same { count: 4 }]));
        assert_eq!(difference(now, &before), Some(vec![Change::Same { count: 4 }]));
    }

    #[test]
    fn a_hidden_value_is_never_called_the_same() {
        let before = preview::of_arguments(br#"{"token":"hunter2"}"#);
        let unknown = Some(vec![Change::Unknown { name: "token".into() }]);
        assert_eq!(difference(&before, r#"{"token":"hunter3"}"#), unknown);
        assert_eq!(difference(&before, &before), unknown);
        let changed = difference(r#"{"token":"hunter2"}"#, r#"{"token":"hunter3"}"#).unwrap();
        assert!(matches!(&changed[0], Change::Changed { words: None, .. }), "{changed:?}");
        assert!(!format!("{changed:?}").contains("hunter"));
        assert_eq!(
            difference(r#"{"token":"hunter2"}"#, r#"{"token":"hunter2"}"#),
            Some(vec![Change::Same { count: 1 }])
        );
    }

    #[test]
    fn what_is_not_whole_cannot_be_compared() {
        let cut = preview::of_arguments(format!(r#"{{"a":"{}"}}"#, "word ".repeat(2000)).as_bytes());
        for before in [cut.as_str(), "[1]", r#"{"a":1,"a":2}"#, "[5 bytes that are no JSON]"] {
            assert_eq!(difference(before, "{}"), None, "{before}");
        }
    }

    #[test]
    fn numbers_that_differ_beyond_the_precision_of_a_double_differ() {
        let changes = difference(r#"{"a":9007199254740992,"b":1}"#, r#"{"a":9007199254740993,"b":1.0}"#).unwrap();
        assert!(matches!(&changes[0], Change::Changed { name, .. } if name == "a"));
    }

    proptest::proptest! {
        #[test]
        fn any_two_texts_are_answered(before: String, now: String) {
            let _ = difference(&before, &now);
        }
    }
}

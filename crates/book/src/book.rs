//! The document.

use crate::answered::Answered;
use crate::asking::Asking;
use crate::files::FileRule;
use crate::labels::Labelled;
use crate::pins::Pins;
use crate::text;
use keyholder_model::clock::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that the person decided and that lasts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Book {
    version: u32,
    /// The latest moment that was seen: a clock that is turned back is not believed (case "expiry never extends").
    #[serde(with = "text::moment")]
    seen: Timestamp,
    /// How much they want to be asked.
    #[serde(default)]
    pub asking: Asking,
    /// Answers that were given for good, oldest first.
    #[serde(default)]
    pub answers: Vec<Answered>,
    #[serde(default)]
    pub(crate) files: Option<Vec<FileRule>>,
    #[serde(default)]
    pub(crate) groups: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) labels: BTreeMap<String, Labelled>,
    #[serde(default)]
    pub(crate) trusted: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) pins: BTreeMap<String, Pins>,
}

/// Why a book cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// It is no book of Keyholder.
    #[error("what the person decided cannot be read: {0}")]
    Damaged(String),
    /// A later version of Keyholder wrote it.
    #[error(
        "what the person decided was written by a newer Keyholder (its version is {found}, this program knows {VERSION})"
    )]
    Newer {
        /// Its version.
        found: u32,
    },
}

impl Default for Book {
    fn default() -> Self {
        Self {
            version: VERSION,
            seen: Timestamp::from_millis(0),
            asking: Asking::default(),
            answers: Vec::new(),
            files: None,
            groups: BTreeMap::new(),
            labels: BTreeMap::new(),
            trusted: BTreeMap::new(),
            pins: BTreeMap::new(),
        }
    }
}

impl Book {
    /// Reads a book.
    ///
    /// # Errors
    /// [`BookError`]: nothing may be allowed on its account then.
    pub fn parse(bytes: &[u8]) -> Result<Self, BookError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let damaged = |why: serde_json::Error| BookError::Damaged(why.to_string());
        let Versioned { version } = serde_json::from_slice(bytes).map_err(damaged)?;
        if version > VERSION {
            return Err(BookError::Newer { found: version });
        }
        serde_json::from_slice(bytes).map_err(damaged)
    }

    /// The book as it is kept.
    ///
    /// # Errors
    /// [`BookError::Damaged`] if it has no JSON form; it always has one.
    pub fn to_bytes(&self) -> Result<Vec<u8>, BookError> {
        serde_json::to_vec(self).map_err(|why| BookError::Damaged(why.to_string()))
    }

    /// The moment to believe: never earlier than one that was seen before.
    pub fn believe(&self, now: Timestamp) -> Timestamp {
        self.seen.max(now)
    }

    /// This moment was seen.
    pub fn note_moment(&mut self, now: Timestamp) {
        self.seen = self.believe(now);
    }
}

const VERSION: u32 = 1;

#[cfg(test)]
mod tests {
    use super::*;
    use keyholder_model::asking::AskMode;
    use keyholder_model::digest::Digest;
    use keyholder_model::id::RuleId;
    use keyholder_model::risk::{Label, Labels};

    #[test]
    fn a_book_reads_back_as_it_was_written() {
        let mut book = Book::default();
        let now = Timestamp::from_millis(1_763_700_000_000);
        book.note_moment(now);
        book.set_mode(AskMode::Learning, now);
        book.add_answer(Answered {
            id: RuleId::make(&keyholder_model::clock::FakeClock::at(now), &keyholder_model::clock::FakeRng::default()),
            text: "permit(principal, action, resource);".to_owned(),
            origin: "answered".to_owned(),
            bound_to: vec!["app claude".to_owned()],
            tool: Some("notes/read".to_owned()),
            pinned: None,
            usage: None,
            made: now,
            expires: Some(now),
            idle_days: Some(90),
            last_used: None,
        });
        let meaning = Digest::of_parts(&[b"m"]);
        book.confirm_files(
            vec![FileRule { meaning, permits: true, text: "t".to_owned(), file: "f".to_owned() }],
            BTreeMap::new(),
        );
        let server = "notes".parse().unwrap();
        book.set_labels(&server, "a \"tool\"", Labels::NONE.with(Label::Destroys));
        book.trust(&server, "mcp.example");
        assert_eq!(Book::parse(&book.to_bytes().unwrap()).unwrap(), book);
        assert!(book.trusts(&server, "mcp.example") && !book.trusts(&server, "evil.example"));
    }

    #[test]
    fn what_is_no_book_or_a_newer_one_is_refused() {
        for bad in ["", "{}", "[]", r#"{"version":1}"#, r#"{"version":1,"seen":"x"}"#] {
            assert!(matches!(Book::parse(bad.as_bytes()), Err(BookError::Damaged(_))), "{bad}");
        }
        assert!(matches!(Book::parse(br#"{"version":2}"#), Err(BookError::Newer { found: 2 })));
    }

    #[test]
    fn a_clock_that_was_turned_back_is_not_believed() {
        let mut book = Book::default();
        let (early, late) = (Timestamp::from_millis(5), Timestamp::from_millis(9));
        book.note_moment(late);
        book.note_moment(early);
        assert_eq!((book.believe(early), book.believe(Timestamp::from_millis(12))), (late, Timestamp::from_millis(12)));
    }
}

//! An answer that was given for good.

use crate::book::Book;
use crate::text;
use crate::usage::Usage;
use keyholder_model::clock::Timestamp;
use keyholder_model::id::RuleId;
use serde::{Deserialize, Serialize};

/// One rule that came from an answer, or that the person added.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Answered {
    /// Its id.
    #[serde(with = "text")]
    pub id: RuleId,
    /// The rule in Cedar.
    pub text: String,
    /// How it came about, in one sentence.
    pub origin: String,
    /// What it is bound to, in words, one thing each.
    #[serde(default)]
    pub bound_to: Vec<String>,
    /// The tool that it is about (`server/tool`), where it is about one.
    #[serde(default)]
    pub tool: Option<String>,
    /// The definition of the tool that it is good for, in hexadecimal digits; any where none is named.
    #[serde(default)]
    pub pinned: Option<String>,
    /// Where it is what the person said about that tool for every app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// When it was made.
    #[serde(with = "text::moment")]
    pub made: Timestamp,
    /// When it ends, if it does.
    #[serde(default, with = "text::moment_or_none")]
    pub expires: Option<Timestamp>,
    /// After so many days without a use it ends.
    #[serde(default)]
    pub idle_days: Option<u32>,
    /// When it last decided; written down once a day.
    #[serde(default, with = "text::moment_or_none")]
    pub last_used: Option<Timestamp>,
}

impl Book {
    /// Adds a rule.
    pub fn add_answer(&mut self, answer: Answered) {
        self.answers.retain(|known| known.id != answer.id);
        self.answers.push(answer);
    }

    /// Takes a rule away. Returns whether it was there.
    pub fn remove_answer(&mut self, id: RuleId) -> bool {
        let before = self.answers.len();
        self.answers.retain(|known| known.id != id);
        self.answers.len() < before
    }
}

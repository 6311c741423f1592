//! Questions that wait for the person. Reading and denying is all that a door with a name can do; allowing happens at the face.

use serde::{Deserialize, Serialize};

/// A question to the person. Texts come from hosts and servers: escape them before showing them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct QuestionView {
    /// Its id.
    pub id: String,
    /// What is asked.
    pub about: About,
    /// The app that asks, as a person knows it; a hint, not a proof.
    pub app: String,
    /// The server's name, or its address where it has none yet.
    pub server: String,
    /// The account's label.
    pub account: Option<String>,
    /// The tool, for a call.
    pub tool: Option<String>,
    /// The call's arguments as they would be sent, cut to a bounded length; the length before the cut in bytes.
    pub arguments: Option<Excerpt>,
    /// Why the person is asked: the rule or the lack of one.
    pub why: String,
    /// When it was asked.
    pub asked: String,
    /// When silence becomes a no.
    pub deadline: String,
}

/// What a question is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Adding a server.
    AddServer,
    /// A new or changed definition: a tool, a prompt, a resource, a server's instructions.
    Admit,
    /// The server asks back.
    Answer,
    /// Calling a tool.
    Call,
    /// Signing in at a server.
    Connect,
    /// Reading a resource or a prompt.
    Read,
    /// Letting a paused server go on.
    Resume,
    /// Rules on disk that allow more than before.
    Rules,
    /// Unlocking Keyholder.
    Unlock,
}

/// The beginning of a longer text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Excerpt {
    /// What is shown.
    pub text: String,
    /// Length of the whole in bytes.
    pub bytes: u64,
}

/// A question with all that a face shows before it takes an answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct QuestionDetail {
    /// Who asks, where to, what and why.
    pub question: QuestionView,
    /// What an answer is bound to: SHA-256 of the exact request, 64 hexadecimal digits.
    pub digest: String,
    /// What would happen, in Keyholder's own words.
    pub headline: String,
    /// How much harm it can do: `look`, `change`, `send` or `destroy`.
    pub tier: String,
    /// Why that much, one sentence each.
    pub findings: Vec<String>,
    /// The arguments, one row each, secrets hidden.
    pub rows: Vec<RowView>,
    /// How the call differs from the last one that was allowed, one line each.
    pub changes: Vec<String>,
    /// The calls that led to the question, oldest first.
    pub history: Vec<String>,
    /// Why a rule that would have answered does not count at the moment.
    pub suspended: Option<String>,
    /// The answers on offer, narrowest first.
    pub choices: Vec<ChoiceView>,
}

/// One argument of a call.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RowView {
    /// Its name.
    pub name: String,
    /// Its value, cut to a bounded length, secrets hidden.
    pub value: String,
    /// What is worth a second look, in a few words.
    pub note: Option<String>,
}

/// One answer on offer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChoiceView {
    /// The word that stands for it in an order.
    pub choice: String,
    /// What it means.
    pub words: String,
    /// How many of the past calls it would have covered, for one that makes a rule.
    pub matched: Option<MatchedView>,
}

/// How a pattern fits the calls of the past.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MatchedView {
    /// So many it would have covered.
    pub hits: u32,
    /// Of so many.
    pub of: u32,
}

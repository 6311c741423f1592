//! Questions that wait for the person. Reading and denying is all that a door with a name can do; allowing happens at the face.

use crate::error::ConsoleError;
use serde::{Deserialize, Serialize};

/// A question to the person. Texts come from hosts and servers: escape them before showing them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
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
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
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

/// How long the broker takes no answer to a question, from its reply on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct GuardView {
    /// In milliseconds.
    pub millis: u32,
}

/// The beginning of a longer text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Excerpt {
    /// What is shown.
    pub text: String,
    /// Length of the whole in bytes.
    pub bytes: u64,
}

/// A question with all that a face shows before it takes an answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct QuestionDetail {
    /// Who asks, where to, what and why.
    pub question: QuestionView,
    /// What would happen, in its parts.
    pub subject: SubjectView,
    /// The app's executable, where known; none makes it an unidentified program.
    pub app_path: Option<String>,
    /// The chain of processes, bridge first, in one line.
    pub ancestry: String,
    /// The host of the server's address; empty where no server is concerned.
    pub host: String,
    /// Its place among the open questions of its app, from 1.
    pub position: u32,
    /// How many questions of its app are open.
    pub of: u32,
    /// The open questions that read like this one, this one among them, oldest first; empty where they are too few to be looked
    /// at together.
    pub alike: Vec<String>,
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
    /// The arguments that a lasting yes can be bound to; empty where no lasting yes is on offer.
    pub bindable: Vec<BindableView>,
    /// Whether the arguments can be changed before a yes.
    pub editable: bool,
}

/// An argument that a lasting yes can be bound to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct BindableView {
    /// Its name, as in [`BoundView::argument`].
    pub argument: String,
    /// Exactly what it is now.
    pub exact: BoundToView,
    /// The beginning of it that means something: a folder, a site; none where there is none.
    pub prefix: Option<BoundToView>,
    /// Whether it says what the call is aimed at.
    pub is_target: bool,
}

/// What an argument must be for a rule to count.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct BoundView {
    /// The argument, at the top of the arguments object.
    pub argument: String,
    /// What it must be.
    pub to: BoundToView,
}

/// What an argument must be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum BoundToView {
    /// This truth value.
    Flag(bool),
    /// A text that begins so.
    Prefix(String),
    /// Exactly this text.
    Text(String),
    /// Exactly this whole number.
    Whole(i64),
}

/// What would happen after a yes. Texts are as they came from outside, but for secrets: escape them before showing them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SubjectView {
    /// A server is added to the configuration.
    Add {
        /// Its address, as given.
        url: String,
        /// The name it would have.
        name: String,
    },
    /// A definition is taken in.
    Admit {
        /// What is defined: `tool`, `prompt`, `resource` or `instructions`.
        what: String,
        /// Its name.
        name: String,
        /// What differs from the one that was admitted before, a line each; empty where it is new.
        difference: Vec<String>,
    },
    /// The server's own question is passed on and answered.
    Answer {
        /// The MCP method.
        method: String,
    },
    /// A tool is called.
    Call {
        /// Its name.
        tool: String,
        /// What the server claims of the tool (annotations); unverified.
        claims: String,
    },
    /// Keyholder signs in.
    Connect {
        /// The authorization server's issuer.
        issuer: String,
        /// The host on which the person will sign in; the one that gives the tokens, where nobody does.
        authorization_host: String,
        /// What would be granted.
        scopes: Vec<String>,
        /// Which of these are new.
        new_scopes: Vec<String>,
        /// By what way.
        way: WayView,
    },
    /// An order that came from a program.
    Order {
        /// Its name.
        name: String,
    },
    /// A resource or a prompt is read.
    Read {
        /// The MCP method.
        method: String,
    },
}

/// By what way tokens are come by.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum WayView {
    /// The person signs in with a browser.
    Browser {
        /// Where it is sent back to.
        redirect: String,
    },
    /// Nobody signs in: Keyholder asks in its own name.
    Itself {
        /// The client id.
        client: String,
        /// What it shows for it.
        proof: String,
    },
}

/// The exact text of what would be sent. Nothing is hidden in it, so it goes to the face alone, and only when the person asks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RawView {
    /// The text, cut to a bounded length.
    pub text: String,
    /// Length of the whole in bytes.
    pub bytes: u64,
}

/// One question of several that are answered together, bound to what was shown of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ListedView {
    /// Its id.
    pub question: String,
    /// As in [`QuestionDetail::digest`].
    pub digest: String,
}

/// What became of one of them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SettledView {
    /// Its id.
    pub question: String,
    /// Why the answer was not taken; none where it was.
    pub error: Option<ConsoleError>,
}

/// What may be said to several questions at once: nothing that lasts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ListedChoice {
    /// Yes, to each of these, once.
    AllowOnce,
    /// No, to each of these.
    Deny,
}

/// One argument of a call.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
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
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
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
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct MatchedView {
    /// So many it would have covered.
    pub hits: u32,
    /// Of so many.
    pub of: u32,
}

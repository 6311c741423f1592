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
    /// A new or changed tool definition.
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

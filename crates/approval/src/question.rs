//! What a person is asked, complete: nothing is looked up afterwards, so what is shown is what was decided on (case 189).

use keyholder_model::clock::Timestamp;
use keyholder_model::digest::Digest;
use keyholder_model::id::QuestionId;
use keyholder_model::server::{Account, ServerName};
use std::sync::Arc;
use std::time::Duration;

/// One question, in the order in which a face shows it: who, where to, what, with what, why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// Its id, by which it is answered.
    pub id: QuestionId,
    /// When it was asked.
    pub asked: Timestamp,
    /// The app that a person recognises; a hint, not a proof.
    pub app: String,
    /// The app's executable, where known.
    pub app_path: Option<String>,
    /// The chain of processes, bridge first, in one line.
    pub ancestry: String,
    /// The server.
    pub server: ServerName,
    /// The host of the server's address.
    pub host: String,
    /// The account at that server.
    pub account: Account,
    /// What would happen.
    pub subject: Subject,
    /// Why the person is asked, in one sentence.
    pub rule: String,
    /// The digest of the exact request; an answer is good for nothing else.
    pub request: Digest,
    /// How long the host waits.
    pub budget: Duration,
}

/// What would happen after a yes. Texts of servers and hosts are given as they came and are hostile: a face must make control
/// and bidirectional characters visible.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// A server is added to the configuration.
    Add {
        /// Its address, as given.
        url: String,
        /// The name it would have.
        name: String,
    },
    /// The server's own question (elicitation, sampling, roots) is passed on and answered.
    Answer {
        /// Which kind of question: the MCP method.
        kind: String,
        /// Its exact JSON text.
        content: Arc<str>,
    },
    /// A tool is called.
    Call {
        /// The tool's name.
        tool: String,
        /// The exact JSON text of the arguments, as it will be sent.
        arguments: Arc<str>,
        /// What the server claims of the tool (annotations); never a reason to ask less (T-260).
        claims: String,
    },
    /// Keyholder signs in at an authorization server; consent comes before any browser opens.
    Connect {
        /// The authorization server's issuer, as published.
        issuer: String,
        /// What would be granted.
        scopes: Vec<String>,
        /// Which of these are new.
        new_scopes: Vec<String>,
        /// Where the authorization server sends the browser back to.
        redirect: String,
        /// The host on which the person will sign in.
        authorization_host: String,
        /// What is odd about it, one sentence each.
        warnings: Vec<String>,
    },
    /// An order that came through a door with a name, and that would raise authority (invariant 7).
    Order {
        /// The order's name.
        name: String,
        /// Its exact JSON text.
        content: Arc<str>,
    },
    /// A resource or a prompt is read, or a method that Keyholder does not know is passed on.
    Read {
        /// The MCP method.
        method: String,
        /// The exact JSON text of its parameters.
        content: Arc<str>,
    },
}

impl Question {
    /// Whether the other question is about the same thing: the same app and the same bytes. Then one is shown for both.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.app == other.app && self.request == other.request
    }
}

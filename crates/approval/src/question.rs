//! What a person is asked, complete: nothing is looked up afterwards, so what is shown is what was decided on (case 189).

use crate::answer::Answer;
use crate::offers::Offers;
use crate::subject::Subject;
use keyholder_model::clock::Timestamp;
use keyholder_model::digest::Digest;
use keyholder_model::id::QuestionId;
use keyholder_model::risk::Tier;
use keyholder_model::server::{Account, ServerName};
use std::time::Duration;

/// One question, in the order in which a face shows it: who, where to, what, with what, why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// Its id, by which it is answered. An id is good for one question, ever.
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
    /// What was made of it for a person to read.
    pub brief: Brief,
    /// The answers that may be given.
    pub offers: Offers,
    /// Why the person is asked, in one sentence.
    pub rule: String,
    /// The digest of the exact request; an answer is good for nothing else.
    pub request: Digest,
    /// How long the host waits.
    pub budget: Duration,
}

/// What was made of a request for a person to read: how bad it may be, what it is, what is odd, what changed.
///
/// The texts quote arguments and definitions, and so are hostile; secrets have been taken out of them. The desk keeps and compares
/// them, and reads nothing in them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Brief {
    /// How much harm it can do.
    pub tier: Tier,
    /// Verb, object and reach in one sentence of ours.
    pub headline: String,
    /// What is odd or dangerous about it, a sentence each.
    pub findings: Vec<String>,
    /// The arguments, a row each.
    pub rows: Vec<QuestionRow>,
    /// What differs from the last call of this tool that was allowed, a line each.
    pub changes: Vec<String>,
    /// The calls that led here, where their sequence is why the person is asked; oldest first.
    pub history: Vec<String>,
    /// Which standing yes does not count just now, and why; one sentence.
    pub suspended: Option<String>,
}

/// One argument, as a person reads it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuestionRow {
    /// The argument's name.
    pub name: String,
    /// Its value, or what stands for it where it is secret.
    pub value: String,
    /// What must be known of it: `new since the last time`, `hidden: looks like a secret`.
    pub note: Option<String>,
}

impl Question {
    /// Whether the other question is about the same thing: the same program, the same bytes to the same place.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.app == other.app
            && self.app_path == other.app_path
            && self.server == other.server
            && self.account == other.account
            && self.request == other.request
    }

    /// Whether one question may be shown for both: they are about the same thing, and the person would be warned of the same and
    /// have the same choice. Otherwise a yes to the harmless one would serve the other.
    pub(crate) fn reads_as(&self, other: &Self) -> bool {
        let answers = |question: &Self| question.offers.choices.iter().map(|choice| choice.answer).collect::<Vec<_>>();
        self.is_same_as(other)
            && self.subject == other.subject
            && self.brief.tier == other.brief.tier
            && self.brief.findings == other.brief.findings
            && self.brief.suspended == other.brief.suspended
            && answers(self) == answers(other)
    }

    /// Whether this answer may be given. Whatever is on offer: nothing but a call is ever allowed or blocked for longer than once,
    /// because no rule could say what for.
    pub fn takes(&self, answer: Answer) -> bool {
        let may_last = matches!(self.subject, Subject::Call { .. });
        self.offers.has(answer) && (may_last || matches!(answer, Answer::AllowOnce | Answer::Deny))
    }

    /// The tool, where one is called.
    pub fn tool(&self) -> Option<&str> {
        match &self.subject {
            Subject::Call { tool, .. } => Some(tool),
            Subject::Add { .. }
            | Subject::Admit { .. }
            | Subject::Answer { .. }
            | Subject::Connect { .. }
            | Subject::Order { .. }
            | Subject::Read { .. } => None,
        }
    }
}

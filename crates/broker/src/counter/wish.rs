//! An order that would raise authority, as a question in words of its own.
//!
//! What is shown is what is done: whoever wishes takes a snapshot first, shows it, binds the question to it by a digest, and
//! carries out exactly that snapshot after a yes. What changes on disk or on a server meanwhile is not agreed to.

use super::Giver;
use crate::broker::Broker;
use keyholder_approval::{Brief, Offers, Question, Settled, Subject};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_model::digest::Digest;
use keyholder_model::id::QuestionId;
use keyholder_model::server::{Account, ServerName};
use std::sync::Arc;
use std::time::Duration;

/// How long a person may take over an order that needs their yes.
const PERSONS_TIME: Duration = Duration::from_mins(5);

/// So many bytes are shown in one question: more is not read, and what is not read must not be agreed to.
pub(super) const MOST_SHOWN: usize = 64 << 10;

/// Something that the person must agree to first.
pub(super) struct Wish {
    server: Option<ServerName>,
    host: String,
    account: Account,
    subject: Subject,
    brief: Brief,
    request: Digest,
}

impl Wish {
    /// An order: what it would do in one sentence, the details a line each, and the digest of what would be carried out.
    pub(super) fn order(name: &str, headline: &str, lines: &[String], done: &[&[u8]]) -> Self {
        let content = std::iter::once(headline).chain(lines.iter().map(String::as_str)).collect::<Vec<_>>().join("\n");
        let parts: Vec<&[u8]> =
            [b"order".as_slice(), name.as_bytes()].into_iter().chain(done.iter().copied()).collect();
        Self {
            server: None,
            host: String::new(),
            account: Account::default(),
            subject: Subject::Order { name: name.to_owned(), content: content.into() },
            brief: Brief { headline: headline.to_owned(), ..Brief::default() },
            request: Digest::of_parts(&parts),
        }
    }

    /// About a server.
    pub(super) fn at(mut self, server: &ServerName, host: &str, account: &Account) -> Self {
        self.server = Some(server.clone());
        host.clone_into(&mut self.host);
        self.account = account.clone();
        self
    }

    /// About a thing that has a form of its own at the face.
    pub(super) fn about(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }

    /// With what is odd or dangerous about it, a sentence each.
    pub(super) fn warning(mut self, findings: Vec<String>) -> Self {
        self.brief.findings = findings;
        self
    }

    /// Whether all of it fits into one question.
    pub(super) fn can_be_shown(&self) -> bool {
        match &self.subject {
            Subject::Order { content, .. } => content.len() <= MOST_SHOWN,
            _ => true,
        }
    }

    /// Asks the person at the broker's own face whether this is theirs. An order that they gave at that face is; it must say
    /// by itself all that it does.
    ///
    /// # Errors
    /// A [`ConsoleError`] for everything but a yes.
    pub(super) async fn agree(self, broker: &Arc<Broker>, giver: Giver<'_>) -> Result<(), ConsoleError> {
        match giver {
            Giver::Face => Ok(()),
            Giver::Program(_) => self.agree_as_shown(broker, giver).await,
        }
    }

    /// The same for an order that only points at something, such as a file, which may have changed since it was on the screen:
    /// the face, too, is asked about exactly what would count.
    ///
    /// # Errors
    /// A [`ConsoleError`] for everything but a yes.
    pub(super) async fn agree_as_shown(self, broker: &Arc<Broker>, giver: Giver<'_>) -> Result<(), ConsoleError> {
        if !self.can_be_shown() {
            return Err(ConsoleError::new(Code::Invalid)
                .because("it is longer than a person can be shown in one question; do it in smaller parts"));
        }
        let caller = giver.caller();
        let question = Question {
            id: QuestionId::make(&*broker.clock, &*broker.rng),
            asked: broker.clock.now(),
            app: caller.app().to_owned(),
            app_path: caller.app_path().map(|path| path.to_string_lossy().into_owned()),
            ancestry: caller.ancestry(),
            server: self.server.unwrap_or_else(nobody),
            host: self.host,
            account: self.account,
            subject: self.subject,
            brief: self.brief,
            offers: Offers::once_or_not(),
            rule: why(giver).to_owned(),
            request: self.request,
            budget: PERSONS_TIME,
        };
        match broker.desk.ask(question, PERSONS_TIME).await {
            Settled::Answered(answer) if answer.allows() => Ok(()),
            Settled::Answered(_) => Err(ConsoleError::new(Code::Denied)),
            Settled::Nobody { why } => Err(ConsoleError::new(Code::NoFace).because(why)),
            Settled::Edited(_) | Settled::StillOpen | Settled::Withdrawn => Err(ConsoleError::new(Code::TimedOut)),
        }
    }
}

/// Why the person is asked.
fn why(giver: Giver<'_>) -> &'static str {
    match giver {
        Giver::Face => "what stands here is exactly what will count, whatever has changed since you asked for it",
        Giver::Program(_) => {
            "the order came from a program, not from Keyholder\u{2019}s own window, and it would allow more than now"
        }
    }
}

/// The name under which questions stand that are about no server.
fn nobody() -> ServerName {
    "keyholder".parse().unwrap_or_else(|_| unreachable!("a plain name parses"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_bound_to_what_would_be_done_and_not_to_how_it_reads() {
        let wish = |line: &str, done: &[u8]| Wish::order("add_rule", "Add a rule", &[line.to_owned()], &[done]).request;
        assert_eq!(wish("permit", b"1"), wish("Permit", b"1"));
        assert_ne!(wish("permit", b"1"), wish("permit", b"2"));
        assert_ne!(wish("", b"1"), Wish::order("trust", "Add a rule", &[], &[b"1"]).request);
    }

    #[test]
    fn what_nobody_would_read_is_not_asked() {
        assert!(Wish::order("add_rule", "Add", &["x".repeat(100)], &[]).can_be_shown());
        assert!(!Wish::order("add_rule", "Add", &["x".repeat(MOST_SHOWN)], &[]).can_be_shown());
    }
}

//! Notifications of the desktop, for a person who does not look at Keyholder's window: their screen is locked, or the desktop did
//! not let it come to the front.
//!
//! One says what waits, another what nobody answered. Whoever may speak to the session's bus can press them, so a press shows the
//! window and answers nothing; and other programs read them, so no argument of a call stands in them.

#[cfg(target_os = "linux")]
mod attend;
#[cfg(target_os = "linux")]
mod board;
#[cfg(target_os = "linux")]
mod bus;

#[cfg(target_os = "linux")]
pub(crate) use attend::attend;

use keyholder_approval::{Ending, Question, Subject};
#[cfg(not(target_os = "linux"))]
use keyholder_broker::{Screen, Windows};
#[cfg(not(target_os = "linux"))]
use keyholder_model::clock::Clock;
use keyholder_model::id::QuestionId;
use keyholder_model::untrusted::visible;
#[cfg(not(target_os = "linux"))]
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// What there is to notify of.
#[derive(Debug)]
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only Linux has notifications of ours so far"))]
pub(crate) enum Told {
    /// Somebody waits for so long.
    Asked { id: QuestionId, what: String, budget: Duration },
    /// It ended.
    Ended { id: QuestionId, ending: Ending },
}

/// Where questions are told.
pub(crate) struct Notices(UnboundedSender<Told>);

impl Notices {
    /// And where they are heard.
    pub(crate) fn open() -> (Self, UnboundedReceiver<Told>) {
        let (tell, told) = mpsc::unbounded_channel();
        (Self(tell), told)
    }

    /// A question was put.
    pub(crate) fn asked(&self, question: &Question) {
        self.tell(Told::Asked { id: question.id, what: sentence(question), budget: question.budget });
    }

    /// A question ended.
    pub(crate) fn ended(&self, id: QuestionId, ending: Ending) {
        self.tell(Told::Ended { id, ending });
    }

    fn tell(&self, told: Told) {
        // Nobody hears where there are no notifications.
        let _ = self.0.send(told);
    }
}

/// Names longer than that are cut.
const LONGEST_NAME: usize = 64;

/// Who wants what, without what would be sent.
fn sentence(question: &Question) -> String {
    let name = |text: &str| visible(text).chars().take(LONGEST_NAME).collect::<String>();
    let (app, server) = (name(&question.app), name(question.server.as_str()));
    match &question.subject {
        Subject::Add { .. } => format!("{app} wants to add a server"),
        Subject::Admit { .. } => format!("{server} changed what it offers to {app}"),
        Subject::Answer { .. } => format!("{server} asks you something"),
        Subject::Call { tool, .. } => format!("{app} wants to use {server} \u{b7} {}", name(tool)),
        Subject::Connect { .. } => format!("{app} needs you to sign in at {server}"),
        Subject::Order { .. } => "A program wants to change something in Keyholder".to_owned(),
        Subject::Read { .. } => format!("{app} wants to read from {server}"),
    }
}

/// Elsewhere they are still to come.
#[cfg(not(target_os = "linux"))]
pub(crate) fn attend(_: UnboundedReceiver<Told>, _: Arc<dyn Windows>, _: Arc<dyn Screen>, _: Arc<dyn Clock>) {}

#[cfg(test)]
mod tests {
    use super::*;
    use keyholder_approval::{Brief, Identified, Offers};
    use keyholder_model::clock::Timestamp;
    use keyholder_model::digest::Digest;
    use keyholder_model::risk::Tier;
    use keyholder_model::server::Account;

    fn question(app: &str, tool: &str) -> Question {
        Question {
            id: "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap(),
            asked: Timestamp::from_millis(0),
            app: app.to_owned(),
            app_path: None,
            ancestry: String::new(),
            server: "slack".parse().unwrap(),
            host: "mcp.slack.com".to_owned(),
            account: Account::default(),
            subject: Subject::Call {
                tool: tool.to_owned(),
                arguments: r#"{"text":"the secret plan"}"#.into(),
                claims: String::new(),
            },
            brief: Brief { headline: "Send the secret plan".to_owned(), ..Brief::default() },
            offers: Offers::for_tier(Tier::Send, &[], Identified::Yes),
            rule: String::new(),
            request: Digest::of_parts(&[]),
            budget: Duration::from_secs(52),
        }
    }

    #[test]
    fn names_stand_in_it_and_nothing_that_would_be_sent() {
        assert_eq!(sentence(&question("Claude", "send_message")), "Claude wants to use slack \u{b7} send_message");
    }

    #[test]
    fn a_name_can_neither_hide_nor_fill_the_screen() {
        let said = sentence(&question("Cl\u{202e}aude\n", &"x".repeat(5_000)));
        assert!(!said.contains(['\u{202e}', '\n']) && said.chars().count() < 200, "{said}");
    }
}

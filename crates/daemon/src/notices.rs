//! Notifications of the desktop, for a person who does not look at Keyholder's window: their screen is locked, or the desktop did
//! not let it come to the front.
//!
//! One says what waits, another what nobody answered. Whoever may speak to the session's bus can press them, so a press shows the
//! window and answers nothing; and other programs read them, so no argument of a call stands in them.

#[cfg(target_os = "linux")]
mod board;
#[cfg(target_os = "linux")]
mod bus;

use keyholder_approval::{Ending, Question, Subject};
use keyholder_model::id::QuestionId;
use keyholder_model::untrusted::visible;
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

#[cfg(target_os = "linux")]
pub(crate) use linux::attend;

/// Elsewhere they are still to come.
#[cfg(not(target_os = "linux"))]
pub(crate) fn attend<A, B, C>(_: UnboundedReceiver<Told>, _: A, _: B, _: C) {}

#[cfg(target_os = "linux")]
mod linux {
    use super::board::Board;
    use super::bus::{Bus, Kind};
    use super::{Told, UnboundedReceiver};
    use keyholder_broker::{Screen, Windows};
    use keyholder_console::news::Place;
    use keyholder_model::clock::Clock;
    use std::sync::Arc;

    /// Notifies for as long as questions are told.
    pub(crate) fn attend(
        mut told: UnboundedReceiver<Told>,
        windows: Arc<dyn Windows>,
        screen: Arc<dyn Screen>,
        clock: Arc<dyn Clock>,
    ) {
        tokio::spawn(async move {
            let (mut board, mut bus) = (Board::default(), Bus::default());
            loop {
                let now = clock.monotonic();
                board.pass(now);
                let is_away = screen.is_locked() == Some(true);
                bus.show(Kind::Waiting, board.waiting(now, is_away)).await;
                bus.show(Kind::Missed, board.missed()).await;
                let next = board.next(now).map(|at| at.saturating_sub(now));
                tokio::select! {
                    one = told.recv() => match one {
                        Some(Told::Asked { id, what, budget }) => board.ask(id, what, clock.monotonic(), budget),
                        Some(Told::Ended { id, ending }) => board.end(id, ending, clock.monotonic()),
                        None => return,
                    },
                    () = tokio::time::sleep(next.unwrap_or_default()), if next.is_some() => {}
                    kind = bus.pressed() => {
                        let place = match kind {
                            Kind::Waiting => Place::Questions,
                            Kind::Missed => Place::Activity,
                        };
                        if kind == Kind::Missed {
                            board.forget();
                        }
                        if let Err(why) = windows.show(place) {
                            tracing::warn!(%why, "the window that a notification speaks of cannot be shown");
                        }
                    }
                }
            }
        });
    }
}

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

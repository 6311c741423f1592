//! The person at the broker's own terminal: shows one question at a time, takes one word.

use crate::layout::hanging;
use keyholder_approval::{Answer, Approver, Question, Reachable, Subject};
use keyholder_broker::Broker;
use keyholder_model::id::QuestionId;
use keyholder_model::untrusted;
use std::collections::VecDeque;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What is typed sooner than this after a question appeared was meant for something else (catalogue case 195).
const ARMING: Duration = Duration::from_millis(400);

/// Apps that start brokers' terminals for a model: a shell inside one of them is not the person's.
const HOSTS: [&str; 12] = [
    "claude",
    "Claude",
    "claude-code",
    "codex",
    "cursor",
    "Cursor",
    "code",
    "goose",
    "goosed",
    "zed",
    "windsurf",
    "gemini",
];

/// Whether this process has a terminal that is the person's: a real one, and no host app among its ancestors.
pub(crate) fn is_a_face() -> bool {
    std::io::stdin().is_terminal()
        && std::io::stderr().is_terminal()
        && !keyholder_broker::door::peer::ancestors().iter().any(|process| HOSTS.contains(&process.name.as_str()))
}

/// What came from the keyboard that is no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Aside {
    /// The terminal was closed, or its input ended.
    End,
    /// A line while nothing was asked.
    Line,
}

/// The terminal as an approver.
#[derive(Default)]
pub(crate) struct Terminal {
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    shown: VecDeque<Shown>,
    /// An answer is being delivered; what comes in the meantime is printed after its outcome.
    answering: bool,
}

struct Shown {
    question: Question,
    /// When it was printed; the guard counts from here.
    at: Option<std::time::Instant>,
}

impl Approver for Terminal {
    fn show(&self, question: &Question) {
        let mut queue = self.lock();
        queue.shown.push_back(Shown { question: question.clone(), at: None });
        if queue.shown.len() > 1 {
            say(&format!("  ({} more waiting)\n", queue.shown.len() - 1));
        }
        print_next(&mut queue);
    }

    fn withdraw(&self, id: QuestionId) {
        let mut queue = self.lock();
        let was_shown = queue.shown.front().is_some_and(|shown| shown.question.id == id && shown.at.is_some());
        queue.shown.retain(|shown| shown.question.id != id);
        if was_shown {
            say("  (no longer needed)\n\n");
            print_next(&mut queue);
        }
    }

    fn can_ask(&self) -> Reachable {
        Reachable::Yes
    }
}

impl Terminal {
    /// Reads answers on a thread of its own, for as long as the terminal is there. What is no answer goes to `aside`.
    pub(crate) fn listen(self: Arc<Self>, broker: Arc<Broker>, aside: impl Fn(Aside) + Send + 'static) {
        let spawned = std::thread::Builder::new().name("terminal".to_owned()).spawn(move || {
            for line in std::io::stdin().lock().lines().map_while(Result::ok) {
                if self.lock().shown.is_empty() {
                    aside(Aside::Line);
                } else {
                    self.take(&line, &broker);
                }
            }
            aside(Aside::End);
        });
        if let Err(why) = spawned {
            tracing::error!(%why, "answers cannot be read");
        }
    }

    fn take(&self, line: &str, broker: &Arc<Broker>) {
        let (id, shown, answer) = {
            let mut queue = self.lock();
            let Some(shown) = queue.shown.front() else { return };
            if shown.at.is_none_or(|at| at.elapsed() < ARMING) {
                say("  (that came too fast after the question; please answer again)\n> ");
                return;
            }
            let Some(answer) = understand(line, &shown.question.subject) else {
                say("  (please type one of the words above)\n> ");
                return;
            };
            let (id, request) = (shown.question.id, shown.question.request);
            queue.shown.pop_front();
            queue.answering = true;
            (id, request, answer)
        };
        match broker.answer(id, &shown, answer) {
            Ok(()) => say(&format!("  {}\n\n", answer.as_str())),
            Err(why) => say(&format!("  {why}\n\n")),
        }
        let mut queue = self.lock();
        queue.answering = false;
        print_next(&mut queue);
    }

    /// Whether the outcome of an answer is still to be printed.
    pub(crate) fn is_answering(&self) -> bool {
        self.lock().answering
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An empty line, or any word that is not on offer, changes nothing.
fn understand(line: &str, subject: &Subject) -> Option<Answer> {
    match (line.trim().to_ascii_lowercase().as_str(), subject) {
        ("yes" | "y", _) => Some(Answer::AllowOnce),
        ("always", Subject::Call { .. }) => Some(Answer::AllowAlways),
        ("no" | "n", _) => Some(Answer::Deny),
        ("block", Subject::Call { .. }) => Some(Answer::DenyAndBlock),
        _ => None,
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the guard is between a person's eyes and fingers; a test's clock has no say in it"
)]
fn print_next(queue: &mut Queue) {
    if queue.answering {
        return;
    }
    let Some(shown) = queue.shown.front_mut().filter(|shown| shown.at.is_none()) else { return };
    shown.at = Some(std::time::Instant::now());
    say(&describe(&shown.question));
}

/// Five answers in a fixed order: who asks, where to, what, with what, why you are asked.
pub(crate) fn describe(question: &Question) -> String {
    let safe = |text: &str| untrusted::visible(text);
    let mut text = format!("\n\u{2500}\u{2500} Keyholder asks {}\n", "\u{2500}".repeat(60));
    let mut row = |name: &str, value: &str| text.push_str(&hanging(&format!("  {name}"), 15, value));
    row("app", &format!("{}   (unverified; {})", safe(&question.app), safe(&question.ancestry)));
    if let Subject::Order { .. } = question.subject {
    } else {
        row("server", &format!("{} ({})   account {}", question.server, safe(&question.host), question.account));
    }
    match &question.subject {
        Subject::Add { url, name } => {
            row("wants to", "use a server that is not in your configuration");
            row("address", &safe(url));
            row("as", &safe(name));
        }
        Subject::Admit { kind, tool, difference, suspicions } => {
            row("wants to", &format!("let in the {} \u{201c}{}\u{201d}", safe(kind), safe(tool)));
            for line in difference {
                row("differs", &safe(line));
            }
            for suspicion in suspicions {
                row("warning", &safe(suspicion));
            }
        }
        Subject::Answer { kind, content } => {
            row("wants to", &format!("let the server ask your app: {}", safe(kind)));
            row("content", &safe(content));
        }
        Subject::Call { tool, arguments, claims } => {
            row("wants to", &format!("run the tool \u{201c}{}\u{201d}", safe(tool)));
            row("arguments", &safe(arguments));
            if !claims.is_empty() {
                row("server says", &format!("{} (unverified)", safe(claims)));
            }
        }
        Subject::Connect { issuer, scopes, new_scopes, redirect, authorization_host, warnings } => {
            row("wants to", "sign you in; your browser opens after a yes");
            row("sign-in at", &format!("{} (issuer {})", safe(authorization_host), safe(issuer)));
            let scopes = if scopes.is_empty() {
                "what the server gives by default".to_owned()
            } else {
                safe(&scopes.join(", "))
            };
            row("scopes", &scopes);
            if !new_scopes.is_empty() {
                row("new", &safe(&new_scopes.join(", ")));
            }
            row("redirect", &safe(redirect));
            for warning in warnings {
                row("warning", &safe(warning));
            }
        }
        Subject::Read { method, content } => {
            row("wants to", &format!("read: {}", safe(method)));
            row("content", &safe(content));
        }
        Subject::Order { name, content } => {
            row("wants to", &format!("give the order \u{201c}{}\u{201d}", safe(name)));
            row("content", &safe(content));
        }
    }
    row("why asked", &safe(&question.rule));
    row("waits", &format!("{} s", question.budget.as_secs()));
    let words = match question.subject {
        Subject::Call { .. } => "yes = this call \u{b7} no \u{b7} always = this tool from now on \u{b7} block = never",
        _ => "yes \u{b7} no",
    };
    text + "  " + words + "\n> "
}

/// To the terminal: standard error, since that is where the log lines go as well.
fn say(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_on_offer_are_answers() {
        let call = Subject::Call { tool: "t".to_owned(), arguments: "{}".into(), claims: String::new() };
        let add = Subject::Add { url: String::new(), name: String::new() };
        assert_eq!(understand(" YES ", &call), Some(Answer::AllowOnce));
        assert_eq!(understand("always", &call), Some(Answer::AllowAlways));
        assert_eq!(understand("always", &add), None);
        for noise in ["", " ", "ye", "yy", "ok", "1"] {
            assert_eq!(understand(noise, &call), None, "{noise:?}");
        }
    }
}

//! A broker with nothing behind it, for looking at the windows and measuring them:
//!
//! ```text
//! broker PROGRAM [COMMAND…]
//! ```
//!
//! starts `PROGRAM --face` and speaks the channel with it. Commands come as arguments and then, a line each, from standard input:
//! `ask` puts a question, `settle ID` takes one back, `show PLACE`, `paused`, `junk` (what no broker says), `sleep MS`, `quit` (goes
//! without a word). What the window orders is written to standard output, one line of JSON each with the
//! milliseconds since the start.

use keyholder_console::approvals::{
    About, ChoiceView, GuardView, ListedChoice, QuestionDetail, QuestionView, RawView, RowView, SettledView,
    SubjectView,
};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::news::{Destination, News};
use keyholder_console::order::{Answer, Ask, Order, Receipt, Reply};
use keyholder_wire::frame::{Header, Kind, read_frame, write_frame};
use serde_json::json;
use std::io::{self, Write};
use std::process::{ChildStdin, Command, ExitCode, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// As long as the broker's own guard, unless the person wants another.
const GUARD: Duration = Duration::from_millis(400);

fn main() -> io::Result<ExitCode> {
    let mut arguments = std::env::args().skip(1).collect::<Vec<_>>().into_iter();
    let program = arguments.next().ok_or_else(|| io::Error::other("usage: broker PROGRAM [COMMAND…]"))?;
    let mut child = Command::new(program).arg("--face").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let (Some(to), Some(mut from)) = (child.stdin.take(), child.stdout.take()) else { unreachable!("both are piped") };
    let desk = Arc::new(Desk::new(to));
    desk.write(&json!({ "pid": child.id() }));
    let listening = Arc::clone(&desk);
    let listener = std::thread::spawn(move || {
        let mut payload = Vec::new();
        while let Ok(Some(header)) = read_frame(&mut from, &mut payload) {
            listening.hear(header, &payload);
        }
    });
    std::thread::spawn(move || {
        for command in arguments.chain(io::stdin().lines().map_while(Result::ok)) {
            desk.carry_out(&command);
        }
    });
    let ended = child.wait()?;
    let _ = listener.join();
    writeln!(io::stdout(), "{}", json!({ "ended": ended.to_string() }))?;
    Ok(if ended.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is open, and the way to the window.
struct Desk {
    to: Mutex<Option<ChildStdin>>,
    open: Mutex<Vec<Open>>,
    begun: Instant,
}

struct Open {
    id: String,
    seen: Option<Instant>,
}

impl Desk {
    fn new(to: ChildStdin) -> Self {
        Self { to: Mutex::new(Some(to)), open: Mutex::default(), begun: moment() }
    }

    fn carry_out(&self, command: &str) {
        let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
        match verb {
            "ask" => {
                let mut open = lock(&self.open);
                let id = format!("q{}", self.begun.elapsed().as_micros());
                open.push(Open { id: id.clone(), seen: None });
                drop(open);
                self.write(&json!({ "asked": id }));
                self.tell(&News::Asked { question: id });
            }
            "settle" => {
                lock(&self.open).retain(|one| one.id != rest);
                self.tell(&News::Settled { question: rest.to_owned() });
            }
            "show" => match serde_json::from_value(rest.into()) {
                Ok(place) => self.tell(&News::Show(Destination { place, server: None })),
                Err(why) => self.write(&json!({ "error": why.to_string() })),
            },
            "paused" => self.tell(&News::Paused),
            "junk" => self.put(Kind::Answer, 7, b"junk"),
            "sleep" => std::thread::sleep(Duration::from_millis(rest.parse().unwrap_or(0))),
            "quit" => drop(lock(&self.to).take()),
            _ => self.write(&json!({ "error": format!("no such command: {verb}") })),
        }
    }

    fn hear(&self, header: Header, payload: &[u8]) {
        let Ok(order) = Ask::parse(payload) else { return };
        self.write(&json!({ "order": order }));
        let settled = Self::settled_by(&order);
        let reply = Reply::from(self.reply(order));
        if let Ok(bytes) = serde_json::to_vec(&reply) {
            self.put(Kind::Result, header.sequence, &bytes);
        }
        if let Reply::Answer(_) = reply {
            for question in settled {
                self.carry_out(&format!("settle {question}"));
            }
        } else {
            self.write(&json!({ "refused": reply }));
        }
    }

    fn settled_by(order: &Order) -> Vec<String> {
        match order {
            Order::Answer { question, .. } | Order::Deny { question } => vec![question.clone()],
            Order::AnswerListed { questions, .. } => questions.iter().map(|one| one.question.clone()).collect(),
            _ => Vec::new(),
        }
    }

    fn reply(&self, order: Order) -> Result<Answer, ConsoleError> {
        let mut open = lock(&self.open);
        match order {
            Order::Approvals => Ok(Answer::Approvals(open.iter().map(|one| view(&one.id)).collect())),
            Order::ShowQuestion { question } => {
                find(&mut open, &question)?;
                let position = 1 + open.iter().position(|one| one.id == question).unwrap_or_default();
                Ok(Answer::Question(Box::new(detail(&question, position, open.len()))))
            }
            Order::Seen { question } => {
                find(&mut open, &question)?.seen = Some(moment());
                Ok(Answer::Armed(GuardView { millis: u32::try_from(GUARD.as_millis()).unwrap_or(u32::MAX) }))
            }
            Order::Answer { question, digest, .. } => {
                let one = find(&mut open, &question)?;
                check(one, &digest)?;
                Ok(Answer::Done(Receipt::default()))
            }
            Order::AnswerListed { questions, choice: ListedChoice::AllowOnce | ListedChoice::Deny } => {
                let settle = |one: keyholder_console::approvals::ListedView| {
                    let error = find(&mut open, &one.question).and_then(|found| check(found, &one.digest)).err();
                    SettledView { question: one.question, error }
                };
                Ok(Answer::Settled(questions.into_iter().map(settle).collect()))
            }
            Order::Deny { question } => find(&mut open, &question).map(|_| Answer::Done(Receipt::default())),
            Order::ShowRaw { question } => {
                find(&mut open, &question)?;
                let text = r##"{"channel":"#all-hands","text":"Hi all, the Q4 numbers are in."}"##.to_owned();
                Ok(Answer::Raw(RawView { bytes: text.len() as u64, text }))
            }
            other => Err(ConsoleError::new(Code::NotFound).about(other.name())),
        }
    }

    fn tell(&self, news: &News) {
        if let Ok(bytes) = serde_json::to_vec(news) {
            self.put(Kind::News, 0, &bytes);
        }
    }

    fn put(&self, kind: Kind, sequence: u64, payload: &[u8]) {
        let Ok(header) = Header::of(kind, sequence, payload) else { return };
        if let Some(to) = lock(&self.to).as_mut() {
            let _ = write_frame(to, header, payload);
        }
    }

    fn write(&self, line: &serde_json::Value) {
        let mut line = line.clone();
        line["ms"] = json!(self.begun.elapsed().as_secs_f64() * 1000.0);
        let _ = writeln!(io::stdout(), "{line}");
    }
}

fn find<'a>(open: &'a mut [Open], id: &str) -> Result<&'a mut Open, ConsoleError> {
    open.iter_mut().find(|one| one.id == id).ok_or_else(|| ConsoleError::new(Code::NotFound).about(id))
}

/// As the broker does it: what was shown, and not before it can have been read.
fn check(one: &mut Open, shown: &str) -> Result<(), ConsoleError> {
    if shown != digest(&one.id) {
        return Err(ConsoleError::new(Code::Conflict));
    }
    if one.seen.is_none_or(|seen| seen.elapsed() < GUARD) {
        one.seen = Some(moment());
        return Err(ConsoleError::new(Code::TooSoon));
    }
    Ok(())
}

fn digest(id: &str) -> String {
    format!("{:0>64}", id.trim_start_matches('q'))
}

fn view(id: &str) -> QuestionView {
    QuestionView {
        id: id.to_owned(),
        about: About::Call,
        app: "Claude Desktop".to_owned(),
        server: "slack".to_owned(),
        account: Some("ana@acme.example".to_owned()),
        tool: Some("send_message".to_owned()),
        arguments: None,
        why: "no rule permits it".to_owned(),
        asked: "2026-11-21T10:00:00Z".to_owned(),
        deadline: "2099-01-01T00:00:00Z".to_owned(),
    }
}

fn detail(id: &str, position: usize, of: usize) -> QuestionDetail {
    let row = |name: &str, value: &str| RowView { name: name.to_owned(), value: value.to_owned(), note: None };
    let choice =
        |choice: &str, words: &str| ChoiceView { choice: choice.to_owned(), words: words.to_owned(), matched: None };
    QuestionDetail {
        question: view(id),
        subject: SubjectView::Call { tool: "send_message".to_owned(), claims: "destructive: no".to_owned() },
        app_path: Some("/usr/bin/claude-desktop".to_owned()),
        ancestry: "keyholder (4312) < claude-desktop (4100)".to_owned(),
        host: "mcp.slack.example".to_owned(),
        position: u32::try_from(position).unwrap_or(1),
        of: u32::try_from(of).unwrap_or(1),
        alike: Vec::new(),
        digest: digest(id),
        headline: format!("Send a message to #all-hands in Slack ({id})"),
        tier: "send".to_owned(),
        findings: vec!["It leaves your account.".to_owned()],
        rows: vec![
            row("channel", "#all-hands"),
            row("text", "Hi all, the Q4 numbers are in."),
            row("api_key", "••••••••"),
        ],
        changes: Vec::new(),
        history: Vec::new(),
        suspended: None,
        choices: vec![
            choice("allow_once", "just this call"),
            choice("allow_for:15", "for 15 minutes"),
            choice("deny", "deny"),
            choice("deny_and_block", "deny, and block this tool"),
        ],
        bindable: Vec::new(),
        editable: false,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[allow(clippy::disallowed_methods, reason = "a tool that measures time")]
fn moment() -> Instant {
    Instant::now()
}

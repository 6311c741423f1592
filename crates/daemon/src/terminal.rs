//! The person at the broker's own terminal: shows one question at a time, or a table of those that read alike, and takes one line.
//!
//! `queue` is what is on the screen and what waits, `card` and `table` draw, `words` says what a line means, `raw` shows the exact
//! text, `house` is where answers go.

mod card;
mod house;
mod queue;
mod raw;
mod table;
mod words;

pub(crate) use card::draw as describe;
pub(crate) use house::House;
pub(crate) use words::{confirmation, number_of};

use keyholder_approval::{Answer, ApprovalError, Approver, BatchAnswer, Brake, Ending, Paused, Question, Reachable};
use keyholder_broker::Broker;
use keyholder_model::clock::Clock;
use keyholder_model::digest::Digest;
use keyholder_model::id::QuestionId;
use queue::{Queue, Step};
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use table::Listed;

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

/// Where the terminal prints.
type Out = Box<dyn Fn(&str) + Send>;

/// The terminal as an approver.
pub(crate) struct Terminal {
    clock: Arc<dyn Clock>,
    queue: Mutex<Queue>,
}

impl Approver for Terminal {
    fn show(&self, question: &Question) {
        self.lock().push(question.clone(), self.clock.monotonic());
    }

    fn withdraw(&self, id: QuestionId, _: Ending) {
        self.lock().withdraw(id, self.clock.monotonic());
    }

    fn can_ask(&self) -> Reachable {
        if self.lock().ended {
            return Reachable::No {
                why: "The terminal of keyholderd takes no more answers; start it anew.".to_owned(),
            };
        }
        Reachable::Yes
    }

    fn paused(&self, paused: &Paused) {
        self.lock().pause(paused, self.clock.now());
    }
}

impl Terminal {
    /// The terminal of this process. It prints to standard error, since that is where the log lines go as well.
    pub(crate) fn of_this_process(clock: Arc<dyn Clock>) -> Self {
        Self::printing(clock, Box::new(to_standard_error))
    }

    fn printing(clock: Arc<dyn Clock>, out: Out) -> Self {
        Self { clock, queue: Mutex::new(Queue::new(out)) }
    }

    /// Reads answers on a thread of its own, for as long as the terminal is there. What is no answer goes to `aside`.
    pub(crate) fn listen(self: Arc<Self>, broker: Arc<Broker>, aside: impl Fn(Aside) + Send + 'static) {
        let spawned = std::thread::Builder::new().name("terminal".to_owned()).spawn(move || {
            // A byte that is no text is no reason to stop listening.
            for line in std::io::stdin().lock().split(b'\n').map_while(Result::ok) {
                if !self.take(&String::from_utf8_lossy(&line), &broker) {
                    aside(Aside::Line);
                }
            }
            self.lock().ended = true;
            aside(Aside::End);
        });
        if let Err(why) = spawned {
            tracing::error!(%why, "answers cannot be read");
        }
    }

    /// Takes one line. Says whether it was meant for a question.
    fn take(&self, line: &str, house: &impl House) -> bool {
        let step = {
            let mut queue = self.lock();
            if !queue.takes(line) {
                return false;
            }
            queue.read(line, self.clock.monotonic())
        };
        match step {
            Step::Answer(id, request, answer) => self.answer(house, id, &request, answer),
            Step::AnswerListed(listed, answer) => self.answer_listed(house, &listed, answer),
            Step::FindBatch(id) => {
                let batch = house.batches().into_iter().find(|batch| batch.questions.contains(&id));
                let ids = batch.map(|batch| batch.questions).unwrap_or_default();
                self.lock().lay_out(&ids, self.clock.monotonic());
            }
            Step::Nothing => {}
            Step::Resume(brakes) => self.resume(house, &brakes),
        }
        true
    }

    fn answer(&self, house: &impl House, id: QuestionId, request: &Digest, answer: Answer) {
        self.tell_seen(house, [id]);
        let outcome = house.answer(id, request, answer);
        let remark = house.attention().nudge;
        let mut queue = self.lock();
        match &outcome {
            Ok(()) => queue.say(&format!("  {answer}\n")),
            Err(why) => queue.say(&crate::layout::hanging("", 2, &why.to_string())),
        }
        remark_on(&mut queue, remark.as_deref());
        queue.say("\n");
        let settled = if stays_open(&outcome) { None } else { Some(id) };
        queue.settle(settled.as_slice(), self.clock.monotonic());
    }

    fn answer_listed(&self, house: &impl House, listed: &[Listed], answer: BatchAnswer) {
        let bound: Vec<_> = listed.iter().map(|one| (one.id, one.request)).collect();
        self.tell_seen(house, listed.iter().map(|one| one.id));
        let outcomes = house.answer_batch(&bound, answer);
        let remark = house.attention().nudge;
        let mut queue = self.lock();
        let mut settled = Vec::new();
        for (one, outcome) in listed.iter().zip(&outcomes) {
            let said = match outcome {
                Ok(()) => Answer::from(answer).to_string(),
                Err(why) => why.to_string(),
            };
            queue.say(&crate::layout::hanging(&format!("  {:>2}", one.number), 6, &said));
            if !stays_open(outcome) {
                settled.push(one.id);
            }
        }
        remark_on(&mut queue, remark.as_deref());
        queue.say("\n");
        queue.settle(&settled, self.clock.monotonic());
    }

    /// Since when what is about to be answered has been on the screen: from there on the person could decide.
    fn tell_seen(&self, house: &impl House, ids: impl IntoIterator<Item = QuestionId>) {
        for id in ids {
            let since = self.lock().seen_since(id);
            if let Some(since) = since {
                house.seen_since(id, since);
            }
        }
    }

    fn resume(&self, house: &impl House, brakes: &[Brake]) {
        for brake in brakes {
            house.resume(brake);
        }
        self.lock().say_aside("you are asked again");
    }

    /// Whether the outcome of an answer is still to be printed.
    pub(crate) fn is_answering(&self) -> bool {
        self.lock().is_answering()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the question must be shown again, since the answer was not taken. Not where another request lies under its id: showing
/// the old one again would not help.
fn stays_open(outcome: &Result<(), ApprovalError>) -> bool {
    matches!(outcome, Err(ApprovalError::NotOffered { .. } | ApprovalError::TooSoon(_)))
}

/// Who says yes to everything is told, but not each time.
fn remark_on(queue: &mut Queue, remark: Option<&str>) {
    if queue.is_remark_due(remark.is_some())
        && let Some(remark) = remark
    {
        queue.say(&crate::layout::hanging("", 2, remark));
    }
}

fn to_standard_error(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

#[cfg(test)]
mod tests;

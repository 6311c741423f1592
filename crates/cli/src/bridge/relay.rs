//! Both directions, and the memory that lets a broker's death go unnoticed where it can.
//!
//! The host's lines go to the broker while a link is up; they wait, in bounded number, while one is sought; requests are
//! answered at once while none can be had. The broker's answers go to the host only while they are owed.

use super::fault;
use super::lines::{Input, Lines};
use super::outlet::Outlet;
use super::pending::{Owed, Pending};
use keyholder_wire::endpoint::Stream;
use keyholder_wire::frame::{Header, Kind, LINE_LIMIT, append_frame, write_frame};
use keyholder_wire::hello::{Hello, Resume};
use keyholder_wire::scan::{self, LineKind};
use std::collections::VecDeque;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long answers may still arrive after the host has closed its end (spec T-007: exit within two seconds).
pub(super) const LINGER: Duration = Duration::from_secs(1);

/// One host's conversation.
pub(super) struct Relay {
    greeting: Hello,
    core: Mutex<Core>,
    changed: Condvar,
    pub(super) outlet: Outlet,
}

/// What the threads share.
struct Core {
    link: Link,
    pending: Pending,
    waiting: Waiting,
    opening: Option<Opening>,
    sequence: u64,
    wanted: bool,
    /// The host has closed its end and the broker was told goodbye: its going away is no loss.
    leaving: bool,
    /// Answers are settled and not yet on stdout: the process must not end between the two.
    unwritten: bool,
}

/// How the broker stands.
enum Link {
    /// None can be had, or this bridge is not served: requests are answered with this sentence.
    Down(String),
    /// One is being sought.
    Seeking,
    /// It listens.
    Up(Arc<Stream>),
}

/// Lines that wait for a link.
#[derive(Default)]
struct Waiting {
    lines: VecDeque<Vec<u8>>,
    bytes: usize,
}

/// The host's `initialize`, kept so that a new broker can take up the conversation.
struct Opening {
    sequence: u64,
    line: Vec<u8>,
    answered: bool,
}

/// Frames on their way to one broker in one write.
#[derive(Default)]
struct Batch {
    to: Option<Arc<Stream>>,
    frames: Vec<u8>,
    /// Lines in it to which no answer is owed; those can be sent again to the next broker.
    loose: Vec<Range<usize>>,
}

impl Relay {
    pub(super) fn new(greeting: Hello, outlet: Outlet) -> Self {
        let core = Core {
            link: Link::Seeking,
            pending: Pending::default(),
            waiting: Waiting::default(),
            opening: None,
            sequence: 0,
            wanted: false,
            leaving: false,
            unwritten: false,
        };
        Self { greeting, core: Mutex::new(core), changed: Condvar::new(), outlet }
    }

    fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the host's lines until it closes its end.
    pub(super) fn take_lines(&self, from: impl Read) {
        let limit = LINE_LIMIT as usize;
        let mut lines = Lines::new(from, limit);
        let mut line = Vec::new();
        let mut batch = Batch::default();
        loop {
            match lines.next(&mut line) {
                Ok(Input::Line) => self.take(&line, &mut batch),
                Ok(Input::Blank) => {}
                Ok(Input::TooLong) => self.outlet.say(fault::too_long(limit).as_bytes()),
                Ok(Input::End) | Err(_) => break,
            }
            if !lines.has_more() {
                self.send(&mut batch);
            }
        }
        self.send(&mut batch);
    }

    /// Passes one line on, lets it wait, or answers it.
    fn take(&self, line: &[u8], batch: &mut Batch) {
        let kind = scan::classify(line);
        let mut core = self.core();
        loop {
            match &core.link {
                Link::Up(stream) if core.pending.len() < MOST_PENDING => {
                    let stream = Arc::clone(stream);
                    let sequence = core.register(line, &kind);
                    drop(core);
                    return self.put(batch, &stream, sequence, line, &kind);
                }
                Link::Seeking if core.waiting.has_room(line.len()) => return core.waiting.push(line.to_vec()),
                Link::Down(sentence) => {
                    let answer = Owed::by(&kind).map(|owed| owed.answer(sentence));
                    core.wanted = true;
                    self.changed.notify_all();
                    drop(core);
                    return self.outlet.say(answer.unwrap_or_default().as_bytes());
                }
                Link::Up(_) | Link::Seeking if batch.frames.is_empty() => {
                    // Backpressure: the host's next line is not read before there is room (catalogue case 104).
                    core = self.changed.wait(core).unwrap_or_else(PoisonError::into_inner);
                }
                Link::Up(_) | Link::Seeking => {
                    // What is collected must go first: the room that is waited for may depend on its answers.
                    drop(core);
                    self.send(batch);
                    core = self.core();
                }
            }
        }
    }

    /// Puts a line into the batch, or past it if it is long.
    fn put(&self, batch: &mut Batch, stream: &Arc<Stream>, sequence: u64, line: &[u8], kind: &LineKind<'_>) {
        let same = batch.to.as_ref().is_some_and(|to| Arc::ptr_eq(to, stream));
        if !same || batch.frames.len() + line.len() > FULL_BATCH {
            self.send(batch);
        }
        if line.len() > FULL_BATCH {
            if let Ok(header) = Header::of(Kind::Line, sequence, line) {
                // If it fails the broker is gone, and the link's thread answers what is owed.
                let _ = write_frame(&mut &**stream, header, line);
            }
            return;
        }
        batch.to = Some(Arc::clone(stream));
        let start = batch.frames.len();
        if append_frame(&mut batch.frames, Kind::Line, sequence, line).is_ok() && Owed::by(kind).is_none() {
            batch.loose.push(start..batch.frames.len());
        }
    }

    /// Sends what is collected.
    fn send(&self, batch: &mut Batch) {
        let Batch { to, frames, loose } = std::mem::take(batch);
        let Some(stream) = to else { return };
        if io::Write::write_all(&mut &*stream, &frames).is_err() {
            // The requests in it are answered by the link's thread. Notifications may be sent twice: the broker that may have
            // read them is dead.
            let mut core = self.core();
            for range in loose {
                let line = frames.get(range).and_then(|frame| frame.get(keyholder_wire::frame::HEADER_BYTES..));
                if let Some(line) = line.filter(|line| core.waiting.has_room(line.len())) {
                    core.waiting.push(line.to_vec());
                }
            }
        }
        // The buffer is given to the next batch, so that the usual small lines allocate nothing.
        batch.frames = frames;
        batch.frames.clear();
    }

    /// After the host has closed its end: lets answers that are on their way arrive, then says goodbye.
    pub(super) fn linger(&self, longest: Duration) {
        let core = self.core();
        let unsettled = |core: &mut Core| match core.link {
            _ if core.unwritten => true,
            Link::Down(_) => false,
            Link::Seeking | Link::Up(_) => !(core.pending.is_empty() && core.waiting.lines.is_empty()),
        };
        let (mut core, _) =
            self.changed.wait_timeout_while(core, longest, unsettled).unwrap_or_else(PoisonError::into_inner);
        core.leaving = true;
        if let Link::Up(stream) = &core.link {
            let goodbye = Header { kind: Kind::Closing, sequence: 0, length: 0 };
            // If it fails, the closed socket says the same.
            let _ = write_frame(&mut &**stream, goodbye, &[]);
        }
    }

    /// The greeting for a new connection: with the host's `initialize` if an earlier broker answered it.
    pub(super) fn greeting(&self) -> Hello {
        let core = self.core();
        let answered = core.opening.as_ref().filter(|opening| opening.answered);
        let resume = answered
            .and_then(|opening| String::from_utf8(opening.line.clone()).ok())
            .map(|initialize| Resume { initialize });
        Hello { resume, ..self.greeting.clone() }
    }

    /// A broker took the greeting: what waited is sent, then new lines go straight to it.
    ///
    /// # Errors
    /// What writing gives: this broker is gone again.
    pub(super) fn go_up(&self, stream: &Arc<Stream>) -> io::Result<()> {
        let opening = self.core().unanswered_opening();
        if let Some((sequence, line)) = opening {
            send_line(stream, sequence, &line)?;
        }
        loop {
            let mut core = self.core();
            let Some(line) = core.waiting.pop() else {
                core.link = Link::Up(Arc::clone(stream));
                self.changed.notify_all();
                return Ok(());
            };
            let sequence = core.register(&line, &scan::classify(&line));
            drop(core);
            send_line(stream, sequence, &line)?;
        }
    }

    /// The link broke. What the dead broker had is answered, except an unanswered `initialize`: repeating that does no harm.
    pub(super) fn go_seeking(&self, sentence: &str) {
        let mut core = self.core();
        core.link = Link::Seeking;
        let kept = core.unanswered_opening().map(|(sequence, _)| sequence);
        let owed = core.pending.take_all_but(kept);
        core.unwritten = true;
        drop(core);
        self.tell(&owed, sentence);
    }

    /// No broker, or none that serves this bridge: everything owed is answered with this sentence, and what comes from now on.
    pub(super) fn go_down(&self, sentence: &str) {
        let mut core = self.core();
        core.link = Link::Down(sentence.to_owned());
        core.opening = core.opening.take().filter(|opening| opening.answered);
        let mut owed = core.pending.take_all_but(None);
        owed.extend(core.waiting.lines.drain(..).filter_map(|line| Owed::by(&scan::classify(&line))));
        core.waiting.bytes = 0;
        core.wanted = false;
        core.unwritten = true;
        drop(core);
        self.tell(&owed, sentence);
    }

    fn tell(&self, owed: &[Owed], sentence: &str) {
        let lines: String = owed.iter().map(|owed| owed.answer(sentence)).collect();
        self.outlet.say(lines.as_bytes());
        self.written();
    }

    /// Whether goodbye was said: then no other broker is sought.
    pub(super) fn is_leaving(&self) -> bool {
        self.core().leaving
    }

    /// Whether the link is down, as opposed to being sought.
    pub(super) fn is_down(&self) -> bool {
        matches!(self.core().link, Link::Down(_))
    }

    /// Waits until the host wants something again, at most this long.
    pub(super) fn pause(&self, longest: Duration) {
        let core = self.core();
        let (mut core, _) =
            self.changed.wait_timeout_while(core, longest, |core| !core.wanted).unwrap_or_else(PoisonError::into_inner);
        core.wanted = false;
    }

    /// An answer came for this line. False if none is owed (any more).
    pub(super) fn settle(&self, sequence: u64, answer: &[u8]) -> bool {
        let mut core = self.core();
        let owed = core.pending.settle(sequence);
        if let Some(opening) = core.opening.as_mut().filter(|opening| opening.sequence == sequence) {
            if is_error(answer) {
                core.opening = None;
            } else {
                opening.answered = true;
            }
        }
        core.unwritten = true;
        owed
    }

    /// What was settled is on stdout now. The host's thread may wait for room, or for the last answer.
    pub(super) fn written(&self) {
        self.core().unwritten = false;
        self.changed.notify_all();
    }
}

impl Core {
    /// Gives a line its sequence and notes what it is owed.
    fn register(&mut self, line: &[u8], kind: &LineKind<'_>) -> u64 {
        self.sequence += 1;
        if let Some(owed) = Owed::by(kind) {
            self.pending.open(self.sequence, owed);
        }
        if matches!(kind, LineKind::Request(head) if head.method == "initialize") && line.len() <= LONGEST_OPENING {
            self.opening = Some(Opening { sequence: self.sequence, line: line.to_vec(), answered: false });
        }
        self.sequence
    }

    /// The `initialize` that the host still waits for.
    fn unanswered_opening(&self) -> Option<(u64, Vec<u8>)> {
        let opening = self.opening.as_ref()?;
        self.pending.owes(opening.sequence).then(|| (opening.sequence, opening.line.clone()))
    }
}

impl Waiting {
    /// Little waits, so that sending all of it cannot fill a socket that nobody reads yet.
    fn has_room(&self, bytes: usize) -> bool {
        self.lines.len() < MOST_WAITING && self.bytes + bytes <= FULL_BATCH
    }

    fn push(&mut self, line: Vec<u8>) {
        self.bytes += line.len();
        self.lines.push_back(line);
    }

    fn pop(&mut self) -> Option<Vec<u8>> {
        let line = self.lines.pop_front()?;
        self.bytes -= line.len();
        Some(line)
    }
}

fn send_line(stream: &Arc<Stream>, sequence: u64, line: &[u8]) -> io::Result<()> {
    write_frame(&mut &**stream, Header::of(Kind::Line, sequence, line)?, line)
}

/// Whether an answer is a JSON-RPC error.
fn is_error(answer: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Fault {
        #[serde(rename = "error")]
        _error: serde::de::IgnoredAny,
    }
    serde_json::from_slice::<Fault>(answer).is_ok()
}

const MOST_PENDING: usize = 4_096;
const MOST_WAITING: usize = 256;
const FULL_BATCH: usize = 64 << 10;
const LONGEST_OPENING: usize = 1 << 20;

//! One order through the side door.

use crate::bridge::wake::Waker;
use crate::exit::Exit;
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::{Answer, Ask, Handling, Order, OrderDoor, Reply};
use keyholder_wire::endpoint::{self, Door, EndpointError, Stream};
use keyholder_wire::frame::{Header, Kind, read_frame, write_frame};
use keyholder_wire::place::{PlaceError, Places};
use std::io;
use std::time::Duration;

/// Why there is no answer.
pub(crate) enum Failure {
    /// The broker said so.
    Console(ConsoleError),
    /// The connection failed.
    Io(io::Error),
    /// No broker runs.
    NotRunning(String),
    /// The files have no place.
    Place(PlaceError),
    /// The socket must not be used.
    Unusable(EndpointError),
}

/// Whether a broker is woken for an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Waking {
    IfNeeded,
    Never,
}

/// Gives an order and waits for what comes of it.
pub(crate) fn give(order: Order, waking: Waking) -> Result<Answer, Failure> {
    let places = Places::find(&|name| std::env::var_os(name)).map_err(Failure::Place)?;
    let waker = Waker::of_this_process(places);
    let stream = connect(&waker, waking)?;
    exchange(&stream, order).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Failure::Console(ConsoleError::new(Code::TimedOut)),
        // A broker listens before it has read everything that it stands on.
        _ => waker.failure_soon(LAST_WORDS).map_or(Failure::Io(error), Failure::NotRunning),
    })?
}

fn connect(waker: &Waker, waking: Waking) -> Result<Stream, Failure> {
    let mut waited = Duration::ZERO;
    let mut step = Duration::from_millis(5);
    loop {
        let why = match endpoint::connect(waker.places(), Door::Console) {
            Ok(stream) => return Ok(stream),
            Err(EndpointError::Absent(_)) if waking == Waking::Never => {
                return Err(Failure::NotRunning("it was not started".to_owned()));
            }
            Err(EndpointError::Absent(_)) => waker.wake(),
            Err(error) => return Err(Failure::Unusable(error)),
        };
        // A person waits: a broker that could not start is not waited for.
        if waited >= PATIENCE || waker.failure().is_some() {
            return Err(Failure::NotRunning(why));
        }
        std::thread::sleep(step);
        waited += step;
        step = (step * 2).min(Duration::from_millis(250));
    }
}

fn exchange(stream: &Stream, order: Order) -> io::Result<Result<Answer, Failure>> {
    // An order that becomes a question waits for the person, everything else is quick.
    let longest = match order.handling(OrderDoor::Side) {
        Handling::AskFirst => None,
        Handling::CarryOut | Handling::Refuse => Some(QUICK),
    };
    let _ = endpoint::limit_wait(stream, longest);
    let order = serde_json::to_vec(&Ask::new(order))?;
    write_frame(&mut &*stream, Header::of(Kind::Order, 1, &order)?, &order)?;
    let mut payload = Vec::new();
    match read_frame(&mut &*stream, &mut payload)? {
        Some(Header { kind: Kind::Result, .. }) => {}
        Some(_) => return Err(io::Error::new(io::ErrorKind::InvalidData, "the broker answered out of step")),
        None => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the broker closed the connection")),
    }
    let reply: Reply = serde_json::from_slice(&payload)?;
    Ok(Result::from(reply).map_err(Failure::Console))
}

impl Failure {
    /// Cause, then remedy, and the exit code.
    pub(crate) fn explain(&self) -> (String, Exit) {
        match self {
            Self::Console(error) => (sentence(error), error.code.into()),
            Self::Io(error) => {
                (format!("the broker did not answer ({error}); run \u{201c}keyholder doctor\u{201d}"), Exit::General)
            }
            Self::NotRunning(why) => (format!("the broker is not running: {why}"), Exit::NotRunning),
            Self::Place(error) => (error.to_string(), Exit::Config),
            Self::Unusable(error) => (error.to_string(), Exit::General),
        }
    }
}

fn sentence(error: &ConsoleError) -> String {
    let what = match error.code {
        Code::Conflict => "that exists already, or was changed meanwhile",
        Code::ConfigInvalid => "the configuration cannot be used; correct the file it names",
        Code::Denied => "denied",
        Code::Internal => "a fault of Keyholder's own; run \u{201c}keyholder doctor\u{201d}",
        Code::Invalid => "this cannot be taken",
        Code::Keychain => "the keychain cannot be used; unlock it, or see \u{201c}keyholder doctor\u{201d}",
        Code::Locked => "Keyholder is locked; run \u{201c}keyholder unlock\u{201d}",
        Code::Network => "the server cannot be reached",
        Code::NotFound => "nothing has that name",
        Code::NoFace => {
            "this needs your answer, and the broker has nowhere to ask: start \u{201c}keyholderd\u{201d} in a terminal and try again"
        }
        Code::SignInNeeded => "a sign-in is needed; run \u{201c}keyholder login\u{201d}",
        Code::TimedOut => "nobody answered in time",
        Code::TooSoon => "that came before it can have been read",
        Code::Upstream => "the server answered with an error",
        Code::Version => {
            "keyholder and keyholderd are of different versions; run \u{201c}keyholder stop\u{201d} and try again"
        }
    };
    let subject = error.subject.as_ref().map_or_else(String::new, |subject| format!("{subject}: "));
    let detail = error.detail.as_ref().map_or_else(String::new, |detail| format!(" ({detail})"));
    format!("{subject}{what}{detail}")
}

const PATIENCE: Duration = Duration::from_secs(15);
const QUICK: Duration = Duration::from_mins(1);
/// How long a broker that closed its connection may take to say why.
const LAST_WORDS: Duration = Duration::from_secs(1);

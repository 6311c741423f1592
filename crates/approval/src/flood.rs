//! The flood brake: a person who is asked too much waves everything through (catalogue case 199).
//!
//! Times are monotonic. Everything here is bounded: what is kept longest falls out first.

use crate::question::Question;
use keyholder_model::server::ServerName;
use keyholder_model::untrusted::clip;
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

/// Questions of one server that may be open at a time.
pub const OPEN_PER_SERVER: usize = 5;
/// Questions that may be open at a time.
pub const OPEN_TOTAL: usize = 20;
/// After so many denials of one server within [`DENIALS_WITHIN`], or of one tool while the app runs …
pub const DENIALS: usize = 3;
/// … where the tools may differ, within this time …
pub const DENIALS_WITHIN: Duration = Duration::from_mins(1);
/// … or where one app asks more often than this …
pub const QUESTIONS: usize = 10;
/// … within this time …
pub const QUESTIONS_WITHIN: Duration = Duration::from_mins(1);
/// … nobody is asked about it for this long.
pub const SNOOZE: Duration = Duration::from_mins(5);

/// About what nobody is asked.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Brake {
    /// Whatever this app wants: it asked too often.
    App {
        /// The app, as [`Question::app`] names it.
        app: String,
    },
    /// Whatever anybody wants of this server: it was denied too often.
    Server {
        /// The server.
        server: ServerName,
    },
    /// This tool, for this app: it was denied too often.
    Tool {
        /// The app, as [`Question::app`] names it.
        app: String,
        /// The server.
        server: ServerName,
        /// The tool.
        tool: String,
    },
}

impl Brake {
    fn holds(&self, question: &Question) -> bool {
        match self {
            Self::App { app } => *app == question.app,
            Self::Server { server } => *server == question.server,
            Self::Tool { app, server, tool } => {
                *app == question.app && *server == question.server && question.tool() == Some(tool)
            }
        }
    }

    fn is_of(&self, name: &str) -> bool {
        match self {
            Self::App { app } | Self::Tool { app, .. } => app == name,
            Self::Server { .. } => false,
        }
    }
}

impl fmt::Display for Brake {
    /// Why it was pulled: the beginning of a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App { app } => {
                let app = clip(app, SHOWN);
                write!(f, "{app} asked more than {QUESTIONS} times within a minute")
            }
            Self::Server { server } => write!(f, "requests to {server} were denied {DENIALS} times within a minute"),
            Self::Tool { app, server, tool } => {
                let (app, tool) = (clip(app, SHOWN), clip(tool, SHOWN));
                write!(f, "\u{201c}{tool}\u{201d} of {server} was denied {DENIALS} times for {app}")
            }
        }
    }
}

/// What was asked and denied lately, and what is braked.
#[derive(Debug, Default)]
pub(crate) struct Flood {
    asked: VecDeque<(String, Duration)>,
    denied_servers: VecDeque<(ServerName, Duration)>,
    denied_tools: VecDeque<(Brake, usize)>,
    brakes: VecDeque<(Brake, Duration)>,
}

impl Flood {
    /// A question came before the person.
    pub(crate) fn shown(&mut self, app: &str, now: Duration) {
        push(&mut self.asked, (app.to_owned(), now));
    }

    /// Whether one more question of this app would be too many; then the brake is pulled.
    pub(crate) fn asks_too_often(&mut self, app: &str, now: Duration) -> Option<(Brake, Duration)> {
        self.asked.retain(|(_, at)| now.saturating_sub(*at) < QUESTIONS_WITHIN);
        let lately = self.asked.iter().filter(|(asked, _)| asked == app).count();
        (lately >= QUESTIONS).then(|| self.pull(Brake::App { app: app.to_owned() }, now))
    }

    /// The person said no. Says which brake that pulls, if any.
    pub(crate) fn denied(&mut self, question: &Question, now: Duration) -> Option<(Brake, Duration)> {
        let server = &question.server;
        self.denied_servers.retain(|(_, at)| now.saturating_sub(*at) <= DENIALS_WITHIN);
        push(&mut self.denied_servers, (server.clone(), now));
        let of_tool = self.denied_tool(question);
        if self.denied_servers.iter().filter(|(denied, _)| denied == server).count() >= DENIALS {
            self.denied_servers.retain(|(denied, _)| denied != server);
            return Some(self.pull(Brake::Server { server: server.clone() }, now));
        }
        of_tool.map(|brake| self.pull(brake, now))
    }

    /// Counts a denial of one tool; at the last, the count begins anew.
    fn denied_tool(&mut self, question: &Question) -> Option<Brake> {
        let (app, server) = (question.app.clone(), question.server.clone());
        let brake = Brake::Tool { app, server, tool: question.tool()?.to_owned() };
        let place = self.denied_tools.iter().position(|(denied, _)| *denied == brake);
        let before = place.and_then(|place| self.denied_tools.remove(place)).map_or(0, |(_, times)| times);
        if before + 1 >= DENIALS {
            return Some(brake);
        }
        push(&mut self.denied_tools, (brake, before + 1));
        None
    }

    /// Why nobody is asked this just now.
    pub(crate) fn refusal(&mut self, question: &Question, now: Duration) -> Option<String> {
        self.expire(now);
        let (brake, until) = self.brakes.iter().find(|(brake, _)| brake.holds(question))?;
        Some(refusal(brake, until.saturating_sub(now)))
    }

    /// What is braked, and until when.
    pub(crate) fn brakes(&mut self, now: Duration) -> Vec<(Brake, Duration)> {
        self.expire(now);
        self.brakes.iter().cloned().collect()
    }

    /// Asks again at once, and counts anew.
    pub(crate) fn release(&mut self, brake: &Brake) {
        self.brakes.retain(|(pulled, _)| pulled != brake);
        match brake {
            Brake::App { app } => self.asked.retain(|(asked, _)| asked != app),
            Brake::Server { server } => self.denied_servers.retain(|(denied, _)| denied != server),
            Brake::Tool { .. } => self.denied_tools.retain(|(denied, _)| denied != brake),
        }
    }

    /// The app quit: its next run begins without a history. A pause that runs goes on, so that restarting ends none.
    pub(crate) fn quit(&mut self, app: &str) {
        self.denied_tools.retain(|(denied, _)| !denied.is_of(app));
    }

    fn pull(&mut self, brake: Brake, now: Duration) -> (Brake, Duration) {
        self.brakes.retain(|(pulled, _)| *pulled != brake);
        push(&mut self.brakes, (brake.clone(), now + SNOOZE));
        (brake, now + SNOOZE)
    }

    fn expire(&mut self, now: Duration) {
        self.brakes.retain(|(_, until)| *until > now);
    }
}

/// What the host hears.
pub(crate) fn refusal(brake: &Brake, left: Duration) -> String {
    format!("{brake}; nobody is asked about it for another {} seconds", left.as_millis().div_ceil(1_000))
}

fn push<T>(kept: &mut VecDeque<T>, item: T) {
    if kept.len() >= KEPT {
        kept.pop_front();
    }
    kept.push_back(item);
}

const KEPT: usize = 512;
/// So many characters of a name stand in a sentence.
const SHOWN: usize = 64;

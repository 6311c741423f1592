//! The person at Keyholder's own window: a program that is started when there is something to show, and that holds nothing.
//!
//! `program` is how it is started, `state` what must be on the screen, `keeper` sees to it that it is.

mod keeper;
mod program;
mod state;

pub(crate) use program::Program;

use crate::notices::Notices;
use keyholder_approval::{Approver, Ending, Paused, Question, Reachable};
use keyholder_broker::{Broker, Windows};
use keyholder_console::news::{Destination, News};
use keyholder_model::clock::Clock;
use keyholder_model::id::QuestionId;
use state::State;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// The window as an approver.
pub(crate) struct Window {
    program: Program,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    wanted: Notify,
    notices: Notices,
}

impl Window {
    /// For this program. Nothing is started yet. What it shows is also told to `notices`.
    pub(crate) fn of(program: Program, clock: Arc<dyn Clock>, notices: Notices) -> Self {
        Self { program, clock, state: Mutex::default(), wanted: Notify::new(), notices }
    }

    /// Sees to it, for as long as the broker runs, that what must be shown is.
    pub(crate) fn attend(self: Arc<Self>, broker: Arc<Broker>) {
        tokio::spawn(keeper::keep(self, broker));
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.wanted.notify_one();
        result
    }
}

impl Approver for Window {
    fn show(&self, question: &Question) {
        let now = self.clock.monotonic();
        self.change(|state| state.ask(question.id.to_string(), now));
        self.notices.asked(question);
    }

    fn withdraw(&self, id: QuestionId, ending: Ending) {
        let now = self.clock.monotonic();
        self.change(|state| state.settle(&id.to_string(), now));
        self.notices.ended(id, ending);
    }

    fn can_ask(&self) -> Reachable {
        let now = self.clock.monotonic();
        match self.change(|state| state.why_not(now).map(str::to_owned)) {
            Some(why) => Reachable::No { why },
            None => Reachable::Yes,
        }
    }

    fn paused(&self, _: &Paused) {
        self.change(|state| state.tell(News::Paused));
    }
}

impl Windows for Window {
    fn show(&self, to: Destination) -> Result<(), String> {
        let now = self.clock.monotonic();
        self.change(|state| {
            if let Some(why) = state.why_not(now) {
                return Err(why.to_owned());
            }
            state.show(to, now);
            Ok(())
        })
    }
}

//! What is so at this moment, for the rules.

use crate::broker::Broker;
use crate::history::{Asked, LOOKS_BACK, Step};
use keyholder_audit::{CallQuery, Event, Fate, Order, Query};
use keyholder_model::clock::Timestamp;
use keyholder_model::permit::Reason;
use keyholder_model::risk::Labels;
use keyholder_policy::Situation;

/// Calls of the log that are looked at when the broker starts.
const MOST_CALLS: usize = 10_000;

/// The decision in the log's note that an app's session was begun anew.
pub(crate) const RESET: &str = "reset";

impl Broker {
    /// What is so at this moment for this app and, for a call, this tool (`server/tool`).
    pub(crate) fn situation(&self, app: &str, tool: Option<&str>) -> Situation {
        let (now, book) = (self.clock.now(), self.known_book());
        let past = self.histories.past(app, tool.unwrap_or_default(), self.ticks());
        let local = self.clock.local(now);
        Situation {
            at: book.believe(now),
            monotonic: self.clock.monotonic(),
            hour: local.hour,
            weekday: local.weekday,
            screen_locked: self.screen.is_locked(),
            mode: book.asking.mode(book.believe(now)),
            first_use: past.is_first_use,
            seen: past.seen,
            calls: past.calls,
            unasked: past.unasked,
            unasked_destroying: past.unasked_destroying,
            unasked_sending: past.unasked_sending,
        }
    }

    /// Milliseconds of the clock that nobody can turn.
    pub(crate) fn ticks(&self) -> i64 {
        i64::try_from(self.clock.monotonic().as_millis()).unwrap_or(i64::MAX)
    }

    /// A call was let through.
    pub(crate) fn note_call(&self, app: &str, tool: String, labels: Labels, reason: &Reason) {
        let asked = match reason {
            Reason::Answer(_) => Asked::Yes,
            Reason::Routine | Reason::Rule(_) => Asked::No,
        };
        self.histories.add(app, Step { at: self.ticks(), tool, labels, asked });
    }

    /// Reads the sessions of all apps from the log, before the first call.
    pub(crate) fn remember_sessions(&self) {
        if let Err(why) = self.read_sessions() {
            tracing::error!(%why, "what apps did before could not be read from the log");
        }
    }

    fn read_sessions(&self) -> Result<(), crate::refusal::Refusal> {
        let log = self.log()?;
        let audit = |why: keyholder_audit::AuditError| crate::refusal::Refusal::Audit(why.to_string());
        let (now, ticks) = (self.clock.now(), self.ticks());
        let since = Timestamp::from_millis(now.as_millis().saturating_sub(LOOKS_BACK));
        // The newest of them, oldest first.
        let query = CallQuery {
            since: Some(since),
            order: Order::NewestFirst,
            limit: Some(MOST_CALLS),
            ..CallQuery::default()
        };
        let mut calls = log.calls(&query).map_err(audit)?;
        calls.reverse();
        let resets = Query { decision: Some(RESET.to_owned()), since: Some(since), ..Query::default() };
        let mut resets = log.read(&resets).map_err(audit)?;
        resets.retain(|row| row.event == Event::ResetHistory.as_str());
        resets.reverse();
        let resets = resets.into_iter().filter_map(|row| Some((row.sequence, row.at, row.app?)));
        let mut resets = resets.collect::<Vec<_>>().into_iter().peekable();
        let at =
            |moment: Timestamp| ticks.saturating_sub(now.as_millis().saturating_sub(moment.as_millis())).min(ticks);
        for call in calls {
            while let Some((_, moment, app)) = resets.next_if(|(number, ..)| *number < call.number) {
                self.histories.reset(&app, at(moment));
            }
            let (Some(app), Some(server), Fate::Made) = (&call.app, &call.server, call.fate) else { continue };
            let asked = if call.reason.as_deref().is_some_and(|reason| reason.starts_with("answered")) {
                Asked::Yes
            } else {
                Asked::No
            };
            let step = Step { at: at(call.at), tool: format!("{server}/{}", call.tool), labels: call.labels, asked };
            self.histories.add(app, step);
        }
        for (_, moment, app) in resets {
            self.histories.reset(&app, at(moment));
        }
        Ok(())
    }
}

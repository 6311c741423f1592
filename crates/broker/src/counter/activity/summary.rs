//! What happened in the last days, counted in one look over the log.

use super::calendar::Calendar;
use super::oddities::{Habits, Matter};
use super::search::{ALLOW, ANSWERED, DENY};
use keyholder_audit::{AuditError, Ending, Event, Glance, Log, Name, Names};
use keyholder_console::activity::{AnswerTimeView, DayView, ServerTallyView, SummaryView, ToolTallyView};
use keyholder_model::clock::Clock;
use keyholder_model::event::Whose;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

/// Tools and servers that are listed.
const MOST_LISTED: usize = 20;

/// Tools and servers that are counted: their names come from hosts, and a counter each must not fill the memory.
const MOST_COUNTED: usize = 20_000;

/// Answers are counted by whether they took at most so long, in milliseconds.
const STEPS: [u64; 6] = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000];

/// Sums the last `days` days up, today among them.
pub(super) fn summarize(log: &Log, clock: &dyn Clock, days: u32) -> Result<SummaryView, AuditError> {
    let calendar = Calendar::of(clock, days);
    let mut tally = Tally::new(calendar);
    let names = log.look(tally.calendar.since(), |glance, names| tally.take(glance, names))?;
    tally.finish(log, &names)
}

/// Sums.
struct Tally<'a> {
    calendar: Calendar<'a>,
    days: Vec<DayView>,
    tools: HashMap<(Name, Name), u64>,
    servers: HashMap<Name, (u64, u64)>,
    answers: [u64; STEPS.len() + 1],
    habits: Habits,
}

impl<'a> Tally<'a> {
    fn new(calendar: Calendar<'a>) -> Self {
        let days = calendar.dates().map(|day| DayView { date: day.to_string(), ..DayView::default() }).collect();
        Self {
            days,
            tools: HashMap::new(),
            servers: HashMap::new(),
            answers: [0; STEPS.len() + 1],
            habits: Habits::default(),
            calendar,
        }
    }

    fn take(&mut self, glance: &Glance, names: &Names) {
        let Some(day) = self.calendar.day(glance.at) else { return };
        let event = names.text(glance.event);
        let is_call = event == "call";
        if (is_call || event == Event::Refuse.as_str())
            && let (Some(app), Some(server)) = (glance.app, glance.server)
        {
            let hour = self.calendar.hour(glance.at);
            let (sequence, at) = (glance.sequence, glance.at);
            self.habits.take(Matter { sequence, at, day, hour, app, server, tool: glance.tool });
        }
        // What came before is only there to know what is usual.
        let Some(view) = self.calendar.place(day).and_then(|place| self.days.get_mut(place)) else { return };
        if is_call {
            let said = glance.reason.is_some_and(|reason| names.text(reason).starts_with(ANSWERED));
            match glance.ending {
                Ending::Done if said => view.by_person += 1,
                Ending::Done => view.by_rule += 1,
                Ending::Failed | Ending::Unknown => view.failed += 1,
                Ending::Cancelled | Ending::Open | Ending::Refused => {}
            }
            self.count(glance);
        } else if event == Event::Refuse.as_str() {
            view.refused += u64::from(glance.whose.is_none_or(|whose| is_no(names.text(whose))));
        } else if event == Event::Answer.as_str() {
            let said = glance.decision.map_or("", |decision| names.text(decision));
            view.yes += u64::from(said.starts_with(ALLOW));
            view.no += u64::from(said.starts_with(DENY));
            if let Some(millis) = glance.millis {
                self.answers[STEPS.partition_point(|step| *step < millis)] += 1;
            }
        }
    }

    fn count(&mut self, glance: &Glance) {
        let Some(server) = glance.server else { return };
        if let Some(tool) = glance.tool
            && let Some(calls) = counter(&mut self.tools, (server, tool))
        {
            *calls += 1;
        }
        if let Some((calls, bytes)) = counter(&mut self.servers, server) {
            *calls += 1;
            *bytes = bytes.saturating_add(glance.bytes);
        }
    }

    fn finish(self, log: &Log, names: &Names) -> Result<SummaryView, AuditError> {
        let text = |name| names.text(name).to_owned();
        let mut tools: Vec<_> = self.tools.into_iter().collect();
        tools.sort_by_key(|((server, tool), calls)| (Reverse(*calls), names.text(*server), names.text(*tool)));
        let tools = tools.into_iter().take(MOST_LISTED);
        let mut servers: Vec<_> = self.servers.into_iter().collect();
        servers.sort_by_key(|(server, (calls, bytes))| (Reverse(*bytes), Reverse(*calls), names.text(*server)));
        let servers = servers.into_iter().take(MOST_LISTED);
        let steps = STEPS.iter().copied().map(Some).chain([None]);
        Ok(SummaryView {
            days: self.days,
            tools: tools
                .map(|((server, tool), calls)| ToolTallyView { server: text(server), tool: text(tool), calls })
                .collect(),
            servers: servers
                .map(|(server, (calls, bytes))| ServerTallyView { server: text(server), calls, bytes })
                .collect(),
            answer_times: steps
                .zip(self.answers)
                .map(|(at_most_ms, answers)| AnswerTimeView { at_most_ms, answers })
                .collect(),
            oddities: self.habits.oddities(&self.calendar, log, names)?,
        })
    }
}

/// Whether a request was refused because somebody, or a rule, did not let it run: the others failed on their way.
fn is_no(whose: &str) -> bool {
    [Whose::Keyholder, Whose::Person, Whose::Policy].iter().any(|no| no.as_str() == whose)
}

/// The counter for a key; none for a new one where there are too many.
pub(super) fn counter<K: Eq + Hash, V: Default>(counters: &mut HashMap<K, V>, key: K) -> Option<&mut V> {
    if counters.len() >= MOST_COUNTED && !counters.contains_key(&key) {
        return None;
    }
    Some(counters.entry(key).or_default())
}

#[cfg(test)]
mod tests;

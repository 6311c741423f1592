//! What each app's session has done so far: what it has read decides what it may still send, and fifty small things count as one
//! large one.
//!
//! A session belongs to the app and not to a process, a bridge or a server: an app that starts another process carries on. It ends
//! when the app has been quiet for [`QUIET`], or when the person says so. It is rebuilt from the audit log when the broker
//! starts, so that stopping the broker wipes nothing away; the log itself cannot be edited unnoticed.

use keyholder_model::risk::{Label, Labels};
use keyholder_policy::Rates;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// After so long without a call an app's session is over.
pub(crate) const QUIET: i64 = 4 * HOUR;

/// How far back the log is read at the start: what the longest count looks back.
pub(crate) const LOOKS_BACK: i64 = DAY;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Moments that one count remembers: more are not told apart.
const MOST_MOMENTS: usize = 10_000;

/// Steps of a session that are remembered: the first half and the latest half.
const MOST_STEPS: usize = 40;

/// Apps, and tools of one app, that are remembered. The names come from hosts.
const MOST_APPS: usize = 200;
const MOST_TOOLS: usize = 5_000;

/// One call that was let through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Step {
    /// When, in milliseconds of the clock that nobody can turn; what happened before the broker started is negative.
    pub(crate) at: i64,
    /// `server/tool`.
    pub(crate) tool: String,
    /// What the tool does.
    pub(crate) labels: Labels,
    /// Whether somebody was asked about this call.
    pub(crate) asked: Asked,
}

/// Whether a person looked at a call before it ran.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Asked {
    No,
    Yes,
}

/// What has been so far, for one decision.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Past {
    pub(crate) seen: Labels,
    pub(crate) is_first_use: bool,
    pub(crate) calls: Rates,
    pub(crate) unasked: Rates,
    pub(crate) unasked_destroying: u32,
    pub(crate) unasked_sending: u32,
}

/// One app's session, for showing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SessionView {
    pub(crate) app: String,
    /// When its first call was.
    pub(crate) since: i64,
    pub(crate) seen: Labels,
    pub(crate) steps: Vec<Step>,
}

/// All apps' sessions.
#[derive(Default)]
pub(crate) struct Histories {
    apps: Mutex<HashMap<String, App>>,
}

#[derive(Default)]
struct App {
    since: i64,
    last: i64,
    seen: Labels,
    steps: Vec<Step>,
    tools: HashMap<String, Tool>,
    destroying: Moments,
    sending: Moments,
}

#[derive(Default)]
struct Tool {
    calls: Moments,
    unasked: Moments,
}

/// Moments in order.
#[derive(Default)]
struct Moments(VecDeque<i64>);

impl Histories {
    /// What an app has done so far, and how often it used a tool.
    pub(crate) fn past(&self, app: &str, tool: &str, now: i64) -> Past {
        let mut apps = self.lock();
        let Some(known) = apps.get_mut(app) else { return Past { is_first_use: true, ..Past::default() } };
        known.end_if_quiet(now);
        let used = known.tools.get(tool);
        Past {
            seen: known.seen,
            is_first_use: used.is_none(),
            calls: used.map(|used| used.calls.rates(now)).unwrap_or_default(),
            unasked: used.map(|used| used.unasked.rates(now)).unwrap_or_default(),
            unasked_destroying: known.destroying.since(now - HOUR),
            unasked_sending: known.sending.since(now - HOUR),
        }
    }

    /// A call was let through. Noted before it is sent: what it may bring back counts from then on.
    pub(crate) fn add(&self, app: &str, step: Step) {
        let mut apps = self.lock();
        if apps.len() >= MOST_APPS && !apps.contains_key(app) {
            // The one that has been quiet the longest says the least.
            let oldest = apps.iter().min_by_key(|(_, app)| app.last).map(|(name, _)| name.clone());
            oldest.and_then(|name| apps.remove(&name));
        }
        let known = apps.entry(app.to_owned()).or_insert_with(|| App { since: step.at, ..App::default() });
        known.end_if_quiet(step.at);
        known.take(step);
    }

    /// The person begins an app's session anew. Says whether there was one.
    pub(crate) fn reset(&self, app: &str, now: i64) -> bool {
        self.lock().get_mut(app).is_some_and(|known| {
            let had = !known.seen.is_empty();
            known.begin_anew(now);
            had
        })
    }

    /// The steps that brought one of these labels, oldest first.
    pub(crate) fn steps(&self, app: &str, labels: Labels) -> Vec<Step> {
        let apps = self.lock();
        let steps = apps.get(app).map(|known| known.steps.as_slice()).unwrap_or_default();
        steps.iter().filter(|step| step.labels.iter().any(|label| labels.has(label))).cloned().collect()
    }

    /// All sessions in which something was seen, by app.
    pub(crate) fn view(&self, now: i64) -> Vec<SessionView> {
        let mut apps = self.lock();
        let mut views: Vec<SessionView> = apps
            .iter_mut()
            .map(|(name, known)| {
                known.end_if_quiet(now);
                SessionView { app: name.clone(), since: known.since, seen: known.seen, steps: known.steps.clone() }
            })
            .filter(|view| !view.steps.is_empty())
            .collect();
        views.sort_by(|a, b| a.app.cmp(&b.app));
        views
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, App>> {
        self.apps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    fn take(&mut self, step: Step) {
        self.last = self.last.max(step.at);
        self.seen = self.seen.union(step.labels);
        if self.tools.len() >= MOST_TOOLS && !self.tools.contains_key(&step.tool) {
            self.tools.clear();
        }
        let tool = self.tools.entry(step.tool.clone()).or_default();
        tool.calls.push(step.at);
        match step.asked {
            // Somebody has just looked at what this app does with this tool: the count begins anew.
            Asked::Yes => {
                tool.unasked = Moments::default();
                if step.labels.has(Label::Destroys) {
                    self.destroying = Moments::default();
                }
                if step.labels.has(Label::SendsOutward) {
                    self.sending = Moments::default();
                }
            }
            Asked::No => {
                tool.unasked.push(step.at);
                if step.labels.has(Label::Destroys) {
                    self.destroying.push(step.at);
                }
                if step.labels.has(Label::SendsOutward) {
                    self.sending.push(step.at);
                }
            }
        }
        if !step.labels.is_empty() {
            if self.steps.len() >= MOST_STEPS {
                self.steps.remove(MOST_STEPS / 2);
            }
            self.steps.push(step);
        }
    }

    fn end_if_quiet(&mut self, now: i64) {
        if now - self.last >= QUIET {
            self.begin_anew(now);
        }
    }

    /// What was seen is over; how often things were done is not.
    fn begin_anew(&mut self, now: i64) {
        self.since = now;
        self.last = now;
        self.seen = Labels::NONE;
        self.steps.clear();
    }
}

impl Moments {
    fn push(&mut self, at: i64) {
        if self.0.len() >= MOST_MOMENTS {
            self.0.pop_front();
        }
        // Two calls may be noted out of order by a hair.
        let at = self.0.back().map_or(at, |last| at.max(*last));
        while self.0.front().is_some_and(|first| *first < at - DAY) {
            self.0.pop_front();
        }
        self.0.push_back(at);
    }

    /// How many lie at or after this moment.
    fn since(&self, from: i64) -> u32 {
        let before = self.0.partition_point(|at| *at < from);
        u32::try_from(self.0.len() - before).unwrap_or(u32::MAX)
    }

    fn rates(&self, now: i64) -> Rates {
        Rates { minute: self.since(now - MINUTE), hour: self.since(now - HOUR), day: self.since(now - DAY) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(at: i64, tool: &str, labels: &str, asked: Asked) -> Step {
        Step { at, tool: tool.to_owned(), labels: labels.parse().unwrap(), asked }
    }

    #[test]
    fn what_was_read_is_remembered_across_servers_and_until_the_app_was_quiet() {
        let histories = Histories::default();
        histories.add("claude", step(0, "mail/read", "reads_private", Asked::No));
        histories.add("claude", step(10, "web/fetch", "sees_untrusted", Asked::Yes));
        histories.add("cursor", step(10, "web/fetch", "sees_untrusted", Asked::No));
        let seen = |app: &str, now| histories.past(app, "x/y", now).seen.to_string();
        assert_eq!(seen("claude", 20), "reads_private sees_untrusted");
        assert_eq!(seen("cursor", 20), "sees_untrusted");
        assert_eq!(seen("claude", 10 + QUIET - 1), "reads_private sees_untrusted");
        assert_eq!(seen("claude", 10 + QUIET), "");
    }

    #[test]
    fn the_person_begins_a_session_anew_and_its_counts_go_on() {
        let histories = Histories::default();
        histories.add("claude", step(0, "db/delete", "destroys reads_private", Asked::No));
        assert!(histories.reset("claude", 5));
        let past = histories.past("claude", "db/delete", 6);
        assert_eq!((past.seen, past.calls.minute, past.unasked_destroying), (Labels::NONE, 1, 1));
        assert!(!histories.reset("nobody", 5));
    }

    #[test]
    fn small_things_are_counted_until_somebody_looks() {
        let histories = Histories::default();
        for at in 0..12 {
            histories.add("claude", step(at, "db/delete", "destroys", Asked::No));
        }
        histories.add("claude", step(12, "fs/remove", "destroys", Asked::No));
        let past = histories.past("claude", "db/delete", 13);
        assert_eq!((past.unasked.minute, past.unasked_destroying, past.is_first_use), (12, 13, false));
        assert_eq!(histories.past("claude", "db/delete", 12 + HOUR + 1).unasked_destroying, 0);
        histories.add("claude", step(14, "db/delete", "destroys", Asked::Yes));
        let past = histories.past("claude", "db/delete", 15);
        assert_eq!((past.unasked, past.unasked_destroying, past.calls.minute), (Rates::default(), 0, 13));
    }

    #[test]
    fn what_is_remembered_is_bounded_and_keeps_the_beginning() {
        let histories = Histories::default();
        for at in 0..20_000_i64 {
            histories.add("claude", step(at, &format!("s/t{at}"), "sees_untrusted", Asked::No));
            histories.add(&format!("app{at}"), step(at, "s/t", "", Asked::No));
        }
        let apps = histories.lock();
        assert!(apps.len() <= MOST_APPS);
        let claude = &apps["claude"];
        assert!(claude.tools.len() <= MOST_TOOLS && claude.steps.len() <= MOST_STEPS);
        assert_eq!((claude.steps[0].at, claude.steps[MOST_STEPS - 1].at), (0, 19_999));
    }
}

//! What is out of the ordinary, by plain rules that a person can check by counting.
//!
//! Many calls: an app called a tool, or a server, ten times as often as on the middle one of its days in the thirty before, and at
//! least twenty times; there must have been three such days. New: the first call ever, except on the log's own first day, and for
//! tools except on their server's first day. Unusual hour: an app called at an hour at which it did not in the fourteen days before,
//! of which it was active on seven.

use super::calendar::{Calendar, Place, USUAL};
use super::summary::counter;
use keyholder_audit::{AuditError, CallQuery, Condition, Event, Field, Log, Name, Names, Query, Test};
use keyholder_console::activity::{OddityKind, OddityView};
use keyholder_model::clock::Timestamp;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Oddities that are listed.
const MOST_LISTED: usize = 20;

/// Candidates that are looked up in what was not looked over: each may take a walk through the whole list.
const MOST_LOOKED_UP: usize = 40;

/// How many times as often as usual is many, how often at least, and on how many days it must have been done before.
const TIMES: u64 = 10;
const FEWEST: u64 = 20;
const FEWEST_DAYS: usize = 3;

/// Days in which an hour must not have been used, and on how many the app must have been active.
const HOUR_DAYS: usize = 14;
const ACTIVE_DAYS: usize = 7;

/// A call that was made or refused.
#[derive(Clone, Copy)]
pub(super) struct Matter {
    pub(super) sequence: u64,
    pub(super) at: Timestamp,
    pub(super) day: Place,
    pub(super) hour: u8,
    pub(super) app: Name,
    pub(super) server: Name,
    pub(super) tool: Option<Name>,
}

/// How often on a day, or in an hour, and the first of them.
#[derive(Clone, Copy)]
struct Count {
    day: Place,
    calls: u64,
    sequence: u64,
    at: Timestamp,
}

/// What apps do, and when.
#[derive(Default)]
pub(super) struct Habits {
    /// By app, server and tool; without a tool, of the server as a whole. The days in order.
    days: HashMap<(Name, Name, Option<Name>), Vec<Count>>,
    /// By app, day and hour.
    hours: HashMap<(Name, Place, u8), Count>,
    /// The first that was seen of an app at a server, of a tool, and of a server.
    apps: HashMap<(Name, Name), Option<Matter>>,
    tools: HashMap<(Name, Name), Option<Matter>>,
    servers: HashMap<Name, Option<Matter>>,
}

impl Habits {
    /// Takes one in. The log is looked over in its order, so the first is the first.
    pub(super) fn take(&mut self, matter: Matter) {
        let Matter { app, server, tool, day, .. } = matter;
        for key in [None, tool].into_iter().take(1 + usize::from(tool.is_some())) {
            if let Some(days) = counter(&mut self.days, (app, server, key)) {
                note(days, &matter);
            }
        }
        let hour = self.hours.len();
        if hour < MOST_HOURS || self.hours.contains_key(&(app, day, matter.hour)) {
            self.hours.entry((app, day, matter.hour)).or_insert_with(|| Count::none(&matter)).calls += 1;
        }
        let firsts = [
            counter(&mut self.apps, (app, server)),
            tool.and_then(|tool| counter(&mut self.tools, (server, tool))),
            counter(&mut self.servers, server),
        ];
        for first in firsts.into_iter().flatten() {
            first.get_or_insert(matter);
        }
    }

    /// What is odd, newest first.
    pub(super) fn oddities(
        &self,
        calendar: &Calendar<'_>,
        log: &Log,
        names: &Names,
    ) -> Result<Vec<OddityView>, AuditError> {
        let mut found = self.many_calls(calendar);
        found.extend(self.unusual_hours(calendar));
        let begun = log.entry(1)?.map(|row| row.at);
        let looked = Looked { calendar, log, names, begun, servers: &self.servers };
        found.extend(looked.firsts(&self.apps, OddityKind::NewApp));
        found.extend(looked.firsts(&self.tools, OddityKind::NewTool));
        found.sort_by_key(|odd| (Reverse((odd.first.at, odd.first.sequence)), odd.kind as u8));
        let mut listed = Vec::new();
        let mut looked_up = 0;
        for odd in found {
            if listed.len() >= MOST_LISTED {
                break;
            }
            let is_new = matches!(odd.kind, OddityKind::NewApp | OddityKind::NewTool);
            if is_new {
                looked_up += 1;
                if looked_up > MOST_LOOKED_UP || looked.is_known(&odd)? {
                    continue;
                }
            }
            listed.push(odd.view(names));
        }
        Ok(listed)
    }

    fn many_calls(&self, calendar: &Calendar<'_>) -> Vec<Odd> {
        let many = |days: &[Count]| -> Vec<(Count, u64)> {
            let wanted = days.iter().filter(|one| calendar.places().contains(&one.day) && one.calls >= FEWEST);
            wanted
                .filter_map(|one| {
                    usual(days, one.day).filter(|usual| one.calls >= TIMES * usual).map(|usual| (*one, usual))
                })
                .collect()
        };
        let mut odd = Vec::new();
        let mut whole: HashSet<(Name, Name, Place)> = HashSet::new();
        for ((app, server, tool), days) in &self.days {
            if tool.is_none() {
                for (first, usual) in many(days) {
                    whole.insert((*app, *server, first.day));
                    odd.push(Odd::of(OddityKind::ManyCalls, *app, Some(*server), None, first).usually(usual));
                }
            }
        }
        for ((app, server, tool), days) in &self.days {
            let (Some(_), many) = (tool, many(days)) else { continue };
            // Where the server as a whole is odd, its tools say no more.
            let many = many.into_iter().filter(|(first, _)| !whole.contains(&(*app, *server, first.day)));
            odd.extend(many.map(|(first, usual)| {
                Odd::of(OddityKind::ManyCalls, *app, Some(*server), *tool, first).usually(usual)
            }));
        }
        odd
    }

    fn unusual_hours(&self, calendar: &Calendar<'_>) -> Vec<Odd> {
        let mut active: HashMap<Name, BTreeSet<Place>> = HashMap::new();
        for (app, day, _) in self.hours.keys() {
            active.entry(*app).or_default().insert(*day);
        }
        let is_odd = |app: Name, day: Place, hour: u8| {
            let before = day.saturating_sub(HOUR_DAYS)..day;
            let active = active.get(&app).map_or(0, |days| days.range(before.clone()).count());
            active >= ACTIVE_DAYS && before.into_iter().all(|day| !self.hours.contains_key(&(app, day, hour)))
        };
        let mut odd = Vec::new();
        for ((app, day, hour), count) in &self.hours {
            if !calendar.places().contains(day) || !is_odd(*app, *day, *hour) {
                continue;
            }
            let is_one_more = hour
                .checked_sub(1)
                .is_some_and(|hour| self.hours.contains_key(&(*app, *day, hour)) && is_odd(*app, *day, hour));
            // One long night is one oddity.
            if is_one_more {
                continue;
            }
            let night = (*hour..24).map_while(|hour| {
                self.hours.get(&(*app, *day, hour)).filter(|_| is_odd(*app, *day, hour)).map(|count| count.calls)
            });
            let count = Count { calls: night.sum(), ..*count };
            odd.push(Odd::of(OddityKind::UnusualHour, *app, None, None, count));
        }
        odd
    }
}

impl Count {
    fn none(matter: &Matter) -> Self {
        Self { day: matter.day, calls: 0, sequence: matter.sequence, at: matter.at }
    }
}

/// Counts a call on its day. Where the clock was turned back the days are not in order.
fn note(days: &mut Vec<Count>, matter: &Matter) {
    let place = days.partition_point(|one| one.day < matter.day);
    if days.get(place).is_none_or(|one| one.day != matter.day) {
        days.insert(place, Count::none(matter));
    }
    if let Some(one) = days.get_mut(place) {
        one.calls += 1;
    }
}

/// The middle one of the days before, of those on which there were any calls.
fn usual(days: &[Count], day: Place) -> Option<u64> {
    let before = days.iter().filter(|one| one.day < day && one.day + USUAL >= day);
    let mut calls: Vec<u64> = before.map(|one| one.calls).collect();
    calls.sort_unstable();
    calls.get(calls.len() / 2).copied().filter(|_| calls.len() >= FEWEST_DAYS)
}

/// Something odd.
struct Odd {
    kind: OddityKind,
    app: Option<Name>,
    server: Option<Name>,
    tool: Option<Name>,
    first: Count,
    count: Option<u64>,
    usual: Option<u64>,
}

impl Odd {
    fn of(kind: OddityKind, app: Name, server: Option<Name>, tool: Option<Name>, first: Count) -> Self {
        Self { kind, app: Some(app), server, tool, count: Some(first.calls), first, usual: None }
    }

    fn usually(self, usual: u64) -> Self {
        Self { usual: Some(usual), ..self }
    }

    fn view(&self, names: &Names) -> OddityView {
        let text = |name: Option<Name>| name.map(|name| names.text(name).to_owned());
        OddityView {
            kind: self.kind,
            at: self.first.at.to_string(),
            app: text(self.app),
            server: text(self.server),
            tool: text(self.tool),
            count: self.count,
            usual: self.usual,
            number: Some(self.first.sequence),
        }
    }
}

/// What was looked over, and the log before it.
struct Looked<'a> {
    calendar: &'a Calendar<'a>,
    log: &'a Log,
    names: &'a Names,
    /// When the log began.
    begun: Option<Timestamp>,
    servers: &'a HashMap<Name, Option<Matter>>,
}

impl Looked<'_> {
    /// What was seen for the first time on one of the days that are summed up.
    fn firsts(&self, firsts: &HashMap<(Name, Name), Option<Matter>>, kind: OddityKind) -> Vec<Odd> {
        let firsts = firsts.values().flatten().filter(|first| self.calendar.places().contains(&first.day));
        firsts
            .map(|first| Odd {
                tool: first.tool.filter(|_| kind == OddityKind::NewTool),
                count: None,
                ..Odd::of(kind, first.app, Some(first.server), None, Count::none(first))
            })
            .collect()
    }

    /// Whether it was there before, or everything was new then.
    fn is_known(&self, odd: &Odd) -> Result<bool, AuditError> {
        let first = &odd.first;
        // On the log's own first day nothing is usual yet.
        if self.begun.is_none_or(|at| self.calendar.day(at).is_some_and(|day| day >= first.day)) {
            return Ok(true);
        }
        let text = |name: Option<Name>| name.map(|name| self.names.text(name).to_owned());
        let before = Some(first.sequence);
        if odd.kind == OddityKind::NewApp {
            return self.is_there(text(odd.app), text(odd.server), before);
        }
        let (server, tool, limit) = (text(odd.server), text(odd.tool), Some(1));
        let called = CallQuery { server, tool, before, limit, ..CallQuery::default() };
        if !self.log.calls(&called)?.is_empty() {
            return Ok(true);
        }
        // All tools of a new server are new.
        let begun = odd.server.and_then(|server| self.servers.get(&server).copied().flatten());
        match begun {
            Some(begun) if begun.day < first.day => Ok(false),
            Some(begun) => Ok(!self.is_there(None, text(odd.server), Some(begun.sequence))?),
            None => Ok(true),
        }
    }

    /// Whether an entry before this one tells of calls.
    fn is_there(&self, app: Option<String>, server: Option<String>, before: Option<u64>) -> Result<bool, AuditError> {
        let calls = ["call", Event::Refuse.as_str()].map(|event| (Field::Event, Test::Is(event.to_owned())));
        let conditions = vec![Condition(calls.to_vec())];
        let query = Query { app, server, before, conditions, limit: Some(1), ..Query::default() };
        Ok(!self.log.page(&query)?.rows.is_empty())
    }
}

/// Hours that are counted: the apps' names come from hosts.
const MOST_HOURS: usize = 200_000;

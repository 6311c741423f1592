use super::super::tests::{Desk, Made, READ, complete};
use super::super::view;
use super::*;
use keyholder_audit::{Note, Query};
use keyholder_console::activity::{DeciderView, EntryView, OddityKind, OutcomeView};
use keyholder_model::clock::Timestamp;
use keyholder_model::event::Outcome;
use std::time::Duration;

/// Numbers that are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }
}

/// The same sums, counted from what is shown of the entries.
fn counted(desk: &Desk, days: u32) -> SummaryView {
    let all = desk.log.read(&Query { limit: Some(Query::MOST), ..Query::default() }).unwrap();
    let all: Vec<EntryView> = all.iter().rev().map(view::entry).collect();
    let today = desk.clock.day(desk.clock.now());
    let mut sum = SummaryView::default();
    for back in (0..i32::try_from(days).unwrap()).rev() {
        sum.days.push(DayView { date: today.plus(-back).to_string(), ..DayView::default() });
    }
    sum.answer_times = [Some(1_000), Some(2_000), Some(5_000), Some(10_000), Some(30_000), Some(60_000), None]
        .map(|at_most_ms| AnswerTimeView { at_most_ms, answers: 0 })
        .into();
    for entry in all {
        let at: Timestamp = entry.at.parse().unwrap();
        let date = desk.clock.day(at).to_string();
        let Some(day) = sum.days.iter_mut().find(|day| day.date == date) else { continue };
        let by_me = entry.by == Some(DeciderView::Person);
        match (entry.kind.as_str(), entry.outcome) {
            ("call", OutcomeView::Done) if by_me => day.by_person += 1,
            ("call", OutcomeView::Done) => day.by_rule += 1,
            ("call", OutcomeView::Failed | OutcomeView::Unknown) => day.failed += 1,
            ("refuse", _) if entry.reason.as_deref() != Some("gone") => day.refused += 1,
            ("answer", OutcomeView::Refused) => day.no += 1,
            ("answer", _) => day.yes += 1,
            _ => {}
        }
        if let ("answer", Some(took)) = (entry.kind.as_str(), entry.decided_ms) {
            let time = sum.answer_times.iter_mut().find(|time| time.at_most_ms.is_none_or(|most| took <= most));
            time.unwrap().answers += 1;
        }
        let ("call", Some(server)) = (entry.kind.as_str(), entry.server) else { continue };
        let place = sum.servers.iter().position(|known| known.server == server).unwrap_or_else(|| {
            sum.servers.push(ServerTallyView { server: server.clone(), calls: 0, bytes: 0 });
            sum.servers.len() - 1
        });
        sum.servers[place].calls += 1;
        sum.servers[place].bytes += entry.bytes.unwrap_or(0);
        let Some(tool) = entry.tool.filter(|tool| tool != "prompts/get") else { continue };
        let place = sum.tools.iter().position(|known| known.server == server && known.tool == tool);
        let place = place.unwrap_or_else(|| {
            sum.tools.push(ToolTallyView { server, tool, calls: 0 });
            sum.tools.len() - 1
        });
        sum.tools[place].calls += 1;
    }
    sum.tools.sort_by_key(|tool| (Reverse(tool.calls), tool.server.clone(), tool.tool.clone()));
    sum.servers.sort_by_key(|server| (Reverse((server.bytes, server.calls)), server.server.clone()));
    sum
}

#[test]
fn the_sums_are_what_counting_the_entries_gives() {
    // Over the end of summer time.
    let desk = Desk::at("2026-10-20T20:00:00Z");
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut open = Vec::new();
    for number in 0..400 {
        desk.clock.advance(Duration::from_secs(60 * u64::try_from(dice.below(60)).unwrap()));
        let made = Made {
            app: ["claude", "cursor"][dice.below(2)],
            server: ["work", "slack", "notes"][dice.below(3)],
            tool: ["read", "send", ""][dice.below(3)],
            reason: ["rule asking/look", "answered: allow once"][dice.below(2)],
            ..READ
        };
        let refuse = Note { decision: Some("deny"), tool: Some("wipe"), ..Note::of(Event::Refuse) };
        let millis = Some([1_000, 1_001, 60_000, 700_000][dice.below(4)]);
        match dice.below(12) {
            0 => desk.note("work", &Note { reason: Some("a rule"), whose: Some(Whose::Policy), ..refuse }),
            1 => desk.note("work", &Note { reason: Some("gone"), whose: Some(Whose::Network), ..refuse }),
            2 => desk.note("work", &Note { decision: Some("allow for 5 minutes"), millis, ..Note::of(Event::Answer) }),
            3 => desk.note("work", &Note { decision: Some("deny"), millis, ..Note::of(Event::Answer) }),
            4 => desk.call(made, &Outcome::Unknown),
            5 => desk.call(made, &Outcome::Cancel),
            6 => open.push(desk.begin(made)),
            _ => desk.call(made, &complete()),
        }
        if number % 70 == 0 {
            desk.log.flush().unwrap();
        }
    }
    for days in [1, 2, 7, 30] {
        let sum = summarize(&desk.log, &*desk.clock, days).unwrap();
        assert_eq!(SummaryView { oddities: Vec::new(), ..sum }, counted(&desk, days), "{days}");
    }
}

/// Days on which claude reads four times at work, at ten in the morning.
fn usual_days(desk: &Desk, days: u32) {
    for _ in 0..days {
        for _ in 0..4 {
            desk.call(READ, &complete());
            desk.clock.advance(Duration::from_mins(1));
        }
        desk.clock.advance(Duration::from_hours(24) - Duration::from_mins(4));
    }
}

/// What, where, how many and how many are usual.
type Odd = (OddityKind, Option<String>, Option<u64>, Option<u64>);

fn odd(desk: &Desk, days: u32) -> Vec<Odd> {
    let sum = summarize(&desk.log, &*desk.clock, days).unwrap();
    sum.oddities.into_iter().map(|odd| (odd.kind, odd.tool.or(odd.server), odd.count, odd.usual)).collect()
}

#[test]
fn usual_days_are_not_odd() {
    let desk = Desk::at("2026-11-01T09:00:00Z");
    usual_days(&desk, 20);
    assert_eq!(odd(&desk, 90), []);
}

#[test]
fn ten_times_as_many_calls_as_usual_are_odd() {
    for (calls, found) in [(39, None), (40, Some((40, 4)))] {
        let desk = Desk::at("2026-11-01T09:00:00Z");
        usual_days(&desk, 5);
        for _ in 0..calls {
            desk.call(READ, &complete());
        }
        let found: Vec<_> = found
            .into_iter()
            .map(|(count, usual)| (OddityKind::ManyCalls, Some("work".to_owned()), Some(count), Some(usual)))
            .collect();
        assert_eq!(odd(&desk, 1), found);
        desk.clock.advance(Duration::from_hours(24));
        assert_eq!(odd(&desk, 1), [], "today it is as always");
        assert_eq!(odd(&desk, 2), found, "yesterday it was not");
    }
}

#[test]
fn one_tool_that_is_called_too_often_is_odd_where_its_server_is_not() {
    let desk = Desk::at("2026-11-01T09:00:00Z");
    for _ in 0..5 {
        for _ in 0..30 {
            desk.call(READ, &complete());
        }
        desk.call(Made { tool: "send", ..READ }, &complete());
        desk.clock.advance(Duration::from_hours(24));
    }
    for _ in 0..25 {
        desk.call(Made { tool: "send", ..READ }, &complete());
    }
    assert_eq!(odd(&desk, 7), [(OddityKind::ManyCalls, Some("send".to_owned()), Some(25), Some(1))]);
}

#[test]
fn a_first_call_is_odd_once_and_not_in_the_beginning() {
    let desk = Desk::at("2026-08-01T09:00:00Z");
    desk.call(READ, &complete());
    desk.call(Made { app: "cursor", ..READ }, &complete());
    desk.call(Made { server: "slack", tool: "list", ..READ }, &complete());
    assert_eq!(odd(&desk, 90), [], "on the first day everything is new");
    desk.clock.advance(Duration::from_hours(24 * 100));
    // Long ago, and no longer looked over: still known.
    desk.call(READ, &complete());
    desk.call(Made { app: "cursor", ..READ }, &complete());
    assert_eq!(odd(&desk, 30), []);
    desk.call(Made { tool: "send", ..READ }, &complete());
    desk.call(Made { tool: "send", ..READ }, &complete());
    desk.call(Made { app: "cursor", server: "slack", tool: "list", ..READ }, &complete());
    // A new server: that its tools are new says nothing.
    desk.call(Made { server: "files", tool: "open", ..READ }, &complete());
    let new = [
        (OddityKind::NewApp, Some("files".to_owned()), None, None),
        (OddityKind::NewApp, Some("slack".to_owned()), None, None),
        (OddityKind::NewTool, Some("send".to_owned()), None, None),
    ];
    for listed in [false, true] {
        if listed {
            desk.log.flush().unwrap();
        }
        assert_eq!(odd(&desk, 7), new);
    }
    let first = summarize(&desk.log, &*desk.clock, 7).unwrap().oddities.pop().unwrap();
    assert_eq!((first.app.as_deref(), first.server.as_deref()), (Some("claude"), Some("work")));
    let entry = desk.log.entry(first.number.unwrap()).unwrap().unwrap();
    assert_eq!((entry.at.to_string(), entry.tool.as_deref()), (first.at, Some("send")));
    desk.clock.advance(Duration::from_hours(48));
    assert_eq!(odd(&desk, 1), []);
}

#[test]
fn calls_at_an_hour_at_which_there_were_none_are_odd_after_a_week() {
    for (days, found) in [(6, 0), (7, 1)] {
        let desk = Desk::at("2026-11-01T09:00:00Z");
        usual_days(&desk, days);
        // From one to three in the night.
        desk.clock.advance(Duration::from_hours(15));
        for _ in 0..3 {
            desk.call(READ, &complete());
            desk.clock.advance(Duration::from_mins(50));
        }
        let odd = odd(&desk, 2);
        assert_eq!(odd.len(), found, "{odd:?}");
        assert!(odd.iter().all(|odd| *odd == (OddityKind::UnusualHour, None, Some(3), None)));
    }
}

#[test]
fn at_most_twenty_are_listed_and_the_newest_first() {
    let desk = Desk::at("2026-11-01T09:00:00Z");
    desk.call(READ, &complete());
    desk.clock.advance(Duration::from_hours(24));
    for number in 0..30 {
        desk.clock.advance(Duration::from_secs(1));
        desk.call(Made { tool: &format!("tool-{number}"), ..READ }, &complete());
    }
    let odd = odd(&desk, 7);
    assert_eq!(odd.len(), 20);
    assert_eq!(odd[0].1.as_deref(), Some("tool-29"));
}

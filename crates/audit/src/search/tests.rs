use super::*;
use crate::query::{Condition, Test};
use crate::read::Ending;
use crate::{Durability, Event, Field, Intent, Log, Note, Risk};
use keyholder_model::clock::{Clock, FakeClock, FakeRng, Timestamp};
use keyholder_model::digest::Digest;
use keyholder_model::event::{Outcome, Whose};
use keyholder_model::id::{CallId, SessionId};
use keyholder_model::risk::{Labels, Tier};
use keyholder_model::server::{Account, ServerName};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// Numbers that are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }

    fn one<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }
}

struct Desk {
    _dir: TempDir,
    clock: Arc<FakeClock>,
    log: Log,
    rng: FakeRng,
    dice: Dice,
    /// Calls under way.
    open: Vec<crate::Entry<crate::Open>>,
}

const APPS: [&str; 3] = ["claude", "Claude Desktop", "\u{dc}nder"];
const SERVERS: [&str; 3] = ["work", "home", "slack"];
const TOOLS: [&str; 4] = ["read", "send", "Send_All", "\u{41f}\u{438}\u{448}\u{438}"];
const PREVIEWS: [&str; 5] = [
    r#"{"a":"harbour"}"#,
    r#"{"a":"100% HARBOUR_x"}"#,
    r#"{"to":"Stra\u00dfe"}"#,
    "{}",
    r#"{"a":"\u041f\u0440\u0438"}"#,
];

impl Desk {
    fn new(seed: u64) -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_000_000)));
        let log = Log::open(&dir.path().join("audit.db"), Arc::clone(&clock) as Arc<dyn Clock>, Durability::Process);
        Self { log: log.unwrap(), clock, _dir: dir, rng: FakeRng::default(), dice: Dice(seed), open: Vec::new() }
    }

    /// Writes something, whatever it is.
    fn write(&mut self) {
        self.clock.advance(Duration::from_secs(1));
        let dice = &mut self.dice;
        let (app, tool, preview) = (dice.one(&APPS), dice.one(&TOOLS), dice.one(&PREVIEWS));
        let server: ServerName = dice.one(&SERVERS).parse().unwrap();
        let account: Account = dice.one(&["default", "Work"]).parse().unwrap();
        let long = format!("a long sentence {}", "and so on ".repeat(20));
        let reason = dice.one(&["rule asking/look", "answered: allow once", &long]);
        let note = Note {
            app: Some(app),
            server: Some(&server),
            account: Some(&account),
            tool: Some(tool),
            reason: Some(reason),
            ..Note::of(Event::Refuse)
        };
        match dice.below(10) {
            0 => drop(self.log.note(&Note {
                decision: Some("deny"),
                whose: Some(Whose::Policy),
                arguments: Some(preview.as_bytes()),
                ..note
            })),
            1 => drop(self.log.note(&Note {
                event: Event::Answer,
                decision: Some("allow once"),
                reason: None,
                millis: Some(3),
                ..note
            })),
            2 => drop(self.log.note(&Note { decision: Some("deny and block"), ..Note::of(Event::Start) })),
            3 if !self.open.is_empty() => {
                let place = dice.below(self.open.len());
                let outcome = dice.one(&[
                    Outcome::Cancel,
                    Outcome::Complete { bytes: 7, millis: 3 },
                    Outcome::Fault { whose: Whose::Server, what: "gone".to_owned() },
                    Outcome::Unknown,
                ]);
                let _ = self.open.swap_remove(place).close(&outcome);
            }
            _ => {
                let intent = Intent {
                    call: CallId::make(&*self.clock, &self.rng),
                    session: SessionId::make(&*self.clock, &self.rng),
                    app,
                    app_path: None,
                    ancestry: "",
                    server: &server,
                    account: &account,
                    issuer: None,
                    method: "tools/call",
                    tool: (dice.below(8) > 0).then_some(tool),
                    arguments: preview.as_bytes(),
                    request: Digest::of_parts(&[]),
                    decision: "allow",
                    reason,
                    trace: None,
                };
                let risk = Risk { tier: Some(dice.one(&[Tier::Look, Tier::Send])), labels: Labels::NONE };
                self.open.push(self.log.begin_with_risk(&intent, risk).unwrap());
            }
        }
    }

    /// Everything, newest first, read one by one.
    fn all(&self) -> Vec<Row> {
        self.log.write_waiting().unwrap();
        let book = self.log.inner.book();
        let end = i64::try_from(book.head.count).unwrap() + 1;
        let mut rows = Vec::new();
        for number in (1..end).rev() {
            rows.extend(read::one(&book.db, u64::try_from(number).unwrap()).unwrap());
        }
        rows
    }

    fn query(&mut self) -> Query {
        let dice = &mut self.dice;
        let mut query = Query::default();
        let everywhere =
            [Field::Account, Field::App, Field::Decision, Field::Preview, Field::Reason, Field::Server, Field::Tool];
        for _ in 0..dice.below(4) {
            let text = dice.one(&[
                "send",
                "HARBOUR",
                "%",
                "_",
                "stra\u{df}e",
                "\u{43f}\u{440}\u{438}",
                "\u{fc}",
                "desk",
                "so on",
                "xyz",
                "",
            ]);
            match dice.below(9) {
                0 => query.server = Some(dice.one(&["work", "home", "nobody"]).to_owned()),
                1 => query.app = Some(dice.one(&APPS).to_owned()),
                2 => query.tool = Some(dice.one(&TOOLS).to_owned()),
                3 => query.decision = Some(dice.one(&["allow", "deny"]).to_owned()),
                4 => query.endings.push(dice.one(&[
                    Ending::Open,
                    Ending::Done,
                    Ending::Failed,
                    Ending::Refused,
                    Ending::Cancelled,
                ])),
                5 => query.since = Some(moment(dice)),
                6 => query.until = Some(moment(dice)),
                7 => query.conditions.push(Condition(vec![
                    (Field::Reason, Test::Begins("answered".to_owned())),
                    (
                        dice.one(&[Field::Event, Field::Whose]),
                        Test::Is(dice.one(&["call", "policy", "start"]).to_owned()),
                    ),
                    (dice.one(&[Field::Tier, Field::Method]), Test::is_like(dice.one(&["SEND", "Tools/Call"]))),
                ])),
                _ => query.conditions.push(Condition::any_of(&everywhere, &Test::holds(text))),
            }
        }
        query
    }
}

fn moment(dice: &mut Dice) -> Timestamp {
    Timestamp::from_millis(1_000_000 + 1_000 * i64::try_from(dice.below(150)).unwrap())
}

/// All pages one after the other; each but the last is full.
fn pages(log: &Log, query: &Query, limit: usize) -> Vec<Row> {
    let (mut rows, mut before) = (Vec::new(), None);
    loop {
        let page = log.page(&Query { before, limit: Some(limit), ..query.clone() }).unwrap();
        assert!(page.rows.len() == limit || page.next.is_none(), "{query:?}");
        rows.extend(page.rows);
        match page.next {
            Some(next) => before = Some(next),
            None => return rows,
        }
    }
}

#[test]
fn every_search_finds_what_reading_everything_finds() {
    for seed in [1, 3, 7] {
        let mut desk = Desk::new(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
        // A list of nothing, of a part and of everything; calls end after they were listed.
        for round in 0..3 {
            for _ in 0..40 {
                desk.write();
            }
            if round != 0 {
                desk.log.flush().unwrap();
            }
            for _ in 0..10 {
                desk.write();
            }
            let all = desk.all();
            for _ in 0..30 {
                let query = desk.query();
                let conditions = query.conditions();
                let wanted: Vec<Row> = all.iter().filter(|row| query.fits(&conditions, row)).cloned().collect();
                for limit in [3, 1_000] {
                    assert_eq!(pages(&desk.log, &query, limit), wanted, "{query:?}");
                }
                assert_eq!(desk.log.read(&Query { limit: Some(1_000), ..query.clone() }).unwrap(), wanted);
            }
        }
        desk.open.clear();
        assert!(desk.log.verify(None).unwrap().is_sound());
    }
}

#[test]
fn a_look_over_the_log_sees_every_entry_as_it_is() {
    for listed in [0, 30, 90] {
        let mut desk = Desk::new(77 + listed);
        for number in 0..100 {
            desk.write();
            if number == listed {
                desk.log.flush().unwrap();
            }
        }
        let since = Timestamp::from_millis(1_020_000);
        let mut all = desk.all();
        all.reverse();
        let mut seen = Vec::new();
        desk.log
            .look(since, |glance, names| {
                let text = |name: Option<crate::Name>| name.map(|name| names.text(name).to_owned());
                seen.push((
                    (glance.sequence, glance.at, names.text(glance.event).to_owned(), glance.ending),
                    (text(glance.app), text(glance.server), text(glance.tool)),
                    (text(glance.decision), text(glance.reason), text(glance.whose)),
                    (glance.bytes, glance.millis),
                ));
            })
            .unwrap();
        let wanted: Vec<_> = all
            .into_iter()
            .filter(|row| row.at >= since)
            .map(|row| {
                let (ending, whose) = (row.ending(), row.whose.map(|whose| whose.as_str().to_owned()));
                let sizes = match row.ended.map(|ended| ended.outcome) {
                    Some(Outcome::Complete { bytes, millis }) => (bytes, Some(millis)),
                    _ => (0, row.millis),
                };
                (
                    (row.sequence, row.at, row.event, ending),
                    (row.app, row.server, row.tool),
                    (row.decision, row.reason, whose),
                    sizes,
                )
            })
            .collect();
        assert_eq!(seen, wanted);
    }
}

#[test]
fn a_long_search_gives_what_it_has_and_says_where_to_go_on() {
    let mut desk = Desk::new(5);
    for _ in 0..400 {
        desk.write();
    }
    // Nothing is listed, so every row has to be walked over.
    let query = Query { server: Some("nobody".to_owned()), ..Query::default() };
    let page = desk.log.page(&query).unwrap();
    let next = page.next.unwrap();
    assert!(page.rows.is_empty() && next > 1);
    assert!(
        desk.log.page(&Query { before: Some(next), ..query.clone() }).unwrap().next.is_none_or(|later| later < next)
    );
    assert!(desk.log.read(&query).unwrap().is_empty());
    desk.log.flush().unwrap();
    assert_eq!(desk.log.page(&query).unwrap().next, None);
}

#[test]
fn a_list_that_lies_shows_nothing_that_is_not_there() {
    let mut desk = Desk::new(9);
    for _ in 0..50 {
        desk.write();
    }
    desk.log.flush().unwrap();
    let slack = Query { server: Some("slack".to_owned()), limit: Some(1_000), ..Query::default() };
    let wanted = desk.log.read(&slack).unwrap();
    let book = desk.log.inner.book();
    let name = "(SELECT id FROM name WHERE text = 'slack')";
    book.db.execute_batch(&format!("UPDATE listed SET server = {name}; DELETE FROM name WHERE text = 'work'")).unwrap();
    drop(book);
    assert_eq!(desk.log.read(&slack).unwrap(), wanted);
    desk.open.clear();
    assert!(!desk.log.verify(None).unwrap().is_sound());
}

#[test]
fn a_list_that_is_ahead_of_the_rows_is_made_anew() {
    let mut desk = Desk::new(3);
    for _ in 0..50 {
        desk.write();
    }
    desk.log.flush().unwrap();
    let mut book = desk.log.inner.book();
    book.db.execute_batch("UPDATE progress SET listed = 4711").unwrap();
    let newest = i64::try_from(book.head.count).unwrap();
    listed::distrust(&book.db, newest).unwrap();
    // As after the start at which this is done.
    book.names.forget();
    assert_eq!(listed::done(&book.db).unwrap(), 0);
    drop(book);
    desk.log.flush().unwrap();
    desk.open.clear();
    assert!(desk.log.verify(None).unwrap().is_sound());
}

#[test]
fn an_entry_is_found_by_its_number_and_by_that_of_its_outcome() {
    let mut desk = Desk::new(1);
    while desk.open.is_empty() {
        desk.write();
    }
    let entry = desk.open.pop().unwrap();
    let number = entry.sequence();
    let _ = entry.close(&Outcome::Cancel);
    let row = desk.log.entry(number).unwrap().unwrap();
    let outcome = row.ended.as_ref().unwrap().sequence;
    assert_eq!(desk.log.entry(outcome).unwrap(), Some(row));
    assert_eq!((desk.log.entry(0).unwrap(), desk.log.entry(u64::MAX).unwrap()), (None, None));
}

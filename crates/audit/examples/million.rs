//! How long it takes to find something in a log of a million rows: `cargo run --release -p keyholder-audit --example million
//! [FOLDER]`. With a folder the log is kept there, so that the next run need not write it again.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a measuring tool prints, and asks for the time")]

use keyholder_audit::{Condition, Durability, Ending, Event, Field, Intent, Log, Note, Query, Risk, Test};
use keyholder_model::clock::{Clock, FakeClock, SystemRng, Timestamp};
use keyholder_model::digest::Digest;
use keyholder_model::event::{Outcome, Whose};
use keyholder_model::id::{CallId, SessionId};
use keyholder_model::risk::{Labels, Tier};
use keyholder_model::server::{Account, ServerName};
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let kept = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = kept.clone().unwrap_or_else(std::env::temp_dir);
    let path =
        folder.join(if kept.is_some() { "million.db".into() } else { format!("million-{}.db", std::process::id()) });
    let clock = Arc::new(FakeClock::at(Timestamp::from_millis(START)));
    let start = Instant::now();
    let log = Log::open(&path, Arc::clone(&clock) as Arc<dyn Clock>, Durability::Process)?;
    println!("open: {:?}", start.elapsed());
    if log.head()?.count < ROWS {
        write(&log, &clock)?;
    }
    let start = Instant::now();
    let before = spent(start);
    log.flush()?;
    println!("flush: {:?}, {} rows, {} MB", spent(start).saturating_sub(before), log.head()?.count, size(&path) >> 20);
    read(&log)?;
    wait(&log, &clock);
    let (start, head) = (Instant::now(), log.head()?);
    let before = spent(start);
    let report = log.verify(Some(&head))?;
    println!("verify: {report}, {:?}", spent(start).saturating_sub(before));
    drop(log);
    if kept.is_none() {
        for suffix in ["", "-wal"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
        }
    }
    Ok(())
}

/// Searches, each five times; the shortest counts.
fn read(log: &Log) -> Result<(), Box<dyn Error>> {
    let page = || Query { limit: Some(200), ..Query::default() };
    let named = |text: &str| Some(text.to_owned());
    let word = |text: &str| Query { conditions: vec![Condition::any_of(&WHEREVER, &Test::holds(text))], ..page() };
    show("first page", log, &page())?;
    show("server, common", log, &Query { server: named("server-0"), ..page() })?;
    show("server, rare", log, &Query { server: named("seldom"), ..page() })?;
    show("server, none", log, &Query { server: named("nobody"), ..page() })?;
    show("app, rare", log, &Query { app: named("visitor"), ..page() })?;
    show("tool, rare", log, &Query { tool: named("wipe_everything"), ..page() })?;
    show("decision, denied", log, &Query { decision: named("deny"), ..page() })?;
    show("outcome, failed", log, &Query { endings: vec![Ending::Failed], ..page() })?;
    show("outcome, open", log, &Query { endings: vec![Ending::Open], ..page() })?;
    show("the first day", log, &Query { until: Some(Timestamp::from_millis(START + 86_400_000)), ..page() })?;
    show("word, common", log, &word("harbour"))?;
    show("word, rare", log, &word("needle"))?;
    show("word, none", log, &word("xylophone"))?;
    let (mut counted, start) = ([0_u64; 2], Instant::now());
    let before = spent(start);
    log.look(Timestamp::from_millis(START), |glance, _| {
        counted[0] += 1;
        counted[1] += glance.bytes;
    })?;
    println!(
        "look over all: {} entries, {} MB of answers in {:?}",
        counted[0],
        counted[1] >> 20,
        spent(start).saturating_sub(before)
    );
    show("server and word", log, &Query { server: named("server-11"), ..word("xylophone") })?;
    Ok(())
}

/// Where a word is looked for.
const WHEREVER: [Field; 7] =
    [Field::Account, Field::App, Field::Decision, Field::Preview, Field::Reason, Field::Server, Field::Tool];

/// One page.
fn show(name: &str, log: &Log, query: &Query) -> Result<(), Box<dyn Error>> {
    let mut best = Duration::MAX;
    let mut found = (0, None);
    for _ in 0..5 {
        let start = Instant::now();
        let before = spent(start);
        let page = log.page(query)?;
        best = best.min(spent(start).saturating_sub(before));
        found = (page.rows.len(), page.next);
    }
    println!("{name:<20} {:>4} found {:>9.1} ms  next {:?}", found.0, best.as_secs_f64() * 1e3, found.1);
    Ok(())
}

/// How long a call waits for the log while somebody searches it.
fn wait(log: &Log, clock: &FakeClock) {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..3 {
                let _ = log.read(&Query { server: Some("nobody".to_owned()), ..Query::default() });
            }
            done.store(true, Ordering::Relaxed);
        });
        let mut waits = Vec::new();
        while !done.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(1));
            let start = Instant::now();
            let _ = log.note(&Note { reason: Some("waiting"), ..Note::of(Event::Connect) });
            waits.push(start.elapsed());
        }
        waits.sort();
        let at = |percent: usize| waits.get(waits.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default();
        println!(
            "a note beside a search: {} written, p50 {:?}, p99 {:?}, max {:?}",
            waits.len(),
            at(50),
            at(99),
            at(100)
        );
    });
    let _ = clock;
}

/// Time spent on a processor, where the system tells it: a busy machine makes everything else look slow.
fn spent(start: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |found| found.len())
}

/// A million rows: ninety days of six apps, twelve servers and eighty tools.
fn write(log: &Log, clock: &FakeClock) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let account = Account::default();
    let servers: Vec<ServerName> = (0..12).map(|one| format!("server-{one}").parse()).collect::<Result<_, _>>()?;
    let seldom: ServerName = "seldom".parse()?;
    let apps = ["claude-code", "Claude Desktop", "cursor", "codex", "goose", "zed"];
    let session = SessionId::make(clock, &SystemRng);
    let mut written: u64 = 0;
    let mut calls: u64 = 0;
    while written < ROWS {
        clock.advance(Duration::from_millis(2 * SPAN / ROWS));
        calls += 1;
        let app = if calls % 100_000 == 50_000 { "visitor" } else { apps[dice.below(apps.len())] };
        let place = dice.below(servers.len()).min(dice.below(servers.len()));
        let server = if calls % 50_000 == 25_000 { &seldom } else { &servers[place] };
        let tool = if calls % 125_000 == 60_000 {
            "wipe_everything".to_owned()
        } else {
            format!("tool_{place}_{}", dice.below(7))
        };
        let arguments = arguments(&mut dice, calls);
        let call = CallId::make(clock, &SystemRng);
        let note = Note {
            app: Some(app),
            server: Some(server),
            account: Some(&account),
            tool: Some(&tool),
            ..Note::of(Event::Answer)
        };
        match dice.below(100) {
            0 => {
                let refusal = Note {
                    event: Event::Refuse,
                    arguments: Some(arguments.as_bytes()),
                    decision: Some("deny"),
                    reason: Some("a rule forbids this"),
                    ..note
                };
                log.note(&refusal)?;
                written += 1;
            }
            1..=3 => {
                log.note(&Note {
                    decision: Some("allow once"),
                    millis: Some(400 + dice.next() % 40_000),
                    tier: Some(Tier::Send),
                    ..note
                })?;
                written += 1;
            }
            4 => {
                log.note(&Note { tool: None, ..Note { event: Event::Connect, ..note } })?;
                written += 1;
            }
            throw => {
                let intent = Intent {
                    call,
                    session,
                    app,
                    app_path: Some("/usr/local/bin/claude"),
                    ancestry: "keyholder (4242) \u{2190} claude (4100) \u{2190} bash (4000)",
                    server,
                    account: &account,
                    issuer: Some("https://auth.example.com"),
                    method: "tools/call",
                    tool: Some(&tool),
                    arguments: arguments.as_bytes(),
                    request: Digest::of_parts(&[arguments.as_bytes()]),
                    decision: "allow",
                    reason: if throw < 10 { "answered: allow once" } else { "rule asking/look" },
                    trace: None,
                };
                let entry = log.begin_with_risk(&intent, Risk { tier: Some(Tier::Look), labels: Labels::NONE })?;
                let outcome = match dice.below(300) {
                    0 => Outcome::Fault { whose: Whose::Server, what: "error -32000".to_owned() },
                    1 => Outcome::Unknown,
                    _ => Outcome::Complete { bytes: dice.next() % 60_000, millis: dice.next() % 2_000 },
                };
                let _ = entry.close(&outcome);
                written += 2;
            }
        }
        if calls.is_multiple_of(500) {
            log.flush()?;
        }
    }
    println!("written: {written} rows of {calls} matters in {:?}", start.elapsed());
    Ok(())
}

/// Arguments as a tool might get them, 60 to 500 bytes.
fn arguments(dice: &mut Dice, number: u64) -> String {
    let mut text = format!("{{\"id\":{},\"channel\":\"#room-{}\",\"text\":\"", dice.next() % 1_000_000, dice.below(40));
    for _ in 0..dice.below(50) + 3 {
        // Half of the words are of a small vocabulary, half are of none.
        match dice.below(8) {
            0..=5 => text.push_str(WORDS[dice.below(WORDS.len())]),
            _ => drop(write!(text, "{:x}", dice.next() % 0xff_ffff)),
        }
        text.push(' ');
    }
    if number % 100_000 == 77_777 {
        text.push_str("needle");
    }
    text.push_str("\"}");
    text
}

/// Numbers that are the same each time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap_or(1)).unwrap_or(0)
    }
}

const ROWS: u64 = 1_000_000;
/// 2026-08-23T12:00:00Z, ninety days before the end.
const START: i64 = 1_787_486_400_000;
/// Milliseconds in ninety days.
const SPAN: u64 = 90 * 86_400_000;
const WORDS: [&str; 32] = [
    "the",
    "weekly",
    "report",
    "of",
    "a",
    "harbour",
    "meeting",
    "with",
    "finance",
    "about",
    "invoices",
    "and",
    "deployment",
    "rollback",
    "please",
    "review",
    "draft",
    "before",
    "friday",
    "customer",
    "renewal",
    "contract",
    "status",
    "green",
    "incident",
    "database",
    "migration",
    "latency",
    "error",
    "budget",
    "onboarding",
    "holiday",
];

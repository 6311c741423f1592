//! The measurements, each with the real programs on a screen of their own.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use harness::{ASKS, CONNECTING_RUNS, House, Screen, Seat, at_once, kill9, processes_of};
use serde_json::{Value, json};

use crate::floor::Empty;

/// With it the broker's journal says when it heard that a question was painted.
const ORDERS: (&str, &str) = ("KEYHOLDER_LOG", "keyholder_broker=debug");

/// Each with a new broker and window.
const ROUNDS: usize = 5;

/// In each round, after the first: more in a minute are not put to the person.
const WARM: usize = 8;

/// How long the idle broker is watched for time on a processor.
const IDLE: Duration = Duration::from_secs(20);

/// So often a page of the log is asked for.
const PAGES: usize = 9;

/// One line of the table.
pub(crate) struct Row {
    pub(crate) what: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) keyholder: f64,
    /// Where there is something to compare with.
    pub(crate) floor: Option<f64>,
    pub(crate) budget: f64,
}

/// All of them. A house is there for one measurement only: there is room for one screen at a time.
pub(crate) fn all() -> Vec<Row> {
    let mut cold = Vec::new();
    let mut warm = Vec::new();
    let (mut idle, mut busy) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        println!("round {round} of {ROUNDS}");
        let house = House::open();
        let mut seat = house.with_a_screen_and(CONNECTING_RUNS, &[ORDERS]);
        cold.push(question(&mut seat));
        warm.extend((0..WARM).map(|_| question(&mut seat)));
        end_window(&mut seat);
        idle.push(memory(&[seat.broker.pid()]));
        let before = processor_time(seat.broker.pid());
        std::thread::sleep(IDLE);
        busy.push((processor_time(seat.broker.pid()) - before) / IDLE.as_secs_f64() * 1000.0);
    }
    let Windows { alone, connected, approval } = windows();
    let (floor_cold, floor_memory) = floor();
    let (first, rare, nothing) = million();
    let row = |what, unit, keyholder, floor, budget| Row { what, unit, keyholder, floor, budget };
    vec![
        row("call to painted question, no window running", "ms", median(cold), Some(floor_cold), 1000.0),
        row("call to painted question, window running", "ms", median(warm), None, 150.0),
        row("idle: broker and tray, the window gone", "MiB", median(idle), None, 40.0),
        row("idle: time on a processor, per second", "ms", median(busy), None, 1.0),
        row("main window, no app connected", "MiB", alone, Some(floor_memory), 250.0),
        row("main window, an app connected", "MiB", connected, Some(floor_memory), 250.0),
        row("approval window, hidden", "MiB", approval, Some(floor_memory), 250.0),
        row("a million entries: the first 200", "ms", first, None, 100.0),
        row("a million entries: filtered to a rare tool", "ms", rare, None, 200.0),
        row("a million entries: a word that none has", "ms", nothing, None, 200.0),
    ]
}

/// From a call to the broker's hearing that its question is painted, in milliseconds. The call is taken back then.
fn question(seat: &mut Seat) -> f64 {
    let known = painted(seat);
    let start = Instant::now();
    let call = seat.host.send("tools/call", json!({ "name": "echo", "arguments": { "text": "how long?" } }));
    at_once("a painted question", || (painted(seat) != known).then_some(()));
    let time = start.elapsed();
    seat.host.notify("notifications/cancelled", json!({ "requestId": call, "reason": "measured" }));
    seat.screen.wait_until_gone(ASKS);
    time.as_secs_f64() * 1e3
}

/// The questions that were painted so far. One is told anew when the window gets the focus, so that telling is not enough.
fn painted(seat: &Seat) -> BTreeSet<String> {
    let journal = seat.broker.stderr().text();
    let id =
        |line: &str| line.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| word.len() == 26).map(str::to_owned);
    journal.lines().filter(|line| line.contains("a question is in view")).filter_map(id).collect()
}

/// As it ends by itself some minutes after its last window.
fn end_window(seat: &mut Seat) {
    if let Some(window) = seat.window_processes().first() {
        kill9(*window);
    }
    at_once("the window's end", || seat.window_processes().is_empty().then_some(()));
}

/// The memory of the app and its pages, in MiB.
struct Windows {
    /// With only its main window.
    alone: f64,
    /// With its main window, and the approval page ready for the questions of an app.
    connected: f64,
    /// With only the approval window, which is hidden again.
    approval: f64,
}

fn windows() -> Windows {
    let of = |open: &dyn Fn(&House, &mut Seat)| {
        let house = House::open();
        let mut seat = house.with_a_screen_and(CONNECTING_RUNS, &[ORDERS]);
        open(&house, &mut seat);
        settle();
        memory(&seat.window_processes())
    };
    let open = |house: &House, seat: &mut Seat| {
        assert_eq!(house.order(&["open"]).code, 0);
        seat.screen.wait_for_words("Connections");
    };
    let alone = of(&|house, seat| {
        seat.host.close_stdin();
        let is_alone = || house.order(&["status"]).json["sessions"].as_array().is_some_and(Vec::is_empty);
        at_once("no app", || is_alone().then_some(()));
        open(house, seat);
    });
    let connected = of(&open);
    let approval = of(&|_, seat| {
        for _ in 0..WARM {
            question(seat);
        }
    });
    Windows { alone, connected, approval }
}

fn floor() -> (f64, f64) {
    let house = House::open();
    let screen = Screen::open(&house.desktop);
    let times = (0..ROUNDS).map(|_| Empty::open(&screen).painted.as_secs_f64() * 1e3).collect();
    let empty = Empty::open(&screen);
    settle();
    (median(times), memory(&processes_of(empty.pid())))
}

/// A page of the log from a broker whose log has a million entries, over its side door: the newest, those of a rare tool, and those
/// with a word that is nowhere.
fn million() -> (f64, f64, f64) {
    let log = std::env::var_os("KEYHOLDER_MILLION").expect("./dev bench-windows says where the log is");
    let house = House::open();
    let place = house.home.audit_file();
    std::fs::create_dir_all(place.parent().expect("it is in a folder")).expect("the home is ours");
    std::fs::copy(log, place).expect("the log is written");
    let _broker = house.broker(&[]);
    let page = |query: Value| {
        let times = (0..PAGES).map(|_| {
            let start = Instant::now();
            let reply = house.console(&json!({ "version": 1, "order": query }));
            assert!(reply.to_string().contains("entries"), "{reply}");
            start.elapsed().as_secs_f64() * 1e3
        });
        median(times.collect())
    };
    (
        page(json!({ "order": "log", "limit": 200 })),
        page(json!({ "order": "log", "limit": 200, "tool": "wipe_everything" })),
        page(json!({ "order": "log", "limit": 200, "words": "xylophone" })),
    )
}

/// Pages and libraries load a little after they are first seen.
fn settle() {
    std::thread::sleep(Duration::from_secs(5));
}

/// Proportional memory of these processes, in MiB.
fn memory(processes: &[u32]) -> f64 {
    let of = |pid: &u32| {
        let told = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).expect("only root measures memory");
        let line = told.lines().find_map(|line| line.strip_prefix("Pss:")).expect("the kernel counts it");
        line.trim().trim_end_matches(" kB").parse::<f64>().expect("it is a number") / 1024.0
    };
    processes.iter().map(of).sum()
}

/// Time that a process's threads have spent on processors, in seconds.
fn processor_time(pid: u32) -> f64 {
    let spent = |thread: std::fs::DirEntry| {
        let told = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        told.split(' ').next()?.parse::<f64>().ok()
    };
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).expect("it runs").flatten();
    threads.filter_map(spent).sum::<f64>() / 1e9
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

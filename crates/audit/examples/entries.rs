//! How long one call's two entries take: `cargo run --release -p keyholder-audit --example entries [FOLDER]`.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a measuring tool prints, and asks for the time")]

use keyholder_audit::{Durability, Intent, Log};
use keyholder_model::clock::{Clock, SystemClock, SystemRng};
use keyholder_model::digest::Digest;
use keyholder_model::event::Outcome;
use keyholder_model::id::{CallId, SessionId};
use keyholder_model::server::{Account, ServerName};
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let path = folder.join(format!("keyholder-pace-{}.db", std::process::id()));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let log = Log::open(&path, Arc::clone(&clock), Durability::Process)?;
    let (server, account): (ServerName, Account) = ("work".parse()?, Account::default());
    let session = SessionId::make(&*clock, &SystemRng);
    let arguments = br#"{"owner":"acme","repo":"rocket","title":"Fix the nozzle","labels":["bug"]}"#;
    let request = Digest::of_parts(&[arguments]);
    let mut taken = Vec::with_capacity(CALLS);
    for round in 0..CALLS {
        let call = CallId::make(&*clock, &SystemRng);
        let start = Instant::now();
        let entry = log.begin(&Intent {
            call,
            session,
            app: "claude",
            app_path: Some("/usr/bin/claude"),
            ancestry: "keyholder (4242) \u{2190} claude (4100)",
            server: &server,
            account: &account,
            issuer: Some("https://auth.example.com"),
            method: "tools/call",
            tool: Some("create_issue"),
            arguments,
            request,
            decision: "allow",
            reason: "rule reading",
            trace: None,
        })?;
        let _ = entry.close(&Outcome::Complete { bytes: 512, millis: 40 });
        taken.push(start.elapsed());
        // The broker does this from a timer.
        if round % 500 == 499 {
            log.flush()?;
        }
    }
    taken.sort();
    let micros = |duration: Duration| duration.as_secs_f64() * 1e6;
    let mean = micros(taken.iter().sum::<Duration>()) / f64::from(u32::try_from(CALLS)?);
    let part = |percent: usize| micros(taken[(CALLS - 1) * percent / 100]);
    println!(
        "begin + close, {CALLS} calls: mean {mean:.1} µs, p50 {:.1}, p99 {:.1}, max {:.1}",
        part(50),
        part(99),
        part(100)
    );
    let start = Instant::now();
    let head = log.head()?;
    println!("head: {:?}", start.elapsed());
    let start = Instant::now();
    let report = log.verify(Some(&head))?;
    println!("verify: {report}, {:?}", start.elapsed());
    drop(log);
    for suffix in ["", "-wal"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
    }
    Ok(())
}

/// Calls to measure.
const CALLS: usize = 20_000;

//! What Keyholder stands on, tried out.

use crate::broker::Broker;
use keyholder_console::status::{Check, CheckState, DoctorReport, FaceView};
use keyholder_policy::Openness;
use keyholder_wire::endpoint;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) async fn examine(broker: &Arc<Broker>) -> DoctorReport {
    DoctorReport {
        checks: vec![
            ok("broker", format!("version {}, process {}", env!("CARGO_PKG_VERSION"), std::process::id())),
            sockets(broker),
            keychain(broker).await,
            face(broker),
            browser(broker),
            rules(broker),
            waiting_rules(broker),
            definitions(broker),
            trusted(broker),
            log(broker).await,
            loopback().await,
        ],
    }
}

fn ok(name: &str, detail: String) -> Check {
    Check { name: name.to_owned(), state: CheckState::Ok, detail, fix: None }
}

fn warn(name: &str, detail: String, fix: &str) -> Check {
    Check { name: name.to_owned(), state: CheckState::Warn, detail, fix: Some(fix.to_owned()) }
}

fn fail(name: &str, detail: String, fix: &str) -> Check {
    Check { name: name.to_owned(), state: CheckState::Fail, detail, fix: Some(fix.to_owned()) }
}

fn sockets(broker: &Arc<Broker>) -> Check {
    let run = &broker.places.run;
    match endpoint::check_folder(run) {
        Ok(()) => ok("sockets", format!("{} is closed to other users", run.display())),
        Err(why) => fail("sockets", why.to_string(), "remove the folder and start keyholderd again"),
    }
}

/// A real item is written, read back and deleted.
async fn keychain(broker: &Arc<Broker>) -> Check {
    let fix = "unlock the keychain, or start keyholderd with --vault file";
    let vault = match broker.vault().await {
        Ok(vault) => vault,
        Err(why) => return fail("keychain", why.to_string(), fix),
    };
    match vault.probe(&*broker.clock).await {
        Ok(took) => ok(
            "keychain",
            format!("{}: an item was written, read back and deleted in {} ms", vault.kind_name(), took.as_millis()),
        ),
        Err(why) => fail("keychain", why.to_string(), fix),
    }
}

fn face(broker: &Arc<Broker>) -> Check {
    match broker.face {
        FaceView::Desktop => ok("face", "questions open in Keyholder\u{2019}s own window".to_owned()),
        FaceView::Terminal => ok("face", "questions are asked in keyholderd\u{2019}s terminal".to_owned()),
        FaceView::None => warn(
            "face",
            "there is nowhere to ask: what needs you is refused".to_owned(),
            "start keyholderd in a terminal of your own",
        ),
    }
}

fn browser(broker: &Arc<Broker>) -> Check {
    match broker.browser.name() {
        Ok(name) => ok("browser", format!("sign-in pages open with {name}")),
        Err(why) => fail("browser", why, "install xdg-utils, or set BROWSER"),
    }
}

fn rules(broker: &Arc<Broker>) -> Check {
    let problems = broker.policy.problems();
    if let Some(problem) = problems.first() {
        let detail = format!("{problem} ({} in all)", problems.len());
        return fail("rules", detail, "mend the file; until then what it could forbid is denied");
    }
    match broker.policy.is_wide_open() {
        Openness::WideOpen { rule } => warn(
            "rules",
            format!("everything runs without a question, because of {rule}"),
            "remove that rule unless this is a machine for tests",
        ),
        Openness::Guarded => ok("rules", format!("{} rules are in force", broker.policy.rules().len())),
    }
}

fn waiting_rules(broker: &Arc<Broker>) -> Check {
    match super::rules::pending(broker) {
        0 => ok("rules files", "they say what you confirmed".to_owned()),
        many => warn(
            "rules files",
            format!("{many} changes that would allow more wait for you and do not count"),
            "look at them and put them into force: keyholder rules confirm",
        ),
    }
}

fn definitions(broker: &Arc<Broker>) -> Check {
    let held = super::reviews::list(broker);
    let names: BTreeSet<_> = held.iter().map(|review| review.server.as_str()).collect();
    if names.is_empty() {
        return ok("definitions", "hosts see what the servers define".to_owned());
    }
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    let detail = format!("{} definitions are held back, of {names}", held.len());
    warn("definitions", detail, "look at them: keyholder tools review")
}

/// Trust is no fault; a person should be able to see where they gave it.
fn trusted(broker: &Arc<Broker>) -> Check {
    let book = broker.known_book();
    let servers = broker.settings.servers();
    let trusted = servers.iter().filter(|server| book.trusts(&server.name, server.url.host()));
    let names: Vec<_> = trusted.map(|server| server.name.to_string()).collect();
    if names.is_empty() {
        return ok("trust", "no server is believed what it says about its own tools".to_owned());
    }
    ok("trust", format!("what they say about their own tools is believed of: {}", names.join(", ")))
}

async fn log(broker: &Arc<Broker>) -> Check {
    match super::activity::verify(broker).await {
        Ok(report) if report.intact && report.anchored.is_none() => warn(
            "log",
            format!("{} entries, unbroken; nothing in the keychain vouches for them yet", report.entries),
            "if this stays so, unlock the keychain and look again: keyholder log verify",
        ),
        Ok(report) if report.intact => ok("log", format!("{} entries, unbroken", report.entries)),
        Ok(report) => fail("log", report.fault.unwrap_or_default(), "keep a copy, then look at: keyholder log verify"),
        Err(why) => fail("log", why.detail.unwrap_or_default(), "free disk space, or move the damaged file aside"),
    }
}

/// A sign-in needs a port of its own on loopback.
async fn loopback() -> Check {
    match tokio::net::TcpListener::bind(("127.0.0.1", 0)).await {
        Ok(_) => ok("loopback", "a port for sign-in redirects can be opened".to_owned()),
        Err(why) => fail("loopback", why.to_string(), "allow programs to listen on 127.0.0.1"),
    }
}

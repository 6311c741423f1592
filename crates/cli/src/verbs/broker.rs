//! `keyholder status` and `doctor`.

use crate::exit::Exit;
use crate::output::{Cell, Output, Tone, cell, toned};
use crate::plain::escape;
use keyholder_console::envelope;
use keyholder_console::status::{CheckState, DoctorReport, FaceView, StatusView};

/// No broker runs.
pub(super) fn say_not_running(output: Output) -> Exit {
    let line = if output.json { envelope::not_running().to_string() } else { "not running".to_owned() };
    output.line(&line);
    Exit::NotRunning
}

/// How the broker is.
pub(super) fn status(status: &StatusView, output: Output) -> Exit {
    let vault = format!(
        "{}{}",
        status.vault.kind,
        status.vault.detail.as_ref().map_or_else(String::new, |detail| format!(" ({detail})"))
    );
    let face = match status.face {
        FaceView::Desktop => cell("in its window"),
        FaceView::None => toned("nowhere: what needs you is refused", Tone::Warning),
        FaceView::Terminal => cell("in its terminal"),
    };
    let audit = match status.audit.verified {
        Some(true) => toned(format!("{} entries, intact", status.audit.count), Tone::Good),
        Some(false) => toned(
            format!("{} entries, CHANGED: run \u{201c}keyholder log verify\u{201d}", status.audit.count),
            Tone::Bad,
        ),
        None => cell(format!("{} entries, not checked yet", status.audit.count)),
    };
    output.fields(&[
        ("Broker", cell(format!("{} (process {}, up {})", status.version, status.pid, duration(status.uptime_s)))),
        ("Credentials", toned(vault, if status.vault.usable { Tone::Good } else { Tone::Bad })),
        ("Locked", if status.locked { toned("yes", Tone::Warning) } else { cell("no") }),
        ("Asks", face),
        ("Mode", cell(status.mode.as_str())),
        ("Questions", cell(status.questions.to_string())),
        ("Held back", waiting(status.reviews, "keyholder tools review")),
        ("Rules that wait", waiting(status.pending_rules, "keyholder rules")),
        ("Log", audit),
        ("Configuration", cell(&status.settings.config_file)),
    ]);
    if let Some(rule) = &status.wide_open {
        let warning = format!("rule {rule} lets everything run without asking you");
        output.fields(&[("WARNING", toned(warning, Tone::Bad))]);
    }
    for problem in &status.policy_problems {
        output.fields(&[("Rules", toned(problem, Tone::Bad))]);
    }
    if !status.sessions.is_empty() {
        output.line("");
        let rows: Vec<_> = status
            .sessions
            .iter()
            .map(|session| {
                let server = format!("{}@{}", session.server, session.account);
                vec![cell(&session.app), cell(server), cell(session.pending.to_string()), cell(&session.ancestry)]
            })
            .collect();
        output.table(&["APP", "SERVER", "UNDER WAY", "STARTED BY"], &rows);
    }
    Exit::Ok
}

/// What was checked; a failed check is bad news for scripts too.
pub(super) fn doctor(report: &DoctorReport, shown: bool, output: Output) -> Exit {
    if !shown {
        for check in &report.checks {
            let word = match check.state {
                CheckState::Ok => toned("ok", Tone::Good),
                CheckState::Warn => toned("warn", Tone::Warning),
                CheckState::Fail => toned("fail", Tone::Bad),
            };
            output.fields(&[(check.name.as_str(), word)]);
            output.line(&format!("    {}", escape(&check.detail)));
            if let Some(fix) = &check.fix {
                output.line(&format!("    To do: {}", escape(fix)));
            }
        }
    }
    match report.checks.iter().map(|check| check.state).max() {
        Some(CheckState::Fail) => Exit::General,
        Some(CheckState::Ok | CheckState::Warn) | None => Exit::Ok,
    }
}

/// How many things wait for the person, and where to look at them.
fn waiting(count: u32, verb: &str) -> Cell {
    match count {
        0 => cell("0"),
        _ => toned(format!("{count}: run \u{201c}{verb}\u{201d}"), Tone::Warning),
    }
}

fn duration(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{} days", seconds / 86_400),
    }
}

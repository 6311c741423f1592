//! `keyholder log …`

use crate::door::{converse, order, refused, run, shown, text};
use keyholder_console::activity::{
    AnswerTimeView, DayView, DeciderView, DecisionView, EntryDetail, EntryView, LogQuery, LogReport, OddityKind,
    OddityView, OutcomeView, ServerTallyView, SummaryView, ToolTallyView,
};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::{Answer, Order};
use std::os::unix::fs::PermissionsExt as _;

fn entry(number: u64, tool: &str) -> EntryView {
    EntryView {
        number,
        at: "2026-11-21T08:00:00.000Z".into(),
        kind: "call".into(),
        app: Some("claude".into()),
        server: Some("slack".into()),
        account: Some("default".into()),
        tool: Some(tool.into()),
        decision: Some(DecisionView::Allowed),
        by: Some(DeciderView::Person),
        reason: Some("answered: allow once".into()),
        outcome: OutcomeView::Failed,
        tier: Some("send".into()),
        preview: Some(r#"{"to":"ops"}"#.into()),
        fault: Some("server: error -1".into()),
        detail: Some("server: error -1".into()),
        millis: None,
        decided_ms: None,
        bytes: None,
    }
}

fn page(entries: Vec<EntryView>, next: Option<u64>) -> Answer {
    Answer::Log(LogReport { entries, next })
}

#[test]
fn the_words_of_a_search_reach_the_broker_as_they_were_meant() {
    let words = |arguments: &[&str]| match order(&[&["log"], arguments].concat()) {
        Order::Log(query) => query,
        other => panic!("{other:?}"),
    };
    let plain = LogQuery { limit: Some(50), ..LogQuery::default() };
    assert_eq!(words(&[]), plain);
    let expected = LogQuery { words: Some("server:slack decision:denied after:2d".into()), ..plain.clone() };
    assert_eq!(words(&["server:slack", "decision:denied", "after:2d"]), expected);
    assert_eq!(words(&["server:slack decision:denied after:2d"]), expected);
    // As a shell hands over app:"Claude Desktop" "two words".
    let expected = LogQuery { words: Some("app:\"Claude Desktop\" \"two words\"".into()), ..plain.clone() };
    assert_eq!(words(&["app:Claude Desktop", "two words"]), expected);
    let expected = LogQuery {
        server: Some("slack".into()),
        words: Some("verify".into()),
        before: Some(7),
        limit: Some(9),
        ..plain
    };
    assert_eq!(words(&["--server", "slack", "--before", "7", "-n9", "--", "verify"]), expected);
    assert_eq!(order(&["log", "verify"]), Order::VerifyLog);
    assert_eq!(order(&["log", "show", "7"]), Order::ShowEntry { number: 7 });
    assert_eq!(order(&["log", "summary"]), Order::Summary { days: 7 });
}

#[test]
fn what_cannot_be_searched_for_is_refused_before_a_broker_is_woken() {
    assert!(refused(&["log", "colour:red\u{1b}[2J"]).contains("\u{201c}colour:red\\u{1b}[2J\u{201d} is no condition"));
    assert!(refused(&["log", "export", "after:soon"]).contains("names no moment"));
    assert!(refused(&["log", "summary", "--days", "91"]).contains("1..=90"));
    assert!(refused(&["log", "export", "--force"]).contains("--output"));
}

#[test]
fn entries_are_listed_as_before_and_say_more_as_json() {
    let (plain, json) = shown(&["log", "send"], &page(vec![entry(7, "se\u{202e}nd")], Some(7)));
    assert_eq!(
        plain,
        "7\t2026-11-21T08:00:00.000Z\tcall\tfailed\tclaude\tslack\tse\\u{202e}nd\tanswered: allow once\tserver: error -1\n"
    );
    let first = &json["entries"][0];
    assert_eq!((json["schema"].as_str(), json["next"].as_u64()), (Some("keyholder.log/1"), Some(7)));
    assert_eq!((first["by"].as_str(), first["decision"].as_str()), (Some("person"), Some("allowed")));
    assert_eq!((first["preview"].as_str(), first["tier"].as_str()), (Some(r#"{"to":"ops"}"#), Some("send")));
}

#[test]
fn an_entry_is_shown_with_everything_that_was_written_down() {
    let detail = EntryDetail {
        entry: entry(7, "send"),
        app_path: Some("/usr/bin/cl\u{1b}aude".into()),
        ancestry: Some("keyholder (7) \u{2190} claude (6)".into()),
        session: Some("01S".into()),
        call: Some("01C".into()),
        method: Some("tools/call".into()),
        issuer: None,
        preview: Some(r#"{"to":"ops"}"#.into()),
        arguments: Some("ab".repeat(32)),
        request: Some("cd".repeat(32)),
        decision: Some("allow".into()),
        tier: Some("send".into()),
        labels: vec!["sends_outward".into()],
        trace: None,
        ended: Some("2026-11-21T08:00:01.000Z".into()),
        ended_as: Some(8),
        rule_id: Some("01JD".into()),
        rule: None,
    };
    let (plain, json) = shown(&["log", "show", "7"], &Answer::Entry(Box::new(detail)));
    assert_eq!(
        plain,
        "Number:\t7\nTime:\t2026-11-21T08:00:00.000Z\nKind:\tcall\nOutcome:\tfailed\nWhy:\tanswered: allow once\nDecision:\tallow\n\
         Decided by:\tperson\nApp:\tclaude\nApp file:\t/usr/bin/cl\\u{1b}aude\nProcesses:\tkeyholder (7) \u{2190} claude (6)\n\
         Server:\tslack\nAccount:\tdefault\nIssuer:\t-\nTool:\tsend\nTier:\tsend\nLabels:\tsends_outward\n\
         Arguments:\t{\"to\":\"ops\"}\nDigest:\tabababababab\nFault:\tserver: error -1\nEnded:\t2026-11-21T08:00:01.000Z\n\
         Took:\t-\nAnswered in:\t-\nBytes:\t-\nCall:\t01C\nSession:\t01S\nTrace:\t-\nRule:\t01JD (it is gone)\n"
    );
    assert_eq!((json["schema"].as_str(), json["entry"]["number"].as_u64()), (Some("keyholder.entry/1"), Some(7)));
    let (_, output) = run(&["log", "show", "9"], Err(ConsoleError::new(Code::NotFound).about("9")));
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn the_last_days_are_summed_up_in_tables() {
    let day = DayView { date: "2026-11-21".into(), by_rule: 9, by_person: 2, refused: 1, failed: 3, yes: 2, no: 1 };
    let odd = |kind, tool: Option<&str>| OddityView {
        kind,
        at: "2026-11-21T03:00:00.000Z".into(),
        app: Some("claude".into()),
        server: Some("sl\u{202e}ack".into()),
        tool: tool.map(Into::into),
        count: Some(240),
        usual: Some(3),
        number: Some(7),
    };
    let summary = SummaryView {
        days: vec![day],
        tools: vec![ToolTallyView { server: "slack".into(), tool: "send".into(), calls: 5 }],
        servers: vec![ServerTallyView { server: "slack".into(), calls: 5, bytes: 4096 }],
        answer_times: vec![
            AnswerTimeView { at_most_ms: Some(1_000), answers: 2 },
            AnswerTimeView { at_most_ms: Some(2_000), answers: 0 },
            AnswerTimeView { at_most_ms: None, answers: 1 },
        ],
        oddities: vec![
            odd(OddityKind::ManyCalls, Some("send")),
            odd(OddityKind::NewApp, None),
            odd(OddityKind::NewTool, Some("wipe")),
            odd(OddityKind::UnusualHour, None),
        ],
    };
    let (plain, json) = shown(&["log", "summary", "--days", "1"], &Answer::Summary(Box::new(summary)));
    assert_eq!(
        plain,
        "2026-11-21\t9\t2\t1\t3\t2\t1\n\nslack\tsend\t5\n\nslack\t5\t4096\n\n1 s\t2\nlonger\t1\n\n\
         2026-11-21T03:00:00.000Z\t7\tclaude called send of sl\\u{202e}ack 240 times, where 3 are usual\n\
         2026-11-21T03:00:00.000Z\t7\tclaude called sl\\u{202e}ack for the first time\n\
         2026-11-21T03:00:00.000Z\t7\tclaude called wipe of sl\\u{202e}ack, which was never called before\n\
         2026-11-21T03:00:00.000Z\t7\tclaude made 240 calls at an hour at which it makes none\n"
    );
    assert_eq!((json["schema"].as_str(), json["days"][0]["by_rule"].as_u64()), (Some("keyholder.summary/1"), Some(9)));
}

/// Two pages of a log that ends there.
fn pages() -> Vec<Result<Answer, ConsoleError>> {
    vec![Ok(page(vec![entry(9, "=send()"), entry(8, "b")], Some(8))), Ok(page(vec![entry(3, "a\n,b")], None))]
}

#[test]
fn an_export_pages_to_the_end_and_stays_one_line_an_entry() {
    let (orders, output) = converse("", &["log", "export", "server:slack"], pages());
    let wanted = |before| {
        let words = Some("server:slack".into());
        Order::Log(LogQuery { words, before, limit: Some(500), ..LogQuery::default() })
    };
    assert_eq!(orders, [wanted(None), wanted(Some(8))]);
    let lines = text(output.stdout);
    let numbers: Vec<_> = lines.lines().map(|line| serde_json::from_str::<EntryView>(line).unwrap().number).collect();
    assert_eq!((numbers, output.status.code()), (vec![9, 8, 3], Some(0)));

    let (_, output) = converse("", &["log", "export", "--format", "csv"], pages());
    let lines = text(output.stdout);
    let lines: Vec<_> = lines.split_terminator("\r\n").collect();
    assert!(lines.len() == 4 && lines[0].starts_with("number,at,kind,app,server,"), "{lines:?}");
    assert!(lines[1].contains(",\"'=send()\",") && lines[3].contains(",\"a\\n,b\","), "{lines:?}");
}

#[test]
fn an_exported_file_is_its_owners_alone_and_replaces_none_unless_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("week.jsonl");
    let path = file.to_str().unwrap();
    let (_, output) = converse("", &["log", "export", "--output", path], pages());
    assert_eq!(text(output.stdout), format!("3 entries written to {path}\n"));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let written = std::fs::read_to_string(&file).unwrap();
    assert_eq!(written.lines().count(), 3);

    let (_, output) = converse("", &["log", "export", "--output", path], Vec::new());
    assert_eq!(output.status.code(), Some(12));
    assert!(text(output.stderr).contains("--force"));
    // What cannot be finished replaces nothing, and leaves nothing behind.
    let broken = vec![Ok(page(vec![entry(9, "x")], Some(9))), Err(ConsoleError::new(Code::Internal))];
    let (_, output) = converse("", &["log", "export", "--output", path, "--force"], broken);
    assert_eq!((output.status.code(), std::fs::read_to_string(&file).unwrap()), (Some(1), written));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let (_, output) = converse("", &["log", "export", "--output", path, "--force", "-f", "csv"], pages());
    assert_eq!(output.status.code(), Some(0));
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("number,"));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    // A link is not followed, whether or not it leads anywhere.
    let (link, target) = (folder.path().join("link"), folder.path().join("target"));
    std::os::unix::fs::symlink(&target, &link).unwrap();
    let (_, output) = converse("", &["log", "export", "--output", link.to_str().unwrap()], Vec::new());
    assert_eq!((output.status.code(), target.exists()), (Some(12), false));
}

#[test]
fn a_broker_that_leads_in_circles_is_not_followed() {
    let again = || Ok(page(vec![entry(9, "x")], Some(9)));
    let (orders, output) = converse("", &["log", "export"], vec![again(), again()]);
    assert_eq!((orders.len(), text(output.stdout).lines().count()), (2, 2));
}

//! `keyholder approvals …`

use crate::door::{order, refused, shown};
use keyholder_console::approvals::{
    About, ChoiceView, Excerpt, MatchedView, QuestionDetail, QuestionView, RowView, SubjectView,
};
use keyholder_console::attention::{AttentionView, PausedView};
use keyholder_console::history::HistoryView;
use keyholder_console::order::{Answer, Order};

fn detail() -> QuestionDetail {
    let question = QuestionView {
        id: "01JD".into(),
        about: About::Call,
        app: "claude".into(),
        server: "slack".into(),
        account: Some("work".into()),
        tool: Some("send\u{202e}".into()),
        arguments: Some(Excerpt { text: "{\"channel\":\"#all\n\"}".into(), bytes: 4_000 }),
        why: "no rule allows it".into(),
        asked: "2026-11-21T08:00:00Z".into(),
        deadline: "2026-11-21T08:04:00Z".into(),
    };
    let wide = ChoiceView {
        choice: "allow_always_with:0".into(),
        words: "always, if channel is \u{201c}#all\u{201d}".into(),
        matched: Some(MatchedView { hits: 6, of: 40 }),
    };
    let once = ChoiceView { choice: "allow_once".into(), words: "just this call".into(), matched: None };
    QuestionDetail {
        question,
        subject: SubjectView::Call { tool: "send\u{202e}".into(), claims: String::new() },
        app_path: None,
        ancestry: "keyholder (7) \u{2190} claude (6)".into(),
        host: "slack.example".into(),
        position: 1,
        of: 1,
        alike: Vec::new(),
        digest: "ab".repeat(32),
        headline: "Send a message to 14 people".into(),
        tier: "send".into(),
        findings: vec!["It leaves your account.".into()],
        rows: vec![RowView { name: "channel".into(), value: "#all\n".into(), note: Some("new".into()) }],
        changes: vec!["channel: #ops, now #all".into()],
        history: vec!["07:59 mail/read".into()],
        suspended: Some("the tool changed".into()),
        choices: vec![once, wide],
        bindable: Vec::new(),
        editable: false,
    }
}

#[test]
fn a_question_is_shown_with_all_that_its_face_shows() {
    let (plain, json) = shown(&["approvals", "show", "01JD"], &Answer::Question(Box::new(detail())));
    assert_eq!(
        plain,
        "Send a message to 14 people\n\n\
         Question:\t01JD\nAbout:\tcall\nApp:\tclaude\nServer:\tslack\nAccount:\twork\nTool:\tsend\\u{202e}\nTier:\tsend\n\
         Why:\tno rule allows it\nAsked:\t2026-11-21T08:00:00Z\nUntil:\t2026-11-21T08:04:00Z\nDigest:\tabababababab\n\
         Suspended:\tthe tool changed\n\n\
         Why it matters:\n  It leaves your account.\n\n\
         channel\t#all\\u{a}\tnew\n\n\
         Against the last one that you allowed:\n  channel: #ops, now #all\n\n\
         What led here:\n  07:59 mail/read\n\n\
         just this call\t-\nalways, if channel is \u{201c}#all\u{201d}\t6 of the last 40\n"
    );
    assert_eq!(json["schema"], "keyholder.question/1");
    assert_eq!(
        (json["question"]["id"].as_str(), json["choices"][1]["matched"]["of"].as_u64()),
        (Some("01JD"), Some(40))
    );
}

#[test]
fn what_has_no_rows_is_shown_as_it_came() {
    let bare = QuestionDetail { rows: Vec::new(), ..detail() };
    let (plain, _) = shown(&["approvals", "show", "01JD"], &Answer::Question(Box::new(bare)));
    let expected = "What would be sent (4000 bytes, the beginning):\n  {\"channel\":\"#all\\u{a}\"}\n";
    assert!(plain.contains(expected), "{plain}");
}

#[test]
fn no_is_said_to_one_question_or_to_all_of_a_server_and_never_to_neither() {
    assert_eq!(order(&["approvals", "deny", "01JD"]), Order::Deny { question: "01JD".into() });
    assert_eq!(order(&["approvals", "deny", "--all", "slack"]), Order::DenyAll { server: "slack".into() });
    assert!(refused(&["approvals", "deny"]).contains("--all"));
    assert!(refused(&["approvals", "deny", "01JD", "--all", "slack"]).contains("cannot be used with"));
}

#[test]
fn there_is_no_verb_that_answers() {
    for verb in ["answer", "allow", "approve", "yes"] {
        assert!(refused(&["approvals", verb, "01JD"]).contains("unrecognized subcommand"));
    }
}

#[test]
fn the_other_verbs_of_approvals_give_their_orders() {
    assert_eq!(order(&["approvals", "show", "01JD"]), Order::ShowQuestion { question: "01JD".into() });
    assert_eq!(order(&["approvals", "attention"]), Order::Attention);
    assert_eq!(order(&["approvals", "resume", "claude"]), Order::ResumeAsking { app: "claude".into() });
    assert_eq!(order(&["approvals", "history"]), Order::History { app: None });
    assert_eq!(order(&["approvals", "history", "claude"]), Order::History { app: Some("claude".into()) });
    assert_eq!(order(&["approvals", "history", "reset", "claude"]), Order::ResetHistory { app: "claude".into() });
    assert!(refused(&["approvals", "history", "claude", "reset", "claude"]).contains("either"));
}

#[test]
fn attention_shows_the_numbers_and_who_is_not_asked_for() {
    let paused = PausedView {
        app: Some("claude".into()),
        server: None,
        until: "2026-11-21T08:05:00Z".into(),
        why: "11 asked".into(),
    };
    let attention = AttentionView {
        asked: 40,
        allowed: 37,
        denied: 1,
        unanswered: 2,
        acceptance_percent: Some(97),
        median_seconds: Some("2.1".into()),
        paused: vec![paused],
        nudge: Some("You allow nearly everything.".into()),
    };
    let (plain, json) = shown(&["approvals", "attention"], &Answer::Attention(attention));
    assert_eq!(
        plain,
        "Asked:\t40\nAllowed:\t37\nDenied:\t1\nUnanswered:\t2\nShare of yes:\t97 %\nMedian time:\t2.1 s\n\n\
         You allow nearly everything.\n\n\
         claude\t-\t2026-11-21T08:05:00Z\t11 asked\n"
    );
    assert_eq!(json["acceptance_percent"], 97);
}

#[test]
fn a_history_shows_the_labels_and_the_calls_that_brought_them() {
    let history = HistoryView {
        app: "claude".into(),
        since: "2026-11-21T08:00:00Z".into(),
        labels: vec!["reads_private".into(), "sees_untrusted".into()],
        chain: vec!["08:00 mail/read".into(), "08:01 web/fetch \u{7}".into()],
    };
    let (plain, json) = shown(&["approvals", "history"], &Answer::Histories(vec![history]));
    assert_eq!(
        plain,
        "App:\tclaude\nSince:\t2026-11-21T08:00:00Z\nLabels:\treads_private sees_untrusted\n\n\
         By these calls:\n  08:00 mail/read\n  08:01 web/fetch \\u{7}\n"
    );
    assert_eq!(json["histories"][0]["labels"][1], "sees_untrusted");
}

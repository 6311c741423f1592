//! Questions as the broker asks them.

use keyholder_approval::{Brief, Identified, Matched, OfferedPattern, Offers, Question, QuestionRow, Subject};
use keyholder_model::clock::{FakeClock, FakeRng, Timestamp};
use keyholder_model::digest::Digest;
use keyholder_model::id::QuestionId;
use keyholder_model::risk::Tier;
use keyholder_model::server::Account;
use std::time::Duration;

/// A call of a tool, with everything that its tier offers.
pub(crate) fn call(tool: &str, tier: Tier) -> Question {
    let pattern = |words: &str, matched| OfferedPattern { words: words.to_owned(), matched };
    let patterns = [
        pattern("only with exactly these arguments", None),
        pattern("only when channel = \u{201c}#ops\u{201d}", Some(Matched { hits: 6, of: 40 })),
    ];
    Question {
        subject: Subject::Call {
            tool: tool.to_owned(),
            arguments: r##"{"title":"Robot","channel":"#ops"}"##.into(),
            claims: r#"{"readOnlyHint":true}"#.to_owned(),
        },
        brief: Brief {
            tier,
            headline: format!("Run \u{201c}{tool}\u{201d} at notes"),
            rows: vec![row("title", "Robot", None), row("channel", "#ops", Some("who receives it"))],
            ..Brief::default()
        },
        offers: Offers::for_tier(tier, &patterns, Identified::Yes),
        ..plain(Subject::Add { url: String::new(), name: String::new() })
    }
}

/// Anything else: once, or not.
pub(crate) fn plain(subject: Subject) -> Question {
    let clock = FakeClock::at(Timestamp::from_millis(0));
    Question {
        id: QuestionId::make(&clock, &FakeRng::default()),
        asked: Timestamp::from_millis(0),
        app: "Claude".to_owned(),
        app_path: Some("/opt/claude/claude".to_owned()),
        ancestry: "keyholder (11) \u{2190} claude (7)".to_owned(),
        server: "notes".parse().expect("a name"),
        host: "mcp.notes.example".to_owned(),
        account: Account::default(),
        subject,
        brief: Brief::default(),
        offers: Offers::once_or_not(),
        rule: "No rule of yours lets this app run this tool without a question.".to_owned(),
        request: Digest::of_parts(&[b"sample"]),
        budget: Duration::from_mins(4),
    }
}

pub(crate) fn row(name: &str, value: &str, note: Option<&str>) -> QuestionRow {
    QuestionRow { name: name.to_owned(), value: value.to_owned(), note: note.map(str::to_owned) }
}

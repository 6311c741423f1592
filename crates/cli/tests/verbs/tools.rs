//! `keyholder tools …`

use crate::door::{order, refused, run, shown};
use keyholder_console::order::{Answer, Order};
use keyholder_console::reviews::{ReviewKind, ReviewState, ReviewView};
use keyholder_console::servers::Verdict;
use keyholder_console::tools::{LabelSource, ToolState, ToolView};

#[test]
fn a_tool_is_listed_with_its_tier_its_labels_and_what_the_rules_say() {
    let tool = ToolView {
        server: "slack".into(),
        account: "default".into(),
        name: "send\u{200b}".into(),
        description: Some("not shown here".into()),
        digest: "ab".repeat(32),
        tier: "send".into(),
        labels: vec!["sends_outward".into()],
        labels_from: LabelSource::Proposed,
        verdict: Some(Verdict::Ask),
        usage: None,
        state: ToolState::Pending,
        last_used: None,
        uses: 0,
    };
    let (plain, json) = shown(&["tools"], &Answer::Tools(vec![tool]));
    assert_eq!(plain, "slack\tsend\\u{200b}\tsend\tsends_outward\tproposed\task\tabababababab\theld back\t0\tnever\n");
    assert_eq!(
        (json["tools"][0]["labels_from"].as_str(), json["tools"][0]["uses"].as_u64()),
        (Some("proposed"), Some(0))
    );
}

#[test]
fn what_is_held_back_is_shown_with_its_difference_and_what_is_odd() {
    let review = ReviewView {
        id: "tool notes/send".into(),
        server: "notes".into(),
        account: "default".into(),
        kind: ReviewKind::Tool,
        name: "send".into(),
        state: ReviewState::Changed,
        difference: vec!["description: \u{201c}a\u{201d} -> \u{201c}b\u{1b}[8m\u{201d}".into()],
        suspicions: vec!["It speaks to the model.".into()],
        since: "2026-11-21T08:00:00Z".into(),
    };
    let fresh =
        ReviewView { state: ReviewState::New, suspicions: Vec::new(), difference: Vec::new(), ..review.clone() };
    let (plain, json) = shown(&["tools", "review"], &Answer::Reviews(vec![review, fresh]));
    assert_eq!(
        plain,
        "Held back:\ttool notes/send\nAccount:\tdefault\nState:\tchanged\nSince:\t2026-11-21T08:00:00Z\n\n\
         What is odd about it:\n  It speaks to the model.\n\n\
         How it differs from what you know:\n  description: \u{201c}a\u{201d} -> \u{201c}b\\u{1b}[8m\u{201d}\n\n\
         Held back:\ttool notes/send\nAccount:\tdefault\nState:\tnew\nSince:\t2026-11-21T08:00:00Z\n"
    );
    assert_eq!(
        (json["reviews"][0]["kind"].as_str(), json["reviews"][1]["state"].as_str()),
        (Some("tool"), Some("new"))
    );
}

#[test]
fn the_verbs_of_tools_give_their_orders() {
    let slack = || "slack".to_owned();
    let review = || "tool slack/send".to_owned();
    assert_eq!(order(&["tools"]), Order::Labels { server: None });
    assert_eq!(order(&["tools", "slack"]), Order::Labels { server: Some(slack()) });
    assert_eq!(order(&["tools", "ls", "slack"]), Order::Labels { server: Some(slack()) });
    assert_eq!(order(&["tools", "trust", "slack"]), Order::Trust { server: slack() });
    assert_eq!(order(&["tools", "distrust", "slack"]), Order::Distrust { server: slack() });
    assert_eq!(order(&["tools", "review"]), Order::Review);
    assert!(refused(&["tools", "slack", "review"]).contains("either"));
    assert_eq!(order(&["tools", "admit", "tool", "slack/send"]), Order::Admit { review: review() });
    assert_eq!(order(&["tools", "refuse", "tool slack/send"]), Order::Refuse { review: review() });
    let labels = vec!["reads_private".to_owned(), "sees_untrusted".to_owned()];
    assert_eq!(
        order(&["tools", "label", "slack", "read", "reads_private", "sees_untrusted"]),
        Order::SetLabels { server: slack(), tool: "read".into(), labels }
    );
}

#[test]
fn a_verb_is_a_verb_wherever_the_flags_stand() {
    for arguments in [["--json", "tools", "review"], ["tools", "--json", "review"], ["tools", "review", "--json"]] {
        assert_eq!(run(&arguments, Ok(Answer::Reviews(Vec::new()))).0, Order::Review, "{arguments:?}");
    }
    let (order, _) = run(&["approvals", "history", "--json", "reset", "claude"], Ok(Answer::Histories(Vec::new())));
    assert_eq!(order, Order::ResetHistory { app: "claude".into() });
}

#[test]
fn a_tool_loses_its_labels_only_on_an_explicit_word() {
    assert!(refused(&["tools", "label", "slack", "read"]).contains("LABEL"));
    assert_eq!(
        order(&["tools", "label", "slack", "read", "--none"]),
        Order::SetLabels { server: "slack".into(), tool: "read".into(), labels: Vec::new() }
    );
}

//! `keyholder rules explain`.

use super::rules::{effect, origin, verdict};
use super::tools::tier;
use crate::exit::Exit;
use crate::output::{Cell, Output, Tone, cell, maybe, toned};
use keyholder_console::explanation::{CallView, ExplanationView, RuleOutcome};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A call as a person writes it down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written<'a> {
    app: Option<String>,
    server: String,
    account: Option<String>,
    tool: String,
    /// Unread: numbers and duplicate names must reach the rules as they were written.
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
}

/// The call that a text describes.
pub(super) fn call(text: &str) -> Result<CallView, String> {
    let Written { app, server, account, tool, arguments } =
        serde_json::from_str(text).map_err(|why| format!("this is no call ({why}); write it as {EXAMPLE}"))?;
    let arguments = arguments.map_or("{}", RawValue::get);
    if !arguments.starts_with('{') {
        return Err(format!("the arguments of a call are a JSON object; write it as {EXAMPLE}"));
    }
    Ok(CallView { app, server, account, tool, arguments: arguments.to_owned() })
}

/// What the rules say, and how they came to it.
pub(super) fn show(explanation: &ExplanationView, output: Output) -> Exit {
    let labels = explanation.labels.join(" ");
    output.fields(&[
        ("Verdict", verdict(explanation.verdict)),
        ("By rule", cell(&explanation.rule)),
        ("Why", cell(&explanation.why)),
        ("Tier", tier(&explanation.tier)),
        ("Labels", maybe((!labels.is_empty()).then_some(labels))),
    ]);
    if !explanation.considered.is_empty() {
        output.line("");
        let rows: Vec<_> = explanation
            .considered
            .iter()
            .map(|rule| {
                vec![
                    cell(&rule.rule),
                    cell(origin(rule.origin)),
                    effect(rule.effect),
                    outcome(rule.outcome),
                    maybe(rule.note.as_ref()),
                ]
            })
            .collect();
        output.table(&["RULE", "FROM", "EFFECT", "OUTCOME", "NOTE"], &rows);
    }
    if !explanation.facts.is_empty() {
        output.line("");
        let rows: Vec<_> = explanation.facts.iter().map(|fact| vec![cell(&fact.name), cell(&fact.value)]).collect();
        output.table(&["FACT", "VALUE"], &rows);
    }
    output.section("What the session had read before:", &explanation.history);
    Exit::Ok
}

fn outcome(outcome: RuleOutcome) -> Cell {
    match outcome {
        RuleOutcome::Error => toned("error", Tone::Bad),
        RuleOutcome::Matched => cell("matched"),
        RuleOutcome::NotMatched => cell("not matched"),
    }
}

const EXAMPLE: &str = r##"{"server":"slack","tool":"send_message","arguments":{"channel":"#ops"}}"##;

#[cfg(test)]
mod tests {
    use super::call;

    #[test]
    fn arguments_reach_the_rules_as_they_were_written() {
        let read = call(r#"{"server":"s","tool":"t","arguments":{"n": 1.00, "n":1e400}}"#).unwrap();
        assert_eq!((read.arguments.as_str(), read.app), (r#"{"n": 1.00, "n":1e400}"#, None));
        assert_eq!(call(r#"{"server":"s","tool":"t"}"#).unwrap().arguments, "{}");
    }

    #[test]
    fn what_is_no_call_is_refused_with_an_example() {
        for text in [
            "",
            "[]",
            r#"{"tool":"t"}"#,
            r#"{"server":"s","tool":"t","arguments":[]}"#,
            r#"{"server":"s","tool":"t","arg":{}}"#,
        ] {
            assert!(call(text).unwrap_err().contains("\"tool\":\"send_message\""), "{text}");
        }
    }
}

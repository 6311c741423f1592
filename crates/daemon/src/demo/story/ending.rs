//! Steps 6 to 8: the log, the revocation, and what to do next.

use super::calls;
use super::sign_in::Grants;
use super::{Story, make_sure};
use crate::demo::page;
use crate::demo::person::Plan;
use crate::demo::stage::SERVER;
use keyholder_approval::Answer;
use keyholder_console::activity::{EntryView, LogReport, OutcomeView};
use keyholder_console::grants::GrantState;
use serde_json::json;

pub(super) async fn log(story: &Story<'_>) -> Result<(), String> {
    let stage = story.stage;
    page::headline(6, "The log");
    page::tell(
        "What was done, by whom, with what, and why; what looks like a secret in the arguments is left out. keyholder log shows it \
         as a table. In short, without the lines that only repeat an answer:",
    );
    let log: LogReport = stage.keyholder.read(&["log", "-n", "500"]).await?;
    for entry in log.entries.iter().rev().filter(|entry| entry.kind != "answer") {
        show_entry(entry);
    }
    page::blank();
    let count =
        |kind: &str, outcome| log.entries.iter().filter(|entry| entry.kind == kind && entry.outcome == outcome).count();
    if stage.person.is_scripted() {
        make_sure(count("call", OutcomeView::Done) == 3, "not all calls that ran are in the log")?;
        make_sure(count("refuse", OutcomeView::Refused) == 1, "the refused call is not in the log")?;
        make_sure(count("sign_in", OutcomeView::Done) == 2, "not both sign-ins are in the log")?;
    }
    let secret = |entry: &&EntryView| entry.detail.as_deref().is_some_and(|detail| detail.contains(calls::PASTED));
    make_sure(!log.entries.iter().any(|entry| secret(&entry)), "the log shows a secret from a call's arguments")?;
    page::tell(
        "Each entry carries a digest of the one before, so that nobody can change one afterwards without it showing:",
    );
    page::quote("$ keyholder log verify");
    // It fails by itself where the chain is broken.
    page::quote(&stage.keyholder.run(&["log", "verify"]).await?);
    page::blank();
    stage.person.reads().await;
    Ok(())
}

fn show_entry(entry: &EntryView) {
    let word = match entry.outcome {
        OutcomeView::Cancelled => "cancelled",
        OutcomeView::Done => "done",
        OutcomeView::Failed => "failed",
        OutcomeView::Open => "open",
        OutcomeView::Refused => "refused",
        OutcomeView::Unknown => "unknown",
    };
    let what = [Some(entry.kind.as_str()), entry.tool.as_deref(), entry.detail.as_deref()];
    let what = what.into_iter().flatten().collect::<Vec<_>>().join(" ");
    page::show(&format!("{:>3} {word}", entry.number), &what);
    let who =
        [entry.app.as_deref(), entry.server.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" \u{2192} ");
    let took = entry.millis.map(|millis| format!("{millis} ms"));
    let rest = [Some(who).filter(|who| !who.is_empty()), entry.reason.clone(), took];
    let rest = rest.into_iter().flatten().collect::<Vec<_>>().join("; ");
    if !rest.is_empty() {
        page::show("", &rest);
    }
}

pub(super) async fn revoke(story: &Story<'_>) -> Result<(), String> {
    let stage = story.stage;
    page::headline(7, "Taking it back");
    page::tell(
        "One command gives the tokens back to the authorization server, deletes them here and cuts the bridges.",
    );
    drop(story.new_events());
    page::quote(&format!("$ keyholder revoke {SERVER}"));
    page::quote(&stage.keyholder.run(&["revoke", SERVER]).await?);
    page::blank();
    story.show_events();
    page::blank();
    make_sure(stage.practice.tally().revocations > 0, "the authorization server has nothing back")?;
    let active = |grants: &Grants| grants.grants.iter().any(|grant| grant.state == GrantState::Active);
    make_sure(!active(&stage.keyholder.read(&["grants"]).await?), "a sign-in is still active")?;

    page::tell(
        "The app still runs and knows nothing of it. Its next call finds no key; Keyholder would have to sign in again, and asks you. \
         Say no.",
    );
    stage.person.means(Plan { call: Answer::AllowOnce, sign_in: Answer::Deny });
    let after = calls::call(story, "list_notes", json!({})).await?;
    if after.ran {
        make_sure(!stage.person.is_scripted(), "a call ran after the revocation")?;
        page::tell("You signed in again, so it ran; this sign-in ends with the demo.");
    } else {
        page::tell("That is all that the model hears.");
    }
    Ok(())
}

pub(super) fn what_next() {
    page::headline(8, "What to do next");
    page::tell("Keep the broker running in a terminal, and add a server of yours:");
    page::quote("$ keyholderd\n$ keyholder add linear https://mcp.linear.app/mcp");
    page::blank();
    page::tell("Claude Code:");
    page::quote("$ claude mcp add linear -- keyholder bridge linear");
    page::blank();
    page::tell("Claude Desktop, in claude_desktop_config.json:");
    page::quote(
        "{ \"mcpServers\": { \"linear\": {\n    \"command\": \"/absolute/path/to/keyholder\",\n    \"args\": [\"bridge\", \"linear\"] } } }",
    );
    page::blank();
    page::tell(
        "Each step was checked against what the servers, the app and the log say. Now everything of the demo is removed.",
    );
}

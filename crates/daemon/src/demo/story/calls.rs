//! Steps 4 and 5: tool calls with questions, a wider scope, a no; and a server that gives the token away.

use super::{Story, make_sure};
use crate::demo::page;
use crate::demo::person::Plan;
use keyholder_approval::Answer;
use keyholder_console::activity::{EntryView, LogReport, OutcomeView};
use keyholder_demo::Event;
use serde_json::{Value, json};

/// How every token of the practice servers begins.
const MARK: &str = "KHCANARY";

/// A key that somebody pasted into a note: the log must not show it.
pub(super) const PASTED: &str = "sk-demo-4f9Qz81LmX7rT2cV";

/// What became of a call: the app, the server and the log agree on it.
pub(super) struct Outcome {
    /// What the app got.
    pub(super) text: String,
    /// Whether it ran at the server.
    pub(super) ran: bool,
    /// Whether the server asked for a wider scope before.
    widened: bool,
}

pub(super) async fn call_tools(story: &Story<'_>) -> Result<(), String> {
    let person = &story.stage.person;
    page::headline(4, "Calling tools");
    page::tell(
        "The model in the app wants to see the notes. You see what it would do, how bad that may be, and with what; \u{201c}raw\u{201d} \
         shows the call exactly as it would be sent. The numbers are answers that last longer than one call, narrowest first: \
         choose the one that says \u{201c}Always, only with exactly these arguments\u{201d}.",
    );
    // The narrowest of the answers that stay.
    person.means(Plan { call: Answer::AllowAlwaysWith(0), ..Plan::default() });
    let listed = call(story, "list_notes", json!({})).await?;
    make_sure(listed.ran || !person.is_scripted(), "list_notes did not run")?;

    page::tell(
        "Now it wants to add one, with a key in it that somebody pasted. Who gives a secret away cannot take it back, so the yes needs \
         the tool\u{2019}s name behind it. The token may only read: the server will want one more scope, and Keyholder asks you about \
         that too.",
    );
    person.means(Plan::default());
    let added =
        call(story, "add_note", json!({ "title": "Robot", "text": format!("Its old key was {PASTED}") })).await?;
    make_sure((added.ran && added.widened) || !person.is_scripted(), "add_note did not run with a wider scope")?;

    page::tell("And now it wants to delete the note about the spare key, for good. Say no to this one.");
    person.means(Plan { call: Answer::Deny, ..Plan::default() });
    let deleted = call(story, "delete_note", json!({ "id": 2 })).await?;
    if deleted.ran {
        make_sure(!person.is_scripted(), "delete_note ran after a no")?;
        page::tell("You said yes, so it ran. After a no the model would have been told that you declined.");
    } else if deleted.widened {
        page::tell("That sentence is all that the model hears, and the note is still there.");
    } else {
        page::tell("That sentence is all that the model hears. The server heard nothing.");
    }
    person.reads().await;
    Ok(())
}

pub(super) async fn leak(story: &Story<'_>) -> Result<(), String> {
    let person = &story.stage.person;
    page::headline(5, "A server that gives the token away");
    page::tell(
        "This practice server has a tool that no server should have: it sends back the very token that it was called with, plain \
         and in seven disguises. Keyholder knows its live tokens and takes them out of everything that goes to an app.",
    );
    person.means(Plan::default());
    let echoed = call(story, "echo_credentials", json!({})).await?;
    if !echoed.ran {
        return make_sure(!person.is_scripted(), "echo_credentials did not run");
    }
    make_sure(!echoed.text.contains(MARK), "the token reached the app")?;
    let tampers: LogReport = story.stage.keyholder.read(&["log", "--kind", "tamper", "-n", "500"]).await?;
    let reason = tampers.entries.first().and_then(|entry| entry.reason.as_deref());
    page::show("log says", reason.ok_or("the log says nothing of a token in an answer")?);
    page::blank();
    person.reads().await;
    Ok(())
}

/// Calls a tool, shows what became of it, and checks that the three who know agree: the app, the server and the log.
pub(super) async fn call(story: &Story<'_>, tool: &str, arguments: Value) -> Result<Outcome, String> {
    let stage = story.stage;
    page::show("app calls", &format!("{tool} {arguments}"));
    // What is left over from before belongs to no call.
    drop(story.new_events());
    let heard = stage.host.lock().await.call(tool, &arguments).await?;
    stage.person.is_done_answering().await;
    for line in stage.visits.settle() {
        page::show("browser", &format!("the practice browser {line}"));
    }
    let events = stage.practice.events();
    let fresh = events.get(story.seen.load(std::sync::atomic::Ordering::Relaxed)..).unwrap_or_default();
    let ran = fresh.iter().any(|event| matches!(event, Event::Called { tool: called, .. } if called == tool));
    let widened = fresh.iter().any(|event| matches!(event, Event::ScopeMissing { tool: wanting } if wanting == tool));
    story.show_events();
    for (number, line) in heard.text.lines().enumerate() {
        page::show(if number == 0 { "app gets" } else { "" }, line);
    }
    page::blank();

    let log: LogReport = stage.keyholder.read(&["log", "--tool", tool, "-n", "1"]).await?;
    let Some(entry) = log.entries.first() else { return Err(format!("the log says nothing of {tool}")) };
    agree(entry, ran, heard.failed)?;
    Ok(Outcome { text: heard.text, ran, widened })
}

/// Whether the log, the server and the app tell the same of one call.
fn agree(entry: &EntryView, ran: bool, failed: bool) -> Result<(), String> {
    let logged = match entry.outcome {
        OutcomeView::Done => true,
        OutcomeView::Refused | OutcomeView::Failed => false,
        OutcomeView::Cancelled | OutcomeView::Open | OutcomeView::Unknown => {
            return Err(format!("the log does not know how entry {} ended", entry.number));
        }
    };
    make_sure(logged == ran, "the log and the server do not agree on whether the tool ran")?;
    make_sure(failed != ran, "the app and the server do not agree on whether the tool ran")
}

//! `keyholder approvals`.

use super::tools::{short_digest, tier};
use crate::arguments::{ApprovalsVerb, HistoryVerb, ReadHistory};
use crate::exit::Exit;
use crate::output::{Output, Tone, cell, maybe, moment, toned};
use crate::plain::escape;
use keyholder_console::approvals::{About, QuestionDetail, QuestionView};
use keyholder_console::order::Order;

/// The order that a verb stands for.
pub(super) fn order(verb: ApprovalsVerb) -> Result<Order, String> {
    Ok(match verb {
        ApprovalsVerb::Attention => Order::Attention,
        ApprovalsVerb::Deny { all: Some(server), .. } => Order::DenyAll { server },
        ApprovalsVerb::Deny { question: Some(question), .. } => Order::Deny { question },
        ApprovalsVerb::Deny { .. } => {
            return Err("say no to which question? Give its id, or --all and a server".to_owned());
        }
        ApprovalsVerb::History(ReadHistory { what, app }) => match (what, app) {
            (None, app) => Order::History { app },
            (Some(HistoryVerb::Reset { app }), None) => Order::ResetHistory { app },
            (Some(HistoryVerb::Reset { .. }), Some(app)) => {
                return Err(format!("say either reset or the app {app} to list"));
            }
        },
        ApprovalsVerb::Ls => Order::Approvals,
        ApprovalsVerb::Resume { app } => Order::ResumeAsking { app },
        ApprovalsVerb::Show { question } => Order::ShowQuestion { question },
    })
}

/// The questions that wait.
pub(super) fn list(questions: &[QuestionView], output: Output) -> Exit {
    if questions.is_empty() {
        output.nothing("No question waits for you.");
        return Exit::Ok;
    }
    let rows: Vec<_> = questions
        .iter()
        .map(|question| {
            vec![
                cell(&question.id),
                cell(word(question.about)),
                cell(&question.app),
                cell(&question.server),
                maybe(question.tool.as_ref()),
                moment(&question.deadline, output),
                maybe(question.arguments.as_ref().map(|arguments| &arguments.text)),
            ]
        })
        .collect();
    output.table(&["ID", "ABOUT", "APP", "SERVER", "TOOL", "UNTIL", "ARGUMENTS"], &rows);
    Exit::Ok
}

/// One question with all that a face shows, except for the buttons.
pub(super) fn show(detail: &QuestionDetail, output: Output) -> Exit {
    let question = &detail.question;
    output.line(&escape(&detail.headline));
    output.line("");
    output.fields(&[
        ("Question", cell(&question.id)),
        ("About", cell(word(question.about))),
        ("App", cell(&question.app)),
        ("Server", cell(&question.server)),
        ("Account", maybe(question.account.as_ref())),
        ("Tool", maybe(question.tool.as_ref())),
        ("Tier", tier(&detail.tier)),
        ("Why", cell(&question.why)),
        ("Asked", moment(&question.asked, output)),
        ("Until", moment(&question.deadline, output)),
        ("Digest", cell(short_digest(&detail.digest))),
    ]);
    if let Some(suspended) = &detail.suspended {
        output.fields(&[("Suspended", toned(suspended, Tone::Warning))]);
    }
    output.section("Why it matters:", &detail.findings);
    arguments(detail, output);
    output.section("Against the last one that you allowed:", &detail.changes);
    output.section("What led here:", &detail.history);
    choices(detail, output);
    Exit::Ok
}

/// As rows; where there are none, as they came.
fn arguments(detail: &QuestionDetail, output: Output) {
    if !detail.rows.is_empty() {
        output.line("");
        let rows: Vec<_> =
            detail.rows.iter().map(|row| vec![cell(&row.name), cell(&row.value), maybe(row.note.as_ref())]).collect();
        output.table(&["ARGUMENT", "VALUE", "NOTE"], &rows);
    } else if let Some(excerpt) = &detail.question.arguments {
        let cut = if excerpt.bytes > excerpt.text.len() as u64 { ", the beginning" } else { "" };
        output.section(&format!("What would be sent ({} bytes{cut}):", excerpt.bytes), &[excerpt.text.as_str()]);
    }
}

fn choices(detail: &QuestionDetail, output: Output) {
    if detail.choices.is_empty() {
        return;
    }
    output.line("");
    let rows: Vec<_> = detail
        .choices
        .iter()
        .map(|choice| {
            let matched = choice.matched.map(|matched| format!("{} of the last {}", matched.hits, matched.of));
            vec![cell(&choice.words), maybe(matched)]
        })
        .collect();
    output.table(&["ANSWERS AT THE BROKER'S FACE", "WOULD HAVE COVERED"], &rows);
    if output.terminal {
        output.line(&format!("Say no from here: keyholder approvals deny {}", escape(&detail.question.id)));
    }
}

fn word(about: About) -> &'static str {
    match about {
        About::AddServer => "add server",
        About::Admit => "new or changed definition",
        About::Answer => "server asks back",
        About::Call => "call",
        About::Connect => "sign in",
        About::Read => "read",
        About::Resume => "resume",
        About::Rules => "rules",
        About::Unlock => "unlock",
    }
}

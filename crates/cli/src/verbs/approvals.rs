//! `keyholder approvals`.

use crate::exit::Exit;
use crate::output::{Output, cell, maybe, moment};
use keyholder_console::approvals::{About, QuestionView};

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

fn word(about: About) -> &'static str {
    match about {
        About::AddServer => "add server",
        About::Admit => "changed tool",
        About::Answer => "server asks back",
        About::Call => "call",
        About::Connect => "sign in",
        About::Read => "read",
        About::Resume => "resume",
        About::Rules => "rules",
        About::Unlock => "unlock",
    }
}

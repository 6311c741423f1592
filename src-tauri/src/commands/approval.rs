//! The approval window's. Nobody else can answer a question.

use super::aside;
use crate::face::Face;
use crate::windows;
use keyholder_console::approvals::{
    BoundView, ChoiceView, ListedChoice, ListedView, QuestionView, RawView, SettledView,
};
use keyholder_console::error::ConsoleError;
use keyholder_console::order::Answer;
use keyholder_face::approvals::{ArmedView, ListedDetails, OneView};
use tauri::{AppHandle, State, command};

#[command]
pub(crate) async fn approval_list(app: AppHandle) -> Result<Vec<QuestionView>, ConsoleError> {
    aside(app, |_, face| face.approvals.list()).await
}

#[command]
pub(crate) async fn approval_show(app: AppHandle, question: String) -> Result<OneView, ConsoleError> {
    aside(app, |_, face| face.approvals.show(question)).await
}

#[command]
pub(crate) async fn approval_show_listed(
    app: AppHandle,
    questions: Vec<String>,
) -> Result<ListedDetails, ConsoleError> {
    aside(app, |_, face| face.approvals.show_listed(questions)).await
}

#[command]
pub(crate) async fn approval_seen(app: AppHandle, question: String, nonce: String) -> Result<ArmedView, ConsoleError> {
    aside(app, move |_, face| {
        // What has painted a question lives, even if it dies before its first call.
        face.pulse().beat(face.now());
        face.approvals.seen(&question, &nonce)
    })
    .await
}

#[command]
pub(crate) fn approval_touched(face: State<'_, Face>) -> ArmedView {
    face.approvals.touched()
}

#[command]
pub(crate) async fn approval_answer(
    app: AppHandle,
    question: String,
    nonce: String,
    digest: String,
    choice: String,
) -> Result<(), ConsoleError> {
    let answered = ListedView { question, digest };
    aside(app, move |app, face| face.approvals.answer(windows::stance(app), &nonce, answered, choice)).await
}

#[command]
pub(crate) async fn approval_answer_listed(
    app: AppHandle,
    nonce: String,
    questions: Vec<ListedView>,
    choice: ListedChoice,
) -> Result<Vec<SettledView>, ConsoleError> {
    aside(app, move |app, face| face.approvals.answer_listed(windows::stance(app), &nonce, questions, choice)).await
}

#[command]
pub(crate) async fn approval_edit(
    app: AppHandle,
    question: String,
    nonce: String,
    digest: String,
    arguments: String,
) -> Result<Answer, ConsoleError> {
    let edited = ListedView { question, digest };
    aside(app, move |_, face| face.approvals.edit(&nonce, edited, arguments)).await
}

#[command]
pub(crate) async fn approval_offer_pattern(
    app: AppHandle,
    question: String,
    bounds: Vec<BoundView>,
) -> Result<ChoiceView, ConsoleError> {
    aside(app, |_, face| face.approvals.offer_pattern(question, bounds)).await
}

#[command]
pub(crate) async fn approval_raw(app: AppHandle, question: String) -> Result<RawView, ConsoleError> {
    aside(app, |_, face| face.approvals.raw(question)).await
}

#[command]
pub(crate) fn approval_here(face: State<'_, Face>) {
    face.pulse().beat(face.now());
}

#[command]
pub(crate) fn approval_close(app: AppHandle) {
    windows::close_approval(&app);
}

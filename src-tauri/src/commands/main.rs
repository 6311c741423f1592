//! The main window's. It looks and orders, and answers no question.

use super::aside;
use crate::face::Face;
use crate::saving::{self, Saved};
use keyholder_console::activity::LogQuery;
use keyholder_console::activity::export::ExportFormat;
use keyholder_console::error::ConsoleError;
use keyholder_console::news::Destination;
use keyholder_console::order::{Answer, Authority, Order};
use keyholder_face::export::SaveRequest;
use keyholder_face::gate;
use tauri::{AppHandle, State, command};

#[command]
pub(crate) async fn main_read(app: AppHandle, order: Order) -> Result<Answer, ConsoleError> {
    aside(app, |_, face| face.channel.order(gate::pass(order, Authority::Reads)?)).await
}

#[command]
pub(crate) async fn main_lower(app: AppHandle, order: Order) -> Result<Answer, ConsoleError> {
    aside(app, |_, face| face.channel.order(gate::pass(order, Authority::Lowers)?)).await
}

#[command]
pub(crate) async fn main_raise(app: AppHandle, order: Order) -> Result<Answer, ConsoleError> {
    aside(app, |_, face| face.channel.order(gate::pass(order, Authority::Raises)?)).await
}

#[command]
pub(crate) async fn main_save(
    app: AppHandle,
    name: String,
    format: ExportFormat,
    query: LogQuery,
) -> Result<Saved, ConsoleError> {
    saving::save(app, SaveRequest { name, format, query }).await
}

#[command]
pub(crate) fn main_destination(face: State<'_, Face>) -> Destination {
    face.destination()
}

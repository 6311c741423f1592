//! Keeps the desktop's notifications as the board has them, and takes the person where they press.

use super::Told;
use super::board::Board;
use super::bus::{Bus, Kind};
use keyholder_broker::{Screen, Windows};
use keyholder_console::news::Place;
use keyholder_model::clock::Clock;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedReceiver;

/// Notifies for as long as questions are told.
pub(crate) fn attend(
    mut told: UnboundedReceiver<Told>,
    windows: Arc<dyn Windows>,
    screen: Arc<dyn Screen>,
    clock: Arc<dyn Clock>,
) {
    tokio::spawn(async move {
        let (mut board, mut bus) = (Board::default(), Bus::default());
        loop {
            let now = clock.monotonic();
            board.pass(now);
            let is_away = screen.is_locked() == Some(true);
            bus.show(Kind::Waiting, board.waiting(now, is_away)).await;
            bus.show(Kind::Missed, board.missed()).await;
            let next = board.next(now).map(|at| at.saturating_sub(now));
            tokio::select! {
                one = told.recv() => match one {
                    Some(Told::Asked { id, what, budget }) => board.ask(id, what, clock.monotonic(), budget),
                    Some(Told::Ended { id, ending }) => board.end(id, ending, clock.monotonic()),
                    None => return,
                },
                () = tokio::time::sleep(next.unwrap_or_default()), if next.is_some() => {}
                kind = bus.pressed() => {
                    if let Err(why) = windows.show(place_of(kind).into()) {
                        tracing::warn!(%why, "the window that a notification speaks of cannot be shown");
                    }
                    if kind == Kind::Missed {
                        board.forget();
                    }
                }
            }
        }
    });
}

fn place_of(kind: Kind) -> Place {
    match kind {
        Kind::Missed => Place::Activity,
        Kind::Waiting => Place::Questions,
    }
}

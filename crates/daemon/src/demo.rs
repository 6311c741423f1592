//! `keyholderd --demo`: the whole of Keyholder in about a minute, with practice servers on this machine and without an account.
//!
//! Nothing here is a mock. The broker, the bridge, the questions, the keychain, the log and the `keyholder` commands are the real
//! ones, and the practice servers are reached like any other server. The demo only plays the host app, narrates, and checks after
//! each step that what it told has happened. Everything it makes lives in a folder of its own and is gone at the end.
//!
//! [`stage`] sets everything up and clears it away; [`story`] tells; [`person`] is who answers, a person or a script; [`host`] is
//! the host app; [`command`] runs `keyholder`; [`page`] writes.

mod command;
mod host;
mod page;
mod person;
mod stage;
mod story;

use crate::hardening;
use stage::Stage;

/// Tells the story.
///
/// # Errors
/// One sentence: which step did not happen as told, and why.
pub(crate) async fn show() -> Result<(), String> {
    let stop = hardening::told_to_stop();
    tokio::pin!(stop);
    let stage = tokio::select! {
        stage = Stage::set() => stage?,
        () = &mut stop => return Err("the demo was stopped before it began".to_owned()),
    };
    let outcome = tokio::select! {
        outcome = story::tell(&stage) => outcome,
        () = stage.person.gone() => Err("the terminal was closed before the end of the demo".to_owned()),
        () = &mut stop => Err("the demo was stopped before its end".to_owned()),
    };
    let cleared = stage.clear().await;
    outcome.and(cleared)
}

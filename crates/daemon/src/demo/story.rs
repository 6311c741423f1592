//! The story, in its order. Each step tells, does, and checks that what was told is what happened.

mod calls;
mod ending;
mod sign_in;

use super::page;
use super::stage::Stage;
use keyholder_demo::Event;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The story so far.
pub(super) struct Story<'a> {
    stage: &'a Stage,
    /// How many events of the practice servers were shown already.
    seen: AtomicUsize,
}

/// Tells the whole story.
///
/// # Errors
/// Which step did not happen as told, and why.
pub(super) async fn tell(stage: &Stage) -> Result<(), String> {
    let story = Story { stage, seen: AtomicUsize::new(0) };
    let named = |name: &'static str| {
        move |why: String| format!("the step \u{201c}{name}\u{201d} did not happen as told: {why}")
    };
    story.open();
    sign_in::who_is_who(&story).await.map_err(named("who is who"))?;
    sign_in::sign_in(&story).await.map_err(named("signing in"))?;
    sign_in::where_the_token_is(&story).await.map_err(named("where the token is"))?;
    calls::call_tools(&story).await.map_err(named("calling tools"))?;
    calls::leak(&story).await.map_err(named("a server that gives the token away"))?;
    ending::log(&story).await.map_err(named("the log"))?;
    ending::revoke(&story).await.map_err(named("taking it back"))?;
    ending::what_next();
    Ok(())
}

impl Story<'_> {
    fn open(&self) {
        page::exactly("Keyholder, shown with practice servers on this machine\n\n");
        match self.stage.person.why_scripted {
            Some(why) => page::tell(&format!(
                "{why}: the answers below are scripted, and the demo's own practice browser presses the buttons. Everything else is \
                 the real thing: the same programs, the same questions, the same log."
            )),
            None => page::tell(
                "You are asked a few questions, as in real use: type one of the words under each. It takes a minute, needs no account \
                 and leaves nothing behind. Ctrl-C ends it.",
            ),
        }
    }

    /// Shows what the practice servers saw since the last time.
    fn show_events(&self) {
        let events = self.new_events();
        let mut told = events.iter().filter(|event| is_of_interest(event)).peekable();
        if told.peek().is_none() {
            page::show("servers saw", "nothing");
        }
        for (number, event) in told.enumerate() {
            page::show(if number == 0 { "servers saw" } else { "" }, &event.to_string());
        }
    }

    fn new_events(&self) -> Vec<Event> {
        let events = self.stage.practice.events();
        let seen = self.seen.swap(events.len(), Ordering::Relaxed);
        events.into_iter().skip(seen).collect()
    }
}

/// The plumbing between Keyholder and a server is left out.
fn is_of_interest(event: &Event) -> bool {
    !matches!(event, Event::Received { .. } | Event::SessionClosed | Event::SessionOpened)
}

/// A check, with what is wrong where it fails.
fn make_sure(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}

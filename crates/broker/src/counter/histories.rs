//! What sessions have read so far, shown and begun anew.

use super::explain::words;
use super::wish::Wish;
use super::{Giver, done, refused};
use crate::brief;
use crate::broker::Broker;
use crate::history::SessionView;
use crate::situation::RESET;
use keyholder_audit::{Event, Note};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::history::HistoryView;
use keyholder_console::order::Answer;
use keyholder_model::clock::Timestamp;
use keyholder_model::untrusted::visible;
use std::sync::Arc;

pub(super) fn list(broker: &Broker, app: Option<&str>) -> Vec<HistoryView> {
    let (now, ticks) = (broker.clock.now(), broker.ticks());
    let sessions = broker.histories.view(ticks).into_iter();
    sessions.filter(|session| app.is_none_or(|app| session.app == app)).map(|one| view(one, now, ticks)).collect()
}

/// Forgets what an app's session has read, after a yes to exactly that.
pub(super) async fn reset(broker: &Arc<Broker>, giver: Giver<'_>, app: &str) -> Result<Answer, ConsoleError> {
    let shown = session(broker, app)?;
    let headline = format!("Forget what {} has read so far: it may then send without a question again", visible(app));
    let lines = brief::chain(&shown.steps);
    let seen = shown.seen.to_string();
    Wish::order("reset_history", &headline, &lines, &[app.as_bytes(), seen.as_bytes(), lines.join("\n").as_bytes()])
        .agree(broker, giver)
        .await?;
    // What it has read while the person was thinking was not shown to them.
    if session(broker, app)?.steps != shown.steps {
        return Err(ConsoleError::new(Code::Conflict).about(app).because("it has gone on meanwhile; look again"));
    }
    let note = Note { app: Some(app), decision: Some(RESET), ..Note::of(Event::ResetHistory) };
    broker.note(&note).map_err(|refusal| refused(&refusal, "log"))?;
    broker.histories.reset(app, broker.ticks());
    Ok(done())
}

fn session(broker: &Broker, app: &str) -> Result<SessionView, ConsoleError> {
    let mut sessions = broker.histories.view(broker.ticks()).into_iter();
    sessions.find(|session| session.app == app).ok_or_else(|| ConsoleError::new(Code::NotFound).about(app))
}

fn view(session: SessionView, now: Timestamp, ticks: i64) -> HistoryView {
    let ago = ticks.saturating_sub(session.since);
    HistoryView {
        app: session.app,
        since: Timestamp::from_millis(now.as_millis().saturating_sub(ago)).to_string(),
        labels: words(session.seen),
        chain: brief::chain(&session.steps),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyholder_model::risk::Labels;

    #[test]
    fn a_session_began_as_long_ago_as_the_clock_that_nobody_can_turn_says() {
        let session = SessionView { app: "claude".to_owned(), since: -500, seen: Labels::NONE, steps: Vec::new() };
        let shown = view(session, Timestamp::from_millis(10_000), 1_500);
        assert_eq!(shown.since, Timestamp::from_millis(8_000).to_string());
    }
}

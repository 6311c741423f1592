//! How the person's attention is used, and who is not asked for at the moment.

use super::wish::Wish;
use super::{Giver, done, refused};
use crate::broker::Broker;
use keyholder_approval::{Brake, Paused};
use keyholder_audit::{Event, Note};
use keyholder_console::attention::{AttentionView, PausedView};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::Answer;
use std::sync::Arc;
use std::time::Duration;

pub(super) fn show(broker: &Broker) -> AttentionView {
    let attention = broker.desk.attention();
    AttentionView {
        asked: attention.asked as u64,
        allowed: attention.allowed as u64,
        denied: attention.denied as u64,
        unanswered: attention.unanswered as u64,
        acceptance_percent: attention.acceptance_percent,
        median_seconds: attention.median_to_decide.map(seconds),
        paused: broker.desk.paused().iter().map(view).collect(),
        nudge: attention.nudge,
    }
}

/// Asks again for an app (or about a server) that asked too much, after a yes.
pub(super) async fn resume(broker: &Arc<Broker>, giver: Giver<'_>, name: &str) -> Result<Answer, ConsoleError> {
    let mut pauses = broker.desk.paused();
    pauses.retain(|paused| is_about(&paused.brake, name));
    if pauses.is_empty() {
        return Err(ConsoleError::new(Code::NotFound).about(name).because("nothing of it is paused"));
    }
    let lines: Vec<_> = pauses.iter().map(|paused| paused.why.clone()).collect();
    Wish::order("resume_asking", "Be asked again about what asked too much", &lines, &[lines.join("\n").as_bytes()])
        .agree(broker, giver)
        .await?;
    let note = Note { app: Some(name), decision: Some("ask again"), ..Note::of(Event::ChangeSetting) };
    broker.note(&note).map_err(|refusal| refused(&refusal, "log"))?;
    for paused in &pauses {
        broker.desk.resume(&paused.brake);
    }
    Ok(done())
}

fn is_about(brake: &Brake, name: &str) -> bool {
    match brake {
        Brake::App { app } | Brake::Tool { app, .. } => app == name,
        Brake::Server { server } => server.as_str() == name,
    }
}

fn view(paused: &Paused) -> PausedView {
    let (app, server) = match &paused.brake {
        Brake::App { app } => (Some(app.clone()), None),
        Brake::Server { server } => (None, Some(server.to_string())),
        Brake::Tool { app, server, .. } => (Some(app.clone()), Some(server.to_string())),
    };
    PausedView { app, server, until: paused.until.to_string(), why: paused.why.clone() }
}

/// With one decimal.
fn seconds(time: Duration) -> String {
    let tenths = time.as_millis() / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_one_decimal() {
        assert_eq!(seconds(Duration::from_millis(2_949)), "2.9");
        assert_eq!(seconds(Duration::from_mins(2)), "120.0");
    }

    #[test]
    fn an_app_is_resumed_with_all_of_its_tools_and_a_server_by_its_name() {
        let app = |app: &str| Brake::App { app: app.to_owned() };
        let server = "notes".parse().unwrap();
        assert!(is_about(&app("claude"), "claude") && !is_about(&app("claude"), "cursor"));
        let tool = Brake::Tool { app: "claude".to_owned(), server, tool: "send".to_owned() };
        assert!(is_about(&tool, "claude") && !is_about(&tool, "notes"));
        assert!(is_about(&Brake::Server { server: "notes".parse().unwrap() }, "notes"));
    }
}

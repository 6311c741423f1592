//! Whether what a server says about its own tools may make Keyholder ask less.

use super::grants::find;
use super::wish::Wish;
use super::{Giver, done, refused};
use crate::broker::Broker;
use keyholder_audit::{Event, Note};
use keyholder_console::error::ConsoleError;
use keyholder_console::order::Answer;
use keyholder_model::server::{Account, ServerName};
use std::sync::Arc;

/// Believes a server, at the host where it is now and nowhere else.
pub(super) async fn trust(broker: &Arc<Broker>, giver: Giver<'_>, name: &str) -> Result<Answer, ConsoleError> {
    let server = find(broker, name)?;
    let host = server.url.host().to_owned();
    let headline = format!("Believe what {} says about its own tools", server.name);
    let lines =
        [format!("as long as it is at {host}"), "a tool that it calls harmless is then asked about less".to_owned()];
    Wish::order("trust", &headline, &lines, &[server.name.as_str().as_bytes(), host.as_bytes()])
        .at(&server.name, &host, &Account::default())
        .agree(broker, giver)
        .await?;
    note(broker, &server.name, "trust")?;
    let trusted = broker.change_book(|book| book.trust(&server.name, &host)).await;
    trusted.map_err(|refusal| refused(&refusal, name))?;
    judge_anew(broker, &server.name);
    Ok(done())
}

pub(super) async fn distrust(broker: &Arc<Broker>, name: &str) -> Result<Answer, ConsoleError> {
    // One that is no longer configured can still be trusted for the day when it comes back.
    let name = super::parse_name(name)?;
    let distrusted = broker.change_book(|book| book.distrust(&name)).await;
    distrusted.map_err(|refusal| refused(&refusal, name.as_str()))?;
    judge_anew(broker, &name);
    // It lowers authority: a log that cannot be written does not keep it from happening.
    let _ = note(broker, &name, "distrust");
    Ok(done())
}

/// Its tools are judged anew when they are next listed, which is before the next call.
fn judge_anew(broker: &Broker, server: &ServerName) {
    for site in broker.registry.sites().iter().filter(|site| site.server == *server) {
        site.catalog.outdate();
    }
}

fn note(broker: &Broker, server: &ServerName, decision: &str) -> Result<(), ConsoleError> {
    let note = Note { server: Some(server), decision: Some(decision), ..Note::of(Event::Label) };
    broker.note(&note).map_err(|refusal| refused(&refusal, "log"))
}

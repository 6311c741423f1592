//! The log: searched, shown, summed up and checked.

mod calendar;
mod oddities;
mod search;
mod summary;
mod view;

use super::{refused, rules};
use crate::broker::Broker;
use keyholder_audit::{Anchor, AuditError, Log, Page};
use keyholder_console::activity::{EntryDetail, EntryView, LogQuery, LogReport, SummaryView, VerifyReport};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_vault::NoteName;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Searches and sums at a time: each keeps a processor busy for a while, and any program of this user may ask for them.
static TURNS: Semaphore = Semaphore::const_new(2);

/// Bytes of texts in one page. What does not fit is the next page's.
const MOST_BYTES: usize = 4 << 20;

/// The entries that are searched for, newest first.
pub(super) async fn read(broker: &Arc<Broker>, query: &LogQuery) -> Result<LogReport, ConsoleError> {
    let Some(query) = search::query(query, &*broker.clock)? else {
        return Ok(LogReport { entries: Vec::new(), next: None });
    };
    aside(broker, move |log, _| log.page(&query).map(|page| report(&page))).await
}

/// One entry with everything that was written down.
pub(super) async fn show(broker: &Arc<Broker>, number: u64) -> Result<EntryDetail, ConsoleError> {
    let row = aside(broker, move |log, _| log.entry(number)).await?;
    let row = row.ok_or_else(|| ConsoleError::new(Code::NotFound).about(number.to_string()))?;
    if let Err(why) = broker.book().await {
        tracing::warn!(%why, "an entry is shown without the rules that came from answers");
    }
    Ok(view::detail(row, rules::list(broker)))
}

/// What happened in the last days.
pub(super) async fn summarize(broker: &Arc<Broker>, days: u32) -> Result<SummaryView, ConsoleError> {
    if !(1..=calendar::MOST_DAYS).contains(&days) {
        let why = format!("days can be 1 to {}, not {days}", calendar::MOST_DAYS);
        return Err(ConsoleError::new(Code::Invalid).because(why));
    }
    aside(broker, move |log, broker| summary::summarize(log, &*broker.clock, days)).await
}

/// Reads the log where no call waits for it.
async fn aside<T: Send + 'static>(
    broker: &Arc<Broker>,
    read: impl FnOnce(&Log, &Broker) -> Result<T, AuditError> + Send + 'static,
) -> Result<T, ConsoleError> {
    let _turn = TURNS.acquire().await.map_err(|_| ConsoleError::new(Code::Internal))?;
    let broker = Arc::clone(broker);
    let done = tokio::task::spawn_blocking(move || {
        let log = broker.log().map_err(|refusal| refused(&refusal, "log"))?;
        read(log, &broker).map_err(|why| ConsoleError::new(Code::Internal).because(why.to_string()))
    });
    done.await.map_err(|_| ConsoleError::new(Code::Internal))?
}

fn report(page: &Page) -> LogReport {
    let mut left = MOST_BYTES;
    let mut entries: Vec<EntryView> = Vec::with_capacity(page.rows.len());
    let count = page.rows.len();
    for row in &page.rows {
        let entry = view::entry(row);
        let texts =
            [&entry.app, &entry.server, &entry.account, &entry.tool, &entry.reason, &entry.preview, &entry.detail];
        let bytes: usize = texts.into_iter().flatten().map(String::len).sum();
        if bytes > left && !entries.is_empty() {
            break;
        }
        left = left.saturating_sub(bytes);
        entries.push(entry);
    }
    let next = match entries.last() {
        Some(last) if entries.len() < count => Some(last.number),
        _ => page.next,
    };
    LogReport { entries, next }
}

/// Checks the whole chain, against the anchor that the keychain holds.
pub(crate) async fn verify(broker: &Arc<Broker>) -> Result<VerifyReport, ConsoleError> {
    let log = broker.log().map_err(|refusal| refused(&refusal, "log"))?;
    let kept = match broker.vault().await {
        Ok(vault) => vault.note(NoteName::AuditAnchor).await.ok().flatten(),
        Err(_) => None,
    };
    let anchor: Option<Anchor> = kept.and_then(|text| String::from_utf8(text).ok()).and_then(|text| text.parse().ok());
    let report =
        log.verify(anchor.as_ref()).map_err(|why| ConsoleError::new(Code::Internal).because(why.to_string()))?;
    Ok(VerifyReport {
        entries: report.head.count,
        intact: report.is_sound(),
        first_broken: report.fault.as_ref().map(|fault| fault.sequence),
        fault: report.fault.as_ref().map(ToString::to_string),
        // Without an anchor to compare it with, a log that was rewritten as a whole looks sound: then nothing vouches for it.
        anchored: report.anchor.map(|_| report.is_vouched_for()),
    })
}

#[cfg(test)]
mod tests;

//! How much the person wants to be asked, and what ran without a question while Keyholder learned.

use super::wish::Wish;
use super::{Giver, done, refused};
use crate::broker::Broker;
use keyholder_audit::{CallQuery, Event, Fate, Note, Order, PastCall};
use keyholder_book::{Answered, LEARNING};
use keyholder_console::error::ConsoleError;
use keyholder_console::mode::{AskMode, LearnedView, ModeView};
use keyholder_console::order::Answer;
use keyholder_model::asking;
use keyholder_model::clock::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The reason in the log of a call that ran because of the learning week.
const LEARNED: &str = "rule asking/learning";

/// Calls that are looked at, and lines that are listed.
const MOST_CALLS: usize = 100_000;
const MOST_LEARNED: usize = 1_000;

/// How much is asked, and what was learned. Reading the log may take a while.
pub(super) async fn show(broker: &Arc<Broker>) -> Result<Answer, ConsoleError> {
    let book = broker.book().await.map_err(|refusal| refused(&refusal, "mode"))?;
    let now = book.believe(broker.clock.now());
    let mode = book.asking.mode(now);
    let since = book.asking.learning_since();
    let learned = match since {
        None => Vec::new(),
        Some(since) => {
            let broker = Arc::clone(broker);
            let look = tokio::task::spawn_blocking(move || learned(&broker, since));
            settle(look.await.unwrap_or_default(), &book.answers)
        }
    };
    Ok(Answer::Mode(ModeView {
        mode: view(mode),
        learning_until: since
            .filter(|_| mode == asking::AskMode::Learning)
            .map(|since| since.plus(LEARNING).to_string()),
        learned,
    }))
}

/// Sets a mode in which some things are not asked: at once where that is no less than now, else after a yes.
pub(super) async fn set(broker: &Arc<Broker>, giver: Giver<'_>, mode: AskMode) -> Result<Answer, ConsoleError> {
    let book = broker.book().await.map_err(|refusal| refused(&refusal, "mode"))?;
    let now = view(book.asking.mode(book.believe(broker.clock.now())));
    let asks_less = match mode {
        AskMode::Careful => false,
        AskMode::Balanced => now == AskMode::Careful,
        AskMode::Learning => true,
    };
    if asks_less {
        let headline =
            format!("Be asked less: from \u{201c}{}\u{201d} to \u{201c}{}\u{201d}", now.as_str(), mode.as_str());
        Wish::order("set_mode", &headline, &[meaning(mode).to_owned()], &[mode.as_str().as_bytes()])
            .agree(broker, giver)
            .await?;
        note(broker, mode)?;
    }
    keep(broker, mode).await?;
    if !asks_less {
        let _ = note(broker, mode);
    }
    Ok(done())
}

/// Asks about everything from now on. A log that cannot be written does not keep it from happening.
pub(super) async fn be_careful(broker: &Arc<Broker>) -> Result<Answer, ConsoleError> {
    keep(broker, AskMode::Careful).await?;
    let _ = note(broker, AskMode::Careful);
    Ok(done())
}

async fn keep(broker: &Broker, mode: AskMode) -> Result<(), ConsoleError> {
    let wanted = match mode {
        AskMode::Balanced => asking::AskMode::Balanced,
        AskMode::Careful => asking::AskMode::Careful,
        AskMode::Learning => asking::AskMode::Learning,
    };
    let now = broker.clock.now();
    let set = broker.change_book(|book| book.set_mode(wanted, book.believe(now))).await;
    set.map_err(|refusal| refused(&refusal, "mode"))
}

fn note(broker: &Broker, mode: AskMode) -> Result<(), ConsoleError> {
    let note = Note { decision: Some(mode.as_str()), ..Note::of(Event::Mode) };
    broker.note(&note).map_err(|refusal| refused(&refusal, "log"))
}

/// How much the person wants to be asked now.
pub(super) fn now(broker: &Broker) -> AskMode {
    let book = broker.known_book();
    view(book.asking.mode(book.believe(broker.clock.now())))
}

/// A mode as it is shown.
fn view(mode: asking::AskMode) -> AskMode {
    match mode {
        asking::AskMode::Balanced => AskMode::Balanced,
        asking::AskMode::Careful => AskMode::Careful,
        asking::AskMode::Learning => AskMode::Learning,
    }
}

fn meaning(mode: AskMode) -> &'static str {
    match mode {
        AskMode::Balanced => "what is known to only look runs without a question; the rest asks",
        AskMode::Careful => "everything asks",
        AskMode::Learning => {
            "for seven days what looks or changes runs without a question, and is listed for you to settle; the rest asks"
        }
    }
}

/// App, server and tool, and how often.
type Learned = BTreeMap<(String, String, String), u64>;

fn learned(broker: &Broker, since: Timestamp) -> Learned {
    let mut learned = Learned::new();
    let Ok(log) = broker.log() else { return learned };
    let (mut after, mut seen) = (None, 0);
    while seen < MOST_CALLS {
        let query = CallQuery {
            since: Some(since),
            after,
            order: Order::OldestFirst,
            limit: Some(CallQuery::MOST),
            ..CallQuery::default()
        };
        let Ok(page) = log.calls(&query) else { break };
        let Some(last) = page.last() else { break };
        (after, seen) = (Some(last.number), seen + page.len());
        for call in page {
            count(&mut learned, call);
        }
    }
    learned
}

fn count(learned: &mut Learned, call: PastCall) {
    let is_learned = call.fate == Fate::Made && call.reason.as_deref() == Some(LEARNED);
    let (true, Some(app), Some(server)) = (is_learned, call.app, call.server) else { return };
    let key = (app, server, call.tool);
    if learned.len() < MOST_LEARNED || learned.contains_key(&key) {
        *learned.entry(key).or_insert(0) += 1;
    }
}

/// What no rule of the person's settles yet.
fn settle(learned: Learned, answers: &[Answered]) -> Vec<LearnedView> {
    let is_settled = |app: &str, server: &str, tool: &str| {
        let (key, app) = (format!("{server}/{tool}"), format!("app {app}"));
        answers.iter().any(|answer| {
            answer.tool.as_ref() == Some(&key) && (answer.bound_to.contains(&app) || answer.usage.is_some())
        })
    };
    let left = learned.into_iter().filter(|((app, server, tool), _)| !is_settled(app, server, tool));
    left.map(|((app, server, tool), times)| LearnedView { app, server, tool, times }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyholder_model::clock::{FakeClock, FakeRng};
    use keyholder_model::id::RuleId;
    use keyholder_model::risk::Labels;

    fn call(tool: &str, reason: &str, fate: Fate) -> PastCall {
        PastCall {
            number: 1,
            at: Timestamp::from_millis(1),
            app: Some("claude".to_owned()),
            server: Some("notes".to_owned()),
            account: None,
            tool: tool.to_owned(),
            preview: None,
            decision: None,
            reason: Some(reason.to_owned()),
            fate,
            outcome: None,
            tier: None,
            labels: Labels::NONE,
        }
    }

    #[test]
    fn what_ran_because_of_learning_is_counted_until_a_rule_settles_it() {
        let mut learned = Learned::new();
        for (tool, reason, fate) in [
            ("read", LEARNED, Fate::Made),
            ("read", LEARNED, Fate::Made),
            ("write", LEARNED, Fate::Made),
            ("write", "rule asking/look", Fate::Made),
            ("write", LEARNED, Fate::Refused),
        ] {
            count(&mut learned, call(tool, reason, fate));
        }
        let times: Vec<_> = settle(learned.clone(), &[]).into_iter().map(|view| (view.tool, view.times)).collect();
        assert_eq!(times, [("read".to_owned(), 2), ("write".to_owned(), 1)]);
        let rule = Answered {
            id: RuleId::make(&FakeClock::at(Timestamp::from_millis(1)), &FakeRng::default()),
            text: String::new(),
            origin: String::new(),
            bound_to: vec!["app claude".to_owned()],
            tool: Some("notes/read".to_owned()),
            pinned: None,
            usage: None,
            made: Timestamp::from_millis(1),
            expires: None,
            idle_days: None,
            last_used: None,
        };
        assert_eq!(settle(learned, &[rule]).len(), 1);
    }
}

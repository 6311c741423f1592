//! What other rules would have said to the calls of the past. Nothing is changed, and no use of a rule is counted.
//!
//! The log is walked once, oldest first. What an app had done before a call is put together again from the log itself; what the
//! log does not hold of a call's arguments is not guessed.

mod trial;

use super::imagined::{Imagined, Place, Stood, UNKNOWN_APP};
use super::refused;
use super::rules::unreadable;
use crate::broker::Broker;
use crate::history::{Asked, Histories, LOOKS_BACK, Step};
use crate::situation::RESET;
use crate::who::Who;
use keyholder_audit::{AuditError, CallQuery, Event, Fate, Order, PastCall, Query};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::Answer;
use keyholder_model::asking::AskMode;
use keyholder_model::clock::Timestamp;
use keyholder_model::risk::Tier;
use keyholder_model::server::{Account, ServerName};
use keyholder_policy::{Extra, Policy, Situation, Sources, check};
use keyholder_settings::Server;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use trial::Trial;

/// Calls that are looked at.
const MOST_CALLS: usize = 100_000;

/// Tools of which is remembered what is known of them.
const MOST_TOOLS: usize = 5_000;

/// What the text is called where it takes no file's place.
const BESIDE: &str = "simulated.cedar";

/// One at a time: each keeps a processor busy for a while, and any program of this user may ask for it.
static TURN: Semaphore = Semaphore::const_new(1);

pub(super) async fn simulate(
    broker: &Arc<Broker>,
    since: &str,
    text: String,
    replaces: Option<String>,
) -> Result<Answer, ConsoleError> {
    let invalid = |why: String| ConsoleError::new(Code::Invalid).because(why);
    let since: Timestamp =
        since.parse().map_err(|_| invalid(format!("\u{201c}{since}\u{201d} is no moment in RFC 3339")))?;
    if let Some(name) = &replaces {
        let is_plain = Path::new(name).file_name().is_some_and(|file| file == name.as_str());
        if !is_plain || !broker.places.policies().join(name).is_file() {
            return Err(ConsoleError::new(Code::NotFound).about(name.as_str()));
        }
    }
    broker.book().await.map_err(|refusal| refused(&refusal, "rules"))?;
    let broker = Arc::clone(broker);
    let _turn = TURN.acquire().await.map_err(|_| ConsoleError::new(Code::Internal))?;
    let walk = tokio::task::spawn_blocking(move || {
        check(&text).map_err(|problem| unreadable(&problem))?;
        let before = broker.shelf.sources(&broker.places);
        let name = replaces.clone().unwrap_or_else(|| BESIDE.to_owned());
        let after = Sources { extra: vec![Extra { name, text }], without: replaces, ..before.clone() };
        let trial = Trial::new(Policy::load(&before), Policy::load(&after), broker.person.clone());
        Walk::new(&broker, since, trial).go()
    });
    let trial = walk.await.map_err(|_| ConsoleError::new(Code::Internal))??;
    Ok(Answer::Simulation(Box::new(trial.view())))
}

/// A walk through the log.
struct Walk<'a> {
    broker: &'a Broker,
    since: Timestamp,
    trial: Trial,
    histories: Histories,
    mode: AskMode,
    monotonic: Duration,
    servers: HashMap<ServerName, (Server, Place)>,
    tools: HashMap<(ServerName, Account, String), Arc<Stood>>,
}

impl<'a> Walk<'a> {
    fn new(broker: &'a Broker, since: Timestamp, trial: Trial) -> Self {
        let book = broker.known_book();
        let servers = broker.settings.servers().into_iter();
        Self {
            since,
            trial,
            histories: Histories::default(),
            // The rules of this moment, and so the way of asking of this moment.
            mode: book.asking.mode(book.believe(broker.clock.now())),
            monotonic: broker.clock.monotonic(),
            servers: servers.map(|one| (one.name.clone(), (one.clone(), Place::of(broker, &one)))).collect(),
            tools: HashMap::new(),
            broker,
        }
    }

    fn go(mut self) -> Result<Trial, ConsoleError> {
        let log = self.broker.log().map_err(|refusal| refused(&refusal, "log"))?;
        let failed = |why: AuditError| ConsoleError::new(Code::Internal).because(why.to_string());
        // What an app had read before the first call that counts decides about that call.
        let from = Timestamp::from_millis(self.since.as_millis().saturating_sub(LOOKS_BACK));
        let resets =
            Query { decision: Some(RESET.to_owned()), since: Some(from), limit: Some(Query::MOST), ..Query::default() };
        let mut resets = log.read(&resets).map_err(failed)?;
        resets.retain(|row| row.event == Event::ResetHistory.as_str());
        resets.reverse();
        let mut resets = resets.into_iter().peekable();
        let mut after = None;
        loop {
            let query = CallQuery {
                since: Some(from),
                after,
                order: Order::OldestFirst,
                limit: Some(CallQuery::MOST),
                ..CallQuery::default()
            };
            let page = log.calls(&query).map_err(failed)?;
            let Some(last) = page.last() else { return Ok(self.trial) };
            after = Some(last.number);
            for call in &page {
                while let Some(reset) = resets.next_if(|reset| reset.sequence < call.number) {
                    if let Some(app) = &reset.app {
                        self.histories.reset(app, reset.at.as_millis());
                    }
                }
                if self.trial.calls() >= MOST_CALLS as u64 {
                    return Ok(self.trial);
                }
                self.take(call);
            }
        }
    }

    fn take(&mut self, call: &PastCall) {
        if call.at >= self.since {
            match self.imagine(call) {
                Some(imagined) => self.trial.take(call, &imagined),
                // A server that is no longer configured: what the rules would be told of it is not known.
                None => self.trial.give_up(),
            }
        }
        let (Some(app), Some(server), Fate::Made) = (&call.app, &call.server, call.fate) else { return };
        let was_asked = call.reason.as_deref().is_some_and(|reason| reason.starts_with("answered"));
        let step = Step {
            at: call.at.as_millis(),
            tool: format!("{server}/{}", call.tool),
            labels: call.labels,
            asked: if was_asked { Asked::Yes } else { Asked::No },
        };
        self.histories.add(app, step);
    }

    /// What the rules would have been told of a call.
    fn imagine(&mut self, call: &PastCall) -> Option<Imagined> {
        let name: ServerName = call.server.as_deref()?.parse().ok()?;
        let account: Account = call.account.as_deref().map(str::parse).transpose().ok()?.unwrap_or_default();
        let place = self.servers.get(&name)?.1.clone();
        let stood = self.stood(&name, &account, &call.tool)?;
        let who = Who::named(call.app.as_deref().unwrap_or(UNKNOWN_APP));
        let past = self.histories.past(&who.app, &format!("{name}/{}", call.tool), call.at.as_millis());
        let local = self.broker.clock.local(call.at);
        // A refused call has no labels on the record, and an old one no tier.
        let (tier, labels) = if let Some(tier) = call.tier {
            (tier, call.labels)
        } else {
            let tier = call.preview.as_deref().map_or(Tier::default(), |text| stood.standing.assess(text).tier);
            (tier, stood.labels)
        };
        Some(Imagined {
            situation: Situation {
                at: call.at,
                monotonic: self.monotonic,
                hour: local.hour,
                weekday: local.weekday,
                screen_locked: None,
                mode: self.mode,
                first_use: past.is_first_use,
                seen: past.seen,
                calls: past.calls,
                unasked: past.unasked,
                unasked_destroying: past.unasked_destroying,
                unasked_sending: past.unasked_sending,
            },
            who,
            place,
            account,
            tier,
            labels,
            pinned: stood.known.as_ref().map(|known| known.definition.digest),
        })
    }

    fn stood(&mut self, name: &ServerName, account: &Account, tool: &str) -> Option<Arc<Stood>> {
        let key = (name.clone(), account.clone(), tool.to_owned());
        if let Some(stood) = self.tools.get(&key) {
            return Some(Arc::clone(stood));
        }
        let (server, _) = self.servers.get(name)?;
        let stood = Arc::new(Stood::of(self.broker, server, account, tool));
        // The names come from hosts.
        if self.tools.len() >= MOST_TOOLS {
            self.tools.clear();
        }
        self.tools.insert(key, Arc::clone(&stood));
        Some(stood)
    }
}

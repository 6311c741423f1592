//! Answers that outlast their call, as rules: kept in the book, or in memory where they end by themselves.

use crate::book::Passing;
use crate::broker::Broker;
use keyholder_approval::{Answer, ApprovalError, Question, Receipt, Subject};
use keyholder_audit::{Event, Note};
use keyholder_book::{Answered, tool_key};
use keyholder_excerpt::pattern::Bindable;
use keyholder_model::bound::Bound;
use keyholder_model::digest::Digest;
use keyholder_model::id::{QuestionId, RuleId};
use keyholder_policy::draft::Draft;
use keyholder_policy::{Effect, Life, Limits};
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A yes for good that was not used for so many days ends.
pub(crate) const IDLE_DAYS: u32 = 90;

/// "Until the app quits" ends after so long in any case, and after so long without a use.
const LONGEST_RUN: Duration = Duration::from_hours(12);
const IDLE_RUN: Duration = Duration::from_hours(1);

/// Questions whose offers are remembered: more than can be open, with those that were parked.
const MOST_OFFERED: usize = 256;

/// Patterns of one question, offered and of the person's own.
const MOST_OWN_PATTERNS: u8 = 64;

/// What a question's answers would mean, as far as the question itself does not say it.
#[derive(Clone, Debug)]
pub(crate) struct Meant {
    pub(crate) instance: String,
    pub(crate) pinned: Option<Digest>,
    pub(crate) patterns: Vec<Pattern>,
    /// What the person may bind a pattern of their own to.
    pub(crate) bindable: Vec<Bindable>,
}

/// What the arguments must be for a lasting yes to count.
#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    Bounds(Vec<Bound>),
    /// The canonical digest.
    Exactly(String),
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bounds(bounds) => {
                let bounds: Vec<_> = bounds.iter().map(ToString::to_string).collect();
                write!(f, "only when {}", bounds.join(" and "))
            }
            Self::Exactly(_) => f.write_str("only with exactly these arguments"),
        }
    }
}

/// What was offered with each question.
#[derive(Default)]
pub(crate) struct OfferedWith(Mutex<VecDeque<(QuestionId, Meant)>>);

impl OfferedWith {
    pub(crate) fn put(&self, id: QuestionId, meant: Meant) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_OFFERED {
            all.pop_front();
        }
        all.push_back((id, meant));
    }

    /// What the person may bind a pattern of their own to.
    pub(crate) fn bindable(&self, id: QuestionId) -> Vec<Bindable> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|(known, _)| *known == id).map(|(_, meant)| meant.bindable.clone()).unwrap_or_default()
    }

    /// One more pattern, and its place among those that were offered; none where there are too many or the question is not known.
    pub(crate) fn add_pattern(&self, id: QuestionId, pattern: Pattern) -> Option<u8> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, meant) = all.iter_mut().find(|(known, _)| *known == id)?;
        let place = u8::try_from(meant.patterns.len()).ok().filter(|place| *place < MOST_OWN_PATTERNS)?;
        meant.patterns.push(pattern);
        Some(place)
    }

    /// The question was answered with something that does not last.
    pub(crate) fn forget(&self, id: QuestionId) {
        drop(self.take(id));
    }

    fn take(&self, id: QuestionId) -> Option<Meant> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = all.iter().position(|(known, _)| *known == id)?;
        all.remove(place).map(|(_, meant)| meant)
    }
}

impl Broker {
    /// The person answered a question that they were shown with this digest. What outlasts the call becomes a rule here, whether or
    /// not the call still waits for it.
    ///
    /// # Errors
    /// [`ApprovalError`]: nothing was changed.
    pub fn answer(self: &Arc<Self>, id: QuestionId, shown: &Digest, answer: Answer) -> Result<(), ApprovalError> {
        let receipt = self.desk.answer(id, shown, answer)?;
        self.note_answer(&receipt);
        let meant = self.offered.take(id);
        if let Subject::Call { tool, .. } = &receipt.question.subject {
            self.remember(&receipt, tool, meant.as_ref());
        }
        Ok(())
    }

    /// What an answer did, on the record.
    pub(crate) fn note_answer(&self, receipt: &Receipt) {
        let question = &receipt.question;
        let said = receipt.answer.to_string();
        let millis = u64::try_from(receipt.took.as_millis()).unwrap_or(u64::MAX);
        let _ = self.note(&Note {
            app: Some(&question.app),
            server: Some(&question.server),
            account: Some(&question.account),
            tool: question.tool(),
            decision: Some(&said),
            millis: Some(millis),
            tier: Some(question.brief.tier),
            ..Note::of(Event::Answer)
        });
    }

    fn remember(self: &Arc<Self>, receipt: &Receipt, tool: &str, meant: Option<&Meant>) {
        let question = &receipt.question;
        let draft = Draft {
            host: Some(&question.host),
            account: Some(&question.account),
            tool: Some(tool),
            pinned: meant.and_then(|meant| meant.pinned),
            ..Draft::of(Effect::Permit, &question.app, &question.server)
        };
        let (now, monotonic) = (self.known_book().believe(self.clock.now()), self.clock.monotonic());
        match receipt.answer {
            Answer::AllowOnce | Answer::Deny => {}
            Answer::AllowAlways => self.keep(receipt, &draft, &[]),
            Answer::AllowAlwaysWith(place) => {
                let pattern = meant.and_then(|meant| meant.patterns.get(usize::from(place)));
                match pattern {
                    // What was offered is no longer known: the yes was for this call, and that is all.
                    None => tracing::warn!("an answer\u{2019}s pattern is no longer known; it counts once"),
                    Some(Pattern::Bounds(bounds)) => self.keep(receipt, &Draft { bounds, ..draft }, bounds),
                    Some(Pattern::Exactly(digest)) => {
                        self.keep(receipt, &Draft { arguments: Some(digest), ..draft }, &[]);
                    }
                }
            }
            Answer::AllowFor(minutes) => {
                let limits = Limits {
                    expires: Some(now.plus(minutes.duration())),
                    ends: Some(monotonic.saturating_add(minutes.duration())),
                    ..Limits::default()
                };
                self.pass(receipt, &draft, limits);
            }
            Answer::AllowTimes(_) => match receipt.times_left() {
                0 => {}
                left => {
                    let limits = Limits {
                        uses: Some(left.into()),
                        ends: Some(monotonic.saturating_add(LONGEST_RUN)),
                        ..Limits::default()
                    };
                    self.pass(receipt, &draft, limits);
                }
            },
            Answer::AllowUntilQuit => {
                let instance = meant.map(|meant| meant.instance.as_str()).filter(|instance| !instance.is_empty());
                let Some(instance) = instance else {
                    tracing::warn!("the app\u{2019}s process is not known; the answer counts once");
                    return;
                };
                let limits = Limits {
                    ends: Some(monotonic.saturating_add(LONGEST_RUN)),
                    idle: Some(IDLE_RUN),
                    ..Limits::default()
                };
                self.pass(receipt, &Draft { instance: Some(instance), ..draft }, limits);
            }
            Answer::DenyAndBlock => {
                let block = Draft { tool: Some(tool), ..Draft::of(Effect::Forbid, &question.app, &question.server) };
                self.keep(receipt, &block, &[]);
            }
        }
    }

    /// Keeps a rule for good. It counts at once; that it lasts is written behind.
    fn keep(self: &Arc<Self>, receipt: &Receipt, draft: &Draft<'_>, bounds: &[Bound]) {
        let question = &receipt.question;
        let id = RuleId::make(&*self.clock, &*self.rng);
        let made = self.known_book().believe(self.clock.now());
        let (text, origin, bound_to) = (draft.text(), origin(receipt), bound_to(draft, bounds));
        self.add_passing(Passing {
            id,
            text: text.clone(),
            origin: origin.clone(),
            bound_to: bound_to.clone(),
            made,
            life: Arc::new(Life::new(Limits::default(), made)),
        });
        let rule = Answered {
            id,
            text,
            origin,
            bound_to,
            tool: draft.tool.map(|tool| tool_key(&question.server, tool)),
            pinned: draft.pinned.map(|pinned| pinned.to_string()),
            usage: None,
            made,
            expires: None,
            idle_days: (draft.effect == Effect::Permit).then_some(IDLE_DAYS),
            last_used: None,
        };
        let (broker, server) = (Arc::clone(self), question.server.clone());
        self.runtime.spawn(async move {
            match broker.change_book(|book| book.add_answer(rule)).await {
                Ok(()) => drop(broker.remove_passing(id)),
                Err(why) => {
                    tracing::error!(%why, "a rule could not be kept; it counts until the broker ends");
                }
            }
            let reason = format!("rule {id}");
            let note = Note {
                server: Some(&server),
                decision: Some("add"),
                reason: Some(&reason),
                ..Note::of(Event::ChangeRule)
            };
            let _ = broker.note(&note);
            for site in broker.registry.sites().iter().filter(|site| site.server == server) {
                broker.tools_may_have_changed(site);
            }
        });
    }

    /// A rule that ends by itself: in memory only, so that nobody can prolong it by writing somewhere.
    fn pass(&self, receipt: &Receipt, draft: &Draft<'_>, limits: Limits) {
        let made = self.known_book().believe(self.clock.now());
        self.add_passing(Passing {
            id: RuleId::make(&*self.clock, &*self.rng),
            text: draft.text(),
            origin: origin(receipt),
            bound_to: bound_to(draft, &[]),
            made,
            life: Arc::new(Life::new(limits, made)),
        });
    }
}

fn origin(receipt: &Receipt) -> String {
    let Question { app, server, .. } = &receipt.question;
    let tool = receipt.question.tool().unwrap_or_default();
    format!("answered \u{201c}{}\u{201d} for {app} and the tool {tool} of {server}", receipt.answer)
}

/// What a rule is bound to, in words.
pub(crate) fn bound_to(draft: &Draft<'_>, bounds: &[Bound]) -> Vec<String> {
    let app = draft.app.map_or_else(|| "every app".to_owned(), |app| format!("app {app}"));
    let mut words = vec![app, format!("server {}", draft.server)];
    words.extend(draft.instance.map(|instance| format!("process {instance}")));
    words.extend(draft.host.map(|host| format!("host {host}")));
    words.extend(draft.account.map(|account| format!("account {account}")));
    words.extend(draft.tool.map(|tool| format!("tool {tool}")));
    words.extend(draft.pinned.map(|pinned| format!("definition {}", &pinned.to_string()[..12])));
    words.extend(draft.arguments.map(|_| "exactly these arguments".to_owned()));
    words.extend(bounds.iter().map(ToString::to_string));
    words
}

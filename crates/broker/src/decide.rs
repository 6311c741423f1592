//! Steps 5 and 6 of the line: the rules decide; where they ask, the person answers; only then is there a permit.

use crate::broker::Broker;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::who::Who;
use keyholder_approval::{Answer, Brief, Offers, Question, Settled, Subject};
use keyholder_model::caller::Caller;
use keyholder_model::digest::Digest;
use keyholder_model::id::QuestionId;
use keyholder_model::permit::Permit;
use keyholder_policy::{Action, Asked, Facts, Situation, Verdict};
use std::sync::Arc;
use std::time::Duration;

/// What is to be decided.
pub(crate) struct Matter<'a> {
    /// Who asks.
    pub(crate) caller: &'a Caller,
    /// Of whom.
    pub(crate) site: &'a Site,
    /// What.
    pub(crate) action: Action<'a>,
    /// The digest of the exact bytes.
    pub(crate) request: Digest,
    /// How long the host waits.
    pub(crate) budget: Duration,
}

/// What the person is shown: only made if they must be asked.
pub(crate) struct Shown {
    pub(crate) subject: Subject,
    pub(crate) brief: Brief,
    pub(crate) offers: Offers,
}

/// What came of a matter that may run.
pub(crate) enum Decided {
    /// The person wants the call with these arguments: it is another matter.
    Edited(Arc<str>),
    /// It may run.
    Permitted(Permit),
}

/// What is so where a matter is decided.
pub(crate) struct Scene {
    pub(crate) who: Who,
    pub(crate) situation: Situation,
    pub(crate) group: Option<String>,
}

impl Scene {
    pub(crate) fn of(broker: &Broker, matter: &Matter<'_>) -> Self {
        let who = Who::of(matter.caller);
        let configured = broker.settings.server(&matter.site.server).and_then(|server| server.group);
        Self {
            situation: broker.situation(&who.app, matter.tool().as_deref()),
            group: broker.known_book().group(&matter.site.server, configured.as_deref()).map(str::to_owned),
            who,
        }
    }
}

impl Shown {
    /// What is asked about in its own words, and answered with yes or no.
    pub(crate) fn plain(subject: Subject) -> Self {
        Self { subject, brief: Brief::default(), offers: Offers::once_or_not() }
    }
}

impl Matter<'_> {
    /// The facts, for the rules.
    pub(crate) fn facts<'b>(&'b self, broker: &'b Broker, scene: &'b Scene) -> Facts<'b> {
        let Scene { who, situation, group } = scene;
        Facts {
            person: &broker.person,
            app: &who.app,
            app_path: who.path.as_deref(),
            instance: &who.instance,
            processes: &who.processes,
            signer: who.signer.as_deref(),
            server: &self.site.server,
            host: self.site.url.host(),
            group: group.as_deref(),
            account: &self.site.account,
            action: self.action,
            situation,
            request: self.request,
        }
    }

    /// `server/tool`, for a call.
    fn tool(&self) -> Option<String> {
        match self.action {
            Action::Call { tool, .. } => Some(keyholder_book::tool_key(&self.site.server, tool)),
            Action::Admit { .. } | Action::Answer { .. } | Action::Connect { .. } | Action::Read { .. } => None,
        }
    }
}

/// Decides. `show` is only called if the person must be asked.
///
/// # Errors
/// [`Refusal`] without a permit; each is in the log already.
pub(crate) async fn decide(
    broker: &Broker,
    matter: &Matter<'_>,
    show: impl FnOnce(QuestionId, &Asked) -> Shown,
) -> Result<Permit, Refusal> {
    match decide_editable(broker, matter, show).await? {
        // Only what a call would send can be edited.
        Decided::Edited(_) => Err(Refusal::Withdrawn),
        Decided::Permitted(permit) => Ok(permit),
    }
}

/// The same, where the person may also want something else than what was asked.
///
/// # Errors
/// [`Refusal`] without a permit; each is in the log already.
pub(crate) async fn decide_editable(
    broker: &Broker,
    matter: &Matter<'_>,
    show: impl FnOnce(QuestionId, &Asked) -> Shown,
) -> Result<Decided, Refusal> {
    // Without what the person decided before there is nothing to decide by.
    broker.book().await?;
    let scene = Scene::of(broker, matter);
    let facts = matter.facts(broker, &scene);
    let asked = match broker.policy.decide(&facts) {
        Verdict::Allow(permit) => return Ok(Decided::Permitted(permit)),
        Verdict::Deny(denial) => return Err(Refusal::Forbidden { rule: denial.rule, sentence: denial.sentence }),
        Verdict::Ask(asked) => asked,
    };
    let id = QuestionId::make(&*broker.clock, &*broker.rng);
    let shown = show(id, &asked);
    let question = Question {
        id,
        asked: broker.clock.now(),
        app: scene.who.app.clone(),
        app_path: scene.who.path.clone(),
        ancestry: matter.caller.ancestry(),
        server: matter.site.server.clone(),
        host: matter.site.url.host().to_owned(),
        account: matter.site.account.clone(),
        subject: shown.subject,
        brief: shown.brief,
        offers: shown.offers,
        rule: asked.why().to_owned(),
        request: matter.request,
        budget: matter.budget,
    };
    let settled = broker.desk.ask(question, matter.budget).await;
    // The rules may have changed while the person was thinking: a new "no" wins (catalogue case 189).
    let scene = Scene::of(broker, matter);
    let judged = broker.policy.judge(&matter.facts(broker, &scene));
    if judged.word == keyholder_policy::Word::Deny {
        // Unless the person has said it themselves just now: then it is their answer that the host hears.
        if !matches!(settled, Settled::Answered(Answer::DenyAndBlock)) {
            return Err(Refusal::Forbidden { rule: judged.rule, sentence: judged.why });
        }
    }
    match settled {
        Settled::Answered(answer) if answer.allows() => Ok(Decided::Permitted(asked.settle(&answer.to_string()))),
        Settled::Answered(_) => Err(Refusal::Declined),
        Settled::Edited(arguments) => Ok(Decided::Edited(arguments)),
        Settled::Nobody { why } => Err(Refusal::Unattended(why)),
        Settled::StillOpen => Err(Refusal::Pending),
        Settled::Withdrawn => Err(Refusal::Withdrawn),
    }
}
